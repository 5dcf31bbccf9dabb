"""Kinds about conditional formats and banding."""

from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.areas import area_of, box_of, sheet_of
from localsheets.requests.numbered import Kind, add, delete, find, replace
from localsheets.schema.masking import apply_mask, update_mask

_BANDING = Kind("bandedRanges", "bandedRangeId", "banding with id")


def _rule(state: Spreadsheet, rule: Json | None) -> tuple[int, Json]:
    """Return (sheet id, the rule as stored)."""
    if not rule:
        raise RequestFailed("rule is required")
    ranges = rule.get("ranges", [])
    if not ranges:
        raise RequestFailed("rule.ranges must not be empty")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise RequestFailed("rule must have either booleanRule or gradientRule")
    sheet_ids = {sheet_of(state, grid_range) for grid_range in ranges}
    if len(sheet_ids) > 1:
        raise RequestFailed("All ranges of a rule must be on the same sheet")
    sheet_id = sheet_ids.pop()
    for grid_range in ranges:
        area_of(grid_range)
    return sheet_id, {**rule, "ranges": [{**grid_range, "sheetId": sheet_id} for grid_range in ranges]}


def _rules(state: Spreadsheet, sheet_id: int) -> list[Json]:
    rules: list[Json] = state.writable(sheet_id).features.setdefault("conditionalFormats", [])
    return rules


def _at(rules: list[Json], index: int, *, end: bool = False) -> int:
    if not 0 <= index < len(rules) + end:
        raise RequestFailed(f"No conditional format on sheet at index: {index}")
    return index


def add_conditional_format_rule(state: Spreadsheet, request: Json) -> None:
    """Carry out addConditionalFormatRule: insert at an index; later rules move down."""
    sheet_id, rule = _rule(state, request.get("rule"))
    rules = _rules(state, sheet_id)
    rules.insert(_at(rules, int(request.get("index", 0)), end=True), rule)


def delete_conditional_format_rule(state: Spreadsheet, request: Json) -> Json:
    """Carry out deleteConditionalFormatRule; the reply is the deleted rule."""
    rules = _rules(state, sheet_of(state, request))
    rule = rules.pop(_at(rules, int(request.get("index", 0))))
    return {"rule": rule}


def update_conditional_format_rule(state: Spreadsheet, request: Json) -> Json:
    """Carry out updateConditionalFormatRule: replace a rule, or move it to another index."""
    index = int(request.get("index", 0))
    if "rule" in request:
        sheet_id, rule = _rule(state, request["rule"])
        rules = _rules(state, sheet_id)
        old = rules[_at(rules, index)]
        rules[index] = rule
        return {"oldRule": old, "newRule": rule, "newIndex": index}
    if "newIndex" not in request:
        raise RequestFailed("rule or newIndex is required")
    rules = _rules(state, sheet_of(state, request))
    new = _at(rules, int(request["newIndex"]))
    rule = rules.pop(_at(rules, index))
    rules.insert(new, rule)
    return {"oldIndex": index, "newIndex": new, "newRule": rule}


def _banding(state: Spreadsheet, entry: Json) -> tuple[int, Json]:
    sheet_id, box = box_of(state, entry.get("range"), "bandedRange.range")
    if "rowProperties" not in entry and "columnProperties" not in entry:
        raise RequestFailed("bandedRange must have rowProperties or columnProperties")
    sheet = state.sheet(sheet_id)
    for held in sheet.features.get("bandedRanges", ()):
        if held["bandedRangeId"] != entry.get("bandedRangeId") and sheet.clip(area_of(held["range"])).meets(box):
            raise RequestFailed(
                "You cannot add alternating background colors to a range that already has alternating background "
                "colors."
            )
    return sheet_id, {**entry, "range": {**entry["range"], "sheetId": sheet_id}}


def add_banding(state: Spreadsheet, request: Json) -> Json:
    """Carry out addBanding; bandings may not overlap."""
    entry = dict(request.get("bandedRange", {}))
    sheet_id, entry = _banding(state, entry)
    add(state, _BANDING, sheet_id, entry)
    return {"bandedRange": entry}


def update_banding(state: Spreadsheet, request: Json) -> None:
    """Carry out updateBanding."""
    given: Json = request.get("bandedRange", {})
    mask = update_mask("BandedRange", request.get("fields", ""))
    sheet, held = find(state, _BANDING, int(given.get("bandedRangeId", 0)))
    sheet_id, changed = _banding(state, {**apply_mask(held, given, mask), "bandedRangeId": held["bandedRangeId"]})
    replace(state, _BANDING, sheet, held, sheet_id, changed)


def delete_banding(state: Spreadsheet, request: Json) -> None:
    """Carry out deleteBanding."""
    delete(state, _BANDING, int(request.get("bandedRangeId", 0)))
