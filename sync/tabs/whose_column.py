"""Whose column is which in «Муниципалитеты», and which are ours no longer. Pure; imported by `sync.tabs` alone.

Titles change in the campaign file, questions come and go, and a column of the ministry's own may bear the title of
one of ours: it is never taken. What the worker wrote last is remembered; where that doesn't decide, the cells do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from campaign import Cell
from sync.tabs.arrange import Arrangement, arrange
from sync.tabs.memory import ColumnsMemory, Former, Titles
from sync.tabs.page import PageCell
from sync.tabs.render import entered
from sync.tabs.whose_row import blank, key_text, same
from sync.texts import tabs as texts

CODE = "@oktmo"
Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class WhoseColumn:
    """The columns of the tab as read, and what tells ours.

    rows:   all rows as read
    wanted: our columns as they should stand
    memory: what is remembered of them
    should: gives, by the text in a row's first cell, what should stand in our columns of that row
    """

    rows: Rows
    wanted: Titles
    memory: ColumnsMemory
    should: Callable[[], Mapping[str, Sequence[PageCell]]]

    @cached_property
    def arrangement(self) -> Arrangement:
        """How our columns come to stand first; all others, dropped ones too, come behind them."""
        width = len(self.wanted)
        untouched = Arrangement((), tuple(range(width)))
        if not self.header:
            return untouched
        places = [self.places.get(column) for column in self.wanted]
        stand = all(index == place or (place is None and self._free(index)) for index, place in enumerate(places))
        if stand and all(place >= width for place in self.dropped.values()):
            return untouched
        present: list[str | None] = [None] * len(self.header)
        for column, place in zip(self.wanted, places, strict=True):
            if place is not None:
                present[place] = column
        return arrange(present, tuple(self.wanted))

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where the columns that are wanted stand, as read; those that don't are missing."""
        return {column: place for column, place in self._standing.items() if column in self.wanted}

    @cached_property
    def dropped(self) -> Mapping[str, int]:
        """Where the columns stand that the worker wrote and that are no longer wanted."""
        return {column: place for column, place in self._standing.items() if column not in self.wanted}

    def title(self, column: str) -> str:
        """What stands above a dropped column."""
        return str(self.header[self.dropped[column]])

    def after(self, former_titles: Mapping[str, str]) -> ColumnsMemory:
        """What to remember before the write. `former_titles`: of the dropped columns, as they will be."""
        left = {
            column: one
            for column, one in self.memory.former.items()
            if column not in self.wanted and one.title in self._shown
        }
        left |= {column: Former(former_titles[column], self._digest(place)) for column, place in self.dropped.items()}
        return ColumnsMemory(self._was, dict(self.wanted), left)

    # What stands there ------------------------------------------------------------------------------------------

    @cached_property
    def header(self) -> Sequence[Cell]:
        """The row of titles: the first cell says so, else most of them do. Without one nobody knows the columns."""
        first = self.wanted[CODE]
        for row in self.rows:
            if row and row[0] == first:
                return row
        known = {*self.wanted.values(), *self.memory.meant.values(), *(self.memory.wrote or {}).values()}
        best = max(self.rows, key=lambda row: len(known.intersection(_texts(row))), default=())
        return best if len(known.intersection(_texts(best))) > 1 or first in best else ()

    @cached_property
    def _was(self) -> Titles | None:
        """Our columns as they stand, as far as is known."""
        was = self.memory.standing(self.header)
        for place, column in enumerate(was or ()):
            added = was is not self.memory.wrote and column not in (self.memory.wrote or {})
            if added and column in self.wanted and not self._says(place, column, exactly=False):
                return self.memory.wrote  # it did not come through: one of the ministry's stands just there
        return was

    @cached_property
    def _shown(self) -> Mapping[str, Sequence[int]]:
        """Title → where it stands."""
        shown: dict[str, list[int]] = {}
        for place, cell in enumerate(self.header):
            if isinstance(cell, str) and cell:
                shown.setdefault(cell, []).append(place)
        return shown

    @cached_property
    def _standing(self) -> Mapping[str, int]:
        """Column id → its place: by the title that it was written with, else by its cells."""
        found: dict[str, int] = {}
        was = self.wanted if self._was is None else self._was
        for expected, (column, title) in enumerate(was.items()):
            place = self._of_title(column, title, expected, found)
            if place is not None:
                found[column] = place
        for column, title in self.wanted.items():
            if column not in found:
                place = self._by_cells(column, title, was, found)
                if place is not None:
                    found[column] = place
        return found

    def _of_title(self, column: str, title: str, expected: int, found: Mapping[str, int]) -> int | None:
        """The column with the title; of several the one that is ours, if that can be told."""
        taken = set(found.values())
        candidates = [place for place in self._shown.get(title, ()) if place not in taken]
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        if column in self.wanted:
            return max(candidates, key=lambda place: (self._likeness(place, column), place == expected, -place))
        # Of a dropped one nobody knows the figures any more; but ours have one or a dash in every row.
        filled = [
            place
            for place in candidates
            if all(_figure(row, place) and not blank(_at(row, place)) for row, _ in self._ours)
        ]
        if len(filled) == 1:
            return filled[0]
        return expected if expected in candidates else None  # rather none than one of the ministry's

    def _by_cells(self, column: str, title: str, was: Titles, found: dict[str, int]) -> int | None:
        """The column when none stands under the title that it was written with."""
        former = self.memory.former.get(column)
        for place in self._shown.get(former.title, ()) if former else ():
            if former and former.digest and self._digest(place) == former.digest:
                return place  # dropped and put back, and nobody has touched it since
        for other, stood in was.items():
            if stood == title and other not in self.wanted and other in found:
                return found.pop(other)  # the same question under another id
        taken = set(found.values())
        titles = (title, self.memory.meant.get(column, title))
        for place in (place for one in titles for place in self._shown.get(one, ()) if place not in taken):
            if self._says(place, column, exactly=True):
                return place  # of a write whose outcome nobody knew; if it is the ministry's, nothing is lost
        expected = list(was).index(column) if column in was else -1
        if expected >= 0 and expected not in taken and self._says(expected, column, exactly=False):
            return expected  # staff wrote over its title
        return None

    # Cells ------------------------------------------------------------------------------------------------------

    @cached_property
    def _code_place(self) -> int:
        """Where the codes are: of the columns with that title, the one with the most."""
        candidates = self._shown.get(self.wanted[CODE], (0,))
        return max(candidates, key=lambda place: sum(code_of(_at(row, place)) in self._should for row in self.rows))

    @cached_property
    def _should(self) -> Mapping[str, Sequence[PageCell]]:
        return self.should()

    @cached_property
    def _ours(self) -> Sequence[tuple[Sequence[Cell], Sequence[PageCell]]]:
        """The rows of municipalities and region, and what should stand in them."""
        found = ((row, self._should.get(code_of(_at(row, self._code_place)) or "")) for row in self.rows)
        return [(row, should) for row, should in found if should is not None]

    def _likeness(self, place: int, column: str) -> int:
        """In how many of our rows the column says what it should."""
        index = list(self.wanted).index(column)
        return sum(not blank(_at(row, place)) and same(should[index], _at(row, place)) for row, should in self._ours)

    def _says(self, place: int, column: str, *, exactly: bool) -> bool:
        """Whether the column says in our rows what it should, and nothing else; a figure may be an older one."""
        said, index = False, list(self.wanted).index(column)
        for row, should in self._ours:
            cell, want = _at(row, place), should[index]
            if same(want, cell):
                said = said or not blank(cell)
            elif exactly or not (blank(cell) or (_figure(row, place) and _is_figure(want))):
                return False
        return said

    def _free(self, place: int) -> bool:
        """Whether nothing stands in our rows of the column: one of ours that is missing is written there. Where staff
        deleted ours, theirs stand in its place.
        """
        return blank(_at(self.header, place)) and all(blank(_at(row, place)) for row, _ in self._ours)

    def _digest(self, place: int) -> str:
        """Of the figures in our rows, whatever their order; "" where something else stands among them."""
        cells = []
        for row in self.rows:
            code = code_of(_at(row, self._code_place))
            if code is None:
                continue
            if not _figure(row, place):
                return ""
            cell = _at(row, place)
            cells.append((code, "" if cell is None else cell if isinstance(cell, str) else repr(float(cell))))
        return hashlib.sha256(json.dumps(sorted(cells), ensure_ascii=False).encode()).hexdigest() if cells else ""


def code_of(cell: Cell) -> str | None:
    """The key in a row's first cell: an OKTMO, whether we know it or not, or the region's word."""
    text = key_text(cell)
    return text if text == texts.REGION_ROW or (text and len(text) == 8 and text.isdecimal()) else None


def _at(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else None


def _texts(row: Sequence[Cell]) -> set[str]:
    return {cell for cell in row if isinstance(cell, str)}


def _figure(row: Sequence[Cell], place: int) -> bool:
    """Whether nothing stands there but a figure or a dash."""
    cell = _at(row, place)
    return blank(cell) or cell == texts.DASH or (isinstance(cell, int | float) and not isinstance(cell, bool))


def _is_figure(cell: PageCell) -> bool:
    value = entered(cell.value)
    return value is not None and (cell.value == texts.DASH or "numberValue" in value)
