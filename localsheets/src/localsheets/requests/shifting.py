"""insertRange and deleteRange: insert or delete a block of cells, and shift the rest."""

from localsheets.a1 import Box
from localsheets.cells import EMPTY, Cell
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.areas import box_of
from localsheets.model.protection import guard


def _axis(request: Json) -> str:
    axis = str(request.get("shiftDimension", ""))
    if axis not in {"ROWS", "COLUMNS"}:
        raise RequestFailed("shiftDimension must be ROWS or COLUMNS")
    return axis


def insert_range(state: Spreadsheet, request: Json) -> None:
    """Carry out insertRange: insert blank cells, moving others down (ROWS) or right (COLUMNS); the grid may grow."""
    sheet_id, box = box_of(state, request.get("range"))
    axis = _axis(request)
    sheet = state.writable(sheet_id)
    if axis == "ROWS":
        guard(state, sheet, box._replace(bottom=sheet.row_count))
        last = len(sheet.rows)
        columns = [sheet.cells(at) for at in range(box.top, last)]
        filled = [
            offset for offset, cells in enumerate(columns) if any(not c.bare for c in cells[box.left : box.right])
        ]
        need = box.top + (filled[-1] + 1 if filled else 0) + box.height
        if need > sheet.row_count:
            sheet.resize(need, sheet.column_count)
        _write_columns(state, sheet_id, box, [[]] * box.height + columns, need if filled else box.bottom)
        return
    guard(state, sheet, box._replace(right=sheet.column_count))
    for at in range(box.top, min(box.bottom, len(sheet.rows))):
        cells = sheet.cells(at)
        if len(cells) > box.left:
            fresh = cells[: box.left] + [EMPTY] * box.width + cells[box.left :]
            while len(fresh) > sheet.column_count and fresh[-1].bare:
                fresh.pop()
            if len(fresh) > sheet.column_count:
                sheet.resize(sheet.row_count, len(fresh))
            sheet.put(at, fresh)


def _write_columns(state: Spreadsheet, sheet_id: int, box: Box, source: list[list[Cell]], bottom: int) -> None:
    """Copy the box's columns from `source` into the rows from box.top to `bottom`."""
    sheet = state.writable(sheet_id)
    for at in range(box.top, max(bottom, box.bottom)):
        offset = at - box.top
        taken = source[offset] if offset < len(source) else []
        part = [taken[column] if column < len(taken) else EMPTY for column in range(box.left, box.right)]
        cells = sheet.cells(at)
        cells.extend([EMPTY] * (box.right - len(cells)))
        cells[box.left : box.right] = part
        if at < sheet.row_count:
            sheet.put(at, cells)


def delete_range(state: Spreadsheet, request: Json) -> None:
    """Carry out deleteRange: cells below (ROWS) or to the right (COLUMNS) move in."""
    sheet_id, box = box_of(state, request.get("range"))
    axis = _axis(request)
    sheet = state.writable(sheet_id)
    if axis == "ROWS":
        guard(state, sheet, box._replace(bottom=sheet.row_count))
        last = max(len(sheet.rows), box.bottom)
        columns = [sheet.cells(at) for at in range(box.bottom, len(sheet.rows))]
        _write_columns(state, sheet_id, box, columns, last)
        return
    guard(state, sheet, box._replace(right=sheet.column_count))
    for at in range(box.top, min(box.bottom, len(sheet.rows))):
        cells = sheet.cells(at)
        sheet.put(at, cells[: box.left] + cells[box.right :])
