"""Kinds about named ranges."""

import re
import secrets

from localsheets.a1 import parse_area
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.areas import area_of, sheet_of
from localsheets.schema.masking import apply_mask, update_mask

_NAME = re.compile(r"[^\W\d][\w.]{0,249}")


def _complete(state: Spreadsheet, entry: Json) -> Json:
    name = entry.get("name", "")
    if not _NAME.fullmatch(name) or parse_area(name) is not None:
        raise RequestFailed(f"The named range name is not valid: {name[:100]}")
    for held in state.named_ranges:
        same = held["name"].casefold() == name.casefold()
        if same and held["namedRangeId"] != entry["namedRangeId"]:
            raise RequestFailed(f"A named range with name {name} already exists")
    if "range" not in entry:
        raise RequestFailed("range is required")
    area_of(entry["range"])
    entry["range"] = {**entry["range"], "sheetId": sheet_of(state, entry["range"])}
    return entry


def _find(state: Spreadsheet, number: str) -> Json:
    for held in state.named_ranges:
        if held["namedRangeId"] == number:
            return held
    raise RequestFailed(f"No named range with id: {number}")


def add_named_range(state: Spreadsheet, request: Json) -> Json:
    """Carry out addNamedRange."""
    entry = dict(request.get("namedRange", {}))
    entry.setdefault("namedRangeId", str(secrets.randbelow(2**31)))
    if any(held["namedRangeId"] == entry["namedRangeId"] for held in state.named_ranges):
        raise RequestFailed(f"A named range with id {entry['namedRangeId']} already exists")
    entry = _complete(state, entry)
    state.named_ranges.append(entry)
    return {"namedRange": entry}


def update_named_range(state: Spreadsheet, request: Json) -> None:
    """Carry out updateNamedRange."""
    given: Json = request.get("namedRange", {})
    mask = update_mask("NamedRange", request.get("fields", ""))
    held = _find(state, given.get("namedRangeId", ""))
    changed = apply_mask(held, given, mask)
    changed["namedRangeId"] = held["namedRangeId"]
    state.named_ranges[state.named_ranges.index(held)] = _complete(state, changed)


def delete_named_range(state: Spreadsheet, request: Json) -> None:
    """Carry out deleteNamedRange."""
    state.named_ranges.remove(_find(state, request.get("namedRangeId", "")))
