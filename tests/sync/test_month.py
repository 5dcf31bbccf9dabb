"""A simulated month: three campaigns side by side in one installation, clerks and staff at work, all totals true."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from campaign import Campaign, Value, examine, to_json
from outbox.clock import start_rehearsal
from outbox.records import NewSubmission
from scripts.demo_answers import answers
from scripts.demo_totals import Read, compare
from tests.sync.harness import Server
from tests.sync.several import CHECKS, CONTEST, FILES, MEALS, Several, campaign_text

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
DEADLINES = {CONTEST: "2026-11-10 18:00", MEALS: "2026-11-20 18:00", CHECKS: "2026-11-27 18:00"}
FIRST_DAY = datetime(2026, 11, 1, 10, tzinfo=ZoneInfo("Europe/Moscow"))
DAYS = range(0, 30, 4)
Sent = dict[str, dict[str, Value | None]]


@pytest.fixture
def month(server: Server, tmp_path: Path) -> Iterator[Several]:
    server.clear_faults()
    made = Several.make(server, tmp_path)
    for campaign_id, deadline in DEADLINES.items():
        text = re.sub(r"(?m)^  opens: .*$", "  opens: 2026-11-01 00:00", campaign_text(campaign_id))
        made.put(campaign_id, re.sub(r"(?m)^  deadline: .*$", f"  deadline: {deadline}", text))
    yield made
    made.end()


def submit(month: Several, campaign: Campaign, oktmo: str, now: datetime, sent: Sent) -> None:
    """The next version of a municipality's report, as the form would take it at this moment."""
    latest = month.outbox.submissions.latest(campaign.id, oktmo)
    version = latest.version if latest else 0
    values = examine(campaign, answers(campaign, oktmo, version + 1)).values
    home = {question.id for question in campaign.home_questions}
    kept = to_json(campaign, values)
    new = NewSubmission(
        campaign=campaign.id,
        oktmo=oktmo,
        key=uuid4().hex,
        base_version=version,
        answers={name: answer for name, answer in kept.items() if name not in home},
        contacts={name: answer for name, answer in kept.items() if name in home},
        reasons={},
        previous=None,
        accepted_at=now,
        late=now > campaign.about.deadline,
        receipt_prefix=campaign.about.receipt_prefix,
    )
    month.outbox.submissions.submit(new)
    sent[oktmo] = dict(values)


def sort(month: Several, campaign: Campaign, chance: random.Random) -> None:
    """Staff sort the rows of «Ответы» by some column."""
    sheet_id = month.outbox.bindings.tab(month.spreadsheet(campaign.id), "answers")
    header = month.grid(campaign.id, "Ответы")[0]
    order = {"dimensionIndex": chance.randrange(len(header)), "sortOrder": chance.choice(["ASCENDING", "DESCENDING"])}
    area = {"sheetId": sheet_id, "startRowIndex": 1}
    month.staff(campaign.id, {"sortRange": {"range": area, "sortSpecs": [order]}})


def read(month: Several, campaign_id: str) -> Read:
    grid: Any = month.grid
    return Read(*(grid(campaign_id, tab) for tab in ("Свод", "Муниципалитеты", "Ответы")))


@pytest.mark.parametrize("seed", [11])
def test_a_month_of_three_campaigns(month: Several, seed: int) -> None:
    chance, sent = random.Random(seed), {one: Sent() for one in FILES}
    campaigns = {one: month.campaign(one) for one in FILES}
    for day in DAYS:
        now = FIRST_DAY + timedelta(days=day)
        start_rehearsal(month.folder, now)
        for campaign_id, campaign in campaigns.items():
            for one in campaign.municipalities:
                if chance.random() < 0.2 and now < campaign.about.deadline + timedelta(days=3):
                    submit(month, campaign, one.oktmo, now, sent[campaign_id])
            if day and chance.random() < 0.5:
                sort(month, campaign, chance)
        done = month.call("--once")
        assert done.returncode == 0, done.stdout + done.stderr
        for campaign_id, campaign in campaigns.items():
            compared = compare(campaign, read(month, campaign_id), sent[campaign_id])
            wrong = [figure for figure in compared.figures if figure.sent != figure.shown]
            assert not wrong, (now.date(), campaign_id, wrong)
            assert not compared.others
    for campaign_id, campaign in campaigns.items():
        versions = sum(
            len(month.outbox.submissions.versions(campaign_id, one.oktmo)) for one in campaign.municipalities
        )
        receipts = month.receipts(campaign_id)
        assert versions == len(receipts) == len(set(receipts)), campaign_id
        assert all(str(receipt).startswith(campaign.about.receipt_prefix) for receipt in receipts)
