"""One tab: its rows, the sizes of its dimensions, and everything over the cells.

`rows` is dense from row 0 to the last row with any content; a blank row is None. Every change of `rows` goes through
the methods below, which note what storage has to write.
"""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence

from localsheets.a1 import Area, Box
from localsheets.cells import EMPTY, Cell, Row, make_row
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json

MOST_CHANGED = 1_000_000
"""Cells, rows or columns that one request may change; a spreadsheet of 10 million cells would take minutes."""
KEY_BITS = 36  # a row's key is (storage number of the sheet << KEY_BITS) + a counter


def check_amount(count: int, what: str) -> None:
    """Raise RequestFailed for more than one request may change."""
    if count > MOST_CHANGED:
        raise RequestFailed(f"This server changes at most {MOST_CHANGED} {what} in one request. Use several.")


class Sheet:
    """A tab of a spreadsheet's state.

    store:    the sheet's number in storage
    props:    SheetProperties without `index`
    features: the other fields of the API's Sheet, except data, under the API's names
    row_dims, column_dims: index → DimensionProperties that differ from the default
    """

    def __init__(self, store: int, props: Json) -> None:
        self.store = store
        self.props = props
        self.rows: list[Row | None] = []
        self.features: Json = {}
        self.row_dims: dict[int, Json] = {}
        self.column_dims: dict[int, Json] = {}
        self.next_key = (store << KEY_BITS) + 1
        # Rows that may hold a formula; without any, recalculation is skipped.
        self.formula_keys: set[int] = set()
        self.changed: dict[int, Row] = {}
        self.dropped: set[int] = set()
        self.order_from: int | None = None

    def fork(self) -> "Sheet":
        """Return a copy that may be changed while this one is being read."""
        other = copy.copy(self)
        other.props = copy.deepcopy(self.props)
        other.rows = self.rows.copy()
        other.features = copy.deepcopy(self.features)
        other.row_dims = self.row_dims.copy()
        other.column_dims = self.column_dims.copy()
        other.formula_keys = self.formula_keys.copy()
        other.changed = {}
        other.dropped = set()
        other.order_from = None
        return other

    # Properties

    @property
    def id(self) -> int:
        """The API's sheet id."""
        return int(self.props["sheetId"])

    @property
    def title(self) -> str:
        return str(self.props["title"])

    @property
    def row_count(self) -> int:
        return int(self.props["gridProperties"]["rowCount"])

    @property
    def column_count(self) -> int:
        return int(self.props["gridProperties"]["columnCount"])

    @property
    def grid(self) -> Box:
        """The whole grid."""
        return Box(0, self.row_count, 0, self.column_count)

    def resize(self, rows: int, columns: int) -> None:
        """Set the grid's size; rows and columns beyond it are dropped."""
        if rows < len(self.rows):
            self.cut_rows(rows, len(self.rows))
        if columns < self.column_count:
            self.map_rows(lambda cells: cells[:columns])
            self.column_dims = {at: dim for at, dim in self.column_dims.items() if at < columns}
        self.row_dims = {at: dim for at, dim in self.row_dims.items() if at < rows}
        self.props["gridProperties"].update(rowCount=rows, columnCount=columns)

    def clip(self, area: Area) -> Box:
        """Return an area's part within the grid; may be empty."""
        top = min(area.top or 0, self.row_count)
        left = min(area.left or 0, self.column_count)
        bottom = self.row_count if area.bottom is None else min(area.bottom, self.row_count)
        right = self.column_count if area.right is None else min(area.right, self.column_count)
        return Box(top, max(top, bottom), left, max(left, right))

    # Reading

    def cell(self, row: int, column: int) -> Cell:
        cells = self.cells(row)
        return cells[column] if column < len(cells) else EMPTY

    def cells(self, row: int) -> list[Cell]:
        """Return the decoded cells of a row up to the last one with any content."""
        held = self.rows[row] if row < len(self.rows) else None
        return held.cells() if held is not None else []

    def iterate(self, box: Box) -> Iterator[tuple[int, list[Cell]]]:
        """Yield (row index, its cells from box.left on) for each row of the box, padded to the box's width."""
        for row in range(box.top, box.bottom):
            cells = self.cells(row)[box.left : box.right]
            cells.extend([EMPTY] * (box.width - len(cells)))
            yield row, cells

    def last_row(self) -> int:
        """Return the number of rows down to the last one with a value; formats do not count."""
        for at in range(len(self.rows) - 1, -1, -1):
            row = self.rows[at]
            if row is not None and (row.width or row.has_formula()):
                return at + 1
        return 0

    def used_width(self) -> int:
        """Return the number of columns up to the last one with a value or formula."""
        width = max((row.width for row in self.rows if row is not None), default=0)
        return max([width, *(len(row.cells()) for _at, row in self.formula_rows())])

    # Writing

    def put(self, at: int, cells: Sequence[Cell]) -> None:
        """Replace all cells of a row."""
        self._place(at, make_row(0, cells))

    def _place(self, at: int, content: Row | None) -> None:
        """Replace a row by one with this content and a key of its own."""
        held = self.rows[at] if at < len(self.rows) else None
        key = held.key if held is not None else self.next_key
        row = None if content is None else Row(key, content.text, content.width, content.meta)
        if held is None and row is None:
            return
        if held is None:
            self.next_key += 1
            if at >= len(self.rows):
                self._reorder_from(len(self.rows))
                self.rows.extend([None] * (at + 1 - len(self.rows)))
            self._reorder_from(at)
        self.rows[at] = row
        if row is None:
            self._drop(key)
            self._reorder_from(at)
            self._trim()
        else:
            self._keep(row)

    def edit(self, box: Box, change: Callable[[int, int, Cell], Cell]) -> None:
        """Replace each cell of a box by `change(row, column, cell)`. Raises RequestFailed for too large a box."""
        check_amount(box.height * box.width, "cells")
        for at in range(box.top, box.bottom):
            before = self.cells(at)
            cells = before.copy()
            cells.extend([EMPTY] * (box.right - len(cells)))
            for column in range(box.left, box.right):
                cells[column] = change(at, column, cells[column])
            if cells[: len(before)] != before or any(cell != EMPTY for cell in cells[len(before) :]):
                self.put(at, cells)

    def edit_alike(self, box: Box, change: Callable[[Cell], Cell]) -> None:
        """Replace each cell of a box by `change(cell)`; equal rows, a thousand blank ones say, are worked out once.

        Raises RequestFailed for a box that is too large.
        """
        check_amount(box.height * box.width, "cells")
        made: dict[tuple[str, str], Row | None] = {}
        for at in range(box.top, box.bottom):
            held = self.rows[at] if at < len(self.rows) else None
            content = ("", "") if held is None else (held.text, held.meta)
            if content not in made:
                cells = self.cells(at)
                cells.extend([EMPTY] * (box.right - len(cells)))
                cells[box.left : box.right] = map(change, cells[box.left : box.right])
                made[content] = make_row(0, cells)
            row = made[content]
            if (("", "") if row is None else (row.text, row.meta)) != content:
                self._place(at, row)

    def map_rows(self, change: Callable[[list[Cell]], Sequence[Cell]]) -> None:
        """Replace each row's cells by the result of `change`, for work on whole columns."""
        for at, row in enumerate(self.rows.copy()):
            if row is not None:
                before = row.cells()
                after = list(change(before))
                if after != before:
                    self.put(at, after)

    def open_rows(self, at: int, count: int) -> None:
        """Insert blank rows; the caller grows the grid."""
        if at < len(self.rows):
            self.rows[at:at] = [None] * count
            self._reorder_from(at)

    def cut_rows(self, start: int, end: int) -> None:
        """Remove rows with their content; the caller shrinks the grid."""
        gone = self.rows[start:end]
        del self.rows[start:end]
        for row in gone:
            if row is not None:
                self._drop(row.key)
        self._reorder_from(start)
        self._trim()

    def replace_rows(self, rows: Mapping[int, Row]) -> None:
        """Put rows that were cut out back at given places, each under its former key unless another row has it now."""
        taken = {row.key for row in self.rows if row is not None}
        for at, row in rows.items():
            self.rows.extend([None] * (at + 1 - len(self.rows)))
            held = self.rows[at]
            if held is not None:
                self._drop(held.key)
            key = row.key
            if key in taken or key >> KEY_BITS != self.store:
                key = self.next_key
            self.next_key = max(self.next_key, key + 1)
            taken.add(key)
            fresh = Row(key, row.text, row.width, row.meta)
            self.rows[at] = fresh
            self._keep(fresh)
            self._reorder_from(at)

    def move_rows(self, start: int, end: int, to: int) -> None:
        """Move rows before index `to`, counted before the move."""
        need = max(end, to)
        self.rows.extend([None] * (need - len(self.rows)))
        moved = self.rows[start:end]
        rest = self.rows[:start] + self.rows[end:]
        at = to if to <= start else to - (end - start)
        self.rows = rest[:at] + moved + rest[at:]
        self._reorder_from(min(start, to))
        self._trim()

    def arrange(self, start: int, rows: Sequence[Row | None]) -> None:
        """Reorder the rows from `start` on."""
        self.rows.extend([None] * (start + len(rows) - len(self.rows)))
        self.rows[start : start + len(rows)] = rows
        self._reorder_from(start)
        self._trim()

    def copy_rows_from(self, other: "Sheet", restyle: Callable[[int], int] | None = None) -> None:
        """Copy all rows of another sheet under new keys."""
        for at, row in enumerate(other.rows):
            if row is None:
                continue
            if restyle is None:
                fresh = Row(self.next_key, row.text, row.width, row.meta)
                self.next_key += 1
                self.rows.extend([None] * (at + 1 - len(self.rows)))
                self.rows[at] = fresh
                self._keep(fresh)
            else:
                self.put(at, [cell._replace(style=restyle(cell.style)) for cell in row.cells()])
        self._reorder_from(0)

    def _keep(self, row: Row) -> None:
        self.changed[row.key] = row
        self.dropped.discard(row.key)
        if row.has_formula():
            self.formula_keys.add(row.key)
        else:
            self.formula_keys.discard(row.key)

    def _drop(self, key: int) -> None:
        self.changed.pop(key, None)
        self.dropped.add(key)
        self.formula_keys.discard(key)

    def _reorder_from(self, at: int) -> None:
        self.order_from = at if self.order_from is None else min(self.order_from, at)

    def _trim(self) -> None:
        before = len(self.rows)
        while self.rows and self.rows[-1] is None:
            self.rows.pop()
        if len(self.rows) != before:
            self._reorder_from(len(self.rows))

    def formula_rows(self) -> Iterator[tuple[int, Row]]:
        """Return (index, row) of the rows with formulas."""
        if not self.formula_keys:
            return iter(())
        keys = self.formula_keys
        return ((at, row) for at, row in enumerate(self.rows) if row is not None and row.key in keys)
