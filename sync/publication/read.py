"""The start of a refresh: one read of the spreadsheet and one of the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from campaign import Cell
from outbox.records import Submission
from sheets import Area, Block
from sync.context import AnswersTab, Context
from sync.errors import HeadersBroken
from sync.records import table
from sync.records.columns import Columns, locate
from sync.records.table import AnswersTable, Record
from sync.tabs.written import TabAsRead
from sync.texts import worker as texts


@dataclass(frozen=True)
class Seen:
    """The result of one read of the spreadsheet.

    sheet_id:   of «Ответы»
    table:      the rows that may count
    columns:    where they stood
    moved_rows: 1-based rows that the worker wrote anew elsewhere and that staff may delete
    tabs:       tab key → the tab, of those that the worker owns
    """

    sheet_id: int
    table: AnswersTable
    columns: Columns
    moved_rows: tuple[int, ...]
    tabs: Mapping[str, TabAsRead]


def read_spreadsheet(
    context: Context, answers: AnswersTab, owned: Mapping[str, int], left_out: frozenset[str] = frozenset()
) -> Seen:
    """Read «Ответы» and the owned tabs as of one moment. One call.

    owned: tab key → sheet id. left_out: ids whose rows are to be written again under the right headers.
    `answers` is brought up to date. Raises HeadersBroken, TabMissing and other SheetsError.
    """
    areas = [Area(answers.sheet_id), *(Area(sheet_id) for sheet_id in owned.values())]
    block, *others = context.spreadsheet.read(areas)
    answers.title = block.title
    answers.columns = locate(block.cells[0] if block.cells else [], answers.written)
    if not answers.columns.sound:
        raise HeadersBroken(answers.columns.trouble(answers.title))
    rows, moved = answers_table(block, answers.columns, left_out)
    tabs = {key: as_read(other) for key, other in zip(owned, others, strict=True)}
    return Seen(answers.sheet_id, rows, answers.columns, moved, tabs)


def as_read(block: Block) -> TabAsRead:
    return TabAsRead(block.cells, block.rows, block.columns, block.title)


def answers_table(
    block: Block, columns: Columns, left_out: frozenset[str] = frozenset()
) -> tuple[AnswersTable, tuple[int, ...]]:
    """The rows under their headers, and the numbers of the rows that were written anew elsewhere.

    left_out: ids whose rows are left out wherever the id stands. Rows without anything in a column of ours are no
    rows: staff may write beside and below.
    """
    rows = block.cells[1:]
    width = len(columns.header)
    by_place: list[Sequence[Cell]] = list(zip_longest(*rows, fillvalue=None)) if rows else []
    blank: tuple[Cell, ...] = (None,) * len(rows)
    by_place += [blank] * (width - len(by_place))
    found = {column: by_place[place] for column, place in columns.places.items()}
    # Blanks come along when staff copy an ID; it is the same one.
    found[table.ID] = [cell.strip() if isinstance(cell, str) else cell for cell in found[table.ID]]
    numbers: Sequence[int] = range(2, len(rows) + 2)
    moved = _rows_with(by_place, {texts.MOVED_ROW})
    drop = set(moved) | set(_rows_with(by_place, left_out))
    if not all(found[table.ID]):  # a blank ID: perhaps a wholly blank row
        blanks = [
            row for row, cells in enumerate(zip(*found.values(), strict=True)) if all(c in (None, "") for c in cells)
        ]
        drop |= set(blanks)
    if drop:
        keep = [row for row in range(len(rows)) if row not in drop]
        found = {column: [cells[row] for row in keep] for column, cells in found.items()}
        numbers = [numbers[row] for row in keep]
    return AnswersTable(found, numbers), tuple(row + 2 for row in sorted(set(moved)))


def _rows_with(by_place: Sequence[Sequence[Cell]], words: Collection[str]) -> list[int]:
    """Rows (from 0) in which a cell is one of these words; a row once for each such cell."""
    if not words:
        return []
    wanted = frozenset[Cell](words)
    return [
        row for cells in by_place if not wanted.isdisjoint(cells) for row, cell in enumerate(cells) if cell in wanted
    ]


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
    )
