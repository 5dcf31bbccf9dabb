"""Figures that the spreadsheet shows as dates: whoever types «1.5» into a cell may get the 1st of May.

The one read of a refresh gives numbers without their formats. Numbers that nobody submitted are asked about once more,
with dates as text; what turned out a plain number is remembered, so that a refresh without new ones costs no call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from campaign import Campaign, Cell
from campaign.values import ShownDate
from outbox.records import StaffEdit
from sheets import Area
from sync.context import Context
from sync.publication.read import Seen
from sync.records.table import ID, MUNICIPALITY, OKTMO, AnswersTable, Record

Key = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number that the outbox does not know: its position in the table, its question, and what it is remembered by."""

    position: int
    question: str
    value: Cell
    key: Key


@dataclass
class ShownDates:
    """Finds the dates among the figures of one spreadsheet; remembers plain numbers from one refresh to the next."""

    _numbers: set[Key] = field(default_factory=set)

    def mark(self, context: Context, seen: Seen, record: Record, edits: Iterable[StaffEdit]) -> Seen:
        """Return what was seen, with `ShownDate` in place of the figures that are shown as dates. At most one read.

        edits: the staff's edits, found by comparing numbers
        """
        found = list(_figures(context.campaign, seen.table, record, edits))
        self._numbers &= {figure.key for figure in found}
        asked = [figure for figure in found if figure.key not in self._numbers]
        if not asked:
            return seen
        rows = [seen.table.rows[figure.position] - 1 for figure in asked]
        places = [seen.columns.places[figure.question] for figure in asked]
        top, left = min(rows), min(places)
        area = Area(seen.sheet_id, top, max(rows) + 1, left, max(places) + 1)
        (block,) = context.spreadsheet.read([area], dates_as_text=True)
        dates: dict[str, dict[int, ShownDate]] = {}
        for figure, row, place in zip(asked, rows, places, strict=True):
            cell = _at(block.cells, row - top, place - left)
            if isinstance(cell, str) and cell:
                dates.setdefault(figure.question, {})[figure.position] = ShownDate(cell)
            elif cell == figure.value:  # else somebody sorted meanwhile: the next refresh asks again
                self._numbers.add(figure.key)
        if not dates:
            return seen
        columns = dict(seen.table.columns)
        for question, shown in dates.items():
            columns[question] = [shown.get(position, cell) for position, cell in enumerate(columns[question])]
        return replace(seen, table=replace(seen.table, columns=columns))


def _figures(campaign: Campaign, table: AnswersTable, record: Record, edits: Iterable[StaffEdit]) -> Iterator[_Figure]:
    """Yield the numbers in manual rows, and in corrected rows of submissions."""
    known = {submission.id for submission in record.submissions}
    corrected = {edit.submission_id for edit in edits if edit.kind == "changed" and edit.submission_id is not None}
    questions = [q.id for q in campaign.sheet_questions if q.numeric and q.id in table.columns]
    for position, one in enumerate(table.columns[ID]):
        if one in known and one not in corrected:
            continue
        row = (one, table.columns[OKTMO][position], table.columns[MUNICIPALITY][position])
        for question in questions:
            value = table.columns[question][position]
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield _Figure(position, question, value, (*row, question, value))


def _at(cells: Sequence[Sequence[Cell]], row: int, place: int) -> Cell:
    return cells[row][place] if row < len(cells) and place < len(cells[row]) else None
