"""Protected ranges: who may edit what. Imports `a1`, `model.areas`, `errors`."""

from localsheets.a1 import Box
from localsheets.errors import ProtectedRange
from localsheets.jsontypes import Json
from localsheets.model.areas import area_of
from localsheets.model.sheet import Sheet
from localsheets.model.spreadsheet import Spreadsheet

# Google's words, as clients report them.
REFUSAL = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection "
    "if you need to edit."
)


def may_edit(state: Spreadsheet, protected: Json) -> bool:
    """Whether who works on this fork may edit a protected range: its editors and the file's owner may."""
    if protected.get("warningOnly"):
        return True
    editors = protected.get("editors") or {}
    return not state.editor or state.editor == state.file.get("owner") or state.editor in editors.get("users", ())


def protected_area(state: Spreadsheet, protected: Json) -> Json | None:
    """The GridRange of a protected range, also when a named range backs it; None when that one was deleted."""
    if "namedRangeId" not in protected:
        found: Json = protected.get("range", {})
        return found
    for named in state.named_ranges:
        if named["namedRangeId"] == protected["namedRangeId"]:
            backing: Json = named["range"]
            return backing
    return None


def guard(state: Spreadsheet, sheet: Sheet, box: Box) -> None:
    """Raises ProtectedRange when the box meets a range that the editor may not edit."""
    for protected in sheet.features.get("protectedRanges", ()):
        if may_edit(state, protected):
            continue
        grid_range = protected_area(state, protected)
        if grid_range is None:
            continue
        if box.meets(sheet.clip(area_of(grid_range))) and not _open(sheet, protected, box):
            raise ProtectedRange(REFUSAL)


def _open(sheet: Sheet, protected: Json, box: Box) -> bool:
    """Whether the whole box lies in one of the ranges that a protected tab leaves open."""
    for grid_range in protected.get("unprotectedRanges", ()):
        free = sheet.clip(area_of(grid_range))
        if free.top <= box.top and box.bottom <= free.bottom and free.left <= box.left and box.right <= free.right:
            return True
    return False
