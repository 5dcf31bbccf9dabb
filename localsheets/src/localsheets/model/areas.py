"""Resolve the ranges of requests (GridRange, A1, coordinates) to a sheet and a box."""

from localsheets.a1 import WHOLE, Area, Box, area_name, parse_area, quote_title, split_title
from localsheets.errors import RequestFailed, SheetsError, invalid
from localsheets.jsontypes import Json
from localsheets.model.sheet import Sheet
from localsheets.model.spreadsheet import Spreadsheet


def area_of(grid_range: Json) -> Area:
    """Return a GridRange without its sheet. Raises RequestFailed if it is upside down."""
    area = Area(
        grid_range.get("startRowIndex"),
        grid_range.get("endRowIndex"),
        grid_range.get("startColumnIndex"),
        grid_range.get("endColumnIndex"),
    )
    for start, end, side in ((area.top, area.bottom, "Row"), (area.left, area.right, "Column")):
        if (start is not None and start < 0) or (end is not None and end < 0):
            raise RequestFailed(f"start{side}Index[{start}] and end{side}Index[{end}] must not be negative")
        if end is not None and end < (start or 0):
            raise RequestFailed(f"end{side}Index[{end}] must not be before start{side}Index[{start or 0}]")
    return area


def sheet_of(state: Spreadsheet, message: Json) -> int:
    """Return the sheet id in a message. Raises RequestFailed if there is no such sheet."""
    return state.sheet(int(message.get("sheetId", 0))).id


def box_of(state: Spreadsheet, grid_range: Json | None, what: str = "range") -> tuple[int, Box]:
    """Return (sheet id, box) of a GridRange, cut to the grid and maybe empty.

    Raises RequestFailed if it is missing or starts outside. Measured on Google by others in September 2026: a range
    that ends past the grid is cut, and one of no cells is accepted and does nothing.
    """
    if grid_range is None:
        raise RequestFailed(f"{what} is required")
    sheet = state.sheet(int(grid_range.get("sheetId", 0)))
    area = area_of(grid_range)
    if outside(sheet, area):
        raise RequestFailed(beyond(sheet, area))
    return sheet.id, sheet.clip(area)


def outside(sheet: Sheet, area: Area) -> bool:
    """Return True if an area starts past the last row or column."""
    return (area.top or 0) >= sheet.row_count or (area.left or 0) >= sheet.column_count


def beyond(sheet: Sheet, area: Area) -> str:
    """Return Google's refusal of an area outside the grid."""
    return (
        f"Range ({quote_title(sheet.title)}!{area_name(area)}) exceeds grid limits. "
        f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
    )


def coordinate_of(state: Spreadsheet, coordinate: Json | None, what: str = "start") -> tuple[int, int, int]:
    """Return (sheet id, row, column) of a GridCoordinate within the grid."""
    if coordinate is None:
        raise RequestFailed(f"{what} is required")
    sheet = state.sheet(int(coordinate.get("sheetId", 0)))
    row, column = int(coordinate.get("rowIndex", 0)), int(coordinate.get("columnIndex", 0))
    if not 0 <= row < sheet.row_count:
        raise RequestFailed(f"{what}.rowIndex[{row}] is not within the grid of {sheet.row_count} rows")
    if not 0 <= column < sheet.column_count:
        raise RequestFailed(f"{what}.columnIndex[{column}] is not within the grid of {sheet.column_count} columns")
    return sheet.id, row, column


def locate(state: Spreadsheet, text: str) -> tuple[Sheet, Area]:
    """Return the sheet and area of an A1 text: a range, a named range or a whole tab.

    Raises 400 for a text that names nothing here.
    """
    try:
        title, rest = split_title(text)
    except ValueError as error:
        raise unparsed(text) from error
    if title is not None:
        sheet = state.find_sheet(title)
        if sheet is None:
            raise unparsed(text)
        if rest is None:
            return sheet, WHOLE
        area = parse_area(rest)
        # gspread writes the first tab before the name of a range, whichever tab the range is on; Google accepts it.
        named = _named(state, rest) if area is None else None
        if named is not None:
            return named
        if area is None:
            raise unparsed(text)
        return sheet, area
    area = parse_area(rest or "")
    if area is not None and state.sheets:
        # Google's guide: a range without a tab belongs to the first visible one.
        visible = (sheet for sheet in state.sheets if not sheet.props.get("hidden"))
        return next(visible, state.sheets[0]), area
    named = _named(state, text)
    if named is not None:
        return named
    sheet = state.find_sheet(text)
    if sheet is None:
        raise unparsed(text)
    return sheet, WHOLE


def _named(state: Spreadsheet, name: str) -> tuple[Sheet, Area] | None:
    for held in state.named_ranges:
        if held["name"].casefold() == name.casefold():
            return state.sheet(int(held["range"].get("sheetId", 0))), area_of(held["range"])
    return None


def unparsed(text: str) -> SheetsError:
    """Return Google's refusal of an A1 text that names no range."""
    return invalid(f"Unable to parse range: {text[:500]}")


def within(sheet: Sheet, area: Area) -> Box:
    """Return the part of an area within the grid. Raises Google's 400 if it starts outside."""
    if outside(sheet, area):
        raise invalid(beyond(sheet, area))
    return sheet.clip(area)
