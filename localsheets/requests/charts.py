"""Kinds about charts: stored and echoed; the page and the workbook draw them. Imports `model`, `answers`, `schema`."""

from localsheets.answers.proto import chart_message as shown
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import coordinate_of
from localsheets.model.spreadsheet import fresh_number
from localsheets.schema.masking import apply_mask, update_mask

WIDTH, HEIGHT = 600, 371  # Google's documented default


def _position(state: Spreadsheet, given: Json) -> tuple[int, Json]:
    """(sheet id, EmbeddedObjectPosition as stored)."""
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


def _taken(state: Spreadsheet) -> set[int]:
    return {int(held["chartId"]) for sheet in state.sheets for held in sheet.features.get("charts", ())}


def _find(state: Spreadsheet, number: int) -> tuple[Sheet, Json]:
    for sheet in state.sheets:
        for held in sheet.features.get("charts", ()):
            if held["chartId"] == number:
                fork = state.writable(sheet.id)
                return fork, next(one for one in fork.features["charts"] if one["chartId"] == number)
    raise RequestFailed(f"No chart with id: {number}")


def add_chart(state: Spreadsheet, request: Json) -> Json:
    """addChart."""
    entry = dict(request.get("chart", {}))
    entry["spec"] = _spec(entry.get("spec"))
    number = entry.setdefault("chartId", fresh_number(_taken(state)))
    if number in _taken(state):
        raise RequestFailed(f"A chart with id {number} already exists")
    sheet_id, entry["position"] = _position(state, entry.get("position", {}))
    state.writable(sheet_id).features.setdefault("charts", []).append(entry)
    return {"chart": shown(entry)}


def update_chart_spec(state: Spreadsheet, request: Json) -> None:
    """updateChartSpec: replaces the whole spec."""
    _sheet, held = _find(state, int(request.get("chartId", 0)))
    held["spec"] = _spec(request.get("spec"))


def update_embedded_object_position(state: Spreadsheet, request: Json) -> Json:
    """updateEmbeddedObjectPosition: moves or sizes a chart."""
    sheet, held = _find(state, int(request.get("objectId", 0)))
    mask = update_mask("EmbeddedObjectPosition", request.get("fields", "") or "*")
    overlay_mask = mask.get("overlayPosition", {}) if mask else {}
    given: Json = request.get("newPosition", {}).get("overlayPosition", {})
    merged = apply_mask(held["position"]["overlayPosition"], given, overlay_mask)
    sheet_id, position = _position(state, {**request.get("newPosition", {}), "overlayPosition": merged})
    held["position"] = position
    if sheet_id != sheet.id:
        sheet.features["charts"].remove(held)
        state.writable(sheet_id).features.setdefault("charts", []).append(held)
    out = shown(held)
    return {"position": out["position"] if isinstance(out, dict) else {}}


def delete_embedded_object(state: Spreadsheet, request: Json) -> None:
    """deleteEmbeddedObject."""
    sheet, held = _find(state, int(request.get("objectId", 0)))
    sheet.features["charts"].remove(held)
