"""Charts of the API as needed for drawing: kind, title, cells of labels and figures.

Covered: basicChart (COLUMN, BAR, LINE, AREA, SCATTER, COMBO, STEPPED_AREA as AREA) and pieChart.
"""

from dataclasses import dataclass, field

from localsheets.a1 import Box
from localsheets.errors import RequestFailed
from localsheets.jsontypes import Json
from localsheets.looks.colors import hex_color
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import area_of

PALETTE = ("#4285f4", "#ea4335", "#fbbc04", "#34a853", "#ff6d01", "#46bdc6", "#7baaf7", "#f07b72")
"""Google's colours of series without one of their own."""

_KINDS = {"STEPPED_AREA": "AREA", "BASIC_CHART_TYPE_UNSPECIFIED": "COLUMN"}


@dataclass(frozen=True, slots=True)
class Series:
    """One series. kind: COLUMN, BAR, LINE, AREA or SCATTER; right: True if it belongs to the right axis."""

    kind: str
    name: tuple[Sheet, Box] | None
    figures: tuple[Sheet, Box]
    color: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class ChartSource:
    """The source of a chart.

    kind:    of the whole chart: COLUMN, BAR, LINE, AREA, SCATTER, COMBO or PIE
    labels:  the cells along the axis
    stacked: "", STACKED or PERCENT_STACKED
    legend:  as in the API (BOTTOM_LEGEND …)
    hole:    of a pie, 0…1
    """

    kind: str
    title: str
    labels: tuple[Sheet, Box] | None
    series: tuple[Series, ...]
    subtitle: str = ""
    stacked: str = ""
    legend: str = "BOTTOM_LEGEND"
    axes: dict[str, str] = field(default_factory=dict)
    hole: float = 0.0


def chart_source(state: Spreadsheet, chart: Json) -> ChartSource | None:
    """Return the source of a stored chart; None if its kind is not drawn or its cells are gone."""
    spec: Json = chart.get("spec", {})
    title, subtitle = str(spec.get("title", "")), str(spec.get("subtitle", ""))
    if "pieChart" in spec:
        pie: Json = spec["pieChart"]
        figures = _cells(state, pie.get("series"))
        if figures is None:
            return None
        labels = _cells(state, pie.get("domain"))
        series = Series("PIE", None, figures, PALETTE[0])
        return ChartSource(
            "PIE", title, labels, (series,), subtitle, "", pie.get("legendPosition", "RIGHT_LEGEND"), {},
            float(pie.get("pieHole", 0)),
        )  # fmt: skip
    basic: Json | None = spec.get("basicChart")
    if basic is None:
        return None
    kind = str(basic.get("chartType", "COLUMN"))
    kind = _KINDS.get(kind, kind)
    headers = int(basic.get("headerCount", 0))
    domains = basic.get("domains") or [{}]
    labels = _below(_cells(state, domains[0].get("domain")), headers)
    listed = []
    for number, entry in enumerate(basic.get("series", ())):
        cells = _cells(state, entry.get("series"))
        shown = _below(cells, headers)
        if cells is None or shown is None:
            continue
        own = str(entry.get("type") or ("COLUMN" if kind == "COMBO" else kind))
        listed.append(
            Series(
                _KINDS.get(own, own),
                (cells[0], _head(cells[1])) if headers else None,
                shown,
                hex_color(entry.get("colorStyle")) or PALETTE[number % len(PALETTE)],
                entry.get("targetAxis") == "RIGHT_AXIS",
            )
        )
    if not listed:
        return None
    axes = {str(axis.get("position", "")): str(axis["title"]) for axis in basic.get("axis", ()) if axis.get("title")}
    stacked = str(basic.get("stackedType", ""))
    return ChartSource(
        kind,
        title,
        labels,
        tuple(listed),
        subtitle,
        "" if stacked == "NOT_STACKED" else stacked,
        basic.get("legendPosition", "BOTTOM_LEGEND"),
        axes,
    )


def _cells(state: Spreadsheet, data: Json | None) -> tuple[Sheet, Box] | None:
    sources = ((data or {}).get("sourceRange") or {}).get("sources") or ()
    if not sources:
        return None
    try:
        sheet = state.sheet(int(sources[0].get("sheetId", 0)))
        boxes = [sheet.clip(area_of(source)) for source in sources]
    except RequestFailed:
        return None
    box = Box(
        min(one.top for one in boxes),
        max(one.bottom for one in boxes),
        min(one.left for one in boxes),
        max(one.right for one in boxes),
    )
    box = box._replace(bottom=max(min(box.bottom, len(sheet.rows)), box.top))
    return (sheet, box) if box.height and box.width else None


def _head(box: Box) -> Box:
    return box._replace(bottom=box.top + 1) if box.height >= box.width else box._replace(right=box.left + 1)


def _below(cells: tuple[Sheet, Box] | None, headers: int) -> tuple[Sheet, Box] | None:
    if cells is None:
        return None
    sheet, box = cells
    box = box._replace(top=box.top + headers) if box.height >= box.width else box._replace(left=box.left + headers)
    return (sheet, box) if box.height > 0 and box.width > 0 else None
