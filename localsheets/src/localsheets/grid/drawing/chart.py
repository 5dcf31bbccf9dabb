"""A chart of the API as an SVG text."""

from html import escape

from localsheets.grid.drawing.figures import Figures, Line, figure_text, read_figures, ticks
from localsheets.grid.drawing.pie import pie_body
from localsheets.looks import ChartSource
from localsheets.model import Spreadsheet

INK, PALE, RULE = "#202124", "#5f6368", "#e0e0e0"
LETTER = 6.2  # pixels of an average letter of 12 px
LEGEND_LINE = 20
_INSIDE = ' text-anchor="end" fill="#ffffff"'


def chart_svg(state: Spreadsheet, source: ChartSource, width: int, height: int) -> str:
    """Return the picture of `width` × `height` pixels; its title is its accessible name."""
    figures = read_figures(state, source)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" font-family="Arial,Liberation Sans,sans-serif" font-size="12" fill="{INK}">',
        f"<title>{escape(source.title)}</title>",
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" fill="#ffffff" stroke="#d0d3d6"/>',
    ]
    top = 14
    for text, size, color in ((source.title, 16, INK), (source.subtitle, 12, PALE)):
        if text:
            shown = fit(text, int((width - 32) / (size * 0.52)))
            parts.append(f'<text x="16" y="{top + size}" font-size="{size}" fill="{color}">{escape(shown)}</text>')
            top += size + 8
    if source.kind == "PIE":
        parts.append(pie_body(figures, source, width, height, top + 6))
    else:
        bottom = height - 12
        if len(figures.lines) > 1 and source.legend not in {"NO_LEGEND", "INVISIBLE_LEGEND"}:
            legend, used = _legend(figures.lines, width, bottom)
            parts.append(legend)
            bottom -= used
        plot = _bars_across if source.kind == "BAR" else _upright
        parts.append(plot(figures, source, width, top + 10, bottom))
    parts.append("</svg>")
    return "".join(parts)


def fit(text: str, most: int) -> str:
    """Cut a text to `most` letters."""
    return text if len(text) <= most else text[: max(1, most - 1)].rstrip() + "…"


def _legend(lines: tuple[Line, ...], width: int, bottom: int) -> tuple[str, int]:
    rows: list[list[Line]] = [[]]
    used = 0.0
    for line in lines:
        need = len(line.name) * LETTER + 34
        if rows[-1] and used + need > width - 32:
            rows.append([])
            used = 0.0
        rows[-1].append(line)
        used += need
    parts = []
    for number, row in enumerate(rows):
        y = bottom - (len(rows) - 1 - number) * LEGEND_LINE
        x = 16.0
        for line in row:
            parts.append(f'<rect x="{x:.1f}" y="{y - 10}" width="12" height="12" fill="{line.color}"/>')
            parts.append(f'<text x="{x + 18:.1f}" y="{y}">{escape(line.name)}</text>')
            x += len(line.name) * LETTER + 34
    return "".join(parts), len(rows) * LEGEND_LINE + 8


def _stacks(figures: Figures, source: ChartSource) -> tuple[float, float]:
    """Return the least and the greatest drawn value."""
    values = [value for line in figures.lines for value in line.values if value is not None]
    if not values:
        return 0.0, 1.0
    if source.stacked:
        sums = [
            sum(line.values[at] or 0 for line in figures.lines if at < len(line.values))
            for at in range(len(figures.labels))
        ]
        return (0.0, 100.0) if source.stacked == "PERCENT_STACKED" else (0.0, max(sums, default=1.0))
    return min(values), max(values)


def _spans(source: ChartSource, at: int, lines: list[Line]) -> list[tuple[float, float]]:
    """Return (from, to) of each series at one label, stacked if the chart is."""
    values = [(line.values[at] or 0.0) if at < len(line.values) else 0.0 for line in lines]
    if not source.stacked:
        return [(0.0, value) for value in values]
    scale = 100.0 / (sum(values) or 1.0) if source.stacked == "PERCENT_STACKED" else 1.0
    spans, reached = [], 0.0
    for value in values:
        spans.append((reached, reached + value * scale))
        reached += value * scale
    return spans


