"""The Spreadsheet resource, with grid data on demand."""

from collections.abc import Sequence
from dataclasses import dataclass

from localsheets.a1 import Box
from localsheets.cells import Cell, CellError
from localsheets.jsontypes import Json
from localsheets.locales import display, locale_of
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.celldata import entered_value, extended
from localsheets.model.defaults import DEFAULT_FORMAT, THEME
from localsheets.model.protection import protected_area
from localsheets.schema.fieldmask import FieldTree

DEFAULT_ROW_PIXELS = 21
DEFAULT_COLUMN_PIXELS = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parts of a spreadsheet that a request asks for.

    boxes:     boxes by sheet id; None for everything
    grid_data: the option includeGridData
    mask:      the tree of `fields`, None without
    """

    boxes: dict[int, list[Box]] | None = None
    grid_data: bool = False
    mask: "FieldTree | None" = None

    def wants_data(self) -> bool:
        """Return True if cells are asked for; a mask that names `sheets.data` does, whatever includeGridData
        (recorded).
        """
        if not self.mask:
            return self.grid_data
        sheets = self.mask.get("sheets")
        if sheets is None:
            return False
        return (not sheets and self.grid_data) or "data" in sheets


def spreadsheet(state: Spreadsheet, base_url: str, wanted: Wanted) -> Json:
    """Return the Spreadsheet message."""
    answer: Json = {
        "spreadsheetId": state.id,
        "properties": spreadsheet_properties(state),
        "sheets": [
            sheet_resource(state, sheet, index, wanted)
            for index, sheet in enumerate(state.sheets)
            if wanted.boxes is None or sheet.id in wanted.boxes
        ],
        "spreadsheetUrl": f"{base_url}/spreadsheets/d/{state.id}/edit",
    }
    if state.named_ranges:
        answer["namedRanges"] = state.named_ranges
    at_top = [entry for entry in state.metadata.values() if entry["location"].get("spreadsheet")]
    if at_top:
        answer["developerMetadata"] = at_top
    return answer


def sheet_properties(props: Json, index: int) -> Json:
    """Return SheetProperties with the tab's index."""
    return {**props, "index": index}


def spreadsheet_properties(state: Spreadsheet) -> Json:
    """Return SpreadsheetProperties."""
    return {
        "title": state.file["name"],
        **state.props,
        "defaultFormat": DEFAULT_FORMAT,
        "spreadsheetTheme": THEME,
    }


def sheet_resource(state: Spreadsheet, sheet: Sheet, index: int, wanted: Wanted) -> Json:
    """Return one entry of `sheets`."""
    resource: Json = {"properties": sheet_properties(sheet.props, index)}
    for name, part in sheet.features.items():
        if not part:
            continue
        resource[name] = [protected_range(state, entry) for entry in part] if name == "protectedRanges" else part
    own = [
        entry
        for entry in state.metadata.values()
        if entry["location"].get("locationType") == "SHEET" and entry["location"].get("sheetId", 0) == sheet.id
    ]
    if own:
        resource["developerMetadata"] = own
    if wanted.wants_data():
        boxes = [sheet.grid] if wanted.boxes is None else wanted.boxes[sheet.id]
        sub = (wanted.mask or {}).get("sheets", {}).get("data", {})
        resource["data"] = [grid_data(state, sheet, box, sub) for box in boxes]
    return resource


def protected_range(state: Spreadsheet, entry: Json, *, reply: bool = False) -> Json:
    """Return a ProtectedRange: with its editors, the file's owner first, unless it is the reply to its creation."""
    area = protected_area(state, entry)
    shown: Json = {**entry} if area is None else {"range": area, **entry}
    owner = str(state.file.get("owner", ""))
    users = list(entry.get("editors", {}).get("users", ()))
    caller = state.editor or owner
    if entry.get("warningOnly"):
        shown.pop("editors", None)
    elif not reply:
        shown["editors"] = {**shown.get("editors", {}), "users": [owner, *(u for u in users if u != owner)]}
    if entry.get("warningOnly") or caller == owner or caller in users:
        shown["requestingUserCanEdit"] = True
    return shown


