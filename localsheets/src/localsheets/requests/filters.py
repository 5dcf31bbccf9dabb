"""Kinds about the basic filter and filter views.

Filters are stored and answered; the server hides no rows by them.
"""

import copy

from localsheets.a1 import grid_range
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.areas import box_of, sheet_of
from localsheets.requests.numbered import Kind, add, delete, find, replace
from localsheets.schema.masking import apply_mask, update_mask

_VIEW = Kind("filterViews", "filterViewId", "filter view with id")


def _ranged(state: Spreadsheet, entry: Json) -> tuple[int, Json]:
    """Return (sheet id, the filter with a complete range)."""
    if "tableId" in entry:
        raise RequestFailed("tableId: tables are not supported by this server.")
    sheet_id, box = box_of(state, entry.get("range", {}), "filter.range")
    return sheet_id, {**entry, "range": grid_range(sheet_id, box)}


def set_basic_filter(state: Spreadsheet, request: Json) -> None:
    """Carry out setBasicFilter."""
    sheet_id, entry = _ranged(state, request.get("filter", {}))
    state.writable(sheet_id).features["basicFilter"] = entry


def clear_basic_filter(state: Spreadsheet, request: Json) -> None:
    """Carry out clearBasicFilter."""
    state.writable(sheet_of(state, request)).features.pop("basicFilter", None)


def add_filter_view(state: Spreadsheet, request: Json) -> Json:
    """Carry out addFilterView."""
    sheet_id, entry = _ranged(state, request.get("filter", {}))
    entry.setdefault("title", f"Filter {len(state.sheet(sheet_id).features.get('filterViews', ())) + 1}")
    add(state, _VIEW, sheet_id, entry)
    return {"filter": entry}


def update_filter_view(state: Spreadsheet, request: Json) -> None:
    """Carry out updateFilterView."""
    given: Json = request.get("filter", {})
    mask = update_mask("FilterView", request.get("fields", ""))
    sheet, held = find(state, _VIEW, int(given.get("filterViewId", 0)))
    sheet_id, changed = _ranged(state, apply_mask(held, given, mask))
    replace(state, _VIEW, sheet, held, sheet_id, changed)


def duplicate_filter_view(state: Spreadsheet, request: Json) -> Json:
    """Carry out duplicateFilterView."""
    sheet, held = find(state, _VIEW, int(request.get("filterId", 0)))
    fresh = copy.deepcopy({name: part for name, part in held.items() if name != "filterViewId"})
    fresh["title"] = f"Copy of {held['title']}"
    add(state, _VIEW, sheet.id, fresh)
    return {"filter": fresh}


def delete_filter_view(state: Spreadsheet, request: Json) -> None:
    """Carry out deleteFilterView."""
    delete(state, _VIEW, int(request.get("filterId", 0)))
