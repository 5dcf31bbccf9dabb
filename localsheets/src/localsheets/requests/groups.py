"""Kinds about groups of rows and columns.

Groups of one axis are kept as Google answers them: nested, outer first, `depth` from 1.
"""

from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.dimensions import span_of
from localsheets.schema.masking import apply_mask, update_mask

MAX_DEPTH = 8


def _spans(state: Spreadsheet, request: Json) -> tuple[Sheet, str, str, int, int]:
    held, axis, start, end = span_of(state, request.get("range"))
    return state.writable(held.id), "rowGroups" if axis == "ROWS" else "columnGroups", axis, start, end


def _depths(groups: list[Json], size: int) -> list[int]:
    depths = [0] * size
    for group in groups:
        for at in range(group["range"]["startIndex"], group["range"]["endIndex"]):
            depths[at] += 1
    return depths


def _rebuild(sheet_id: int, axis: str, depths: list[int], old: list[Json]) -> list[Json]:
    """Return one group for each run of each depth; a collapsed group stays collapsed."""
    groups: list[Json] = []
    for depth in range(1, max(depths, default=0) + 1):
        start = None
        for at, here in enumerate([*depths, 0]):
            if here >= depth and start is None:
                start = at
            elif here < depth and start is not None:
                span = {"sheetId": sheet_id, "dimension": axis, "startIndex": start, "endIndex": at}
                group: Json = {"range": span, "depth": depth}
                if any(one["range"] == span and one["depth"] == depth and one.get("collapsed") for one in old):
                    group["collapsed"] = True
                groups.append(group)
                start = None
    groups.sort(key=lambda one: (one["range"]["startIndex"], one["depth"]))
    return groups


def add_dimension_group(state: Spreadsheet, request: Json) -> Json:
    """Carry out addDimensionGroup: raise the depth over the range by one."""
    sheet, name, axis, start, end = _spans(state, request)
    old: list[Json] = sheet.features.get(name, [])
    depths = _depths(old, sheet.row_count if axis == "ROWS" else sheet.column_count)
    for at in range(start, end):
        depths[at] += 1
    if max(depths) > MAX_DEPTH:
        raise RequestFailed(f"Cannot create a group deeper than {MAX_DEPTH} levels.")
    sheet.features[name] = _rebuild(sheet.id, axis, depths, old)
    # Recorded: the first group of rows turns the control on for good.
    control = "rowGroupControlAfter" if axis == "ROWS" else "columnGroupControlAfter"
    sheet.props["gridProperties"].setdefault(control, True)
    return {"dimensionGroups": sheet.features[name]}


def delete_dimension_group(state: Spreadsheet, request: Json) -> Json:
    """Carry out deleteDimensionGroup: lower the depth over the range by one."""
    sheet, name, axis, start, end = _spans(state, request)
    old: list[Json] = sheet.features.get(name, [])
    depths = _depths(old, sheet.row_count if axis == "ROWS" else sheet.column_count)
    if not any(depths[start:end]):
        raise RequestFailed("There is no group over the given range.")
    for at in range(start, end):
        depths[at] = max(0, depths[at] - 1)
    sheet.features[name] = _rebuild(sheet.id, axis, depths, old)
    left = sheet.features[name]
    if not left:
        del sheet.features[name]
        return {}
    return {"dimensionGroups": left}


def update_dimension_group(state: Spreadsheet, request: Json) -> None:
    """Carry out updateDimensionGroup: collapse or expand a group, hiding or showing its rows or columns."""
    given: Json = request.get("dimensionGroup", {})
    mask = update_mask("DimensionGroup", request.get("fields", ""))
    sheet, name, axis, start, end = _spans(state, {"range": given.get("range")})
    depth = int(given.get("depth", 1))
    for group in sheet.features.get(name, ()):
        span = group["range"]
        if (span["startIndex"], span["endIndex"], group["depth"]) == (start, end, depth):
            changed = apply_mask(group, given, mask)
            collapsed = bool(changed.get("collapsed"))
            group["collapsed"] = collapsed
            dims = sheet.row_dims if axis == "ROWS" else sheet.column_dims
            for at in range(start, end):
                dims[at] = {**dims.get(at, {}), "hiddenByUser": collapsed}
            return
    raise RequestFailed("No dimension group with the given range and depth.")
