"""Charts of a tab as Excel's own."""

from collections.abc import Callable
from typing import Protocol

from localsheets.a1 import Box
from localsheets.looks import ChartSource, Series
from localsheets.model import Sheet
from localsheets.xlsx.characters import legal

Names = Callable[[Sheet], str]

_KINDS = {"COLUMN": "column", "BAR": "bar", "LINE": "line", "AREA": "area", "SCATTER": "scatter", "PIE": "pie"}
_LEGENDS = {
    "BOTTOM_LEGEND": "bottom",
    "TOP_LEGEND": "top",
    "LEFT_LEGEND": "left",
    "RIGHT_LEGEND": "right",
    "LABELED_LEGEND": "right",
}
_INK = "#444746"


class Chart(Protocol):
    """The part of XlsxWriter's chart that is used."""

    def add_series(self, options: dict[str, object]) -> None: ...
    def set_title(self, options: dict[str, object]) -> None: ...
    def set_legend(self, options: dict[str, object]) -> None: ...
    def set_x_axis(self, options: dict[str, object]) -> None: ...
    def set_y_axis(self, options: dict[str, object]) -> None: ...
    def set_y2_axis(self, options: dict[str, object]) -> None: ...
    def set_size(self, options: dict[str, object]) -> None: ...
    def combine(self, chart: "Chart") -> None: ...


def build_chart(
    source: ChartSource,
    add: Callable[[dict[str, str]], Chart],
    names: Names,
    pixels: tuple[int, int],
    label_pattern: str = "",
) -> Chart | None:
    """Return a chart with its series.

    add: the workbook's `add_chart`. names: the names of tabs in the workbook. label_pattern: the number format of
    labels that are dates or numbers.
    """
    groups: dict[tuple[str, bool], list[Series]] = {}
    for series in source.series:
        kind = _KINDS.get(series.kind, "column")
        # Excel combines a scatter chart with no other chart, so there is only one axis.
        groups.setdefault((kind, series.right and source.kind != "SCATTER"), []).append(series)
    main: Chart | None = None
    for (kind, right), members in groups.items():
        options = {"type": "doughnut" if kind == "pie" and source.hole else kind}
        if source.stacked and kind in {"column", "bar", "area"}:
            options["subtype"] = "percent_stacked" if source.stacked == "PERCENT_STACKED" else "stacked"
        if kind == "scatter":
            options["subtype"] = "marker_only"
        chart = add(options)
        for series in members:
            chart.add_series(_series(source, series, kind, right, names))
        if main is None:
            main = chart
        else:
            main.combine(chart)
            if right:
                chart.set_y2_axis({"name": _words(source.axes.get("RIGHT_AXIS", ""))})
    if main is None:
        return None
    _dress(main, source, pixels, label_pattern)
    return main


def _series(source: ChartSource, series: Series, kind: str, right: bool, names: Names) -> dict[str, object]:
    options: dict[str, object] = {"values": _reference(series.figures, names)}
    if source.labels is not None:
        options["categories"] = _reference(source.labels, names)
    if series.name is not None:
        sheet, box = series.name
        options["name"] = [names(sheet), box.top, box.left]
    if right:
        options["y2_axis"] = True
    if kind == "line":
        options["line"] = {"color": series.color, "width": 2.25}
    elif kind == "scatter":
        options["marker"] = {"type": "circle", "size": 6, "fill": {"color": series.color}}
    elif kind != "pie":
        options["fill"] = {"color": series.color}
        options["gap"] = 60
    else:
        options["data_labels"] = {"percentage": True}
    if kind in {"bar", "column"} and len(source.series) == 1 and not source.stacked:
        options["data_labels"] = {"value": True, "font": {"size": 8, "color": _INK}}
    return options


def _words(title: str) -> str:
    """Return a title as XlsxWriter takes it: one that begins with `=` would be a reference to a cell."""
    return legal(" " + title if title.startswith("=") else title)


def _reference(cells: tuple[Sheet, Box], names: Names) -> list[object]:
    sheet, box = cells
    return [names(sheet), box.top, box.left, box.bottom - 1, box.right - 1]


def _dress(chart: Chart, source: ChartSource, pixels: tuple[int, int], label_pattern: str) -> None:
    title = _words(source.title + (f"\n{source.subtitle}" if source.subtitle else ""))
    if title:
        chart.set_title({"name": title, "overlay": False, "name_font": {"size": 12, "bold": True, "color": _INK}})
    else:
        chart.set_title({"none": True})
    place = _LEGENDS.get(source.legend)
    if place is None or (len(source.series) == 1 and source.kind != "PIE" and source.series[0].name is None):
        chart.set_legend({"none": True})
    else:
        chart.set_legend({"position": place})
    if source.kind != "PIE":
        grid = {"visible": True, "line": {"color": "#e0e0e0", "width": 0.75}}
        x_axis: dict[str, object] = {"name": _words(source.axes.get("BOTTOM_AXIS", ""))}
        y_axis: dict[str, object] = {"name": _words(source.axes.get("LEFT_AXIS", "")), "major_gridlines": grid}
        if source.kind == "BAR":
            # A bar chart of the API is read from the top down.
            x_axis = {"name": _words(source.axes.get("BOTTOM_AXIS", "")), "major_gridlines": grid}
            y_axis = {
                "name": _words(source.axes.get("LEFT_AXIS", "")),
                "reverse": True,
                "crossing": "max",
                "major_gridlines": {"visible": False},
            }
        if label_pattern:
            labelled = y_axis if source.kind == "BAR" else x_axis
            labelled.update(num_format=label_pattern, text_axis=True)
        chart.set_x_axis(x_axis)
        chart.set_y_axis(y_axis)
    chart.set_size({"width": pixels[0], "height": pixels[1]})
