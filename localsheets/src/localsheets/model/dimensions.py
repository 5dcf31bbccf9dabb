"""Insert, delete, move and size rows and columns."""

from localsheets.a1 import Box
from localsheets.cells import EMPTY, Cell
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model.protection import guard
from localsheets.model.references import shift_formulas
from localsheets.model.sheet import Sheet, check_amount
from localsheets.model.shifting import Shift, deleting, inserting, moving, shift_sheet
from localsheets.model.spreadsheet import Spreadsheet


def span_of(state: Spreadsheet, span: Json | None, *, within: bool = True) -> tuple[Sheet, str, int, int]:
    """Return (sheet, ROWS or COLUMNS, start, end) of a DimensionRange. Raises RequestFailed if it leaves the grid."""
    if span is None:
        raise RequestFailed("range is required")
    sheet = state.sheet(int(span.get("sheetId", 0)))
    axis = span.get("dimension")
    if axis not in {"ROWS", "COLUMNS"}:
        raise RequestFailed("dimension must be ROWS or COLUMNS")
    size = sheet.row_count if axis == "ROWS" else sheet.column_count
    start = int(span.get("startIndex", 0))
    end = int(span.get("endIndex", size))
    if start < 0 or end <= start:
        raise RequestFailed(f"startIndex[{start}] must be before endIndex[{end}] and not negative")
    check_amount(end - start, "rows or columns")
    if within and end > size:
        word = "row" if axis == "ROWS" else "column"
        raise RequestFailed(f"endIndex[{end}] is after last {word} in grid[{size}]")
    return sheet, axis, start, end


def _stripe(sheet: Sheet, axis: str, start: int, end: int) -> Box:
    if axis == "ROWS":
        return Box(start, end, 0, sheet.column_count)
    return Box(0, sheet.row_count, start, end)


def _shift_all(state: Spreadsheet, sheet: Sheet, axis: str, shift: Shift) -> None:
    shift_sheet(state, sheet, axis, shift)
    shift_formulas(state, sheet, axis, shift)


def insert_dimension(
    state: Spreadsheet, sheet_id: int, axis: str, at: int, count: int, *, inherit_before: bool, bare: bool = False
) -> None:
    """Insert blank rows or columns before `at` with the formats of their neighbour; without formats if `bare`."""
    sheet = state.writable(sheet_id)
    model = -1 if bare else at - 1 if inherit_before else at
    grown = "rowCount" if axis == "ROWS" else "columnCount"
    sheet.props["gridProperties"][grown] += count
    state.check_cells()  # before anything is made
    if axis == "ROWS":
        styles = [Cell(style=cell.style) for cell in sheet.cells(model)] if model >= 0 else []
        sheet.open_rows(at, count)
        if any(cell.style for cell in styles):
            for row in range(at, at + count):
                sheet.put(row, styles)
    else:

        def widen(cells: list[Cell]) -> list[Cell]:
            if len(cells) <= at and len(cells) <= model:
                return cells
            style = cells[model].style if 0 <= model < len(cells) else 0
            left = cells[:at] + [EMPTY] * (at - len(cells))
            return [*left, *[Cell(style=style)] * count, *cells[at:]]

        sheet.map_rows(widen)
    _shift_all(state, sheet, axis, inserting(at, count))


def delete_dimension(state: Spreadsheet, sheet_id: int, axis: str, *spans: tuple[int, int]) -> None:
    """Delete rows or columns with everything in them. spans: half-open, ascending and apart."""
    sheet = state.writable(sheet_id)
    rows, columns = sheet.row_count, sheet.column_count
    count = sum(end - start for start, end in spans)
    for start, end in spans:
        guard(state, sheet, _stripe(sheet, axis, start, end))
    if count >= (rows if axis == "ROWS" else columns):
        word = "rows" if axis == "ROWS" else "columns"
        raise RequestFailed(f"You can't delete all the {word} on the sheet.")
    grid = sheet.props["gridProperties"]
    if axis == "ROWS":
        for start, end in reversed(spans):
            sheet.cut_rows(start, end)
        grid["rowCount"] = rows - count
    else:
        gone = {at for start, end in spans for at in range(start, end)}
        sheet.map_rows(lambda cells: [cell for at, cell in enumerate(cells) if at not in gone])
        grid["columnCount"] = columns - count
    frozen = "frozenRowCount" if axis == "ROWS" else "frozenColumnCount"
    if frozen in grid:
        grid[frozen] -= sum(max(0, min(end, grid[frozen]) - start) for start, end in spans)
    _shift_all(state, sheet, axis, deleting(*spans))


def move_dimension(state: Spreadsheet, sheet_id: int, axis: str, start: int, end: int, to: int) -> None:
    """Move rows or columns before `to`, counted before the move; a target within the range changes nothing."""
    sheet = state.writable(sheet_id)
    size = sheet.row_count if axis == "ROWS" else sheet.column_count
    if not 0 <= to <= size:
        raise RequestFailed(f"destinationIndex[{to}] must be between 0 and {size}")
    if start <= to <= end:
        return
    guard(state, sheet, _stripe(sheet, axis, start, end))
    if axis == "ROWS":
        sheet.move_rows(start, end, to)
    else:

        def reorder(cells: list[Cell]) -> list[Cell]:
            padded = cells + [EMPTY] * (max(end, to) - len(cells))
            rest = padded[:start] + padded[end:]
            at = to if to <= start else to - (end - start)
            return rest[:at] + padded[start:end] + rest[at:]

        sheet.map_rows(reorder)
    _shift_all(state, sheet, axis, moving(start, end, to))
