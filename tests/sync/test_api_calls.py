"""docs/api-calls.md says how many requests each thing costs; here the server counts them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from tests.sync.harness import ROOT, Desk, once

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI = "17605000", "17610000"
KINDS = {
    "spreadsheets.get": "get",
    "values.batchGetByDataFilter": "values:batchGetByDataFilter",
    "spreadsheets.batchUpdate": "batchUpdate",
    "developerMetadata.search": "developerMetadata:search",
    "files.get": "Drive files.get",
}


def documented() -> dict[str, list[str]]:
    """What → the requests in their order, from the page's table."""
    page = (ROOT / "docs" / "api-calls.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| ([^|]+?) \| \d+ \| \d+ \| ([^|]+?) \|$", page)
    return {what: [] if calls == "—" else calls.split(", ") for what, calls in rows}


def test_sums_of_the_page_are_right() -> None:
    page = (ROOT / "docs" / "api-calls.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| [^|]+? \| (\d+) \| (\d+) \| ([^|]+?) \|$", page)
    assert rows
    for reads, writes, calls in rows:
        every = [] if calls == "—" else calls.split(", ")
        assert int(writes) == every.count("batchUpdate")
        assert int(reads) == len([call for call in every if call != "batchUpdate" and not call.startswith("Drive")])


def start(desk: Desk) -> Callable[[], object]:
    return lambda: desk.worker().prepare()


def restart(desk: Desk) -> Callable[[], object]:
    desk.worker().prepare()
    return lambda: desk.worker().prepare()


def deliver(desk: Desk) -> Callable[[], object]:
    worker = desk.worker()
    worker.prepare()
    for municipality in desk.campaign.municipalities:
        desk.submit(municipality.oktmo)
    return lambda: desk.deliver_all(worker)


def deliver_unknown(desk: Desk) -> Callable[[], object]:
    act = deliver(desk)
    desk.server.faults({"kind": "reset_after", "next": 1, "path": ":batchUpdate"})
    return act


def deliver_lost(desk: Desk) -> Callable[[], object]:
    act = deliver(desk)
    desk.server.faults({"kind": "reset_before", "next": 1, "path": ":batchUpdate"})
    return act


def deliver_moved(desk: Desk) -> Callable[[], object]:
    act = deliver(desk)
    desk.spreadsheet.before_write = once(lambda: desk.insert_column(1, "Моё"))
    return act


def idle_delivery(desk: Desk) -> Callable[[], object]:
    worker = desk.worker()
    worker.prepare()
    return worker.step


def refresh(desk: Desk) -> Callable[[], object]:
    worker = desk.worker()
    worker.refresh_now()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    return worker.refresh_now


def look(desk: Desk) -> Callable[[], object]:
    worker = desk.worker()
    worker.refresh_now()
    return worker.refresh_now


def new_number(desk: Desk) -> Callable[[], object]:
    desk.submit("17605000")
    worker = desk.worker()
    desk.deliver_all(worker)
    worker.refresh_now()
    desk.edit(2, "Зарегистрировались: педагоги", 40)
    return worker.refresh_now


def stamp(desk: Desk) -> Callable[[], object]:
    act = look(desk)
    desk.time.now += desk.campaign.schedule.stamp_minutes * 60
    return act


def large_look(desk: Desk) -> Callable[[], object]:
    worker = desk.worker()
    desk.time.now += 30  # a worker before this one can have no write under way any more
    for _ in range(3):
        desk.time.now += 5
        worker.refresh()
    desk.time.now += 5
    return worker.refresh


CASES: dict[str, Callable[[Desk], Callable[[], object]]] = {
    "first start in an empty spreadsheet": start,
    "start": restart,
    "nothing to deliver": idle_delivery,
    "delivery, 1 to 500 rows": deliver,
    "delivery with a lost answer, arrived": deliver_unknown,
    "delivery with a lost request": deliver_lost,
    "delivery under which staff moved columns": deliver_moved,
    "refresh that changes something": refresh,
    "refresh after staff typed a number that nobody submitted": new_number,
    "look without a change": look,
    "look when the stamp is due": stamp,
    "look at more than 5,000 rows that nobody changed": large_look,
}


def test_every_row_is_counted() -> None:
    assert documented().keys() == CASES.keys()


def in_order(desk: Desk, before: int, arrived: int) -> list[dict[str, object]]:
    """The operations since then by their start; one with a cut off answer is noted a little later."""
    until = time.monotonic() + 30
    while len(found := desk.server.operations(desk.spreadsheet.id)[before:]) < arrived and time.monotonic() < until:
        time.sleep(0.02)
    return sorted(found, key=lambda call: float(str(call["time"])))


@pytest.mark.parametrize("what", CASES)
def test_the_server_counts_what_the_page_says(desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "5,000" in what:
        monkeypatch.setattr("sync.process.looks.MANY_ROWS", -1)
    act = CASES[what](desk)
    before = len(desk.server.operations(desk.spreadsheet.id))
    acted = desk.spreadsheet.calls
    act()
    sent = desk.spreadsheet.calls - acted
    lost = "lost request" in what
    own = [str(call["kind"]) for call in in_order(desk, before, sent - lost)]
    if "moved" in what:
        own.remove("spreadsheets.batchUpdate")  # the one of staff
    calls = [KINDS[kind] for kind in own]
    if lost:
        calls = ["batchUpdate", *calls]  # the one that the server never read
    assert calls == documented()[what]
    assert sent == len(calls)
