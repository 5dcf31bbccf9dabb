"""A tab as shown on the page: rows, all or filtered, in blocks; head; charts."""

import functools
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from localsheets.a1 import Box
from localsheets.grid.rendering import RowWriter
from localsheets.grid.styles import format_css, frozen_rows, hidden, layout_css, shown_columns, stamp
from localsheets.jsontypes import Json
from localsheets.locales import locale_of
from localsheets.looks import chart_source, used_box
from localsheets.model import Sheet, Spreadsheet
from localsheets.values.render import formatted_text

BLOCK = 100  # rows fetched at a time
WIDTH, HEIGHT = 600, 371
MAX_WANTED = 200  # letters of a filter or a search


@dataclass(frozen=True)
class TabView:
    """One tab as of one version. numbers: the shown rows below the frozen ones, in order."""

    state: Spreadsheet
    sheet: Sheet
    used: Box
    columns: range
    numbers: "range | tuple[int, ...]"

    @property
    def frozen(self) -> int:
        return min(frozen_rows(self.sheet), self.sheet.row_count)

    def spans(self) -> list[tuple[int, int]]:
        """Return the rows on the page, the frozen ones included, as half-open spans."""
        if isinstance(self.numbers, tuple):
            return _spans([*_unhidden(self.sheet, range(self.frozen)), *self.numbers])
        gone = sorted(at for at, dim in self.sheet.row_dims.items() if hidden(dim) and at < self.sheet.row_count)
        edges = [-1, *gone, self.sheet.row_count]
        return [(one + 1, other) for one, other in itertools.pairwise(edges) if one + 1 < other]

    def shows(self, row: int, column: int) -> bool:
        """Return True if a cell is on the page."""
        if hidden(self.sheet.row_dims.get(row)) or hidden(self.sheet.column_dims.get(column)):
            return False
        return row < self.frozen or row in self.chosen

    @functools.cached_property
    def chosen(self) -> "range | frozenset[int]":
        """The shown rows below the frozen ones, for tests of membership."""
        return frozenset(self.numbers) if isinstance(self.numbers, tuple) else self.numbers

    def head(self) -> str:
        """Return letters of columns and frozen rows, which stay in sight."""
        writer = RowWriter(self.state, self.sheet, self.columns)
        rows = writer.rows(range(self.frozen), Box(0, self.frozen, 0, self.columns.stop))
        return writer.letters() + rows

    def colgroup(self) -> str:
        """Return widths of columns."""
        return RowWriter(self.state, self.sheet, self.columns).colgroup()

    def block(self, number: int) -> str:
        """Return the rows of a block."""
        writer = RowWriter(self.state, self.sheet, self.columns)
        chosen = self.numbers[number * BLOCK : (number + 1) * BLOCK]
        if isinstance(chosen, range):
            return writer.rows(chosen, Box(chosen.start, chosen.stop, 0, self.columns.stop))
        return "".join(writer.rows([at], Box(at, at + 1, 0, self.columns.stop)) for at in chosen)

    def charts(self) -> list[Json]:
        """Return place and size of each chart."""
        listed = []
        for chart in self.sheet.features.get("charts", ()):
            source = chart_source(self.state, chart)
            overlay: Json = chart.get("position", {}).get("overlayPosition", {})
            if source is None:
                continue
            anchor: Json = overlay.get("anchorCell", {})
            listed.append(
                {
                    "id": chart["chartId"],
                    "row": anchor.get("rowIndex", 0),
                    "column": anchor.get("columnIndex", 0),
                    "x": overlay.get("offsetXPixels", 0),
                    "y": overlay.get("offsetYPixels", 0),
                    "width": overlay.get("widthPixels", WIDTH),
                    "height": overlay.get("heightPixels", HEIGHT),
                    "title": source.title,
                }
            )
        return listed

    def formats(self) -> str:
        """Return the stamp of the style sheet of formats."""
        return formats_of(self.state)[1]

    def layout(self) -> tuple[str, str]:
        """Return the style sheet of widths, and its stamp."""
        text = layout_css(self.sheet, self.columns, self.used.right)
        return text, stamp(text)


@functools.lru_cache(maxsize=8)
def formats_of(state: Spreadsheet) -> tuple[str, str]:
    """Return the style sheet of a spreadsheet's formats, and its stamp, made once for a published state."""
    text = format_css(state)
    return text, stamp(text)


@functools.lru_cache(maxsize=32)
def _extent(sheet: Sheet) -> Box:
    return used_box(sheet)


def tab_view(state: Spreadsheet, sheet: Sheet, wanted: str = "") -> TabView:
    """Return a tab. wanted: only rows that show this text somewhere, in any case."""
    used = _extent(sheet)
    frozen = min(frozen_rows(sheet), sheet.row_count)
    numbers: range | tuple[int, ...] = range(frozen, sheet.row_count)
    if wanted:
        numbers = tuple(at for at in _unhidden(sheet, _matching(state, sheet, wanted.casefold())) if at >= frozen)
    return TabView(state, sheet, used, shown_columns(sheet, used), numbers)


def _unhidden(sheet: Sheet, rows: Iterable[int]) -> Iterator[int]:
    return (at for at in rows if not hidden(sheet.row_dims.get(at)))


def _spans(numbers: list[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as half-open spans."""
    starts = [at for place, at in enumerate(numbers) if not place or numbers[place - 1] != at - 1]
    ends = [at + 1 for place, at in enumerate(numbers) if place + 1 == len(numbers) or numbers[place + 1] != at + 1]
    return list(zip(starts, ends, strict=True))


@functools.lru_cache(maxsize=8)
def _matching(state: Spreadsheet, sheet: Sheet, wanted: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(at for at, _column in cells_showing(state, sheet, wanted)))


@functools.lru_cache(maxsize=8)
def cells_showing(state: Spreadsheet, sheet: Sheet, wanted: str) -> tuple[tuple[int, int], ...]:
    """Return (row, column) of the cells that show a text, row by row. The text is in small letters.

    A row is decoded only if its JSON text contains the wanted one: of 100,000 rows few do.
    """
    locale = locale_of(state.locale)
    needle = json.dumps(wanted, ensure_ascii=False)[1:-1].casefold()
    found: list[tuple[int, int]] = []
    for at, row in enumerate(sheet.rows):
        if row is None:
            continue
        text = formatted_text(row, state.styles, locale)
        if needle not in text.casefold():
            continue
        texts: list[str] = json.loads(text)
        found.extend((at, column) for column, shown in enumerate(texts) if wanted in shown.casefold())
    return tuple(found)


def visible(state: Spreadsheet) -> list[Sheet]:
    """Return the visible tabs in their order."""
    return [sheet for sheet in state.sheets if not sheet.props.get("hidden")]
