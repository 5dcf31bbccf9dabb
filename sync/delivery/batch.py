"""The next batch of submissions, and the request that brings its rows into «Ответы»."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from campaign import Campaign, Cell
from outbox.records import Delivery, Submission
from sheets import Block, marker_request
from sync.context import AnswersTab, Context
from sync.records import table
from sync.records.cells import CellValue, same
from sync.records.columns import Columns
from sync.records.misplaced_rows import mark_request
from sync.records.rows import WRITTEN_FIELDS, cells_of, row_data, too_long

MOST_ROWS = 500
"""Of one request."""
MOST_BYTES = 1_000_000
"""Of one request; Google advises at most 2 MB."""


Cells = Mapping[str, CellValue]


class Rows:
    """How submissions become rows: as they were sent. A rebuild and rows that are put back override it."""

    def start(self) -> None:
        """Look up what the next batch needs; called once before each."""

    def cells(self, campaign: Campaign, submission: Submission) -> Cells | None:
        """Return column id → cell; None for a submission that gets no row."""
        return cells_of(campaign, submission)


@dataclass(frozen=True)
class Batch:
    """The submissions that go next.

    rows:  cells of each submission, in the same order; None for no row
    unfit: submissions that no cell can hold, with the reason
    """

    submissions: Sequence[Submission]
    rows: Sequence[Cells | None]
    unfit: Sequence[tuple[Submission, str]]


def next_batch(
    context: Context, limit: int, cells_for: Callable[[Campaign, Submission], Cells | None] = cells_of
) -> Batch:
    """Return the oldest pending submissions, up to `limit` and to MOST_BYTES, at least one."""
    submissions: list[Submission] = []
    rows: list[Cells | None] = []
    unfit: list[tuple[Submission, str]] = []
    size = 0
    for submission in context.outbox.deliveries.pending(context.campaign.id, context.spreadsheet.id, limit):
        cells = cells_for(context.campaign, submission)
        reason = too_long(context.campaign, cells or {})
        if reason is not None:
            unfit.append((submission, reason))
            continue
        size += sum(len(cell.encode()) if isinstance(cell, str) else 20 for cell in (cells or {}).values())
        if size > MOST_BYTES and submissions:
            break
        submissions.append(submission)
        rows.append(cells)
    return Batch(submissions, rows, unfit)


def batch_body(rows: Sequence[Cells], answers: AnswersTab, misplaced: Collection[str]) -> Callable[[int, str], str]:
    """Return a function of sequence and marker that makes the JSON text of one atomic `batchUpdate`.

    The marker goes first: where it is there already, everything is refused. Misplaced rows of the submissions in
    `misplaced` are marked by their content, since no row is ever addressed by its place.
    """
    columns, sheet_id = answers.columns, answers.sheet_id
    ids = {str(cells.get(table.ID)) for cells in rows}
    requests = [mark_request(sheet_id, one) for one in misplaced if one in ids]
    append = {
        "sheetId": sheet_id,
        "rows": [row_data(cells, columns) for cells in rows],
        "fields": WRITTEN_FIELDS,
    }
    header_range = _header_range(answers.title)

    def build(sequence: int, marker: str) -> str:
        body = {
            "requests": [marker_request(sequence, marker), *requests, {"appendCells": append}],
            "includeSpreadsheetInResponse": True,
            "responseRanges": [header_range],
            "responseIncludeGridData": True,
        }
        return json.dumps(body, ensure_ascii=False)

    return build


def asks_for(body: str, title: str) -> bool:
    """Return True if the frozen body asks for the header row of the tab with this title."""
    return bool(json.loads(body)["responseRanges"] == [_header_range(title)])


def _header_range(title: str) -> str:
    """Return the A1 range of the header row. Google takes no sheet id here."""
    return "'" + title.replace("'", "''") + "'!1:1"


def rows_stand_right(context: Context, delivery: Delivery, block: Block, built: Columns, columns: Columns) -> bool:
    """Return True if all rows of the delivery that are still in the tab stand under their headers.

    A row is found by its id. It is misplaced if its id or receipt is not under the header. Otherwise the cells of a
    delivery either stay where they were laid out, or have all moved along with their columns: what more of them confirm
    is so. No single cell decides: staff may have corrected it, and its neighbour may hold the same value. True while
    headers are missing or doubled: until they are mended nothing can be put right.

    built:   the columns that the rows were laid out for
    columns: the columns of `block`
    """
    if not columns.sound:
        return True
    moved = {column: place for column, place in columns.places.items() if built.places.get(column) not in (None, place)}
    wanted = {s.id: cells_of(context.campaign, s) for s in context.outbox.submissions.get_many(delivery.submission_ids)}
    laid_out = moved_along = 0
    for row in block.cells[1:]:
        one = next((str(cell) for cell in row if cell in wanted), None)
        if one is None:
            continue

        def holds(place: int, column: str, row: Sequence[Cell] = row, one: str = one) -> bool:
            read = row[place] if place < len(row) else None
            return same(wanted[one].get(column), read)

        if not all(holds(columns.places[column], column) for column in (table.ID, table.RECEIPT)):
            return False
        answered = [column for column in moved if wanted[one].get(column) is not None]
        laid_out += sum(holds(built.places[column], column) for column in answered)
        moved_along += sum(holds(moved[column], column) for column in answered)
    return moved_along >= laid_out
