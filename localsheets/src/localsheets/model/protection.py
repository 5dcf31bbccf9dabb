"""Protected ranges and their editors."""

from localsheets.a1 import Box
from localsheets.errors import ProtectedRange
from localsheets.jsontypes import Json
from localsheets.model.areas import area_of
from localsheets.model.sheet import Sheet
from localsheets.model.spreadsheet import Spreadsheet

# Google's words, as reported by users of clients.
REFUSAL = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection "
    "if you need to edit."
)


def may_edit(state: Spreadsheet, protected: Json) -> bool:
    """Return True if the editor of this fork is an editor of the protected range or the file's owner."""
    if protected.get("warningOnly"):
        return True
    editors = protected.get("editors") or {}
    return not state.editor or state.editor == state.file.get("owner") or state.editor in editors.get("users", ())


def protected_area(state: Spreadsheet, protected: Json) -> Json | None:
    """Return the GridRange of a protected range, through its named range too; None if that one was deleted."""
    if "namedRangeId" not in protected:
        found: Json = protected.get("range", {})
        return found
    for named in state.named_ranges:
        if named["namedRangeId"] == protected["namedRangeId"]:
            backing: Json = named["range"]
            return backing
    return None


def guard(state: Spreadsheet, sheet: Sheet, box: Box) -> None:
    """Raise ProtectedRange if the box meets a range that the editor may not edit."""
    for protected in sheet.features.get("protectedRanges", ()):
        if may_edit(state, protected):
            continue
        grid_range = protected_area(state, protected)
        if grid_range is None:
            continue
        if box.meets(sheet.clip(area_of(grid_range))) and not _open(sheet, protected, box):
            raise ProtectedRange(REFUSAL)


def _open(sheet: Sheet, protected: Json, box: Box) -> bool:
    """Return True if the whole box is inside one unprotected range of a protected tab."""
    for grid_range in protected.get("unprotectedRanges", ()):
        free = sheet.clip(area_of(grid_range))
        if free.top <= box.top and box.bottom <= free.bottom and free.left <= box.left and box.right <= free.right:
            return True
    return False