def _bars_across(figures: Figures, source: ChartSource, width: int, top: int, bottom: int) -> str:
    """Draw a BAR chart: labels on the left, from the top down."""
    count = max(1, len(figures.labels))
    room = min(max((len(label) for label in figures.labels), default=0) * LETTER + 12, width * 0.42)
    left, right = 16 + room, width - 34
    foot = bottom - 20
    low, high = _stacks(figures, source)
    marks = ticks(low, high, 5)
    scale = (right - left) / (marks[-1] - marks[0])
    parts = []
    for mark in marks:
        x = left + (mark - marks[0]) * scale
        parts.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{foot}" stroke="{RULE}"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{foot + 16}" text-anchor="middle" fill="{PALE}">'
            f"{figure_text(mark, figures.locale)}</text>"
        )
    step = (foot - top) / count
    lines = list(figures.lines)
    thick = min(step * 0.72, 34) / (1 if source.stacked else max(1, len(lines)))
    for at, label in enumerate(figures.labels):
        middle = top + step * (at + 0.5)
        if step >= 9:
            shown = fit(label, int(room / LETTER))
            parts.append(f'<text x="{left - 8:.1f}" y="{middle + 4:.1f}" text-anchor="end">{escape(shown)}</text>')
        start = middle - thick * (1 if source.stacked else len(lines)) / 2
        for number, (line, (begin, end)) in enumerate(zip(lines, _spans(source, at, lines), strict=True)):
            y = start if source.stacked else start + number * thick
            x = left + (min(begin, end) - marks[0]) * scale
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{abs(end - begin) * scale:.1f}" height="{thick * 0.94:.1f}" '
                f'fill="{line.color}"><title>{_tooltip(line, label, end - begin, figures)}</title></rect>'
            )
            if len(lines) == 1 and step >= 14 and at < len(line.values) and line.values[at] is not None:
                text = figure_text(end - begin, figures.locale)
                inside = x + (end - begin) * scale + 6 + len(text) * LETTER > width - 4
                place = x + (end - begin) * scale + (-6 if inside else 6)
                parts.append(f'<text x="{place:.1f}" y="{middle + 4:.1f}"{_INSIDE if inside else ""}>{text}</text>')
    zero = left - marks[0] * scale
    parts.append(f'<line x1="{zero:.1f}" y1="{top}" x2="{zero:.1f}" y2="{foot}" stroke="#80868b"/>')
    return "".join(parts)


def _tooltip(line: Line, label: str, value: float, figures: Figures) -> str:
    lead = f"{label}: " if label else ""
    name = f" ({line.name})" if line.name else ""
    return escape(f"{lead}{figure_text(value, figures.locale)}{name}")


class _Scale:
    """One vertical axis: value → y."""

    def __init__(self, low: float, high: float, top: float, foot: float) -> None:
        self.marks = ticks(low, high, max(2, int((foot - top) / 44)))
        self._base, self._foot = self.marks[0], foot
        self._scale = (foot - top) / (self.marks[-1] - self.marks[0])

    def y(self, value: float) -> float:
        return self._foot - (value - self._base) * self._scale


