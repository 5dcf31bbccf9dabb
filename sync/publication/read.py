"""The start of a refresh: one read of the spreadsheet and one of the outbox."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from campaign import Cell
from outbox.records import Submission
from sheets import Area, Block
from sync.context import AnswersTab, Context
from sync.errors import HeadersBroken
from sync.records import table
from sync.records.columns import Columns, locate
from sync.records.misplaced_rows import find_misplaced
from sync.records.table import AnswersTable, Record
from sync.tabs.accounts import KEY as ANSWERS
from sync.tabs.written import TabAsRead


@dataclass(frozen=True)
class Seen:
    """The result of one read of the spreadsheet.

    sheet_id:       of «Ответы»
    table:          the rows that may count
    columns:        where they stood
    misplaced_rows: 1-based rows that the worker wrote anew elsewhere and that staff may delete
    tabs:           tab key → the tab, of «Ответы» and those that the worker owns
    """

    sheet_id: int
    table: AnswersTable
    columns: Columns
    misplaced_rows: tuple[int, ...]
    tabs: Mapping[str, TabAsRead]


def read_spreadsheet(
    context: Context, answers: AnswersTab, owned: Mapping[str, int], misplaced: Mapping[str, bool]
) -> Seen:
    """Read «Ответы» and the owned tabs as of one moment. One call.

    owned:     tab key → sheet id
    misplaced: id of a submission with a misplaced row → True while that row is still to be written again

    `answers` is brought up to date. Raises HeadersBroken, TabMissing and other SheetsError.
    """
    areas = [Area(answers.sheet_id), *(Area(sheet_id) for sheet_id in owned.values())]
    block, *others = context.spreadsheet.read(areas)
    answers.title = block.title
    answers.columns = locate(block.cells[0] if block.cells else [], answers.written)
    if not answers.columns.sound:
        raise HeadersBroken(answers.columns.trouble(answers.title))

    def known(ids: Iterable[str]) -> Collection[str]:
        return {submission.id for submission in context.outbox.submissions.get_many(ids)}

    rows, marked = answers_table(block, answers.columns, misplaced, known)
    tabs = {ANSWERS: as_read(block)} | {key: as_read(other) for key, other in zip(owned, others, strict=True)}
    return Seen(answers.sheet_id, rows, answers.columns, marked, tabs)


def as_read(block: Block) -> TabAsRead:
    return TabAsRead(block.cells, block.rows, block.columns, block.title)


def answers_table(
    block: Block,
    columns: Columns,
    misplaced: Mapping[str, bool],
    known: Callable[[Iterable[str]], Collection[str]],
) -> tuple[AnswersTable, tuple[int, ...]]:
    """Return the rows under their headers, and the 1-based numbers of misplaced rows that staff may delete.

    Rows with nothing in the worker's columns are left out: staff may write beside and below.
    misplaced, known: see `find_misplaced`.
    """
    rows = block.cells[1:]
    width = len(columns.header)
    by_place: list[Sequence[Cell]] = list(zip_longest(*rows, fillvalue=None)) if rows else []
    blank: tuple[Cell, ...] = (None,) * len(rows)
    by_place += [blank] * (width - len(by_place))
    found = {column: by_place[place] for column, place in columns.places.items() if column != table.ACCOUNT}
    # Blanks come along when staff copy an ID; it is the same one.
    found[table.ID] = [cell.strip() if isinstance(cell, str) else cell for cell in found[table.ID]]
    numbers: Sequence[int] = range(2, len(rows) + 2)
    found_misplaced = find_misplaced(by_place, found[table.ID], misplaced, known)
    drop = set(found_misplaced.marked | found_misplaced.pending)
    if not all(found[table.ID]):  # a blank ID: perhaps a wholly blank row
        drop |= {
            row for row, cells in enumerate(zip(*found.values(), strict=True)) if all(c in (None, "") for c in cells)
        }
    if drop:
        keep = [row for row in range(len(rows)) if row not in drop]
        found = {column: [cells[row] for row in keep] for column, cells in found.items()}
        numbers = [numbers[row] for row in keep]
    return AnswersTable(found, numbers), tuple(row + 2 for row in sorted(found_misplaced.marked))


def read_record(context: Context) -> Record:
    """Return the outbox's present record, without the staff's edits, which come from comparing it with the tab."""
    outbox, campaign, spreadsheet_id = context.outbox, context.campaign.id, context.spreadsheet.id

    def payloads(ids: Sequence[str]) -> Mapping[str, Submission]:
        return {submission.id: submission for submission in outbox.submissions.get_many(ids)}

    return Record(
        submissions=outbox.submissions.digests(campaign),
        delivered=outbox.deliveries.delivered_ids(campaign, spreadsheet_id),
        waiting=outbox.deliveries.waiting(campaign, spreadsheet_id),
        set_aside=outbox.deliveries.set_aside_list(campaign, spreadsheet_id),
        drafts=outbox.drafts.all(campaign),
        extensions=outbox.links.extensions(campaign),
        payloads=payloads,
        staff_edits=(),
        journal=outbox.journal.last(campaign, spreadsheet_id),
        decisions=outbox.remark_decisions.accepted(campaign),
    )
