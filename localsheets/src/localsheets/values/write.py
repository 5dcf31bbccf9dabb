"""Write values: update, clear, append with Google's search for a table.

Recorded: a null leaves its cell alone, an empty string clears it; `updatedRange` is the range of the data; `append` on
a tab takes the last table of it and otherwise writes at the range itself.
"""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from localsheets.a1 import Area, Box, column_name, full_name
from localsheets.cells import Cell, Value, tidy_number
from localsheets.errors import invalid
from localsheets.jsontypes import Json
from localsheets.locales import Locale, locale_of, parse_input
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import within
from localsheets.model.celldata import CELL_CHARACTERS, TOO_LONG
from localsheets.model.dimensions import insert_dimension
from localsheets.model.protection import guard
from localsheets.model.zones import today_in


class Written(NamedTuple):
    """The range of a write (also where nothing was written), and the number of cells that were set."""

    sheet_id: int
    box: Box
    cells: int


def rows_of(body: Json) -> list[list[object]]:
    """Return the data of a ValueRange as rows."""
    values: list[list[object]] = body.get("values", [])
    if body.get("majorDimension") != "COLUMNS":
        return values
    height = max((len(column) for column in values), default=0)
    return [[column[at] if at < len(column) else None for column in values] for at in range(height)]


def write_range(state: Spreadsheet, sheet_id: int, area: Area, body: Json, typed: bool) -> Written:
    """Write the values of a ValueRange from the area's corner on. typed: USER_ENTERED.

    Raises 400 if the data is larger than the range or leaves the grid.
    """
    sheet = state.sheet(sheet_id)
    box = within(sheet, area)
    rows = rows_of(body)
    height = len(rows)
    width = max((len(row) for row in rows), default=0)
    single = box.height == 1 and box.width == 1 and area.bottom is not None and area.right is not None
    if not single:
        if width > box.width:
            raise invalid(
                f"Requested writing within range [{full_name(sheet.title, box)}], "
                f"but tried writing to column [{column_name(box.left + box.width)}]"
            )
        if height > box.height:
            raise invalid(
                f"Requested writing within range [{full_name(sheet.title, box)}], "
                f"but tried writing to row [{box.top + box.height + 1}]"
            )
    covered = Box(box.top, box.top + max(height, 1), box.left, box.left + max(width, 1))
    if covered.bottom > sheet.row_count or covered.right > sheet.column_count:
        raise invalid(
            f"Range ({full_name(sheet.title, covered)}) exceeds grid limits. "
            f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
        )
    return Written(sheet_id, covered, fill(state, sheet_id, covered, rows, typed))


def fill(state: Spreadsheet, sheet_id: int, box: Box, rows: Sequence[Sequence[object]], typed: bool) -> int:
    """Write values into a box of the grid; return the number of cells that were set."""
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    entering = _Entering(state, typed)
    count = 0
    for offset, values in enumerate(rows):
        at = box.top + offset
        before = sheet.cells(at)
        cells = before + [Cell()] * (box.left + len(values) - len(before))
        for shift, value in enumerate(values):
            if value is None:
                continue
            count += 1
            column = box.left + shift
            cells[column] = entering.cell(cells[column], value)
        sheet.put(at, cells)
    return count


class _Entering:
    """Turns values of a request into cells, for one locale and one day."""

    def __init__(self, state: Spreadsheet, typed: bool) -> None:
        self.state = state
        self.typed = typed
        self.locale: Locale = locale_of(state.locale)
        self.today: datetime.date = today_in(str(state.props["timeZone"]))

    def cell(self, cell: Cell, value: object) -> Cell:
        if isinstance(value, bool):
            return cell._replace(value=value, formula=None)
        if isinstance(value, int | float):
            return cell._replace(value=tidy_number(value), formula=None)
        text = str(value)
        if len(text) > CELL_CHARACTERS:
            raise invalid(TOO_LONG)
        if not self.typed:
            return cell._replace(value=text or None, formula=None)
        fmt = self.state.styles[cell.style]
        held = fmt.get("numberFormat")
        if held and held.get("type") == "TEXT" and not text.startswith("="):
            return cell._replace(value=text or None, formula=None)
        parsed = parse_input(text, self.locale, self.today)
        style = cell.style
        if parsed.format and not held:
            style = self.state.styles.number({**fmt, "numberFormat": parsed.format})
        entered: Value = parsed.value
        return cell._replace(value=entered, formula=parsed.formula, style=style)


