"""Kinds about rows and columns as such."""

from localsheets.cells import CellError
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.locales import display, locale_of
from localsheets.model import Sheet, Spreadsheet
from localsheets.model import dimensions as lines
from localsheets.model.textwidth import PADDING, text_pixels
from localsheets.schema.masking import apply_mask, update_mask


def insert_dimension(state: Spreadsheet, request: Json) -> None:
    """Carry out insertDimension."""
    sheet, axis, start, end = lines.span_of(state, request.get("range"), within=False)
    size = sheet.row_count if axis == "ROWS" else sheet.column_count
    before = bool(request.get("inheritFromBefore"))
    if start > size or (start == size and not before):
        word = "row" if axis == "ROWS" else "column"
        raise RequestFailed(f"range.startIndex[{start}] is after last {word} in grid[{size}]")
    if before and start == 0:
        raise RequestFailed("inheritFromBefore cannot be true if inserting at index 0")
    lines.insert_dimension(state, sheet.id, axis, start, end - start, inherit_before=before)


def delete_dimension(state: Spreadsheet, request: Json) -> None:
    """Carry out deleteDimension."""
    sheet, axis, start, end = lines.span_of(state, request.get("range"))
    lines.delete_dimension(state, sheet.id, axis, (start, end))


def move_dimension(state: Spreadsheet, request: Json) -> None:
    """Carry out moveDimension: move before `destinationIndex`, counted before the move."""
    sheet, axis, start, end = lines.span_of(state, request.get("source"))
    lines.move_dimension(state, sheet.id, axis, start, end, int(request.get("destinationIndex", 0)))


def append_dimension(state: Spreadsheet, request: Json) -> None:
    """Carry out appendDimension: add blank rows or columns at the end."""
    if "tableId" in request:
        raise RequestFailed("tableId: tables are not supported by this server.")
    sheet = state.writable(int(request.get("sheetId", 0)))
    length = int(request.get("length", 0))
    if length < 1:
        raise RequestFailed(f"length[{length}] must be at least 1")
    axis = request.get("dimension")
    if axis == "ROWS":
        sheet.resize(sheet.row_count + length, sheet.column_count)
    elif axis == "COLUMNS":
        sheet.resize(sheet.row_count, sheet.column_count + length)
    else:
        raise RequestFailed("dimension must be ROWS or COLUMNS")


def update_dimension_properties(state: Spreadsheet, request: Json) -> None:
    """Carry out updateDimensionProperties: pixelSize and hiddenByUser."""
    if "range" not in request:
        raise RequestFailed("range is required")
    held, axis, start, end = lines.span_of(state, request["range"])
    mask = update_mask("DimensionProperties", request.get("fields", ""))
    given: Json = request.get("properties", {})
    for name in mask or given:
        if name not in {"pixelSize", "hiddenByUser"}:
            raise RequestFailed(f"{name} cannot be updated")
    if ("pixelSize" in given and (not mask or "pixelSize" in mask)) and not 2 <= given["pixelSize"] <= 20_000:
        raise RequestFailed(f"pixelSize[{given['pixelSize']}] must be between 2 and 20000")
    sheet = state.writable(held.id)
    dims = sheet.row_dims if axis == "ROWS" else sheet.column_dims
    for at in range(start, end):
        changed = apply_mask(dims.get(at, {}), given, mask)
        if changed.get("hiddenByUser") is False:
            del changed["hiddenByUser"]
        if changed:
            dims[at] = changed
        else:
            dims.pop(at, None)


def auto_resize_dimensions(state: Spreadsheet, request: Json) -> None:
    """Carry out autoResizeDimensions: columns to their longest text, rows to the default height."""
    if "dataSourceSheetDimensions" in request:
        raise RequestFailed("dataSourceSheetDimensions: data sources are not supported by this server.")
    held, axis, start, end = lines.span_of(state, request.get("dimensions"))
    sheet = state.writable(held.id)
    if axis == "ROWS":
        for at in range(start, end):
            dim = {name: part for name, part in sheet.row_dims.get(at, {}).items() if name != "pixelSize"}
            if dim:
                sheet.row_dims[at] = dim
            else:
                sheet.row_dims.pop(at, None)
        return
    for at, length in enumerate(_widest(state, sheet, start, end), start):
        if length:
            width = max(PADDING, round(length) + PADDING)
            sheet.column_dims[at] = {**sheet.column_dims.get(at, {}), "pixelSize": width}


def _widest(state: Spreadsheet, sheet: Sheet, start: int, end: int) -> list[float]:
    widest = [0.0] * (end - start)
    locale = locale_of(state.locale)
    for row in sheet.rows:
        if row is None:
            continue
        for shift, cell in enumerate(row.cells()[start:end]):
            if isinstance(cell.value, CellError):
                text = cell.value.shown
            else:
                text = display(cell.value, state.styles[cell.style].get("numberFormat"), locale)
            widest[shift] = max(widest[shift], text_pixels(text))
    return widest
