"""Shift ranges when rows or columns are inserted, deleted or moved.

A shift maps a half-open span to its new place, or to None if it is deleted.
"""

import bisect
import itertools
from collections.abc import Callable, Iterator
from typing import TypeAlias

from localsheets.jsontypes import Json
from localsheets.model.sheet import Sheet
from localsheets.model.spreadsheet import Spreadsheet

Shift: TypeAlias = Callable[[int, int], "tuple[int, int] | None"]

_KEYS = {"ROWS": ("startRowIndex", "endRowIndex"), "COLUMNS": ("startColumnIndex", "endColumnIndex")}
UNBOUNDED = 1 << 40


def inserting(at: int, count: int) -> Shift:
    """Return the shift of an insertion: spans from `at` on move, spans around it grow."""

    def shift(start: int, end: int) -> tuple[int, int] | None:
        return start + count if start >= at else start, end + count if end > at else end

    return shift


def deleting(*gone: tuple[int, int]) -> Shift:
    """Return the shift of a deletion of half-open spans, ascending and apart: spans lose the deleted parts."""
    starts = [first for first, _last in gone]
    before = [0, *itertools.accumulate(last - first for first, last in gone)]

    def place(index: int) -> int:
        at = bisect.bisect_left(starts, index)  # the spans that begin before `index`
        return index - (before[at - 1] + min(index, gone[at - 1][1]) - gone[at - 1][0] if at else 0)

    def shift(start: int, end: int) -> tuple[int, int] | None:
        start, end = place(start), place(end)
        return (start, end) if start < end else None

    return shift


def moving(first: int, last: int, to: int) -> Shift:
    """Return the shift of a move of [first, last) before `to`; a span that would be torn apart stays."""
    count = last - first

    def place(index: int) -> int:
        if first <= index < last:
            return index + (to - first if to < first else to - last)
        if to <= index < first:
            return index + count
        if last <= index < to:
            return index - count
        return index

    def shift(start: int, end: int) -> tuple[int, int] | None:
        cuts = sorted({start, end, *(cut for cut in (first, last, to) if start < cut < end)})
        pieces = sorted((place(a), place(a) + b - a) for a, b in itertools.pairwise(cuts))
        whole = pieces[-1][1] - pieces[0][0] == end - start
        return (pieces[0][0], pieces[-1][1]) if whole else (start, end)

    return shift


def shifted(grid_range: Json, axis: str, shift: Shift) -> Json | None:
    """Return a GridRange after a shift along `ROWS` or `COLUMNS`; None if it is deleted."""
    first, last = _KEYS[axis]
    if first not in grid_range and last not in grid_range:
        return grid_range
    start = grid_range.get(first, 0)
    end = grid_range.get(last, UNBOUNDED)
    moved = shift(start, end)
    if moved is None:
        return None
    out = dict(grid_range)
    if first in grid_range or moved[0]:
        out[first] = moved[0]
    if last in grid_range:
        out[last] = moved[1]
    return out


def _all(ranges: list[Json], axis: str, shift: Shift) -> list[Json]:
    moved = (shifted(grid_range, axis, shift) for grid_range in ranges)
    return [grid_range for grid_range in moved if grid_range is not None]


def _ranged(items: list[Json], axis: str, shift: Shift) -> list[Json]:
    """Shift the `range` of each object; objects with a deleted range are dropped."""
    kept = []
    for item in items:
        if "range" in item:
            moved = shifted(item["range"], axis, shift)
            if moved is None:
                continue
            item = {**item, "range": moved}
        if "unprotectedRanges" in item:
            item = {**item, "unprotectedRanges": _all(item["unprotectedRanges"], axis, shift)}
        kept.append(item)
    return kept


