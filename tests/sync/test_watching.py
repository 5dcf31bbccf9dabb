"""Which of several spreadsheets are read: those that changed; and none of a campaign that is closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from campaign import Campaign, load_campaign
from scripts.bench_campaigns import READS, WRITES, Idle, idle, measure
from sheets import CallBudget, open_client
from sync.process import restoring
from sync.process.metrics import Metrics
from sync.process.watch import Watch
from sync.process.worker import Worker
from tests.outbox.factories import draft
from tests.sync.harness import ROOT, Desk, Server, fast_campaign

ALEXANDROV, VYAZNIKI = "17605000", "17610000"
READ, WRITE = "values.batchGetByDataFilter", "spreadsheets.batchUpdate"


@pytest.fixture
def running(server: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Idle]:
    server.clear_faults()
    with idle(server.url, server.account(), tmp_path, request.param) as made:
        yield made


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("running", [1, 10], indirect=True)
def test_an_idle_minute_costs_one_list_and_the_reads_of_what_changed(server: Server, running: Idle) -> None:
    figures, count = measure(running), len(running.workers)
    assert all(minute["list"] == (count > 1) for minute in figures.minutes)
    assert figures.most("read") <= READS
    assert figures.most("write") <= WRITES
    if count > 1:
        # In ten minutes each is read and stamped once, and read once more since its stamp changed it.
        assert count / 2 <= sum(minute["read"] for minute in figures.minutes) <= 3 * count
        assert sum(minute["write"] for minute in figures.minutes) <= 2 * count
        quiet = running.minute()
        while not quiet["read"]:  # until the ten minutes are over: what comes below must not meet their end
            quiet = running.minute()
        while quiet["read"]:  # each is read, stamped, and read once more
            quiet = running.minute()
        assert quiet["write"] == 0
        changed = running.workers[3].context.spreadsheet.id
        server.post(f"/v4/spreadsheets/{changed}:batchUpdate", {"requests": [{"addSheet": {"properties": {}}}]})
        before = len(server.operations(changed))
        minute = running.minute() + running.minute()
        assert minute["read"] == 1, "the one that changed, within a minute and a half"
        assert [call["kind"] for call in server.operations(changed)[before:]] == [READ]
    else:
        assert all(minute["read"] == 1 for minute in figures.minutes)


def watched(desk: Desk, campaign: Campaign | None = None) -> Worker:
    client = open_client(desk.server.account(), CallBudget(9, 9), base_url=desk.server.url)
    context = replace(desk.context, campaign=campaign or desk.campaign)
    budget = CallBudget(100_000, 100_000, desk.time)
    return Worker(context, budget, desk.lease, Metrics(), chance=lambda: 0.5, watch=Watch(client, desk.time))


def calls(desk: Desk, worker: Worker, minutes: int) -> list[object]:
    before = len(desk.server.operations(desk.spreadsheet.id))
    for _ in range(minutes * 12):
        worker.deliver()
        worker.refresh()
        desk.time.now += 5
    return [call["kind"] for call in desk.server.operations(desk.spreadsheet.id)[before:]]


def test_what_an_administrator_ordered_is_done_though_nobody_changed_the_spreadsheet(desk: Desk) -> None:
    desk.submit(ALEXANDROV)
    desk.submit(VYAZNIKI)
    worker = watched(desk)
    calls(desk, worker, 4)
    header = "Сколько человек проинформировано"
    desk.edit(2, header, None)
    assert calls(desk, worker, 3).count(READ) >= 1
    assert restoring.restore(desk.context, None, column=header, confirm=lambda words: True)
    calls(desk, worker, 2)
    assert [row[header] for row in desk.rows()] == [100, 100]


def test_a_longer_deadline_and_a_new_draft_are_shown_though_nobody_changed_the_spreadsheet(desk: Desk) -> None:
    desk.submit(ALEXANDROV)
    worker = watched(desk)
    calls(desk, worker, 4)
    assert READ not in calls(desk, worker, 2)
    later = desk.campaign.about.deadline + timedelta(days=2)
    desk.context.outbox.links.set_extension(desk.campaign.id, VYAZNIKI, later)
    assert READ in calls(desk, worker, 2)
    calls(desk, worker, 2)
    first = draft(VYAZNIKI, campaign=desk.campaign.id)
    desk.context.outbox.drafts.save(first)
    assert READ in calls(desk, worker, 2)
    calls(desk, worker, 2)
    desk.context.outbox.drafts.save(replace(first, saved_at=first.saved_at + timedelta(minutes=1)))
    assert READ not in calls(desk, worker, 2), "who types on is shown already"


def test_when_drive_fails_each_spreadsheet_is_looked_at_every_minute(desk: Desk) -> None:
    worker = watched(desk)
    desk.submit(ALEXANDROV)
    calls(desk, worker, 4)
    desk.server.faults({"kind": "error", "status": 403, "rate": 1, "path": "/drive/"})
    desk.time.now += 60
    found = calls(desk, worker, 5)
    assert 4 <= found.count(READ) <= 300, "as a single campaign looks, by its own schedule"


def test_a_closed_campaign_is_delivered_shown_once_more_and_left_alone(desk: Desk, tmp_path: Path) -> None:
    text = fast_campaign((ROOT / "config.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "closed.yaml"
    path.write_text(text.replace("  late: accept", "  closed: true\n  late: accept", 1), encoding="utf-8")
    closed = load_campaign(path)
    desk.submit(ALEXANDROV)
    worker = watched(desk, closed)
    calls(desk, worker, 2)
    assert desk.figure("Отчитались") == 1
    assert "Кампания закрыта: эта таблица больше не обновляется." in str(desk.grid(desk.sheets()["Свод"]))
    desk.edit(2, "Зарегистрировались: педагоги", 40)
    assert calls(desk, worker, 15) == []
    assert calls(desk, watched(desk, closed), 2) == [], "nor after a restart"
    desk.submit(VYAZNIKI)  # accepted, and late to arrive
    calls(desk, worker, 1)
    assert desk.figure("Отчитались") == 2
    assert desk.figure("Всего зарегистрировалось") == 12 + 39
    assert calls(desk, worker, 15) == []
    again = watched(desk)
    calls(desk, again, 2)
    desk.edit(2, "Зарегистрировались: педагоги", 1)
    assert READ in calls(desk, again, 2), "opened again"


def test_a_decision_of_the_desk_is_shown_and_costs_nothing_more(desk: Desk) -> None:
    desk.submit(ALEXANDROV, {"informed": 1})
    worker = watched(desk)
    calls(desk, worker, 4)
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    key = status.remarks[0].key
    assert calls(desk, worker, 2) == []
    decisions, at = desk.outbox.remark_decisions, desk.context.now()

    def shown() -> list[object]:
        cells = desk.grid(desk.sheets()["Замечания"])
        place = cells[3].index("Принято на столе")
        return [line[place] for line in cells[4:] if line[0] == key and len(line) > place]

    decisions.accept(desk.campaign.id, ALEXANDROV, key, comment="так и есть", who="Некто", at=at)
    assert calls(desk, worker, 1)[:2] == [READ, WRITE]
    (words,) = shown()
    assert str(words).endswith(": так и есть")
    assert "Некто" not in str(desk.spreadsheet.bodies)
    calls(desk, worker, 2)
    assert calls(desk, worker, 2) == []

    over = desk.campaign.model_copy(update={"about": desk.campaign.about.model_copy(update={"closed": True})})
    closed = watched(desk, over)
    calls(desk, closed, 2)
    assert calls(desk, closed, 15) == []
    decisions.take_back(desk.campaign.id, ALEXANDROV, key, who="Некто", at=at)
    assert READ in calls(desk, closed, 1)
    assert shown() in ([], [""])
    assert calls(desk, watched(desk, over), 2) == [], "nor after a restart"
