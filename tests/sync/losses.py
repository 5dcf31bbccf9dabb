"""Ways to lose answers in «Ответы», and what the worker makes of a loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from outbox.records import Submission
from sync.process.worker import Worker
from tests.sync.harness import Desk

INFORMED = "Сколько человек проинформировано"
Act = Callable[[Desk], None]


def reported(desk: Desk, count: int) -> tuple[Worker, list[Submission]]:
    """So many municipalities have reported, and the summary shows them."""
    worker = desk.worker()
    sent = [desk.submit(one.oktmo, {"informed": 100 + i}) for i, one in enumerate(desk.campaign.municipalities[:count])]
    desk.deliver_all(worker)
    worker.refresh_now()
    return worker, sent


def trouble(worker: Worker) -> str:
    return worker.trouble or ""


def look(desk: Desk, worker: Worker, times: int = 1) -> None:
    """The worker does what is due, as its loop makes it."""
    for _ in range(times):
        desk.time.now += 100
        worker.deliver()
        worker.refresh()


def place(desk: Desk, header: str) -> int:
    return desk.grid()[0].index(header)


def delete_column(desk: Desk, header: str = INFORMED) -> None:
    at = place(desk, header)
    where = {"sheetId": desk.answers_id(), "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    desk.staff({"deleteDimension": {"range": where}})


def delete_and_retype_column(desk: Desk) -> None:
    at = place(desk, INFORMED)
    delete_column(desk)
    desk.insert_column(at, INFORMED)


def clear(desk: Desk, first: int, end: int | None, header: str | None = None) -> None:
    """Empty cells. first, end: 1-based rows, half-open; header: of one column."""
    area: dict[str, object] = {"sheetId": desk.answers_id(), "startRowIndex": first - 1}
    if end is not None:
        area["endRowIndex"] = end - 1
    if header is not None:
        area |= {"startColumnIndex": place(desk, header), "endColumnIndex": place(desk, header) + 1}
    desk.staff({"updateCells": {"range": area, "fields": "userEnteredValue"}})


def clear_column(desk: Desk) -> None:
    clear(desk, 2, None, INFORMED)


def clear_ids(desk: Desk) -> None:
    clear(desk, 2, None, "ID")


def clear_tab(desk: Desk) -> None:
    clear(desk, 1, None)


def clear_rows(desk: Desk) -> None:
    clear(desk, 2, None)


def shift_left(desk: Desk) -> None:
    """Delete the cells of one column below the header, so that those to the right move in."""
    at = place(desk, INFORMED)
    area = {"sheetId": desk.answers_id(), "startRowIndex": 1, "startColumnIndex": at, "endColumnIndex": at + 1}
    desk.staff({"deleteRange": {"range": area, "shiftDimension": "COLUMNS"}})


def shift_right(desk: Desk) -> None:
    at = place(desk, INFORMED)
    area = {"sheetId": desk.answers_id(), "startRowIndex": 1, "startColumnIndex": at, "endColumnIndex": at + 1}
    desk.staff({"insertRange": {"range": {**area, "endRowIndex": 7}, "shiftDimension": "COLUMNS"}})


def delete_header_row(desk: Desk) -> None:
    desk.delete_rows(1, 2)


def erase_headers(desk: Desk) -> None:
    """Most of them; the columns below stay."""
    area = {"sheetId": desk.answers_id(), "endRowIndex": 1, "startColumnIndex": 3, "endColumnIndex": 20}
    desk.staff({"updateCells": {"range": area, "fields": "userEnteredValue"}})


def erase_header_row(desk: Desk) -> None:
    """All of ours, in a tab where staff have a column too."""
    area = {"sheetId": desk.answers_id(), "endRowIndex": 1, "endColumnIndex": place(desk, "ID") + 1}
    desk.staff({"updateCells": {"range": area, "fields": "userEnteredValue"}})


def delete_columns(desk: Desk) -> None:
    where = {"sheetId": desk.answers_id(), "dimension": "COLUMNS", "startIndex": 3, "endIndex": 16}
    desk.staff({"deleteDimension": {"range": where}})


def sort_header_along(desk: Desk) -> None:
    area = {"sheetId": desk.answers_id(), "startRowIndex": 0}
    specs = [{"dimensionIndex": place(desk, "Приём"), "sortOrder": "DESCENDING"}]
    freeze = {"sheetId": desk.answers_id(), "gridProperties": {"frozenRowCount": 0}}
    desk.staff(
        {"updateSheetProperties": {"properties": freeze, "fields": "gridProperties.frozenRowCount"}},
        {"sortRange": {"range": area, "sortSpecs": specs}},
    )
    assert desk.grid()[0][0] != "Приём"


def delete_rows(desk: Desk) -> None:
    desk.delete_rows(2, 8)


LOSSES: Mapping[str, Act] = {
    "a deleted column": delete_column,
    "a deleted column with its header typed again": delete_and_retype_column,
    "a cleared column": clear_column,
    "cleared ids": clear_ids,
    "a deleted id column": lambda desk: delete_column(desk, "ID"),
    "a cleared tab": clear_tab,
    "cleared rows": clear_rows,
    "cells shifted to the left": shift_left,
    "cells shifted to the right": shift_right,
    "a deleted header row": delete_header_row,
    "most headers erased": erase_headers,
    "an erased header row": erase_header_row,
    "thirteen deleted columns": delete_columns,
    "a sort with the header": sort_header_along,
    "deleted rows": delete_rows,
}


@dataclass
class Answer:
    """The administrator at the terminal: reads the plan, and says yes or no."""

    yes: bool
    words: str = ""

    def __call__(self, words: str) -> bool:
        self.words = words
        return self.yes