def _upright(figures: Figures, source: ChartSource, width: int, top: int, bottom: int) -> str:
    """Draw COLUMN, LINE, AREA, SCATTER and mixtures; with a second axis if a series needs the right one."""
    foot: float = bottom - 24
    if source.axes.get("BOTTOM_AXIS"):
        foot -= 16
    low, high = _stacks(figures, source)
    lefts = [line for line in figures.lines if not line.right]
    rights = [line for line in figures.lines if line.right]
    scale = _scale_of(lefts, top, foot) if rights and lefts else _Scale(low, high, top, foot)
    other = _scale_of(rights, top, foot) if rights and lefts else None
    room = max(len(figure_text(mark, figures.locale)) for mark in scale.marks) * LETTER + 10
    left = 16 + room
    right: float = width - 20
    parts = []
    for mark in scale.marks:
        y = scale.y(mark)
        parts.append(
            f'<line x1="{left:.1f}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{RULE if mark else "#80868b"}"/>'
        )
        parts.append(
            f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end" fill="{PALE}">'
            f"{figure_text(mark, figures.locale)}</text>"
        )
    if other is not None:
        right = right - max(len(figure_text(mark, figures.locale)) for mark in other.marks) * LETTER + 8
        parts = [part.replace(f'x2="{width - 20}"', f'x2="{right:.1f}"') for part in parts]
        parts.extend(
            f'<text x="{right + 6:.1f}" y="{other.y(mark) + 4:.1f}" fill="{PALE}">'
            f"{figure_text(mark, figures.locale)}</text>"
            for mark in other.marks
        )
    step = (right - left) / max(1, len(figures.labels))
    parts.append(_labels(figures.labels, left, step, foot))
    if source.axes.get("BOTTOM_AXIS"):
        parts.append(
            f'<text x="{(left + right) / 2:.1f}" y="{bottom:.1f}" text-anchor="middle" fill="{PALE}">'
            f"{escape(source.axes['BOTTOM_AXIS'])}</text>"
        )
    parts.append(_columns(figures, source, scale, other, left, step))
    for line in figures.lines:
        if line.kind in {"LINE", "AREA", "SCATTER"}:
            parts.append(_curve(figures, line, (other if line.right and other else scale), left, step))
    return "".join(parts)


def _scale_of(lines: list[Line], top: float, foot: float) -> _Scale:
    values = [value for line in lines for value in line.values if value is not None] or [0.0, 1.0]
    return _Scale(min(values), max(values), top, foot)


def _labels(labels: tuple[str, ...], left: float, step: float, foot: float) -> str:
    longest = max((len(label) for label in labels), default=1)
    every = 1
    while step * every < min(longest, 14) * LETTER + 8 and every < len(labels):
        every += 1
    return "".join(
        f'<text x="{left + step * (at + 0.5):.1f}" y="{foot + 18:.1f}" text-anchor="middle" fill="{PALE}">'
        f"{escape(fit(label, max(4, int(step * every / LETTER))))}</text>"
        for at, label in enumerate(labels)
        if at % every == 0
    )


def _columns(
    figures: Figures, source: ChartSource, scale: _Scale, other: _Scale | None, left: float, step: float
) -> str:
    lines = [line for line in figures.lines if line.kind in {"COLUMN", "BAR"}]
    if not lines:
        return ""
    thick = min(step * 0.7, 60) / (1 if source.stacked else len(lines))
    parts = []
    for at, label in enumerate(figures.labels):
        start = left + step * (at + 0.5) - thick * (1 if source.stacked else len(lines)) / 2
        for number, (line, (begin, end)) in enumerate(zip(lines, _spans(source, at, lines), strict=True)):
            axis = other if line.right and other is not None else scale
            y, low = axis.y(max(begin, end)), axis.y(min(begin, end))
            x = start if source.stacked else start + number * thick
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{thick * 0.94:.1f}" height="{low - y:.1f}" fill="{line.color}">'
                f"<title>{_tooltip(line, label, end - begin, figures)}</title></rect>"
            )
    return "".join(parts)


def _curve(figures: Figures, line: Line, scale: _Scale, left: float, step: float) -> str:
    points = [
        (left + step * (at + 0.5), scale.y(value), figures.labels[at] if at < len(figures.labels) else "", value)
        for at, value in enumerate(line.values)
        if value is not None
    ]
    if not points:
        return ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _label, _value in points)
    parts = []
    if line.kind == "AREA":
        base = scale.y(0)
        parts.append(
            f'<polygon points="{points[0][0]:.1f},{base:.1f} {path} {points[-1][0]:.1f},{base:.1f}" '
            f'fill="{line.color}" fill-opacity="0.25"/>'
        )
    if line.kind != "SCATTER":
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{line.color}" stroke-width="2.5" stroke-linejoin="round"/>'
        )
    if line.kind == "SCATTER" or len(points) <= 60:
        parts.extend(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{line.color}">'
            f"<title>{_tooltip(line, label, value, figures)}</title></circle>"
            for x, y, label, value in points
        )
    return "".join(parts)
