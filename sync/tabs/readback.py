"""Pages read back: find the cells that differ from those written, to quote and mend them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from campaign import Cell
from campaign.answers import shorten
from sync.records.cells import entered, same
from sync.tabs.keyed import column_letters
from sync.tabs.page import BLANK, PageCell
from sync.tabs.written import TabAsRead, WrittenTab
from sync.texts import tabs as texts

MOST_QUOTED = 20
"""Cells of one tab that «Журнал» quotes after one read."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A cell of a page that differs from the one written. row, column: from 0."""

    row: int
    column: int
    found: Cell
    wanted: PageCell

    def quote(self, title: str) -> str:
        """Return one line for «Журнал»."""
        cell = f"{column_letters(self.column)}{self.row + 1}"
        return texts.PAGE_CELL.format(title=title, cell=cell, found=_words(self.found), wanted=_typed(self.wanted))


def damages(written: WrittenTab, read: TabAsRead) -> Iterator[Damage]:
    """Yield the cells that differ; live cells are not compared.

    Columns to the right of a page are free, but where its rows move: a note would stand beside another municipality.
    Nothing for a page that this process has not written: it is written anew all the same.
    """
    page = written.page
    if page is None:
        return
    for row in range(max(len(page.rows), len(read.cells))):
        wanted = page.rows[row] if row < len(page.rows) else ()
        found = read.cells[row] if row < len(read.cells) else ()
        for column in range(max(page.width, len(found)) if page.rows_move else page.width):
            cell = wanted[column] if column < len(wanted) else BLANK
            there = found[column] if column < len(found) else None
            if not cell.live and not same(cell.value, there):
                yield Damage(row, column, there, cell)


def _words(cell: Cell) -> str:
    return shorten("" if cell is None else str(cell))


def _typed(cell: PageCell) -> str:
    value = entered(cell.value)
    return shorten("" if value is None else str(next(iter(value.values()))))
