"""One tab of the workbook.

XlsxWriter returns -1 or -2 for a cell that Excel cannot hold (too far down, too long); it is then written as text or
cut.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from localsheets.a1 import Box, cell_name
from localsheets.answers.spreadsheet import DEFAULT_COLUMN_PIXELS, DEFAULT_ROW_PIXELS
from localsheets.cells import Cell, CellError
from localsheets.formulas import volatile
from localsheets.jsontypes import Json
from localsheets.locales import Locale, locale_of
from localsheets.looks import ChartSource, banding_of, chart_source, hex_color, text_height
from localsheets.model import Sheet, Spreadsheet
from localsheets.model.areas import area_of
from localsheets.xlsx.breaks import (
    BOTTOM,
    LEFT,
    LINE_PIXELS,
    RIGHT,
    TOP,
    Block,
    filled_blocks,
    page_breaks,
    page_room,
)
from localsheets.xlsx.characters import legal
from localsheets.xlsx.charts import build_chart
from localsheets.xlsx.conditions import boolean_options, format_properties, gradient_options
from localsheets.xlsx.formats import number_pattern
from localsheets.xlsx.texts import XLSX

EXCEL_TEXT = 32_767
UPRIGHT_PIXELS = 1_080  # an A4 page upright holds this at seven tenths of the size, still easy to read
READABLE_PIXELS = 1_900  # across an A4 page on its side, at about 55 % of full size
MAX_ROW_PIXELS = 545  # Excel: 409 points
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384
EXCEL_LINKS = 65_000
EXCEL_LINK = 2_000
EXCEL_BREAKS = 1_023
MOST_REPEATED = 8  # rows atop each page
MOST_REPEATED_COLUMNS = 4
CHART_PIXELS = 371  # the height of a chart that names none
CELL_PADDING = 3  # of a cell that names none, on the left
LIST_LENGTH = 255  # of a drop-down list written into the cell's rule
_HERE = re.compile(r"#gid=(\d+)(?:&range=([A-Z]{1,3}\d+)(?::[A-Z]{1,3}\d+)?)?$")
_LINK_FORMULA = re.compile(r'=(?:HYPERLINK|ГИПЕРССЫЛКА)\(\s*"([^"]*)"', re.IGNORECASE)

# XlsxWriter carries types, but its objects take far more than is used here; they stay opaque.
Book: TypeAlias = Any
Page: TypeAlias = Any
Format: TypeAlias = Any


class Formats:
    """Formats of the workbook, each made once: by style number, background, and True for links."""

    def __init__(
        self,
        book: Book,
        state: Spreadsheet,
        locale: Locale,
        properties: Callable[[Json, Locale, str | None, bool], dict[str, object]],
    ) -> None:
        self._book, self._state, self._locale, self._properties = book, state, locale, properties
        self._made: dict[tuple[int, str | None, bool, bool], Format] = {}

    def get(self, style: int, banded: str | None = None, link: bool = False, wrapped: bool = False) -> Format:
        key = (style, banded, link, wrapped)
        if key not in self._made:
            made = self._properties(self._state.styles[style], self._locale, banded, link)
            if wrapped:
                made = {**made, "text_wrap": True}
            self._made[key] = self._book.add_format(made)
        return self._made[key]

    def other(self, given: dict[str, object]) -> Format:
        """Return a format of a conditional rule."""
        return self._book.add_format(given)


class TabWriter:
    """Writes one tab; used once."""

    def __init__(
        self,
        state: Spreadsheet,
        sheet: Sheet,
        page: Page,
        book: Book,
        formats: Formats,
        names: Mapping[int, str],
        used: Box,
        spelled: Callable[[str], str | None],
        streamed: bool,
    ) -> None:
        self.state, self.sheet, self.page, self.book, self.formats = state, sheet, page, book, formats
        self.names = names
        self.box = Box(0, min(used.bottom, EXCEL_ROWS), 0, min(used.right, EXCEL_COLUMNS))
        self.spelled = spelled
        self.streamed = streamed
        self.banding = banding_of(sheet)
        self.links = 0
        self.merges = {
            (box.top, box.left): box
            for box in (sheet.clip(area_of(merge)) for merge in sheet.features.get("merges", ()))
            if box.height * box.width > 1
        }
        self.titles = set(self._long_titles())
        self.merges |= {(at, 0): Box(at, at + 1, 0, self._repeated()) for at in self.titles}

    def write(self) -> None:
        """Write everything, rows in order, as streaming requires."""
        self._columns()
        self._frame()
        printed: list[tuple[int, bool]] = []  # (height, True if there is any content) of each row
        for at, cells in self.sheet.iterate(self.box):
            height = self._row(at, cells)
            if not self.streamed:
                printed.append((height, any(cell.value is not None for cell in cells)))
            for column, cell in enumerate(cells):
                self._cell(at, column, cell)
        for at in (at for at in self.sheet.row_dims if at >= self.box.bottom):
            self._row(at)
        self._rules()
        self._filter()
        self._charts()
        if printed and self._pages_across() == 1:
            self._breaks([height for height, _ in printed], [filled for _, filled in printed])

    # Frame

    def _columns(self) -> None:
        for at in range(min(self.sheet.column_count, EXCEL_COLUMNS)):
            dim = self.sheet.column_dims.get(at, {})
            if dim or at < self.box.right:
                hidden = {"hidden": True} if dim.get("hiddenByUser") or dim.get("hiddenByFilter") else {}
                self.page.set_column_pixels(at, at, int(dim.get("pixelSize", DEFAULT_COLUMN_PIXELS)), None, hidden)

    def _row(self, at: int, cells: Sequence[Cell] = ()) -> int:
        """Write a row and return its printed height in pixels."""
        dim = self.sheet.row_dims.get(at, {})
        if at >= EXCEL_ROWS:
            return 0
        hidden = {"hidden": True} if dim.get("hiddenByUser") or dim.get("hiddenByFilter") else {}
        if "pixelSize" in dim and at not in self.titles:
            self.page.set_row_pixels(at, int(dim["pixelSize"]), None, hidden)
            return 0 if hidden else int(dim["pixelSize"])
        # LibreOffice shows such a row at the height of one line, even if text wraps.
        need = max(self._height(at, cells), int(dim.get("pixelSize", 0)))
        if need > DEFAULT_ROW_PIXELS:
            self.page.set_row_pixels(at, min(need, MAX_ROW_PIXELS), None, hidden)
        elif hidden:
            self.page.set_row(at, None, None, hidden)
        if hidden:
            return 0
        return min(need, MAX_ROW_PIXELS) if need > DEFAULT_ROW_PIXELS else LINE_PIXELS

    def _height(self, at: int, cells: Sequence[Cell]) -> int:
        need = 0
        for column, cell in enumerate(cells):
            if not isinstance(cell.value, str):
                continue
            fmt = self.state.styles[cell.style]
            wraps = fmt.get("wrapStrategy") in {"WRAP", "LEGACY_WRAP"} or (at in self.titles and not column)
            text: Json = fmt.get("textFormat", {})
            if not wraps and "\n" not in cell.value and "fontSize" not in text:
                continue
            merged = self.merges.get((at, column))
            if merged is not None and merged.height > 1:
                continue
            right = merged.right if merged is not None else column + 1
            indent = int(fmt.get("padding", {}).get("left", CELL_PADDING)) - CELL_PADDING
            pixels = sum(self._width(one) for one in range(column, right)) - max(0, indent)
            points = float(text.get("fontSize", 10))
            need = max(need, text_height(cell.value, pixels, points, wraps=wraps, bold=bool(text.get("bold"))))
        return need

    def _width(self, column: int) -> int:
        return int(self.sheet.column_dims.get(column, {}).get("pixelSize", DEFAULT_COLUMN_PIXELS))

    def _frame(self) -> None:
        grid: Json = self.sheet.props["gridProperties"]
        rows, columns = int(grid.get("frozenRowCount", 0)), int(grid.get("frozenColumnCount", 0))
        if rows or columns:
            self.page.freeze_panes(rows, columns)
        if rows and rows <= MOST_REPEATED:
            self.page.repeat_rows(0, rows - 1)
        if grid.get("hideGridlines"):
            self.page.hide_gridlines(2)
        color = self._tab_color()
        if color:
            self.page.set_tab_color(color)
        if self._all_widths() > UPRIGHT_PIXELS:
            self.page.set_landscape()
        self.page.set_paper(9)  # A4
        self.page.fit_to_pages(self._pages_across(), 0)
        if columns and columns <= MOST_REPEATED_COLUMNS:
            self.page.repeat_columns(0, columns - 1)
        self.page.set_margins(left=LEFT, right=RIGHT, top=TOP, bottom=BOTTOM)
        self.page.set_footer("&L&8&A&R&8" + XLSX.PAGE)
        self.page.set_comments_author(XLSX.AUTHOR)

    def _repeated(self) -> int:
        """Return how many columns every sheet of paper has; 0 where one is wide enough."""
        columns = int(self.sheet.props["gridProperties"].get("frozenColumnCount", 0))
        return columns if columns <= MOST_REPEATED_COLUMNS and self._pages_across() > 1 else 0

    def _long_titles(self) -> Iterator[int]:
        """Yield the frozen rows with a text over the repeated columns, where a second sheet would cut it."""
        columns, rows = self._repeated(), int(self.sheet.props["gridProperties"].get("frozenRowCount", 0))
        room = sum(self._width(at) for at in range(columns))
        for at, cells in self.sheet.iterate(Box(0, min(rows, self.box.bottom) if columns > 1 else 0, 0, columns)):
            first, look = cells[0].value, self.state.styles[cells[0].style].get("textFormat", {})
            if (
                not isinstance(first, str)
                or any(cell.value is not None for cell in cells[1:])
                or (at, 0) in self.merges
            ):
                continue
            points, bold = float(look.get("fontSize", 10)), bool(look.get("bold"))
            whole, line = (text_height(text, room, points, wraps=True, bold=bold) for text in (first, ""))
            if whole > line:
                yield at

    def _all_widths(self) -> int:
        return sum(self._width(at) for at in range(self.box.right))

    def _pages_across(self) -> int:
        return max(1, math.ceil(self._all_widths() / READABLE_PIXELS))

    def _breaks(self, heights: Sequence[int], filled: Sequence[bool]) -> None:
        """Place page breaks between the tables and charts of a tab where possible."""
        width, frozen = self._all_widths(), int(self.sheet.props["gridProperties"].get("frozenRowCount", 0))
        blocks = [*filled_blocks(filled), *self._chart_blocks(heights)]
        below = max((end for _, end in blocks), default=0) - len(heights)
        rows = [*heights, *[LINE_PIXELS] * below]
        repeated = sum(heights[:frozen]) if frozen <= MOST_REPEATED else 0
        room = page_room(width, landscape=width > UPRIGHT_PIXELS)
        self.page.set_h_pagebreaks(page_breaks(rows, blocks, room, repeated)[:EXCEL_BREAKS])

    def _chart_blocks(self, heights: Sequence[int]) -> Iterator[Block]:
        """Return the rows under each chart, because XlsxWriter fastens it to its first and last cell."""
        for held in self.sheet.features.get("charts", ()):
            overlay: Json = held.get("position", {}).get("overlayPosition", {})
            start = end = int(overlay.get("anchorCell", {}).get("rowIndex", 0))
            left = int(overlay.get("heightPixels", CHART_PIXELS)) + int(overlay.get("offsetYPixels", 0))
            while left > 0 and end < EXCEL_ROWS:
                left -= heights[end] if end < len(heights) else LINE_PIXELS
                end += 1
            yield start, end

    def _tab_color(self) -> str | None:
        return hex_color(self.sheet.props.get("tabColorStyle"))

    # Cells

    def _cell(self, at: int, column: int, cell: Cell) -> None:
        merged = self.merges.get((at, column))
        banded = self.banding.color(at, column) if self.banding else None
        if cell.bare and banded is None and merged is None:
            return
        address = self._link(cell)
        style = self.formats.get(cell.style, banded, address is not None, at in self.titles and not column)
        if merged is not None and (not self.streamed or merged.height == 1):
            self.page.merge_range(merged.top, merged.left, merged.bottom - 1, merged.right - 1, "", style)
        self._value(at, column, cell, style, address)
        if cell.note:
            lines = cell.note.count("\n") + len(cell.note) // 30 + 1
            self.page.write_comment(
                at, column, legal(cell.note[:EXCEL_TEXT]), {"y_scale": min(6, max(1, lines / 5)), "x_scale": 1.6}
            )
        rule = (cell.extra or {}).get("dataValidation")
        if rule:
            self._validation(at, column, rule)

    def _value(self, at: int, column: int, cell: Cell, style: Format, address: str | None) -> None:
        value = cell.value
        page = self.page
        worded = isinstance(value, str) or value is None
        if address is not None and worded:
            text = _cut(str(value or address))
            if page.write_url(at, column, address, style, text, None) == 0:
                self.links += 1
                return
        # A file is of its moment: NOW() would go on in it, in the zone of whoever opens it.
        if cell.formula is not None and address is None and not volatile(str(cell.formula)):
            formula = self.spelled(cell.formula)
            if formula is not None:
                shown: object = value.shown if isinstance(value, CellError) else value
                page.write_formula(at, column, formula, style, "" if shown is None else shown)
                return
        if value is None:
            page.write_blank(at, column, None, style)
        elif isinstance(value, bool):
            page.write_boolean(at, column, value, style)
        elif isinstance(value, int | float):
            page.write_number(at, column, value, style)
        else:
            page.write_string(at, column, _cut(value.shown if isinstance(value, CellError) else value), style)

    def _link(self, cell: Cell) -> str | None:
        """Return a cell's link as XlsxWriter takes it; None for a cell without one."""
        uri = self.state.styles[cell.style].get("textFormat", {}).get("link", {}).get("uri")
        if not uri and cell.formula:
            found = _LINK_FORMULA.match(cell.formula)
            uri = found.group(1) if found else None
        if not uri:
            runs = (cell.extra or {}).get("textFormatRuns", ())
            uri = next((run["format"]["link"].get("uri") for run in runs if run.get("format", {}).get("link")), None)
        if not uri or self.links >= EXCEL_LINKS or len(uri) > EXCEL_LINK:
            return None
        here = _HERE.search(uri)
        if here:
            target = next((sheet for sheet in self.state.sheets if sheet.id == int(here.group(1))), None)
            if target is None:
                return None
            name = self.names[target.store].replace("'", "''")
            return f"internal:'{name}'!{here.group(2) or 'A1'}"
        return legal(uri) if re.match(r"(https?://|mailto:|ftp://)", uri) else None

    def _validation(self, at: int, column: int, rule: Json) -> None:
        condition: Json = rule.get("condition", {})
        values = [legal(str(value.get("userEnteredValue", ""))) for value in condition.get("values", ())]
        fits = values and len(",".join(values)) <= LIST_LENGTH and not any("," in value for value in values)
        if condition.get("type") == "ONE_OF_LIST" and fits:
            options = {"validate": "list", "source": values, "show_error": bool(rule.get("strict"))}
            self.page.data_validation(at, column, at, column, options)

    # Over the cells

    def _rules(self) -> None:
        for rule in self.sheet.features.get("conditionalFormats", ()):
            boxes = [self.sheet.clip(area_of(grid_range)) for grid_range in rule["ranges"]]
            boxes = [box for box in boxes if box.height and box.width]
            if not boxes:
                continue
            if "gradientRule" in rule:
                options = gradient_options(rule["gradientRule"])
            else:
                options = boolean_options(rule["booleanRule"], self.spelled)
                if options is not None:
                    look = format_properties(rule["booleanRule"].get("format", {}))
                    options["format"] = self.formats.other(look)
                    options["stop_if_true"] = True  # in Google's sheets the first matching rule wins
            if options is None:
                continue
            if len(boxes) > 1:
                options["multi_range"] = " ".join(
                    f"{cell_name(box.top, box.left)}:{cell_name(box.bottom - 1, box.right - 1)}" for box in boxes
                )
            first = boxes[0]
            self.page.conditional_format(first.top, first.left, first.bottom - 1, first.right - 1, options)

    def _filter(self) -> None:
        held = self.sheet.features.get("basicFilter")
        if not held or "range" not in held:
            return
        box = self.sheet.clip(area_of(held["range"]))
        bottom = min(box.bottom, max(self.box.bottom, box.top + 1))
        if box.width:
            self.page.autofilter(box.top, box.left, bottom - 1, box.right - 1)

    def _label_pattern(self, source: ChartSource) -> str:
        if source.labels is None or source.kind in {"PIE", "SCATTER"}:
            return ""
        sheet, box = source.labels
        cell = sheet.cell(box.top, box.left)
        if not isinstance(cell.value, int | float) or isinstance(cell.value, bool):
            return ""
        return number_pattern(self.state.styles[cell.style].get("numberFormat"), locale_of(self.state.locale))

    def _charts(self) -> None:
        for held in self.sheet.features.get("charts", ()):
            source = chart_source(self.state, held)
            overlay: Json = held.get("position", {}).get("overlayPosition", {})
            if source is None:
                continue
            pixels = int(overlay.get("widthPixels", 600)), int(overlay.get("heightPixels", CHART_PIXELS))
            pattern = self._label_pattern(source)
            chart = build_chart(source, self.book.add_chart, lambda sheet: self.names[sheet.store], pixels, pattern)
            if chart is None:
                continue
            anchor: Json = overlay.get("anchorCell", {})
            offsets = {"x_offset": overlay.get("offsetXPixels", 0), "y_offset": overlay.get("offsetYPixels", 0)}
            alt = {"description": legal(source.title) or XLSX.CHART, **offsets}
            self.page.insert_chart(anchor.get("rowIndex", 0), anchor.get("columnIndex", 0), chart, alt)


def _cut(text: str) -> str:
    """Cut a text to the 32,767 characters of an Excel cell, with a word about it."""
    units = text.encode("utf-16-le")
    if len(units) // 2 <= EXCEL_TEXT:
        return text
    return units[: (EXCEL_TEXT - len(XLSX.CUT)) * 2].decode("utf-16-le", "ignore") + XLSX.CUT
