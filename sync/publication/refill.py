"""Blank cells of «Ответы» filled again from the outbox, where an administrator asked for it.

The command leaves an order in the outbox, and the worker, the one writer of the spreadsheet, carries it out at its next
refresh: headers first, then «ID» in rows that their receipt still names, then the answers. Only blank cells are filled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from campaign import Campaign, Cell
from campaign.answers import cell_text
from outbox.records import Json, Lease, Submission
from sync.context import AnswersTab, Context
from sync.errors import HeadersBroken
from sync.manual_edits.corrected import Corrections, corrected_cells, corrections_in
from sync.publication.header_repair import HeaderRepair, repair_headers
from sync.publication.losses import read_header
from sync.publication.tabs_writer import TabsWriter
from sync.records import table
from sync.records.cells import CellValue, same
from sync.records.columns import Columns
from sync.records.rows import WRITTEN_FIELDS, cell_data
from sync.tabs import Request, TabsWrite, WrittenState
from sync.tabs.accounts import KEY as ANSWERS
from sync.tabs.keyed import KeyedTable, KeyedWrite
from sync.tabs.page import PageCell, Rectangle
from sync.tabs.render import grid_range

ORDER = "restore_order"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be filled. columns: their ids; ids: of submissions; None for all."""

    columns: frozenset[str] | None = None
    ids: frozenset[str] | None = None

    def covers(self, submission: str, column: str) -> bool:
        """Return True if the cell is to be filled where it is blank."""
        return (self.ids is None or submission in self.ids) and (self.columns is None or column in self.columns)

    def corrections(self, known: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return the corrections to fill in: an emptied cell of a column that was asked for is not one."""
        if self.columns is None:
            return known
        return {column: now for column, now in known.items() if now is not None or column not in self.columns}

    def to_json(self) -> Json:
        parts = {"columns": self.columns, "ids": self.ids}
        return {name: None if part is None else list[Json](sorted(part)) for name, part in parts.items()}


def read_order(context: Context) -> Order | None:
    """Return the order that waits; None for none."""
    kept = context.outbox.bindings.recall(context.spreadsheet.id, ORDER)
    if not isinstance(kept, dict):
        return None
    columns, ids = (
        frozenset(map(str, part)) if isinstance(part := kept.get(name), list) else None for name in ("columns", "ids")
    )
    return Order(columns, ids)


def keep_order(context: Context, order: Order | None) -> None:
    """Keep the order, or that it is carried out."""
    context.outbox.bindings.remember(context.spreadsheet.id, ORDER, order.to_json() if order else None)


@dataclass(frozen=True)
class Refill:
    """Cells to be filled. by: id of the column by which the rows are known; cells: row index → column id → content."""

    table: KeyedTable
    cells: Mapping[int, Mapping[str, CellValue]]

    def requests(self) -> Iterator[Request]:
        """Yield one request for each run of cells down a column, typed and formatted as a delivery writes them."""
        columns: dict[str, list[int]] = {}
        for row in sorted(self.cells):
            for column in self.cells[row]:
                columns.setdefault(column, []).append(row)
        for column, rows in columns.items():
            place, start = self.table.places[column], 0
            for end in range(1, len(rows) + 1):
                if end == len(rows) or rows[end] != rows[end - 1] + 1:
                    run = rows[start:end]
                    yield {
                        "updateCells": {
                            "range": grid_range(self.table.sheet_id, Rectangle(run[0], run[-1] + 1, place, place + 1)),
                            "rows": [{"values": [cell_data(self.cells[row][column])]} for row in run],
                            "fields": WRITTEN_FIELDS,
                        }
                    }
                    start = end

    def write(self, state: WrittenState) -> TabsWrite:
        """Return the atomic batch; it is marked, and taken back where rows or columns moved in that very second."""
        changes = {row: {column: PageCell(cell) for column, cell in cells.items()} for row, cells in self.cells.items()}
        keyed = KeyedWrite(self.table, changes, once=True)
        return TabsWrite(list(self.requests()), state, keyed={ANSWERS: keyed}, marked=True)


def submissions_and_corrections(context: Context) -> tuple[list[Submission], Corrections]:
    """Return all delivered submissions, and what the ministry had corrected in them."""
    outbox, spreadsheet_id = context.outbox, context.spreadsheet.id
    delivered = outbox.deliveries.delivered_ids(context.campaign.id, spreadsheet_id)
    return outbox.submissions.get_many(delivered), corrections_in(outbox.staff_edits.current(spreadsheet_id))


def refill(
    campaign: Campaign,
    sheet_id: int,
    cells: Sequence[Sequence[Cell]],
    written: Mapping[str, str],
    submissions: Sequence[Submission],
    corrections: Corrections,
    order: Order,
) -> Refill:
    """Return what is to be filled now: «ID» where it is lost and everything else of the row agrees, else the answers.

    cells: all rows of the tab, under sound headers
    """
    headers = {column: text for column, text in written.items() if column != table.ACCOUNT}
    by_receipt = KeyedTable(sheet_id, cells, headers, table.RECEIPT)
    lost = dict(_lost_ids(campaign, by_receipt, submissions, corrections, order))
    if lost:
        return Refill(by_receipt, lost)
    by_id = KeyedTable(sheet_id, cells, headers, table.ID)
    found: dict[int, dict[str, CellValue]] = {}
    for submission in submissions:
        rows = by_id.rows.get(submission.id, ())
        known = order.corrections(corrections.get(submission.id, {}))
        wanted = corrected_cells(campaign, submission, known) if rows else {}
        for row in rows:
            blank = {
                column: cell
                for column, cell in wanted.items()
                if column in by_id.places
                and order.covers(submission.id, column)
                and by_id.cell(row, column) in (None, "")
            }
            if blank:
                found[row] = blank
    return Refill(by_id, found)


def _lost_ids(
    campaign: Campaign,
    by_receipt: KeyedTable,
    submissions: Sequence[Submission],
    corrections: Corrections,
    order: Order,
) -> Iterator[tuple[int, Mapping[str, CellValue]]]:
    """Yield the rows without «ID» that can only be a submission's: by receipt, and no cell contradicts."""
    ids = {cell_text(by_receipt.cell(row, table.ID)) for row in range(1, len(by_receipt.cells))}
    for submission in submissions:
        rows = by_receipt.rows.get(submission.receipt, ())
        if submission.id in ids or len(rows) != 1 or not order.covers(submission.id, table.ID):
            continue
        (row,) = rows
        wanted = corrected_cells(campaign, submission, corrections.get(submission.id, {}))
        there = {column: by_receipt.cell(row, column) for column in by_receipt.places}
        if there.pop(table.ID) in (None, "") and all(
            cell in (None, "") or same(wanted.get(column), cell) for column, cell in there.items()
        ):
            yield row, {table.ID: submission.id}


# Headers --------------------------------------------------------------------------------------------------------


def header_repair(
    context: Context, sheet_id: int, cells: Sequence[Sequence[Cell]], written: Mapping[str, str]
) -> HeaderRepair | None:
    """Return how the headers of the tab come back; None where that cannot be known."""
    delivered = context.outbox.deliveries.delivered_ids(context.campaign.id, context.spreadsheet.id)
    return repair_headers(context.campaign, sheet_id, cells, written, read_header(context), delivered)


def mend_headers(
    context: Context, lease: Lease, answers: AnswersTab, cells: Sequence[Sequence[Cell]], columns: Columns
) -> None:
    """Bring the headers back, in one marked write. Raises HeadersBroken where that is not possible."""
    writer = TabsWriter(context)
    if writer.settle(lease):
        return
    repair = header_repair(context, answers.sheet_id, cells, answers.written)
    if repair is None:
        raise HeadersBroken(columns.trouble(answers.title))
    state = WrittenState({}, {})
    writer.send(TabsWrite(list(repair.requests), state, marked=True), state, lease)