def clear_box(state: Spreadsheet, sheet_id: int, box: Box) -> None:
    """Clear the values of a box; formats and notes stay."""
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    sheet.edit(
        box._replace(bottom=min(box.bottom, len(sheet.rows))),
        lambda _row, _column, cell: cell._replace(value=None, formula=None),
    )


class Table(NamedTuple):
    """The place of an append: the table found (or None), and the corner to write at."""

    found: Box | None
    row: int
    column: int


def find_table(sheet: Sheet, box: Box) -> Table:
    """Return the last table that touches the box, as `values.append` looks for it."""
    seed = _last_filled(sheet, box)
    if seed is None:
        return Table(None, box.top, box.left)
    table = Box(seed[0], seed[0] + 1, seed[1], seed[1] + 1)
    limit = Box(0, len(sheet.rows), 0, sheet.column_count)
    while True:
        grown = _grow(sheet, table, limit)
        if grown == table:
            return Table(table, table.bottom, table.left)
        table = grown


def _last_filled(sheet: Sheet, box: Box) -> tuple[int, int] | None:
    for at in range(min(box.bottom, len(sheet.rows)) - 1, box.top - 1, -1):
        for column in range(min(box.right, _width(sheet, at)) - 1, box.left - 1, -1):
            if _filled(sheet, at, column, column + 1):
                return at, column
    return None


def _width(sheet: Sheet, at: int) -> int:
    row = sheet.rows[at]
    return row.width if row is not None else 0


def _filled(sheet: Sheet, at: int, left: int, right: int) -> bool:
    """Return True if a row holds a value between two columns."""
    row = sheet.rows[at] if 0 <= at < len(sheet.rows) else None
    if row is None or row.width <= left:
        return False
    if right >= row.width or '""' not in row.text:
        return True  # the last value of a row is never empty; another one only if the text contains ""
    return any(value != "" for value in row.values()[left:right])


def _grow(sheet: Sheet, table: Box, limit: Box) -> Box:
    left, right = max(table.left - 1, limit.left), min(table.right + 1, limit.right)
    top, bottom = table.top, table.bottom
    while top > limit.top and _filled(sheet, top - 1, left, right):
        top -= 1
    while bottom < limit.bottom and _filled(sheet, bottom, left, right):
        bottom += 1
    new_left, new_right = table.left, table.right
    rows = range(max(top - 1, limit.top), min(bottom + 1, limit.bottom))
    if left < table.left and any(_filled(sheet, at, left, table.left) for at in rows):
        new_left = left
    if right > table.right and any(_filled(sheet, at, table.right, right) for at in rows):
        new_right = right
    return Box(top, bottom, new_left, new_right)


def append(state: Spreadsheet, sheet_id: int, table: Table, body: Json, *, typed: bool, insert: bool) -> Written:
    """Write after the table; the grid grows as needed. insert: INSERT_ROWS, insert whole rows for the data."""
    rows = rows_of(body)
    height = max(len(rows), 1)
    width = max((len(row) for row in rows), default=0)
    sheet = state.writable(sheet_id)
    if insert and rows and table.found is not None and table.row < sheet.row_count:
        insert_dimension(state, sheet_id, "ROWS", table.row, len(rows), inherit_before=True)
    bottom, right = table.row + height, table.column + max(width, 1)
    if bottom > sheet.row_count or right > sheet.column_count:
        sheet.resize(max(bottom, sheet.row_count), max(right, sheet.column_count))
    box = Box(table.row, bottom, table.column, right)
    return Written(sheet_id, box, fill(state, sheet_id, box, rows, typed))


def written_answer(state: Spreadsheet, written: Written) -> Json:
    """Return UpdateValuesResponse without the data."""
    sheet = state.sheet(written.sheet_id)
    answer: Json = {
        "spreadsheetId": state.id,
        "updatedRange": full_name(sheet.title, written.box),
    }
    if written.cells:
        answer.update(updatedRows=written.box.height, updatedColumns=written.box.width, updatedCells=written.cells)
    return answer
