"""New spreadsheets from a request, and copies of tabs between spreadsheets."""

import copy
from datetime import datetime

from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model.defaults import new_spreadsheet
from localsheets.model.sheet import Sheet
from localsheets.model.spreadsheet import Spreadsheet
from localsheets.requests.batch import KINDS
from localsheets.requests.sheets import OBJECT_IDS, repoint


def create(body: Json, owner: str, moment: datetime) -> Spreadsheet:
    """Create a spreadsheet as `spreadsheets.create` asks for: title, locale, time zone and tabs with their data.

    Raises RequestFailed for what cannot be created, naming fields that are not accepted at creation.
    """
    for name in body:
        if name not in {"properties", "sheets", "spreadsheetId", "spreadsheetUrl", "namedRanges"}:
            raise RequestFailed(f"{name} cannot be given at creation on this server.")
    properties: Json = body.get("properties", {})
    state = new_spreadsheet(
        properties.get("title") or "Untitled spreadsheet", owner, moment, tab=None if body.get("sheets") else "Sheet1"
    )
    settable = {name: part for name, part in properties.items() if name in {"locale", "timeZone", "autoRecalc"}}
    if settable:
        KINDS["updateSpreadsheetProperties"](state, {"properties": settable, "fields": ",".join(settable)})
    for number, sheet in enumerate(body.get("sheets", [])):
        props: Json = dict(sheet.get("properties", {}))
        props.pop("index", None)
        if number == 0:
            props.setdefault("sheetId", 0)
        for name in sheet:
            if name not in {"properties", "data", "merges"}:
                raise RequestFailed(f"sheets[{number}].{name} cannot be given at creation on this server.")
        KINDS["addSheet"](state, {"properties": props})
        added = state.sheets[-1]
        for block in sheet.get("data", []):
            start = {
                "sheetId": added.id,
                "rowIndex": block.get("startRow", 0),
                "columnIndex": block.get("startColumn", 0),
            }
            KINDS["updateCells"](state, {"start": start, "rows": block.get("rowData", []), "fields": "*"})
        for merge in sheet.get("merges", []):
            KINDS["mergeCells"](state, {"range": {**merge, "sheetId": added.id}})
    for named in body.get("namedRanges", []):
        KINDS["addNamedRange"](state, {"namedRange": named})
    state.check_cells()
    return state


def copy_sheet_to(source: Spreadsheet, sheet_id: int, target: Spreadsheet) -> Sheet:
    """Copy a tab to the end of another spreadsheet or the same one, titled as Google does."""
    held = source.sheet(sheet_id)
    title, number = f"Copy of {held.title}", 2
    while target.find_sheet(title):
        title, number = f"Copy of {held.title} {number}", number + 1
    fresh_id = target.fresh_sheet_id()
    props = copy.deepcopy(held.props)
    props.update(sheetId=fresh_id, title=title)
    sheet = target.add_sheet(props)
    styles = source.styles
    sheet.copy_rows_from(held, lambda style: target.styles.number(styles[style]))
    sheet.row_dims, sheet.column_dims = held.row_dims.copy(), held.column_dims.copy()
    sheet.features = repoint(copy.deepcopy(held.features), held.id, fresh_id)
    for feature, name in OBJECT_IDS.items():
        taken = {int(part[name]) for other in target.sheets for part in other.features.get(feature, ())}
        for part in sheet.features.get(feature, ()):
            while part[name] in taken:
                part[name] += 1
            taken.add(part[name])
    target.check_cells()
    return sheet


def copy_spreadsheet(source: Spreadsheet, title: str, owner: str, moment: datetime) -> Spreadsheet:
    """Copy a whole spreadsheet under a new id; sheet ids and object ids stay, as in Drive's copy."""
    fresh = new_spreadsheet(title, owner, moment, tab=None)
    fresh.props = copy.deepcopy(source.props)
    fresh.named_ranges = copy.deepcopy(source.named_ranges)
    fresh.metadata = copy.deepcopy(source.metadata)
    for held in source.sheets:
        sheet = fresh.add_sheet(copy.deepcopy(held.props))
        sheet.copy_rows_from(held, lambda style: fresh.styles.number(source.styles[style]))
        sheet.row_dims, sheet.column_dims = held.row_dims.copy(), held.column_dims.copy()
        sheet.features = copy.deepcopy(held.features)
    return fresh
