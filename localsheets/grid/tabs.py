"""What the page shows of a tab: its rows, all or filtered, in blocks; head; charts. Imports `model`, `grid.*`."""

import functools
import json
from dataclasses import dataclass

from localsheets.a1 import Box
from localsheets.grid.rendering import RowWriter
from localsheets.grid.styles import format_css, frozen_rows, layout_css, shown_columns, stamp
from localsheets.jsontypes import Json
from localsheets.looks import chart_source, used_box
from localsheets.model import Sheet, Spreadsheet
from localsheets.values.render import Rendering, value_lists

BLOCK = 100  # rows that are fetched at a time
WIDTH, HEIGHT = 600, 371


@dataclass(frozen=True, slots=True)
class TabView:
    """One tab as of one version. `numbers`: the rows below the frozen ones that are shown, in order."""

    state: Spreadsheet
    sheet: Sheet
    used: Box
    columns: range
    numbers: "range | tuple[int, ...]"
    filtered: bool

    @property
    def frozen(self) -> int:
        return min(frozen_rows(self.sheet), self.sheet.row_count)

    @property
    def blocks(self) -> int:
        return -(-len(self.numbers) // BLOCK)

    def head(self) -> str:
        """Letters of columns and frozen rows: what stays in sight."""
        writer = RowWriter(self.state, self.sheet, self.columns)
        rows = writer.rows(range(self.frozen), Box(0, self.frozen, 0, self.columns.stop))
        return writer.letters() + rows

    def colgroup(self) -> str:
        """Widths of columns."""
        return RowWriter(self.state, self.sheet, self.columns).colgroup()

    def block(self, number: int, size: int = BLOCK) -> str:
        """The rows of a block."""
        writer = RowWriter(self.state, self.sheet, self.columns)
        chosen = self.numbers[number * size : (number + 1) * size]
        if isinstance(chosen, range):
            return writer.rows(chosen, Box(chosen.start, chosen.stop, 0, self.columns.stop))
        return "".join(writer.rows([at], Box(at, at + 1, 0, self.columns.stop)) for at in chosen)

    def charts(self) -> list[Json]:
        """Where each chart lies and how big it is."""
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
        """The stamp of the style sheet of formats."""
        return formats_of(self.state)[1]

    def layout(self) -> tuple[str, str]:
        """The style sheet of widths, and its stamp."""
        text = layout_css(self.sheet, self.columns)
        return text, stamp(text)


@functools.lru_cache(maxsize=8)
def formats_of(state: Spreadsheet) -> tuple[str, str]:
    """The style sheet of a spreadsheet's formats, and its stamp. A published state never changes."""
    text = format_css(state)
    return text, stamp(text)


@functools.lru_cache(maxsize=32)
def _extent(sheet: Sheet) -> Box:
    return used_box(sheet)


def tab_view(state: Spreadsheet, sheet: Sheet, wanted: str = "") -> TabView:
    """A tab; `wanted`: only rows that show this text somewhere, whatever its case."""
    used = _extent(sheet)
    frozen = min(frozen_rows(sheet), sheet.row_count)
    numbers: range | tuple[int, ...] = range(frozen, sheet.row_count)
    if wanted:
        numbers = tuple(at for at in _matching(state, sheet, wanted.casefold()) if at >= frozen)
    return TabView(state, sheet, used, shown_columns(sheet, used), numbers, bool(wanted))


@functools.lru_cache(maxsize=8)
def _matching(state: Spreadsheet, sheet: Sheet, wanted: str) -> tuple[int, ...]:
    return tuple(at for at, texts in enumerate(shown_texts(state, sheet)) if any(wanted in text for text in texts))


@functools.lru_cache(maxsize=1)
def shown_texts(state: Spreadsheet, sheet: Sheet) -> list[list[str]]:
    """The texts of all rows in small letters."""
    text = value_lists(state, sheet, sheet.grid._replace(bottom=len(sheet.rows)), Rendering())
    rows: list[list[object]] = json.loads(text or "[]")
    return [[str(value).casefold() for value in row] for row in rows]


def visible(state: Spreadsheet) -> list[Sheet]:
    """The tabs that are not hidden, in their order."""
    return [sheet for sheet in state.sheets if not sheet.props.get("hidden")]
