"""The figures of a chart, read from its cells; ticks of an axis."""

import math
from dataclasses import dataclass

from localsheets.a1 import Box
from localsheets.cells import EMPTY, Cell
from localsheets.grid.entering import shown
from localsheets.locales import Locale, locale_of
from localsheets.looks import ChartSource
from localsheets.model import Sheet, Spreadsheet

MAX_POINTS = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One series. values: None for a cell without a number."""

    name: str
    kind: str
    color: str
    right: bool
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Labels along the axis, and series of the same length."""

    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    locale: Locale


def read_figures(state: Spreadsheet, source: ChartSource) -> Figures:
    """Return the current figures of a chart."""
    locale = locale_of(state.locale)
    lines = []
    for series in source.series:
        cells = _cells(*series.figures)
        values = tuple(_number(cell) for cell in cells)
        name = ""
        if series.name is not None:
            head = _cells(*series.name)
            name = shown(head[0], state.styles, locale) if head else ""
        lines.append(Line(name, series.kind, series.color, series.right, values))
    length = max((len(line.values) for line in lines), default=0)
    labels: list[str] = []
    if source.labels is not None:
        labels = [shown(cell, state.styles, locale) for cell in _cells(*source.labels)]
    labels = (labels + [""] * length)[:length]
    return Figures(tuple(labels), tuple(lines), locale)


def _cells(sheet: Sheet, box: Box) -> list[Cell]:
    if box.height >= box.width:
        return [row[0] for _at, row in sheet.iterate(box._replace(right=box.left + 1))][:MAX_POINTS]
    row = sheet.cells(box.top)[box.left : box.right]
    return (row + [EMPTY] * (box.width - len(row)))[:MAX_POINTS]


def _number(cell: Cell) -> float | None:
    value = cell.value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


SMALLEST = 1e-9
"""A smaller span is drawn as none: ticks are rounded to ten decimal places."""


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers from at most `low` to at least `high`, always with 0."""
    low, high = min(low, 0.0), max(high, 0.0)
    if high - low < SMALLEST:
        high = low + 1
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    if high - low >= most:
        step = max(1.0, math.ceil(step)) if step < 10 else step
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def figure_text(number: float, locale: Locale) -> str:
    """Return the text beside a tick or slice: grouped, without needless digits."""
    if float(number).is_integer():
        return f"{int(number):,}".replace(",", locale.group)
    return f"{number:,.4g}".replace(",", " ").replace(".", locale.decimal).replace(" ", locale.group)
