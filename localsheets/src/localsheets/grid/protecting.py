"""Protected ranges that only warn: ask the person before anything in them changes.

Ranges that refuse are checked by the engine (`model.protection`).
"""

from collections.abc import Iterator

from localsheets.a1 import Box, box_name, cell_name
from localsheets.grid.changes import ChangeError
from localsheets.grid.texts import Edits
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import area_of
from localsheets.model.protection import protected_area

NAMED = 5  # cells named in the question


def ask_about_cells(state: Spreadsheet, sheet: Sheet, cells: list[tuple[int, int]]) -> None:
    """Raise ChangeError `protected` if one of the cells is in such a range."""
    for protected, box in _warning(state, sheet):
        touched = [cell for cell in cells if _within(box, *cell) and not _left_open(sheet, protected, *cell)]
        if touched:
            named = ", ".join(cell_name(*cell) for cell in touched[:NAMED])
            raise _question(protected, named + ("…" if len(touched) > NAMED else ""))


def ask_about_box(state: Spreadsheet, sheet: Sheet, box: Box, *, across: bool = False) -> None:
    """Raise ChangeError `protected` if a block of cells meets such a range.

    across: two lines with an insertion between them; both must be in the range.
    """
    for protected, held in _warning(state, sheet):
        if not box.meets(held):
            continue
        rows = min(box.bottom, held.bottom) - max(box.top, held.top)
        columns = min(box.right, held.right) - max(box.left, held.left)
        if across and (rows < min(box.height, 2) or columns < min(box.width, 2)):
            continue
        raise _question(protected, box_name(held))


def _warning(state: Spreadsheet, sheet: Sheet) -> Iterator[tuple[Json, Box]]:
    for protected in sheet.features.get("protectedRanges", ()):
        grid_range = protected_area(state, protected) if protected.get("warningOnly") else None
        if grid_range is not None:
            yield protected, sheet.clip(area_of(grid_range))


def _within(box: Box, row: int, column: int) -> bool:
    return box.top <= row < box.bottom and box.left <= column < box.right


def _left_open(sheet: Sheet, protected: Json, row: int, column: int) -> bool:
    boxes = (sheet.clip(area_of(grid_range)) for grid_range in protected.get("unprotectedRanges", ()))
    return any(_within(box, row, column) for box in boxes)


def _question(protected: Json, named: str) -> ChangeError:
    words = str(protected.get("description", "")).rstrip(". ")
    text = Edits.PROTECTED_WORDS if words else Edits.PROTECTED
    return ChangeError(409, "protected", text.format(cells=named, words=words))