def shift_sheet(state: Spreadsheet, sheet: Sheet, axis: str, shift: Shift) -> None:
    """Apply a shift to everything over a sheet, to named ranges, to metadata and to charts on any tab."""
    features = sheet.features
    if "merges" in features:
        features["merges"] = _all(features["merges"], axis, shift)
    for name in ("protectedRanges", "bandedRanges", "filterViews", "tables"):
        if name in features:
            features[name] = _ranged(features[name], axis, shift)
    if "conditionalFormats" in features:
        rules = [{**rule, "ranges": _all(rule["ranges"], axis, shift)} for rule in features["conditionalFormats"]]
        features["conditionalFormats"] = [rule for rule in rules if rule["ranges"]]
    if "basicFilter" in features:
        kept = _ranged([features["basicFilter"]], axis, shift)
        if kept:
            features["basicFilter"] = kept[0]
        else:
            del features["basicFilter"]
    groups = "rowGroups" if axis == "ROWS" else "columnGroups"
    if groups in features:
        features[groups] = _shift_groups(features[groups], shift)
    dims = sheet.row_dims if axis == "ROWS" else sheet.column_dims
    moved_dims: dict[int, Json] = {}
    for at, dim in dims.items():
        place = shift(at, at + 1)
        if place is not None:
            moved_dims[place[0]] = dim
    if axis == "ROWS":
        sheet.row_dims = moved_dims
    else:
        sheet.column_dims = moved_dims
    _shift_rest(state, sheet.id, axis, shift)


def _shift_groups(groups: list[Json], shift: Shift) -> list[Json]:
    kept = []
    for group in groups:
        span = group["range"]
        moved = shift(span["startIndex"], span["endIndex"])
        if moved is not None:
            kept.append({**group, "range": {**span, "startIndex": moved[0], "endIndex": moved[1]}})
    return kept


def _shift_rest(state: Spreadsheet, sheet_id: int, axis: str, shift: Shift) -> None:
    named = []
    for entry in state.named_ranges:
        if entry["range"].get("sheetId", 0) == sheet_id:
            moved = shifted(entry["range"], axis, shift)
            if moved is None:
                continue
            entry = {**entry, "range": moved}
        named.append(entry)
    state.named_ranges = named
    for number, entry in list(state.metadata.items()):
        span = entry["location"].get("dimensionRange")
        if span is None or span.get("sheetId", 0) != sheet_id or span["dimension"] != axis:
            continue
        place = shift(span["startIndex"], span["endIndex"])
        if place is None:
            del state.metadata[number]
        else:
            moved_span = {**span, "startIndex": place[0], "endIndex": place[1]}
            state.metadata[number] = {
                **entry,
                "location": {**entry["location"], "dimensionRange": moved_span},
            }
    for other in list(state.sheets):
        if any(_mentions(chart, sheet_id) for chart in other.features.get("charts", ())):
            for chart in state.writable(other.id).features["charts"]:
                _shift_chart(chart, sheet_id, axis, shift)


def _ranges_in(node: object) -> Iterator[Json]:
    if isinstance(node, dict):
        if "sources" in node and isinstance(node["sources"], list):
            yield node
        for part in node.values():
            yield from _ranges_in(part)
    elif isinstance(node, list):
        for part in node:
            yield from _ranges_in(part)


def _anchor(chart: Json) -> Json | None:
    anchor: Json | None = chart.get("position", {}).get("overlayPosition", {}).get("anchorCell")
    return anchor


def _mentions(chart: Json, sheet_id: int) -> bool:
    anchor = _anchor(chart)
    if anchor is not None and anchor.get("sheetId", 0) == sheet_id:
        return True
    return any(source.get("sheetId", 0) == sheet_id for node in _ranges_in(chart) for source in node["sources"])


def _shift_chart(chart: Json, sheet_id: int, axis: str, shift: Shift) -> None:
    for node in _ranges_in(chart):
        kept = []
        for source in node["sources"]:
            moved = shifted(source, axis, shift) if source.get("sheetId", 0) == sheet_id else source
            if moved is not None:
                kept.append(moved)
        node["sources"] = kept
    anchor = _anchor(chart)
    if anchor is not None and anchor.get("sheetId", 0) == sheet_id:
        name = "rowIndex" if axis == "ROWS" else "columnIndex"
        at = anchor.get(name, 0)
        place = shift(at, at + 1)
        if place is not None:
            anchor[name] = place[0]
