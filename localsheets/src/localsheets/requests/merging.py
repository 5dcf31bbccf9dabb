"""mergeCells and unmergeCells."""

from localsheets.a1 import Box, grid_range
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import area_of, box_of
from localsheets.model.protection import guard


def merge_cells(state: Spreadsheet, request: Json) -> None:
    """Carry out mergeCells: all, by columns or by rows. Each merge keeps its first value only, as in Google."""
    sheet_id, box = box_of(state, request.get("range"))
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    kind = request.get("mergeType", "MERGE_ALL")
    if kind == "MERGE_COLUMNS":
        boxes = [Box(box.top, box.bottom, at, at + 1) for at in range(box.left, box.right)]
    elif kind == "MERGE_ROWS":
        boxes = [Box(at, at + 1, box.left, box.right) for at in range(box.top, box.bottom)]
    else:
        boxes = [box]
    merges: list[Json] = sheet.features.setdefault("merges", [])
    for held in list(merges):
        old = sheet.clip(area_of(held))
        if not old.meets(box):
            continue
        inside = box.top <= old.top and old.bottom <= box.bottom and box.left <= old.left and old.right <= box.right
        if not inside:
            raise RequestFailed("You must select all cells in a merged range to merge or unmerge them.")
        merges.remove(held)
    for one in boxes:
        if one.height * one.width > 1:
            merges.append(grid_range(sheet.id, one))
            _keep_first(sheet, one)


def _keep_first(sheet: Sheet, box: Box) -> None:
    held = box._replace(bottom=min(box.bottom, len(sheet.rows)))
    if held.bottom <= held.top:
        return
    sheet.edit(
        held,
        lambda row, column, cell: (
            cell if (row, column) == (box.top, box.left) else cell._replace(value=None, formula=None)
        ),
    )


def unmerge_cells(state: Spreadsheet, request: Json) -> None:
    """Carry out unmergeCells: remove every merge inside the range."""
    sheet_id, box = box_of(state, request.get("range"))
    sheet = state.writable(sheet_id)
    guard(state, sheet, box)
    kept = []
    for held in sheet.features.get("merges", ()):
        old = sheet.clip(area_of(held))
        if not old.meets(box):
            kept.append(held)
        elif not (box.top <= old.top and old.bottom <= box.bottom and box.left <= old.left and old.right <= box.right):
            raise RequestFailed("You must select all cells in a merged range to merge or unmerge them.")
    sheet.features["merges"] = kept
