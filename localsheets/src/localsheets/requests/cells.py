"""Kinds that write cells."""

import copy
from functools import cache

from localsheets.a1 import Box
from localsheets.cells import Cell
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.areas import box_of, coordinate_of
from localsheets.model.celldata import VALIDATION, CellMask, cell_mask, change_cell, change_style
from localsheets.model.protection import guard

_NOTHING: Json = {}


def update_cells(state: Spreadsheet, request: Json) -> None:
    """Carry out updateCells: write rows of cells from a corner, or over a range, clearing its other cells."""
    mask = cell_mask(request.get("fields", ""))
    rows: list[Json] = request.get("rows", [])
    width = max((len(row.get("values", ())) for row in rows), default=0)
    if "range" in request:
        sheet_id, box = box_of(state, request["range"])
        if len(rows) > box.height:
            raise RequestFailed(
                f"Attempting to write row: {box.top + box.height}, beyond the last requested row of: {box.bottom - 1}"
            )
        if width > box.width:
            raise RequestFailed(
                f"Attempting to write column: {box.left + box.width}, beyond the last requested column of: "
                f"{box.right - 1}"
            )
    else:
        sheet_id, top, left = coordinate_of(state, request.get("start"), "start")
        box = Box(top, top + len(rows), left, left + width)
        sheet = state.sheet(sheet_id)
        if box.bottom > sheet.row_count:
            raise RequestFailed(
                f"Attempting to write row: {sheet.row_count}, beyond the last requested row of: {sheet.row_count - 1}"
            )
        if box.right > sheet.column_count:
            raise RequestFailed(
                f"Attempting to write column: {sheet.column_count}, beyond the last requested column of: "
                f"{sheet.column_count - 1}"
            )
    ranged = "range" in request
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    last = box.bottom if ranged else box.top + len(rows)
    if ranged and box.bottom > max(len(sheet.rows), box.top + len(rows)):
        last = max(len(sheet.rows), box.top + len(rows))  # nothing to clear below the last used row
    for at in range(box.top, last):
        offset = at - box.top
        values: list[Json] = rows[offset].get("values", []) if offset < len(rows) else []
        right = box.right if ranged else box.left + len(values)
        before = sheet.cells(at)
        cells = before + [Cell()] * (right - len(before))
        for column in range(box.left, right):
            shift = column - box.left
            data = values[shift] if shift < len(values) else _NOTHING
            cells[column] = _changed(state, cells[column], data, mask)
        sheet.put(at, cells)


def append_cells(state: Spreadsheet, request: Json) -> None:
    """Carry out appendCells: write below the last row with a value, from column A; the grid grows as needed."""
    if "tableId" in request:
        raise RequestFailed("tableId: tables are not supported by this server.")
    mask = cell_mask(request.get("fields", ""))
    sheet = state.writable(int(request.get("sheetId", 0)))
    rows: list[Json] = request.get("rows", [])
    if not rows:
        return
    top, held = sheet.last_row(), sheet.row_count
    width = max(len(row.get("values", ())) for row in rows)
    if top + len(rows) > sheet.row_count or width > sheet.column_count:
        sheet.resize(max(sheet.row_count, top + len(rows)), max(sheet.column_count, width))
        state.check_cells()
    guard(state, sheet, Box(top, top + len(rows), 0, max(width, 1)))
    empty = Cell()
    # A row that the grid is given at its end has the rules of the one above, as columns of rules go on.
    rules = _rules_alone(sheet.cells(held - 1)) if top + len(rows) > held else []
    for offset, row in enumerate(rows):
        before = sheet.cells(top + offset) if top + offset < held else rules
        values: list[Json] = row.get("values", [])
        cells = [
            _changed(state, before[column] if column < len(before) else empty, data, mask)
            for column, data in enumerate(values)
        ]
        sheet.put(top + offset, cells + before[len(cells) :])


def _rules_alone(cells: list[Cell]) -> list[Cell]:
    """Return blank cells with the data validation of the given ones."""
    rules = [(cell.extra or {}).get(VALIDATION) for cell in cells]
    return [Cell(extra={VALIDATION: rule} if rule else None) for rule in rules]


def repeat_cell(state: Spreadsheet, request: Json) -> None:
    """Carry out repeatCell: write one cell's masked fields over a range."""
    mask = cell_mask(request.get("fields", ""))
    sheet_id, box = box_of(state, request.get("range"))
    data: Json = request.get("cell", {})
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    style_over = cache(
        lambda style: change_style(state.styles, style, data, mask)
    )  # a thousand cells share few formats
    sheet.edit_alike(box, lambda cell: change_cell(cell, style_over(cell.style), data, mask))


def _changed(state: Spreadsheet, cell: Cell, data: Json, mask: CellMask) -> Cell:
    return change_cell(cell, change_style(state.styles, cell.style, data, mask), data, mask)


def set_data_validation(state: Spreadsheet, request: Json) -> None:
    """Carry out setDataValidation: set a rule over a range; without a rule, clear it."""
    sheet_id, box = box_of(state, request.get("range"))
    rule: Json | None = request.get("rule")
    if rule is not None and not rule.get("condition", {}).get("type"):
        raise RequestFailed("rule.condition.type is required")
    filtered_only = bool(request.get("filteredRowsIncluded"))
    del filtered_only  # filters hide no rows on the server, so hidden rows get the rule as well
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)

    def change(cell: Cell) -> Cell:
        extra = {name: part for name, part in (cell.extra or {}).items() if name != VALIDATION}
        if rule is not None:
            extra[VALIDATION] = copy.deepcopy(rule)
        return cell._replace(extra=extra or None)

    sheet.edit_alike(box, change)


_SIDES = {"top": "innerHorizontal", "bottom": "innerHorizontal", "left": "innerVertical", "right": "innerVertical"}


def update_borders(state: Spreadsheet, request: Json) -> None:
    """Carry out updateBorders: set outer sides and inner lines of a range; a style of NONE removes a line."""
    sheet_id, box = box_of(state, request.get("range"))
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)

    def change(row: int, column: int, cell: Cell) -> Cell:
        fmt = state.styles[cell.style]
        borders = dict(fmt.get("borders", {}))
        edges = {
            "top": row == box.top,
            "bottom": row == box.bottom - 1,
            "left": column == box.left,
            "right": column == box.right - 1,
        }
        for side, outer in edges.items():
            line = request.get(side if outer else _SIDES[side])
            if line is None:
                continue
            if line.get("style", "NONE") in {"NONE", "STYLE_UNSPECIFIED"}:
                borders.pop(side, None)
            else:
                borders[side] = line
        changed = {name: part for name, part in fmt.items() if name != "borders"}
        if borders:
            changed["borders"] = borders
        return cell._replace(style=state.styles.number(changed))

    sheet.edit(box, change)
