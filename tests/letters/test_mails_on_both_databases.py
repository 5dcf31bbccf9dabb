"""What mails ask of the outbox, on both databases: who is concerned, what is made and sent, what came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from letters.mail import overview
from letters.mail.plan import Step
from outbox.mails import MailState
from outbox.records import Correction, Draft
from tests.letters.factories import ALEXANDROV, GOROKHOVETS, VYAZNIKI, answers, publish, send, status
from tests.letters.mail_server import Running, mail_server
from tests.letters.post import OPENING, campaign_of, post
from tests.outbox.conftest import cluster, postgresql_url, ready_postgresql, ready_sqlite, sqlite_url, url

__all__ = ["cluster", "postgresql_url", "ready_postgresql", "ready_sqlite", "sqlite_url", "url"]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with mail_server() as running:
        yield running


def test_the_way_of_mails(server: Running, tmp_path: Path, url: str) -> None:
    server.mailbox.received.clear()
    now = OPENING.replace(month=5, day=29, hour=9)
    with post(tmp_path / "data", server.settings(), now=now, url=url) as office:
        office.make()
        office.outbox.drafts.save(Draft(office.campaign.id, VYAZNIKI, "key", {}, 0, now))
        office.send()
        report = send(office.outbox, ALEXANDROV, answers(3), accepted_at=office.real[0])
        publish(office.outbox, status(report, corrections=(Correction("informed", 500, 400),)))
        office.make()
        office.go(hours=1)
        office.send()
        made = {(one.oktmo, one.step): one.state for one in office.mails()}
        assert made == {
            (ALEXANDROV, Step.ONE_DAY_BEFORE): MailState.SENT,
            (VYAZNIKI, Step.ONE_DAY_BEFORE): MailState.SENT,
            (GOROKHOVETS, Step.ONE_DAY_BEFORE): MailState.SENT,
            (ALEXANDROV, Step.RECEIPT): MailState.SENT,
            (ALEXANDROV, Step.CORRECTED): MailState.SENT,
        }
        assert len(server.mailbox.received) == 5
        views = {view.step: view for view in overview.steps(office.office, office.campaign)}
        assert views[Step.ONE_DAY_BEFORE].counts == {MailState.SENT: 3}
        assert views[Step.REMINDER].concerned == 2
        assert [line.goes for line in overview.dry_run(office.office, office.campaign, Step.REMINDER)] == [
            False,
            True,
            True,
        ]
        pressed = overview.send_step(office.office, office.campaign, Step.REMINDER)
        assert (pressed.made, overview.send_step(office.office, office.campaign, Step.REMINDER).made) == (2, 0)
        office.go(minutes=30)
        found = overview.figures(office.outbox, office.campaign.id, office.real[0])
        assert (found.waiting, found.age, found.sent, found.returned) == (2, timedelta(minutes=30), 5, 0)
        (reminder,) = office.mails(oktmo=VYAZNIKI, step=Step.ONE_DAY_BEFORE)
        office.outbox.returned_mails.take("digest", reminder.id, "failed", "нет ящика", office.lease)
        assert overview.unreachable(office.campaign, office.outbox) == {VYAZNIKI}
        office.send()
        assert office.one(oktmo=VYAZNIKI, step=Step.REMINDER).state == MailState.NO_ADDRESS
        assert office.one(oktmo=GOROKHOVETS, step=Step.REMINDER).state == MailState.SENT
        assert overview.unreachable(campaign_of(1), office.outbox) == set()
