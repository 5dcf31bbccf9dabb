"""A campaign that follows another: last period's totals and the difference in «Свод», all periods in «Динамика»."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaign import Campaign, load_campaign
from campaign.next_period import next_period
from outbox import open_outbox
from outbox.records import Json, MunicipalityStatus
from sync.totals.past import past_period
from tests.sync.harness import ROOT, Desk, Server, fast_campaign

YEAR = 366 * 86_400
FIRST, SECOND, THIRD = "flagmany-2023", "flagmany-2024", "flagmany-2025"
THEN = datetime(2023, 6, 1, 9, 0, tzinfo=UTC)
TOTAL = "Всего зарегистрировалось"


def campaigns(folder: Path, text: str, count: int) -> list[Campaign]:
    """The campaign of the text and those of the periods after it."""
    path = folder / "period0.yaml"
    path.write_text(text, encoding="utf-8")
    found = [load_campaign(path)]
    for number in range(1, count):
        made = next_period(path, None)
        path = folder / f"period{number}.yaml"
        path.write_text(made.text, encoding="utf-8")
        found.append(load_campaign(path))
    return found


@pytest.fixture
def contest(tmp_path: Path) -> list[Campaign]:
    return campaigns(tmp_path, fast_campaign((ROOT / "config.yaml").read_text(encoding="utf-8")), 3)


def publish(folder: Path, period: str, *counted: Mapping[str, Json], silent: int = 0, as_of: datetime = THEN) -> None:
    """What the worker of a period published: a report each, and so many silent municipalities."""
    statuses = [
        MunicipalityStatus(
            oktmo=f"1760{number}000",
            state="on_time" if number < len(counted) else "silent",
            receipt=None,
            version=1,
            seen=1,
            by_hand=False,
            counted=counted[number] if number < len(counted) else {},
            corrections=(),
            remarks=(),
            as_of=as_of,
        )
        for number in range(len(counted) + silent)
    ]
    with open_outbox(f"sqlite:///{folder / 'outbox.db'}") as outbox:
        outbox.statuses.publish(period, statuses, as_of=as_of)


@contextmanager
def opened(server: Server, folder: Path, campaign: Campaign, *known: Campaign) -> Iterator[Desk]:
    """The desk of a campaign, in its own year; known: the files of the installation."""
    with Desk.open(server, campaign, folder) as desk:
        desk.context = replace(desk.context, campaigns={one.id: one for one in known})
        desk.time.now += YEAR * (campaign.about.deadline.year - 2023)
        yield desk


def row(desk: Desk, tab: str, label: str) -> list[object]:
    """The cells right of a label; the last row that begins so."""
    return next(line[1:] for line in reversed(desk.grid(desk.sheets()[tab])) if line and line[0] == label)


def lines(desk: Desk, tab: str) -> list[str]:
    return [str(line[0]) for line in desk.grid(desk.sheets()[tab]) if line]


def test_totals_stand_beside_those_of_the_period_before(
    server: Server, tmp_path: Path, contest: list[Campaign]
) -> None:
    first, second, _ = contest
    codes = [one.oktmo for one in first.municipalities]
    with opened(server, tmp_path, first, *contest) as desk:
        worker = desk.worker()
        for place in range(3):
            desk.submit(codes[place], {"events": 10 * place, "informed": 50})
        desk.deliver_all(worker)
        worker.refresh_now()
        before = row(desk, "Свод", TOTAL)
        assert len(before) == 1  # nothing is compared without a period before
    with opened(server, tmp_path, second, *contest) as desk:
        worker = desk.worker()
        desk.submit(codes[0], {"events": 7, "informed": 400, "registered_students": 5})
        desk.deliver_all(worker)
        worker.refresh_now()
        total = row(desk, "Свод", TOTAL)
        leaves = len(second.main_questions)
        assert total[1] == before[0] == 3 * leaves
        assert total[2] == float(str(total[0])) - 3 * leaves
        assert row(desk, "Свод", "Встречи и мероприятия, ед.")[:3] == [7, 30, -23]
        assert row(desk, "Свод", "Родители")[:3] == [1, 3, -2]
        assert any(
            line.startswith("Прошлый период — до 30.05.2023: отчитались 3 из 21") for line in lines(desk, "Свод")
        )
        periods = desk.grid(desk.sheets()["Динамика"])
        start = next(at for at, line in enumerate(periods) if line and line[0] == "до 30.05.2023")
        assert periods[start][:5] == ["до 30.05.2023", 3, 21, "—", 3 * leaves]
        assert periods[start + 1][:5] == ["до 30.05.2024", 1, 21, total[2], total[0]]
        assert row(desk, "Динамика", "Встречи и мероприятия, ед.") == [30, 7]


def test_a_period_that_nobody_published_is_named_and_compared_with_nothing(
    server: Server, tmp_path: Path, contest: list[Campaign]
) -> None:
    _, second, _ = contest
    with opened(server, tmp_path, second, *contest) as desk:
        worker = desk.worker()
        desk.submit(second.municipalities[0].oktmo)
        desk.deliver_all(worker)
        worker.refresh_now()
        assert len(row(desk, "Свод", TOTAL)) == 1
        assert any("до 30.05.2023: его показателей в хранилище нет" in line for line in lines(desk, "Свод"))
        assert row(desk, "Динамика", "до 30.05.2023") == ["показателей в хранилище нет"]


def test_what_was_not_asked_then_is_no_zero_and_what_nobody_answered_is(
    server: Server, tmp_path: Path, contest: list[Campaign]
) -> None:
    _, second, _ = contest
    publish(tmp_path, FIRST, {"informed": 5, "registered_students": 0}, {"informed": 6}, silent=2)
    with opened(server, tmp_path, second, second) as desk:  # the file of the first period is gone
        worker = desk.worker()
        desk.submit(second.municipalities[0].oktmo, {"events": 3})
        desk.deliver_all(worker)
        worker.refresh_now()
        assert row(desk, "Свод", "Встречи и мероприятия, ед.")[:3] == [3, "—", "—"]
        assert row(desk, "Свод", TOTAL)[1:] == ["—", "—"]  # of its cells only one was known
        assert any(line.startswith(f"Прошлый период — {FIRST}: отчитались 2 из 4") for line in lines(desk, "Свод"))
        assert row(desk, "Динамика", FIRST)[:4] == [2, 4, "—", "—"]


def test_periods_are_followed_as_far_as_their_files_say(
    server: Server, tmp_path: Path, contest: list[Campaign]
) -> None:
    first, _, third = contest
    leaves = [question.id for question in first.main_questions]
    publish(tmp_path, FIRST, dict.fromkeys(leaves, 1), silent=1)
    publish(tmp_path, SECOND, dict.fromkeys(leaves, 0), dict.fromkeys(leaves, 3))
    with opened(server, tmp_path, third, *contest) as desk:
        worker = desk.worker()
        worker.refresh_now()
        found = {name: row(desk, "Динамика", f"до 30.05.{name}")[:4] for name in (2023, 2024, 2025)}
        count = len(leaves)
        assert found == {
            2023: [1, 2, "—", count],
            2024: [2, 2, 2 * count, 3 * count],
            2025: [0, 21, "—", "—"],
        }
        assert row(desk, "Свод", TOTAL) == ["—", 3 * count, "—"]
        later = THEN + timedelta(days=1)
        publish(tmp_path, SECOND, dict.fromkeys(leaves, 2), dict.fromkeys(leaves, 3), as_of=later)
        worker.refresh_now()
        assert row(desk, "Свод", TOTAL) == ["—", 5 * count, "—"], "corrected in the period before"


@pytest.mark.slow
def test_shares_means_and_yes_or_no_are_compared_by_their_own_methods(server: Server, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "examples" / "school-meals.yaml").read_text(encoding="utf-8")
    first, second = campaigns(tmp_path, text, 2)
    question = next(q for q in second.sheet_questions if q.numeric and q.aggregate.kind == "mean" and q.place is None)
    said = next(q for q in second.sheet_questions if q.type == "yes_no")
    publish(tmp_path, first.id, {question.id: 10, said.id: True}, {question.id: 15, said.id: False}, silent=1)
    with opened(server, tmp_path, second, first, second) as desk:
        desk.worker().refresh_now()
        page = desk.grid(desk.sheets()["Свод"])
        mean = next(line for line in page if line and str(line[0]).startswith(question.header) and len(line) > 3)
        assert mean[1:4] == ["—", pytest.approx(12.5), "—"]
        yes = next(line for line in page if line and line[0] == said.header)
        assert yes[4:6] == [1, "—"]


@pytest.mark.parametrize(
    ("by_hand", "figure"),
    [({}, 7), ({"tariff": "9"}, None), ({"spent": "9"}, 7)],
    ids=["receipts", "a row of the ministry with an answer", "one without"],
)
def test_the_last_accepted_report_of_a_period_is_known_by_its_receipt(
    by_hand: Mapping[str, Json], figure: int | None
) -> None:
    campaign = load_campaign(ROOT / "docs" / "examples" / "school-meals.yaml")
    counted: list[tuple[str | None, Mapping[str, Json]]] = [
        ("ПИ-00002", {"tariff": "3"}),
        ("ПИ-100000", {"spent": "1"}),
        ("ПИ-00011", {"tariff": "7"}),
        ("ПИ-00009", {"tariff": "5"}),
    ]
    statuses = [
        MunicipalityStatus(f"{n}", "on_time", receipt, 1, 1, receipt is None, figures, (), (), THEN)
        for n, (receipt, figures) in enumerate([*counted, *([(None, by_hand)] if by_hand else [])])
    ]
    assert past_period(campaign, "before", campaign, THEN, statuses).figures["tariff"] == figure
