"""Kinds about charts: stored and echoed; the page and the workbook draw them."""

from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.areas import coordinate_of
from localsheets.requests.numbered import Kind, add, delete, find, replace
from localsheets.schema.masking import apply_mask, update_mask

_CHART = Kind("charts", "chartId", "chart with id")
WIDTH, HEIGHT = 600, 371  # Google's documented default


def _position(state: Spreadsheet, given: Json) -> tuple[int, Json]:
    """Return (sheet id, EmbeddedObjectPosition as stored)."""
    if given.get("newSheet") or "sheetId" in given:
        raise RequestFailed("position: a chart on a sheet of its own is not supported by this server.")
    overlay = dict(given.get("overlayPosition", {}))
    sheet_id, row, column = coordinate_of(state, overlay.get("anchorCell", {}), "anchorCell")
    anchor: Json = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    overlay["anchorCell"] = anchor
    overlay.setdefault("widthPixels", WIDTH)
    overlay.setdefault("heightPixels", HEIGHT)
    return sheet_id, {"overlayPosition": overlay}


def _spec(given: Json | None) -> Json:
    if not given:
        raise RequestFailed("chart.spec is required")
    if not any(name.endswith("Chart") for name in given):
        raise RequestFailed("chart.spec must have one kind of chart")
    return given


def add_chart(state: Spreadsheet, request: Json) -> Json:
    """Carry out addChart."""
    entry = dict(request.get("chart", {}))
    entry["spec"] = _spec(entry.get("spec"))
    sheet_id, entry["position"] = _position(state, entry.get("position", {}))
    add(state, _CHART, sheet_id, entry)
    return {"chart": entry}


def update_chart_spec(state: Spreadsheet, request: Json) -> None:
    """Carry out updateChartSpec: replace the whole spec."""
    _sheet, held = find(state, _CHART, int(request.get("chartId", 0)))
    held["spec"] = _spec(request.get("spec"))


def update_embedded_object_position(state: Spreadsheet, request: Json) -> Json:
    """Carry out updateEmbeddedObjectPosition: move or size a chart."""
    sheet, held = find(state, _CHART, int(request.get("objectId", 0)))
    mask = update_mask("EmbeddedObjectPosition", request.get("fields", "") or "*")
    overlay_mask = mask.get("overlayPosition", {}) if mask else {}
    given: Json = request.get("newPosition", {}).get("overlayPosition", {})
    merged = apply_mask(held["position"]["overlayPosition"], given, overlay_mask)
    sheet_id, position = _position(state, {**request.get("newPosition", {}), "overlayPosition": merged})
    changed = {**held, "position": position}
    replace(state, _CHART, sheet, held, sheet_id, changed)
    return {"position": position}


def delete_embedded_object(state: Spreadsheet, request: Json) -> None:
    """Carry out deleteEmbeddedObject."""
    delete(state, _CHART, int(request.get("objectId", 0)))
