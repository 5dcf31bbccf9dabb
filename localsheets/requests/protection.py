"""Kinds about protected ranges. Imports `model`, `answers`, `schema`."""

from localsheets.answers.spreadsheet import protected_range
from localsheets.errors import ProtectedRange, RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import area_of, sheet_of
from localsheets.model.protection import REFUSAL, may_edit
from localsheets.model.spreadsheet import fresh_number
from localsheets.schema.masking import apply_mask, update_mask


def _find(state: Spreadsheet, number: int) -> tuple[Sheet, Json]:
    for sheet in state.sheets:
        for entry in sheet.features.get("protectedRanges", ()):
            if entry["protectedRangeId"] == number:
                fork = state.writable(sheet.id)
                return fork, next(
                    held for held in fork.features["protectedRanges"] if held["protectedRangeId"] == number
                )
    raise RequestFailed(f"No protected range with ID: {number}")


def _complete(state: Spreadsheet, given: Json) -> tuple[int, Json]:
    """(sheet id, the entry as stored)."""
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
    """addProtectedRange."""
    sheet_id, entry = _complete(state, request.get("protectedRange", {}))
    taken = {
        int(held["protectedRangeId"]) for sheet in state.sheets for held in sheet.features.get("protectedRanges", ())
    }
    number = entry.setdefault("protectedRangeId", fresh_number(taken))
    if number in taken:
        raise RequestFailed(f"A protected range with ID {number} already exists")
    state.writable(sheet_id).features.setdefault("protectedRanges", []).append(entry)
    return {"protectedRange": protected_range(state, entry, reply=True)}


def update_protected_range(state: Spreadsheet, request: Json) -> None:
    """updateProtectedRange."""
    given: Json = request.get("protectedRange", {})
    mask = update_mask("ProtectedRange", request.get("fields", ""))
    sheet, held = _find(state, int(given.get("protectedRangeId", 0)))
    if not may_edit(state, held):
        raise ProtectedRange(REFUSAL)
    changed = apply_mask(held, given, mask)
    changed["protectedRangeId"] = held["protectedRangeId"]
    for new, other in (("range", "namedRangeId"), ("namedRangeId", "range")):
        if other in held and new in given and new in changed and other not in given:
            changed.pop(other, None)  # it takes the place of what the range was backed by
    sheet_id, changed = _complete(state, changed)
    sheet.features["protectedRanges"].remove(held)
    state.writable(sheet_id).features.setdefault("protectedRanges", []).append(changed)


def delete_protected_range(state: Spreadsheet, request: Json) -> None:
    """deleteProtectedRange."""
    sheet, held = _find(state, int(request.get("protectedRangeId", 0)))
    if not may_edit(state, held):
        raise ProtectedRange(REFUSAL)
    sheet.features["protectedRanges"].remove(held)
