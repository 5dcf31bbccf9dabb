"""Kinds about the spreadsheet and its tabs."""

import copy

from localsheets.answers.spreadsheet import sheet_properties
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.locales.tables import known
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.defaults import sheet_props
from localsheets.model.references import rename_in_formulas
from localsheets.model.spreadsheet import fresh_number
from localsheets.model.zones import known_zone
from localsheets.schema.masking import apply_mask, names, update_mask

MAX_TITLE = 100
MAX_SHEETS = 200


def check_title(state: Spreadsheet, title: str, own: int | None = None) -> None:
    """Raise RequestFailed for an empty, overlong or taken title."""
    if not title or len(title) > MAX_TITLE:
        raise RequestFailed(f"The sheet name cannot be empty or longer than {MAX_TITLE} characters.")
    held = state.find_sheet(title)
    if held is not None and held.id != own:
        raise RequestFailed(f'A sheet with the name "{title}" already exists. Please enter another name.')


def complete_grid(grid: Json) -> Json:
    """Return GridProperties with a size. Raises RequestFailed for a grid of no cells, or frozen as a whole."""
    full = {"rowCount": 1000, "columnCount": 26, **grid}
    for name, word in (("rowCount", "rows"), ("columnCount", "columns")):
        if full[name] < 1:
            raise RequestFailed(f"You can't have a sheet with no {word}: {name} must be at least 1.")
    if full["columnCount"] > 18_278:
        raise RequestFailed("A sheet cannot have more than 18278 columns.")
    for frozen, size, word in (
        ("frozenRowCount", "rowCount", "rows"),
        ("frozenColumnCount", "columnCount", "columns"),
    ):
        if full.get(frozen, 0) < 0:
            raise RequestFailed(f"{frozen} must not be negative.")
        if full.get(frozen, 0) >= full[size]:
            raise RequestFailed(f"You can't freeze all visible {word} on the sheet.")
    return full


def add_sheet(state: Spreadsheet, request: Json) -> Json:
    """Carry out addSheet; a missing title, id or size is chosen."""
    given: Json = dict(request.get("properties", {}))
    if given.pop("sheetType", "GRID") not in {"GRID", "SHEET_TYPE_UNSPECIFIED"}:
        raise RequestFailed("Only sheets of type GRID can be added.")
    sheet_id = given.pop("sheetId", None)
    if sheet_id is None:
        sheet_id = state.fresh_sheet_id()
    elif sheet_id < 0:
        raise RequestFailed(f"sheetId[{sheet_id}] must not be negative.")
    elif any(sheet.id == sheet_id for sheet in state.sheets):
        raise RequestFailed(f'A sheet with the ID "{sheet_id}" already exists. Please enter another ID.')
    title = given.pop("title", None)
    if title is None:
        number = len(state.sheets) + 1
        while state.find_sheet(f"Sheet{number}"):
            number += 1
        title = f"Sheet{number}"
    check_title(state, title)
    index = given.pop("index", None)
    if index is not None and not 0 <= index <= len(state.sheets):
        raise RequestFailed(f"Sheet index[{index}] must be between 0 and {len(state.sheets)}.")
    props = sheet_props(sheet_id, title)
    props["gridProperties"] = complete_grid(given.pop("gridProperties", {}))
    props.update(given)
    if len(state.sheets) >= MAX_SHEETS:
        raise RequestFailed(f"A spreadsheet cannot have more than {MAX_SHEETS} sheets.")
    sheet = state.add_sheet(props, index)
    return {"properties": sheet_properties(sheet.props, state.sheets.index(sheet))}


def delete_sheet(state: Spreadsheet, request: Json) -> None:
    """Carry out deleteSheet; the last visible tab stays."""
    sheet = state.sheet(int(request.get("sheetId", 0)))
    if not any(other is not sheet and not other.props.get("hidden") for other in state.sheets):
        raise RequestFailed("You can't remove all the visible sheets in a document.")
    state.remove_sheet(sheet.id)


def update_sheet_properties(state: Spreadsheet, request: Json) -> None:
    """Carry out updateSheetProperties: title, index, hidden, tab colour, direction, grid."""
    given: Json = request.get("properties", {})
    mask = update_mask("SheetProperties", request.get("fields", ""))
    sheet = state.writable(int(given.get("sheetId", 0)))
    if not mask:
        mask = {name: {} for name in given}
    if "title" in mask:
        check_title(state, given.get("title", ""), sheet.id)
        rename_in_formulas(state, sheet.title, given["title"])
    if "hidden" in mask and given.get("hidden") and not _another_visible(state, sheet):
        raise RequestFailed("You can't hide all the sheets in a document.")
    kept = {name: below for name, below in mask.items() if name not in {"index", "sheetId", "sheetType"}}
    before = sheet.props["gridProperties"]
    if kept:
        props = apply_mask(sheet.props, {"title": sheet.title, **given}, kept)
        props["gridProperties"] = complete_grid({**_sized(before), **props.get("gridProperties", {})})
        size = props["gridProperties"]
        rows, columns = size["rowCount"], size["columnCount"]
        size["rowCount"], size["columnCount"] = before["rowCount"], before["columnCount"]
        style = props.get("tabColorStyle")
        if style is not None and not style:
            props.pop("tabColorStyle")
        sheet.props = props
        if (rows, columns) != (sheet.row_count, sheet.column_count):
            sheet.resize(rows, columns)
    if "index" in mask:
        move_sheet(state, sheet, int(given.get("index", 0)))