def grid_data(state: Spreadsheet, sheet: Sheet, box: Box, mask: FieldTree) -> Json:
    """Return GridData of a box, with only the parts that the mask names."""
    data: Json = {"startRow": box.top, "startColumn": box.left}
    if not mask or "rowData" in mask or "*" in mask:
        rows = row_data(state, sheet, box, (mask or {}).get("rowData", {}).get("values", {}))
        if rows:
            data["rowData"] = rows
    for name, axis, start, end, dims, pixels in (
        ("rowMetadata", "ROWS", box.top, box.bottom, sheet.row_dims, DEFAULT_ROW_PIXELS),
        ("columnMetadata", "COLUMNS", box.left, box.right, sheet.column_dims, DEFAULT_COLUMN_PIXELS),
    ):
        if not mask or name in mask or "*" in mask:
            data[name] = dimension_metadata(state, sheet, axis, range(start, end), dims, pixels)
    return data


def dimension_metadata(
    state: Spreadsheet, sheet: Sheet, axis: str, indices: range, dims: dict[int, Json], pixels: int
) -> list[Json]:
    """Return DimensionProperties of rows or columns."""
    marked: dict[int, list[object]] = {}
    for entry in state.metadata.values():
        span = entry["location"].get("dimensionRange")
        if span and span.get("sheetId", 0) == sheet.id and span["dimension"] == axis:
            marked.setdefault(span["startIndex"], []).append(entry)
    listed = []
    for at in indices:
        shown: Json = {"pixelSize": pixels, **dims.get(at, {})}
        if at in marked:
            shown["developerMetadata"] = marked[at]
        listed.append(shown)
    return listed


def row_data(state: Spreadsheet, sheet: Sheet, box: Box, mask: FieldTree) -> list[Json]:
    """Return RowData down to the last row, and in each row to the last cell, with anything that the mask names."""
    locale = locale_of(state.locale)
    rows: list[Json] = []
    for at in range(box.top, min(box.bottom, len(sheet.rows))):
        cells = sheet.cells(at)[box.left : box.right]
        values = [cell_data(state, cell, locale_name=locale.name, mask=mask) for cell in cells]
        while values and not values[-1]:
            values.pop()
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    return rows


def cell_data(state: Spreadsheet, cell: Cell, locale_name: str, mask: FieldTree) -> Json:
    """Return CellData; an empty message for an empty cell."""
    if cell.bare:
        return {}

    def wants(name: str) -> bool:
        return not mask or name in mask or "*" in mask

    data: Json = {}
    entered = entered_value(cell)
    fmt = state.styles[cell.style]
    if entered is not None:
        if wants("userEnteredValue"):
            data["userEnteredValue"] = entered
        effective = extended(cell.value)
        if wants("effectiveValue") and effective is not None:
            data["effectiveValue"] = effective
        if wants("formattedValue"):
            data["formattedValue"] = (
                cell.value.shown
                if isinstance(cell.value, CellError)
                else display(cell.value, fmt.get("numberFormat"), locale_of(locale_name))
            )
    if cell.style and wants("userEnteredFormat"):
        data["userEnteredFormat"] = fmt
    if wants("effectiveFormat") and (entered is not None or cell.style):
        data["effectiveFormat"] = effective_format(fmt, cell)
    if cell.note and wants("note"):
        data["note"] = cell.note
    for name, part in (cell.extra or {}).items():
        if wants(name):
            data[name] = part
    return data


def effective_format(fmt: Json, cell: Cell) -> Json:
    """Return the default format overlaid with the cell's own."""
    shown: Json = {**DEFAULT_FORMAT, **{name: part for name, part in fmt.items() if name != "textFormat"}}
    shown["textFormat"] = {**DEFAULT_FORMAT["textFormat"], **fmt.get("textFormat", {})}
    shown.setdefault("hyperlinkDisplayType", "PLAIN_TEXT")
    if "horizontalAlignment" not in shown:
        number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
        shown["horizontalAlignment"] = "RIGHT" if number else "LEFT"
    return shown


def wanted_boxes(pairs: Sequence[tuple[int, Box]]) -> dict[int, list[Box]]:
    """Group (sheet id, box) pairs by sheet, in the order asked for."""
    boxes: dict[int, list[Box]] = {}
    for sheet_id, box in pairs:
        boxes.setdefault(sheet_id, []).append(box)
    return boxes
