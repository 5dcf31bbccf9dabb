"""Developer metadata: locations and searches."""

from localsheets.a1 import WHOLE, Area
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model.areas import area_of, locate
from localsheets.model.spreadsheet import Spreadsheet


def location_of(state: Spreadsheet, given: Json | None) -> Json:
    """Return a complete DeveloperMetadataLocation.

    Raises RequestFailed for a missing one and for one of several rows or columns.
    """
    if not given:
        raise RequestFailed("developerMetadata.location must be specified")
    if "dimensionRange" in given:
        span = dict(given["dimensionRange"])
        sheet = state.sheet(int(span.get("sheetId", 0)))
        axis = span.get("dimension")
        if axis not in {"ROWS", "COLUMNS"}:
            raise RequestFailed("developerMetadata.location.dimensionRange.dimension must be ROWS or COLUMNS")
        start, end = span.get("startIndex", 0), span.get("endIndex", span.get("startIndex", 0) + 1)
        size = sheet.row_count if axis == "ROWS" else sheet.column_count
        if end - start != 1 or start < 0 or end > size:
            raise RequestFailed("developerMetadata.location.dimensionRange must be one row or one column")
        span.update(sheetId=sheet.id, startIndex=start, endIndex=end)
        return {"locationType": "ROW" if axis == "ROWS" else "COLUMN", "dimensionRange": span}
    if given.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "sheetId" in given:
        return {"locationType": "SHEET", "sheetId": state.sheet(int(given["sheetId"])).id}
    raise RequestFailed("developerMetadata.location must be specified")


def matches(state: Spreadsheet, entry: Json, lookup: Json) -> bool:
    """Return True if an entry agrees with every field of a DeveloperMetadataLookup."""
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if name in lookup and entry.get(name) != lookup[name]:
            return False
    location = entry["location"]
    if "locationType" in lookup and location["locationType"] != lookup["locationType"]:
        return False
    if "metadataLocation" in lookup:
        asked = location_of(state, lookup["metadataLocation"])
        if lookup.get("locationMatchingStrategy") == "INTERSECTING_LOCATION":
            return _intersect(location, asked)
        return bool(location == asked)
    return True


def _intersect(one: Json, other: Json) -> bool:
    if one["locationType"] == "SPREADSHEET" or other["locationType"] == "SPREADSHEET":
        return True
    if _sheet_id(one) != _sheet_id(other):
        return False
    if "dimensionRange" in one and "dimensionRange" in other:
        a, b = one["dimensionRange"], other["dimensionRange"]
        return bool(a["dimension"] != b["dimension"] or a["startIndex"] == b["startIndex"])
    return True


def _sheet_id(location: Json) -> int:
    return int(location["dimensionRange"]["sheetId"] if "dimensionRange" in location else location["sheetId"])


def search(state: Spreadsheet, filters: list[Json]) -> list[tuple[Json, list[Json]]]:
    """Return (entry, filters that match it) pairs in the order of ids."""
    found = []
    for _number, entry in sorted(state.metadata.items()):
        hits = [one for one in filters if _answers(state, entry, one)]
        if hits:
            found.append((entry, hits))
    return found


def _answers(state: Spreadsheet, entry: Json, data_filter: Json) -> bool:
    if "developerMetadataLookup" in data_filter:
        return matches(state, entry, data_filter["developerMetadataLookup"])
    if "gridRange" in data_filter or "a1Range" in data_filter:
        location = entry["location"]
        if location["locationType"] == "SPREADSHEET":
            return False
        for sheet_id, area in areas_of(state, data_filter):
            if _sheet_id(location) == sheet_id and (
                "dimensionRange" not in location or _touches(location["dimensionRange"], area)
            ):
                return True
    return False


def _touches(span: Json, area: Area) -> bool:
    start, end = (area.top, area.bottom) if span["dimension"] == "ROWS" else (area.left, area.right)
    return (start or 0) <= span["startIndex"] and (end is None or span["endIndex"] <= end)


def areas_of(state: Spreadsheet, data_filter: Json) -> list[tuple[int, Area]]:
    """Return (sheet id, area) of everything that a DataFilter matches. Raises RequestFailed for an empty filter."""
    if "a1Range" in data_filter:
        sheet, area = locate(state, data_filter["a1Range"])
        return [(sheet.id, area)]
    if "gridRange" in data_filter:
        grid_range = data_filter["gridRange"]
        return [(state.sheet(int(grid_range.get("sheetId", 0))).id, area_of(grid_range))]
    if "developerMetadataLookup" not in data_filter:
        raise RequestFailed("One of a1Range, gridRange or developerMetadataLookup must be specified")
    found: list[tuple[int, Area]] = []
    for _number, entry in sorted(state.metadata.items()):
        if matches(state, entry, data_filter["developerMetadataLookup"]):
            found.extend(_area(state, entry["location"]))
    return found


def _area(state: Spreadsheet, location: Json) -> list[tuple[int, Area]]:
    if location["locationType"] == "SPREADSHEET":
        return [(sheet.id, WHOLE) for sheet in state.sheets]
    if "dimensionRange" not in location:
        return [(int(location["sheetId"]), WHOLE)]
    span = location["dimensionRange"]
    if span["dimension"] == "ROWS":
        return [(int(span["sheetId"]), Area(span["startIndex"], span["endIndex"], None, None))]
    return [(int(span["sheetId"]), Area(None, None, span["startIndex"], span["endIndex"]))]