def _sized(grid: Json) -> Json:
    return {name: grid[name] for name in ("rowCount", "columnCount")}


def _another_visible(state: Spreadsheet, sheet: Sheet) -> bool:
    return any(other.id != sheet.id and not other.props.get("hidden") for other in state.sheets)


def move_sheet(state: Spreadsheet, sheet: Sheet, index: int) -> None:
    """Move a tab; the index is counted before the move, as Google documents."""
    if not 0 <= index <= len(state.sheets):
        raise RequestFailed(f"Sheet index[{index}] must be between 0 and {len(state.sheets)}.")
    held = state.sheets.index(sheet)
    if index in {held, held + 1}:
        return
    state.sheets.pop(held)
    state.sheets.insert(index if index < held else index - 1, sheet)


def duplicate_sheet(state: Spreadsheet, request: Json) -> Json:
    """Carry out duplicateSheet: copy a tab with everything over it."""
    source = state.sheet(int(request.get("sourceSheetId", 0)))
    sheet_id = request.get("newSheetId")
    if sheet_id is None:
        sheet_id = state.fresh_sheet_id()
    elif any(sheet.id == sheet_id for sheet in state.sheets):
        raise RequestFailed(f'A sheet with the ID "{sheet_id}" already exists. Please enter another ID.')
    title = request.get("newSheetName")
    if title is None:
        title, number = f"Copy of {source.title}", 2
        while state.find_sheet(title):
            title, number = f"Copy of {source.title} {number}", number + 1
    check_title(state, title)
    index = int(request.get("insertSheetIndex", 0))
    if not 0 <= index <= len(state.sheets):
        raise RequestFailed(f"Sheet index[{index}] must be between 0 and {len(state.sheets)}.")
    props = copy.deepcopy(source.props)
    props.update(sheetId=sheet_id, title=title)
    sheet = state.add_sheet(props, index)
    take_over(sheet, source, state)
    return {"properties": sheet_properties(sheet.props, index)}


def take_over(sheet: Sheet, source: Sheet, state: Spreadsheet) -> None:
    """Copy the content of another tab of the same spreadsheet into a new tab; objects get new ids."""
    sheet.copy_rows_from(source)
    sheet.row_dims, sheet.column_dims = source.row_dims.copy(), source.column_dims.copy()
    sheet.features = repoint(copy.deepcopy(source.features), source.id, sheet.id)
    taken = {
        int(part[name])
        for other in state.sheets
        for feature, name in OBJECT_IDS.items()
        for part in other.features.get(feature, ())
        if other is not sheet
    }
    for feature, name in OBJECT_IDS.items():
        for part in sheet.features.get(feature, ()):
            part[name] = fresh_number(taken)
            taken.add(part[name])


OBJECT_IDS = {
    "charts": "chartId",
    "protectedRanges": "protectedRangeId",
    "bandedRanges": "bandedRangeId",
    "filterViews": "filterViewId",
}


def repoint(features: Json, old: int, new: int) -> Json:
    """Replace a sheet id in all ranges of some features."""

    def walk(node: object) -> object:
        if isinstance(node, list):
            return [walk(part) for part in node]
        if isinstance(node, dict):
            out = {name: walk(part) for name, part in node.items()}
            speaks = "sheetId" in node or any(name.endswith("Index") for name in node)
            if speaks and node.get("sheetId", 0) == old:
                out["sheetId"] = new
            return out
        return node

    walked = walk(features)
    return walked if isinstance(walked, dict) else features


def update_spreadsheet_properties(state: Spreadsheet, request: Json) -> None:
    """Carry out updateSpreadsheetProperties: title, locale, time zone, recalculation; others are refused."""
    given: Json = request.get("properties", {})
    mask = update_mask("SpreadsheetProperties", request.get("fields", ""))
    allowed = {"title", "locale", "timeZone", "autoRecalc"}
    for name in mask or given:
        if name not in allowed:
            raise RequestFailed(f"{name} cannot be changed on this server.")
    if names(mask, "title") and "title" in (mask or given):
        if not given.get("title"):
            raise RequestFailed("The title cannot be empty.")
        state.file["name"] = given["title"]
    if "locale" in (mask or given):
        if not known(given.get("locale", "")):
            raise RequestFailed(f"Unsupported locale: {given.get('locale', '')}")
        state.props["locale"] = given["locale"]
    if "timeZone" in (mask or given):
        if not known_zone(given.get("timeZone", "")):
            raise RequestFailed(f"Unsupported time zone: {given.get('timeZone', '')}")
        state.props["timeZone"] = given["timeZone"]
    if "autoRecalc" in (mask or given):
        state.props["autoRecalc"] = given.get("autoRecalc", "ON_CHANGE")
