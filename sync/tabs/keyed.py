"""Keyed tables: columns found by their header, rows by their key, and only the worker's own cells written. Pure.

Staff may sort, move, insert and delete rows and columns of such a tab: nothing is addressed by a remembered place.
How to use it, for any tab («Муниципалитеты», «Замечания», a column of «Ответы»):

1. Make a `KeyedTable` of the tab as just read: its cells, the index of the header row (0 in «Ответы»), the worker's
   columns (column id → header text) and which of them is the key. Unless these are `sound` nothing may be written.
2. Decide what each row should hold: `{row index: {column id: PageCell}}`. `by_key` makes it of `{key: cells}`, for
   every row that holds the key. A table in which every row with content gets a cell («Учёт») fills the mapping itself.
3. `table.changes(rows)` keeps the cells that differ from what was read; `update_requests` writes exactly these, in
   runs. The key column is never written by an update.
4. `append_request` adds rows for keys that are not there (`Absences` knows for which that is certain).
5. Ask for `check_ranges` in the response of the write and hand the answer to `landed`. If it is False, somebody moved
   columns in that very second: read the tab again and send `undo_requests`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from campaign import Cell
from campaign.oktmo import oktmo_code
from campaign.words import plain
from sync.records.cells import entered, same
from sync.records.columns import Columns, locate
from sync.tabs.page import PageCell, Rectangle
from sync.tabs.render import grid_range
from sync.tabs.styles import STYLES, linked
from sync.tabs.written import Request

Cells = Mapping[str, PageCell]
"""Column id → cell."""
ByRow = Mapping[int, Cells]
"""Row index from 0 → the cells of that row."""
ABSENT = timedelta(minutes=1)
"""How long a key that once stood in the tab must have been missing before its row is made again."""


def text_key(cell: Cell) -> str | None:
    """Return the key in a cell, or None. A whole number counts as its digits: 17605000.0 gives "17605000"."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return str(int(cell)) if cell == int(cell) else None
    return " ".join(cell.split()) or None


def code_key(cell: Cell) -> str | None:
    """Return the ОКТМО in a cell, or None; of any other text the text."""
    return oktmo_code(cell) or text_key(cell)


def header_text(cell: object) -> str:
    """Return a header as it is compared: a line break or another dash makes no difference."""
    return "" if cell is None else plain(str(cell))


