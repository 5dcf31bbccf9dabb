"""A question that the other answers of its row rule out: blank no error, filled in it is named and not counted."""

from __future__ import annotations

from pathlib import Path

from campaign import load_campaign
from outbox.records import Json
from tests.sync.harness import Desk, Server
from tests.sync.test_typed_by_staff import remarks
from tests.webform.test_relevant import FILE

FIRST, SECOND = "10000001", "10000002"
SEATS = "Сколько в ней мест"


def submit(desk: Desk, oktmo: str, **answers: Json) -> None:
    blank = dict.fromkeys(["informed", "audiences", "links", *desk.campaign.by_id])
    desk.submit(oktmo, {**blank, **answers})


def row_of(desk: Desk, oktmo: str) -> int:
    """The 1-based number of the municipality's row."""
    return next(n for n, cells in enumerate(desk.grid(), start=1) if oktmo in cells)


def codes(desk: Desk) -> set[str]:
    return {code for code, *_ in remarks(desk)}


def test_what_is_not_asked_is_neither_missed_nor_counted(server: Server, tmp_path: Path) -> None:
    with Desk.open(server, load_campaign(FILE), tmp_path) as desk:
        worker = desk.worker()
        submit(desk, FIRST, has_canteen=True, seats=40, fed_daily_junior=30)
        submit(desk, SECOND, has_canteen=False, why_not="Ремонт")
        desk.deliver_all(worker)
        worker.refresh_now()
        assert not remarks(desk), "the required questions that nobody asked are blank"
        assert desk.figure(SEATS) == 40
        desk.edit(row_of(desk, SECOND), SEATS, 25)
        worker.refresh_now()
        assert "not_asked" in codes(desk)
        assert desk.figure(SEATS) == 40
        desk.edit(row_of(desk, SECOND), "Есть ли столовая", "да")
        desk.edit(row_of(desk, SECOND), "Почему столовой нет", None)
        desk.edit(row_of(desk, SECOND), "Ежедневно: младшие", 20)
        worker.refresh_now()
        assert desk.figure(SEATS) == 65
