"""Whose row is which in «Муниципалитеты», where codes were cleared, overwritten or copied. Imported by `sync.tabs`.

Notes stand to the right of our columns, so a row that is given to the wrong municipality, or made anew, takes its note
from the municipality that it is about. And a row of the staff's own may name a municipality: it is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from campaign import Cell
from sync.tabs import render
from sync.tabs.page import PageCell
from sync.texts import tabs as texts

TITLE, STAMP, HEADER, REGION = "title", "stamp", "header", texts.REGION_ROW
ANY = ""
"""For a key: the row of some municipality, no matter which."""
CODE, NAME, STATE, RECEIPT, VERSION = range(5)
CLOSE = 1e-6
"""Serial numbers nearer than this are one time; it is a tenth of a second."""
FOREIGN_WEIGHT = 2
"""Words of others speak more against a row than a figure of ours speaks for it."""
_STATES = frozenset({*texts.STATES.values(), texts.GONE})
_REGION_STATE = texts.REGION_REPORTED.split("{", 1)[0]
_MARKS = tuple(
    mark.split("{", 1)[0]
    for mark in (
        texts.BY_HAND,
        texts.NEWER_WAITS,
        texts.WAITS,
        texts.CORRECTED,
        texts.REMARKS,
        texts.EXTENDED,
    )
)


def complete(found: Sequence[str | None], expected: Sequence[str]) -> bool:
    """Whether each expected key stands once, and no other key twice: then the codes alone say whose row is which."""
    present = set(found)
    return present.issuperset(expected) and len(found) - found.count(None) == len(present) - (None in present)


@dataclass
class WhoseRow:
    """The rows of the tab as read, and what tells ours.

    rows:           our columns of each row, in our order
    expected:       the keys of our rows in their order: title, stamp, header, municipalities, region
    names:          name → key, of names that only one row has
    receipts:       receipt → OKTMO, likewise
    receipt_prefix: what receipts begin with: an older version's is in the row until the next write
    headers:        of our columns
    written:        key → what should stand in its row; for title and stamp blanks, their words tell nothing
    """

    rows: Sequence[Sequence[Cell]]
    expected: Sequence[str]
    names: Mapping[Cell, str]
    receipts: Mapping[Cell, str]
    receipt_prefix: str
    headers: Sequence[str]
    written: Callable[[str], Sequence[PageCell]]

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {key: i for i, key in enumerate(self.expected)}

    @cached_property
    def _receipt(self) -> re.Pattern[str]:
        return re.compile(rf"{re.escape(self.receipt_prefix)}-\d+")

    def settle(self, found: list[str | None]) -> None:
        """Bring `found`, the key of each row by its code, to what each row is; each expected key comes once at most.

        By the code; where several rows have one code, or the row that should have it is missing, by name and receipt;
        else by the place between its neighbours.
        """
        missing = set(self.expected).difference(found)
        status: dict[str, list[int]] = {}
        for i, key in enumerate(found):
            if key is not None and key in self._place:
                status.setdefault(key, []).append(i)
        for key, rows in status.items():
            if len(rows) > 1:
                self._keep_one(found, key, rows, missing)
        while missing and self._by_marks(found, missing):
            pass
        if missing:
            self._by_place(found, missing)

    # Name and receipt -------------------------------------------------------------------------------------------

    def _keep_one(self, found: list[str | None], key: str, rows: list[int], missing: set[str]) -> None:
        """Of the rows with one code the one whose name or receipt fits, or that says nothing else, keeps it."""
        kept = [i for i in rows if not self._says_another(i, key)]
        best = max(kept, key=lambda i: (self._likeness(i, key), i == self._place[key], -i)) if kept else None
        for i in rows:
            if i != best:
                found[i] = None
        if best is None:
            missing.add(key)

    def _by_marks(self, found: list[str | None], missing: set[str]) -> bool:
        """Give the missing keys to rows that say so by name, else by receipt; gives whether any was given."""
        given = False
        for told, column in ((self.names, NAME), (self.receipts, RECEIPT)):
            candidates: dict[str, list[int]] = {}
            for i, row in enumerate(self.rows):
                key = told.get(stripped(row[column]))
                if key in missing and self._doubted(i, found[i]) and self._ours(row, key):
                    candidates.setdefault(key, []).append(i)
            for key, rows in candidates.items():
                best = rows[0] if len(rows) == 1 else max(rows, key=lambda i: (self._likeness(i, key), -i))
                before = found[best]
                if before is not None and before in self._place:
                    missing.add(before)
                found[best] = key
                missing.discard(key)
                given = True
        return given

    def _doubted(self, index: int, key: str | None) -> bool:
        """Whether the row may be another's than its code says."""
        return key is None or key not in self._place or self._says_another(index, key)

    def _says_another(self, index: int, key: str) -> bool:
        """Whether name or receipt are somebody else's, and neither is that of the key."""
        row = self.rows[index]
        said = {self.names.get(stripped(row[NAME])), self.receipts.get(stripped(row[RECEIPT]))} - {None}
        return bool(said) and key not in said

    def _ours(self, row: Sequence[Cell], key: str) -> bool:
        """Whether nothing stands in our columns, code and name aside, that only staff can have written."""
        return not any(self._foreign(row[column], column, key) for column in range(STATE, len(row)))

    def _foreign(self, cell: Cell, column: int, key: str) -> bool:
        """Whether the worker never wrote this into this column of a row of that key."""
        if blank(cell):
            return False
        cell = stripped(cell)
        if key in (TITLE, STAMP):
            return True
        if key == HEADER:
            return cell not in self.headers
        if column == STATE:
            if key == REGION:
                return not (isinstance(cell, str) and cell.startswith(_REGION_STATE))
            return cell not in _STATES
        if isinstance(cell, bool):
            return True
        if not isinstance(cell, str) or cell == texts.DASH:
            return False
        if column == RECEIPT:
            return cell not in self.receipts and not self._receipt.fullmatch(cell)
        return column != len(self.headers) - 1 or not all(mark.startswith(_MARKS) for mark in cell.split("; "))

    def _likeness(self, index: int, key: str) -> int:
        """How much of the row is what should stand in it, less what only staff can have written."""
        cells = enumerate(zip(self.rows[index], self.written(key), strict=True))
        return sum(
            (not blank(cell) and same(should, cell)) - FOREIGN_WEIGHT * self._foreign(cell, column, key)
            for column, (cell, should) in cells
            if column > NAME
        )

    # Place ------------------------------------------------------------------------------------------------------

    def _by_place(self, found: list[str | None], missing: set[str]) -> None:
        """Give the missing keys to rows that say nothing else between neighbours that are known.

        As many such rows as keys are missing in between, in their order: a sort or a deletion leaves another number.
        Below the last known row they are counted from it.
        """
        known = [(i, self._place[key]) for i, key in enumerate(found) if key is not None and key in self._place]
        ends = [(-1, -1), *known, (len(found), len(self.expected))]
        for number, ((above, first), (below, last)) in enumerate(pairwise(ends), start=1):
            keys = self.expected[first + 1 : last]
            if not keys or not missing.issuperset(keys):
                continue
            rows = [i for i in range(above + 1, below) if found[i] is None and self._silent(self.rows[i])]
            if number == len(ends) - 1:
                there = set(rows)
                pairs = [(i, key) for i, key in enumerate(keys, start=above + 1) if i in there]
            else:
                pairs = list(zip(rows, keys, strict=True)) if len(rows) == len(keys) else []
            for i, key in pairs:
                if self._remains(self.rows[i], key):
                    found[i] = key
                    missing.discard(key)

    def _silent(self, row: Sequence[Cell]) -> bool:
        """Whether the row may be one of ours that doesn't say which."""
        remains = row[STATE] or (blank(row[CODE]) and blank(row[NAME])) or not any(map(blank, row[VERSION:-1]))
        return bool(remains) and any(self._ours(row, key) for key in (ANY, REGION, HEADER))

    def _remains(self, row: Sequence[Cell], key: str) -> bool:
        """Whether what stands in the row is what was left of the key's.

        Figures may be staff's own sums: without a state they have to fill the row, or be what should stand there.
        """
        if not self._ours(row, key):
            return False
        written = self.written(key)
        pairs = list(zip(row, written, strict=True))[VERSION:-1]
        if not any(blank(cell) and should.value is not None for cell, should in pairs):
            return True
        if not (blank(row[CODE]) and blank(row[NAME])):
            return False
        return bool(row[STATE]) or all(
            blank(cell) or cell == texts.DASH or same(should, cell)
            for cell, should in zip(row[RECEIPT:], written[RECEIPT:], strict=True)
        )


def blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell, or spaces alone."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def stripped(cell: Cell) -> Cell:
    """The cell without blanks around its text."""
    return cell.strip() if isinstance(cell, str) else cell


def key_text(cell: Cell) -> str | None:
    """What the first cell of a row says: an OKTMO with its leading zero though staff typed a number."""
    text = f"{cell:08d}" if isinstance(cell, int) and not isinstance(cell, bool) else stripped(cell)
    return text if isinstance(text, str) else None


def same(cell: PageCell, there: Cell) -> bool:
    """Whether a cell as read says what we would write."""
    entered = render.entered(cell.value)
    if entered is None:
        return there is None or there == ""
    value = next(iter(entered.values()))
    if isinstance(value, bool) or isinstance(there, bool) or isinstance(value, str) or isinstance(there, str):
        return type(value) is type(there) and value == there
    if isinstance(value, int | float) and isinstance(there, int | float):
        return abs(value - there) <= CLOSE
    return False