@dataclass(frozen=True)
class KeyedTable:
    """One keyed tab as just read.

    cells:      all rows from the first, unformatted, trailing blanks left out
    headers:    column id → header of the columns that the worker writes
    key:        id of the key column
    header_row: index of the header row, from 0
    read_key:   the key that a cell of the key column holds
    every_row:  True if rows without a key have cells of the worker too
    """

    sheet_id: int
    cells: Sequence[Sequence[Cell]]
    headers: Mapping[str, str]
    key: str
    header_row: int = 0
    read_key: Callable[[Cell], str | None] = text_key
    every_row: bool = False

    @cached_property
    def columns(self) -> Columns:
        """Where the worker's columns stand; nothing may be written unless they are `sound`."""
        return locate(self.cells[self.header_row] if len(self.cells) > self.header_row else (), self.headers)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The texts of the header row, as they are compared."""
        return tuple(map(header_text, self.columns.header))

    @property
    def places(self) -> Mapping[str, int]:
        """Column id → index from 0, of the columns that are there."""
        return self.columns.places

    def place(self, text: str) -> int | None:
        """Return the index of the column with this header; None if there is none."""
        wanted = header_text(text)
        return self.header.index(wanted) if wanted in self.header else None

    def cell(self, row: int, column: str) -> Cell:
        """Return the cell of a row in one of the worker's columns."""
        return self.at(row, self.places[column])

    def at(self, row: int, place: int) -> Cell:
        """Return the cell at a place; None beyond the cells as read."""
        cells = self.cells[row] if 0 <= row < len(self.cells) else ()
        return cells[place] if place < len(cells) else None

    @cached_property
    def keys(self) -> Mapping[int, str]:
        """Row index → key, of the rows below the header that hold one."""
        found = ((row, self.read_key(self.cell(row, self.key))) for row in range(self.header_row + 1, len(self.cells)))
        return {row: key for row, key in found if key is not None} if self.key in self.places else {}

    @cached_property
    def rows(self) -> Mapping[str, tuple[int, ...]]:
        """Key → indexes of all rows that hold it."""
        found: dict[str, list[int]] = {}
        for row, key in self.keys.items():
            found.setdefault(key, []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    def by_key(self, wanted: Mapping[str, Cells], leave: frozenset[int] = frozenset()) -> dict[int, Cells]:
        """Return the wanted cells of every row that holds the key, except the rows of `leave`."""
        return {row: wanted[key] for row, key in self.keys.items() if key in wanted and row not in leave}

    def changes(self, rows: ByRow) -> dict[int, Cells]:
        """Return the cells that differ from those read, never one of the key column below the header."""
        found: dict[int, Cells] = {}
        for row, cells in rows.items():
            changed = {
                column: cell
                for column, cell in cells.items()
                if (column != self.key or row < self.header_row)
                and not cell.live
                and not same(cell.value, self.cell(row, column))
            }
            if changed:
                found[row] = changed
        return found


# Requests -------------------------------------------------------------------------------------------------------


def update_requests(table: KeyedTable, changes: ByRow) -> Iterator[Request]:
    """Write these cells and no others: runs along a row, joined with equal runs of the row below."""
    blocks: list[tuple[Rectangle, list[list[PageCell]]]] = []
    open_blocks: dict[tuple[int, int], int] = {}
    for row in sorted(changes):
        placed = {table.places[column]: cell for column, cell in changes[row].items()}
        above, open_blocks = open_blocks, {}
        for left, right in _runs(sorted(placed)):
            cells = [placed[place] for place in range(left, right)]
            at = above.get((left, right))
            if at is None or blocks[at][0].bottom != row:
                at = len(blocks)
                blocks.append((Rectangle(row, row, left, right), []))
            area, rows = blocks[at]
            blocks[at] = (Rectangle(area.top, row + 1, left, right), [*rows, cells])
            open_blocks[left, right] = at
    for area, rows in blocks:
        for linking in (False, True):
            yield from _block(table.sheet_id, area, rows, linking)


def _block(sheet_id: int, area: Rectangle, rows: Sequence[Sequence[PageCell]], linking: bool) -> Iterator[Request]:
    """Return the values of the area; with `linking` the links instead, set or taken away."""
    if not linking:
        values = [{"values": [_value(cell) for cell in row]} for row in rows]
        yield {"updateCells": {"range": grid_range(sheet_id, area), "rows": values, "fields": "userEnteredValue"}}
        return
    for shift, cells in enumerate(zip(*rows, strict=True)):
        if any(cell.link or cell.style in ("link", "unlinked") for cell in cells):
            column = Rectangle(area.top, area.bottom, area.left + shift, area.left + shift + 1)
            links = [{"values": [{"userEnteredFormat": _look(cell)}]} for cell in cells]
            fields = "userEnteredFormat.textFormat"
            yield {"updateCells": {"range": grid_range(sheet_id, column), "rows": links, "fields": fields}}


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Half-open runs of neighbouring numbers: 1, 2, 5 gives (1, 3), (5, 6)."""
    start = 0
    for index in range(1, len(places) + 1):
        if index == len(places) or places[index] != places[index - 1] + 1:
            yield places[start], places[index - 1] + 1
            start = index


def _value(cell: PageCell) -> Request:
    value = entered(cell.value)
    return {} if value is None else {"userEnteredValue": value}


def _look(cell: PageCell) -> Request:
    return linked(cell.style, cell.link) if cell.link else STYLES[cell.style]


def append_request(table: KeyedTable, rows: Iterable[Cells], *, styled: bool) -> Request:
    """Append rows below all content, with their formats unless they are `styled` by those of their columns."""
    made = []
    for cells in rows:
        placed = {table.places[column]: cell for column, cell in cells.items()}
        values: list[Request] = [{} for _ in range(max(placed) + 1)]
        for place, cell in placed.items():
            values[place] = _value(cell)
            if not styled:
                values[place]["userEnteredFormat"] = _look(cell)
            elif cell.link:
                values[place]["userEnteredFormat"] = {"textFormat": {"link": {"uri": cell.link}}}
        made.append({"values": values})
    look = "userEnteredFormat.textFormat.link" if styled else "userEnteredFormat"
    return {"appendCells": {"sheetId": table.sheet_id, "rows": made, "fields": f"userEnteredValue,{look}"}}


# Rows that are not there ----------------------------------------------------------------------------------------


@dataclass
class Absences:
    """Which keys ever stood in one tab, and since when those that no longer do are missing.

    A row that staff cut out and paste a moment later is nowhere in between, so a key that is known is appended only
    when two reads a minute apart have found it nowhere. One that never stood there cannot be on its way.

    since: key → campaign time (ISO) of the first read that missed it, "" while it is there
    """

    since: dict[str, str] = field(default_factory=dict)

    def note(self, there: Iterable[str], wanted: Iterable[str], now: datetime) -> None:
        """Take in one read: the keys that it found and those that are wanted."""
        found = set(there)
        for key in wanted:
            if key in found:
                self.since[key] = ""
            elif self.since.get(key) == "":
                self.since[key] = now.isoformat()

    def certain(self, key: str, now: datetime) -> bool:
        """Return True if the key, which this read did not find, may be appended."""
        since = self.since.get(key)
        return since is None or (since != "" and abs(now - datetime.fromisoformat(since)) >= ABSENT)


# A move in the very second of the write -------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyedWrite:
    """The cells and rows that one write brings into a keyed tab.

    changes:  cells of rows that are there
    appended: rows that are added, in their order
    once:     True if the next write would not put the cells right: after a move all of them are taken back
    styled:   True if the rows to come have the formats of their columns
    """

    table: KeyedTable
    changes: ByRow
    appended: Sequence[Cells] = ()
    once: bool = False
    styled: bool = False

    def requests(self) -> Iterator[Request]:
        yield from update_requests(self.table, self.changes)
        if self.appended:
            yield append_request(self.table, self.appended, styled=self.styled)

    def check_ranges(self, title: str) -> list[str]:
        """Return the ranges for `responseRanges`: the header row, and the keys of the rows written.

        They take no sheet id, so a title is needed.
        """
        quoted, row = "'" + title.replace("'", "''") + "'!", self.table.header_row + 1
        below = [at for at in self.changes if at > self.table.header_row]
        ranges = [f"{quoted}{row}:{row}"]
        if below:
            letters = column_letters(self.table.places[self.table.key])
            ranges.append(f"{quoted}{letters}{min(below) + 1}:{letters}{max(below) + 1}")
        return ranges

    def landed(self, found: Callable[[int, int], Cell]) -> bool:
        """Return True if headers and keys stand where the write expected them. found: (row, column) → cell after it"""
        table = self.table
        headers = all(
            header_text(found(table.header_row, place)) == table.header[place] for place in table.places.values()
        )
        key = table.places[table.key]
        rows = [row for row in self.changes if row > table.header_row]
        return headers and all(table.read_key(found(row, key)) == table.read_key(table.at(row, key)) for row in rows)

    def written(self) -> Iterator[tuple[int, int, PageCell, bool]]:
        """Row, column, cell, and whether the row is an appended one, of every cell that the write fills."""
        places = self.table.places
        for row, cells in self.changes.items():
            for column, cell in cells.items():
                yield row, places[column], cell, False
        for row, cells in enumerate(self.appended, start=len(self.table.cells)):
            for column, cell in cells.items():
                yield row, places[column], cell, True


@dataclass(frozen=True, slots=True)
class Undone:
    """One cell outside the worker's columns that a write hit. restored: its content from now on, None for blank."""

    row: int
    column: int
    written: PageCell
    restored: Cell


def undo(write: KeyedWrite, now: KeyedTable) -> list[Undone]:
    """Return the cells that a write hit and that are not the worker's in the tab as read after it.

    Only those that still hold exactly what was written. The earlier content is known where the cell's key and header
    each stand once before and after; otherwise the cell is emptied, as are the cells of a torn appended row.
    """
    before = write.table
    ours = set() if write.once else set(now.places.values())
    found = []
    for row, column, cell, appended in write.written():
        there = now.at(row, column)
        if there in (None, "") or not same(cell.value, there):
            continue
        holds_ours = row < now.header_row or ((row in now.keys or now.every_row) and not appended)
        if row == now.header_row or (column in ours and holds_ours):
            continue
        if appended and row in now.keys and column in ours and now.keys[row] == _key_of(write, row):
            continue
        found.append(Undone(row, column, cell, None if appended else _earlier(before, now, row, column)))
    return found


def _key_of(write: KeyedWrite, row: int) -> str | None:
    cell = write.appended[row - len(write.table.cells)].get(write.table.key)
    return None if cell is None else str(cell.value)


def _earlier(before: KeyedTable, now: KeyedTable, row: int, column: int) -> Cell:
    """Return the earlier content of the cell that is at this place after the write; None where it is not certain.

    Where no row moved, a key that stands twice leaves no doubt.
    """
    key = now.keys.get(row)
    text = now.header[column] if column < len(now.header) else ""
    if not text or key is None or before.header.count(text) != 1 or now.header.count(text) != 1:
        return None
    rows = (row,) if before.keys == now.keys else before.rows.get(key, ())
    if len(rows) != 1 or (len(now.rows[key]) != 1 and before.keys != now.keys):
        return None
    return before.at(rows[0], before.header.index(text))


def undo_requests(sheet_id: int, undone: Sequence[Undone]) -> list[Request]:
    """Put back or empty these cells; the formats are left as they are."""
    return [
        {
            "updateCells": {
                "range": grid_range(sheet_id, Rectangle(one.row, one.row + 1, one.column, one.column + 1)),
                "rows": [{"values": [_typed(one.restored)]}],
                "fields": "userEnteredValue",
            }
        }
        for one in undone
    ]


def _typed(cell: Cell) -> Request:
    if cell is None or cell == "":
        return {}
    if isinstance(cell, bool):
        return {"userEnteredValue": {"boolValue": cell}}
    return {"userEnteredValue": {"stringValue" if isinstance(cell, str) else "numberValue": cell}}


def column_letters(place: int) -> str:
    """Return the name of a column: A for 0, AB for 27."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
