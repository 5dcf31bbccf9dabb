"""Kinds about protected ranges."""

from localsheets.answers.spreadsheet import protected_range
from localsheets.errors import ProtectedRange, RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.areas import area_of, sheet_of
from localsheets.model.protection import REFUSAL, may_edit
from localsheets.requests.numbered import Kind, add, find, replace
from localsheets.schema.masking import apply_mask, update_mask

_PROTECTED = Kind("protectedRanges", "protectedRangeId", "protected range with ID")


def _complete(state: Spreadsheet, given: Json) -> tuple[int, Json]:
    """Return (sheet id, the entry as stored)."""
    entry = {name: part for name, part in given.items() if name != "requestingUserCanEdit"}
    if "tableId" in entry:
        raise RequestFailed("tableId: tables are not supported by this server.")
    if "namedRangeId" in entry:
        if "range" in entry:
            raise RequestFailed("Only one of range and namedRangeId may be set")
        named = next((n for n in state.named_ranges if n["namedRangeId"] == entry["namedRangeId"]), None)
        if named is None:
            raise RequestFailed(f"No named range with id: {entry['namedRangeId']}")
        return int(named["range"].get("sheetId", 0)), entry
    if "range" not in entry:
        raise RequestFailed("Must specify range or namedRangeId")
    area_of(entry["range"])
    sheet_id = sheet_of(state, entry["range"])
    entry["range"] = {**entry["range"], "sheetId": sheet_id}
    return sheet_id, entry


def add_protected_range(state: Spreadsheet, request: Json) -> Json:
    """Carry out addProtectedRange."""
    sheet_id, entry = _complete(state, request.get("protectedRange", {}))
    add(state, _PROTECTED, sheet_id, entry)
    return {"protectedRange": protected_range(state, entry, reply=True)}


def update_protected_range(state: Spreadsheet, request: Json) -> None:
    """Carry out updateProtectedRange."""
    given: Json = request.get("protectedRange", {})
    mask = update_mask("ProtectedRange", request.get("fields", ""))
    sheet, held = find(state, _PROTECTED, int(given.get("protectedRangeId", 0)))
    if not may_edit(state, held):
        raise ProtectedRange(REFUSAL)
    changed = apply_mask(held, given, mask)
    for new, other in (("range", "namedRangeId"), ("namedRangeId", "range")):
        if other in held and new in given and new in changed and other not in given:
            changed.pop(other, None)  # it replaces the former backing
    sheet_id, changed = _complete(state, changed)
    replace(state, _PROTECTED, sheet, held, sheet_id, changed)


def delete_protected_range(state: Spreadsheet, request: Json) -> None:
    """Carry out deleteProtectedRange."""
    sheet, held = find(state, _PROTECTED, int(request.get("protectedRangeId", 0)))
    if not may_edit(state, held):
        raise ProtectedRange(REFUSAL)
    sheet.features["protectedRanges"].remove(held)
