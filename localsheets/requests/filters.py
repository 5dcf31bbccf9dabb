"""Kinds about the basic filter and filter views. Imports `model`, `answers`, `schema`.

Filters are stored and answered; the server hides no rows by them.
"""

import copy

from localsheets.a1 import grid_range
from localsheets.answers.proto import message
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import box_of, sheet_of
from localsheets.model.spreadsheet import fresh_number
from localsheets.schema.masking import apply_mask, update_mask


def _ranged(state: Spreadsheet, entry: Json) -> tuple[int, Json]:
    """(sheet id, the filter with its range spelled out)."""
    if "tableId" in entry:
        raise RequestFailed("tableId: tables are not supported by this server.")
    sheet_id, box = box_of(state, entry.get("range", {}), "filter.range")
    return sheet_id, {**entry, "range": grid_range(sheet_id, box)}


def set_basic_filter(state: Spreadsheet, request: Json) -> None:
    """setBasicFilter."""
    sheet_id, entry = _ranged(state, request.get("filter", {}))
    state.writable(sheet_id).features["basicFilter"] = entry


def clear_basic_filter(state: Spreadsheet, request: Json) -> None:
    """clearBasicFilter."""
    state.writable(sheet_of(state, request)).features.pop("basicFilter", None)


def _taken(state: Spreadsheet) -> set[int]:
    return {int(held["filterViewId"]) for sheet in state.sheets for held in sheet.features.get("filterViews", ())}


def _find(state: Spreadsheet, number: int) -> tuple[Sheet, Json]:
    for sheet in state.sheets:
        for held in sheet.features.get("filterViews", ()):
            if held["filterViewId"] == number:
                fork = state.writable(sheet.id)
                return fork, next(one for one in fork.features["filterViews"] if one["filterViewId"] == number)
    raise RequestFailed(f"No filter view with id: {number}")


def add_filter_view(state: Spreadsheet, request: Json) -> Json:
    """addFilterView."""
    sheet_id, entry = _ranged(state, request.get("filter", {}))
    number = entry.setdefault("filterViewId", fresh_number(_taken(state)))
    if number in _taken(state):
        raise RequestFailed(f"A filter view with id {number} already exists")
    views = state.writable(sheet_id).features.setdefault("filterViews", [])
    entry.setdefault("title", f"Filter {len(views) + 1}")
    views.append(entry)
    return {"filter": message(entry)}


def update_filter_view(state: Spreadsheet, request: Json) -> None:
    """updateFilterView."""
    given: Json = request.get("filter", {})
    mask = update_mask("FilterView", request.get("fields", ""))
    sheet, held = _find(state, int(given.get("filterViewId", 0)))
    changed = apply_mask(held, given, mask)
    changed["filterViewId"] = held["filterViewId"]
    sheet_id, changed = _ranged(state, changed)
    sheet.features["filterViews"].remove(held)
    state.writable(sheet_id).features.setdefault("filterViews", []).append(changed)


def duplicate_filter_view(state: Spreadsheet, request: Json) -> Json:
    """duplicateFilterView."""
    sheet, held = _find(state, int(request.get("filterId", 0)))
    fresh = copy.deepcopy(held)
    fresh["filterViewId"] = fresh_number(_taken(state))
    fresh["title"] = f"Copy of {held['title']}"
    sheet.features["filterViews"].append(fresh)
    return {"filter": message(fresh)}


def delete_filter_view(state: Spreadsheet, request: Json) -> None:
    """deleteFilterView."""
    sheet, held = _find(state, int(request.get("filterId", 0)))
    sheet.features["filterViews"].remove(held)
