"""A page as data: rows of typed cells with named styles, merges, bandings, colours and charts.

`styles` gives the looks of a style, `render` the requests of a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from sync.records.cells import CellValue
from sync.tabs.widths import header_width

Style = Literal[
    "title",
    "subtitle",
    "subtitle_line",
    "stamp",
    "headline",
    "rehearsal",
    "small",
    "section",
    "header",
    "staff_header",
    "text",
    "text_link",
    "strong",
    "strong_wrap",
    "wrap_middle",
    "total",
    "total_text",
    "code",
    "total_number",
    "total_signed",
    "total_dash",
    "total_percent",
    "mark",
    "aside",
    "indent",
    "wrap",
    "centre",
    "top",
    "number",
    "strong_number",
    "signed",
    "tenths",
    "percent",
    "day",
    "moment",
    "age",
    "link",
    "unlinked",
    "blank",
]


class PageCell(NamedTuple):
    """One cell; a tuple, because a refresh makes fifty thousand of them.

    value: content; a text that starts with «=» stays text. Times are wall time in the campaign's zone.
    note:  explains the figure
    link:  where a click leads
    live:  a time that goes on by itself: it changes with every stamp, is not read back and never causes a write
    words: of a live number: shown in its place, by a number format
    """

    value: CellValue = None
    style: Style = "text"
    note: str | None = None
    link: str | None = None
    live: bool = False
    words: str | None = None


BLANK = PageCell(style="blank")
Row = tuple[PageCell, ...]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Half open: rows top … bottom-1, columns left … right-1, counted from 0."""

    top: int
    bottom: int
    left: int
    right: int


Tone = Literal["good", "fair", "bad", "grey", "alarm", "fair_words", "bad_words"]


@dataclass(frozen=True, slots=True)
class ConditionalColor:
    """Cells of the area with this text, or with a number above this one, take the tone."""

    area: Rectangle
    value: str | int
    tone: Tone


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of a chart, header cell first. `tab`: where they stand."""

    tab: str
    area: Rectangle


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart: its id is ours, so that it is found again. Sizes and offsets in pixels."""

    id: int
    title: str
    kind: Literal["BAR", "COLUMN", "LINE"]
    domain: Series
    series: tuple[Series, ...]
    row: int
    column: int
    width: int
    height: int
    axis: str = ""


@dataclass(frozen=True)
class Page:
    """One tab.

    rows:     all as wide as `widths`
    widths:   of the columns, pixels
    frozen:   rows that stay in view
    frozen_columns: columns that stay in view
    bandings: header row and the rows under it
    gridlines: whether they are shown
    rows_move: True if a row holds another municipality at another time, so that a note beside it would change its own
    """

    key: str
    rows: tuple[Row, ...]
    widths: tuple[int, ...]
    frozen: int = 0
    frozen_columns: int = 0
    merges: tuple[Rectangle, ...] = ()
    bandings: tuple[Rectangle, ...] = ()
    colours: tuple[ConditionalColor, ...] = ()
    charts: tuple[Chart, ...] = ()
    gridlines: bool = False
    rows_move: bool = False

    @property
    def width(self) -> int:
        return len(self.widths)

    @cached_property
    def live(self) -> tuple[int, ...]:
        """Indexes of the rows that hold a live time."""
        return tuple(i for i, row in enumerate(self.rows) if True in [cell.live for cell in row])


@dataclass
class PageBuilder:
    """A page in the making: rows are added from the top."""

    widths: tuple[int, ...]
    rows: list[Row] = field(default_factory=list)
    merges: list[Rectangle] = field(default_factory=list)
    bandings: list[Rectangle] = field(default_factory=list)
    colours: list[ConditionalColor] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)

    @property
    def next(self) -> int:
        """Index of the row that would be added next."""
        return len(self.rows)

    def add(self, *cells: PageCell) -> int:
        """Add a row, blank to the right of the cells, and return its index."""
        self.rows.append((*cells, *[BLANK] * (len(self.widths) - len(cells))))
        return len(self.rows) - 1

    def add_merged(self, cell: PageCell) -> int:
        """Add a row of one cell merged over the whole width."""
        row = self.add(cell)
        self.merges.append(Rectangle(row, row + 1, 0, len(self.widths)))
        return row

    def table(self, header: Sequence[PageCell], body: Iterable[Sequence[PageCell]]) -> Rectangle:
        """Add a header row with banded rows under it; return the area of all. Columns grow to the header's words."""
        least = [header_width(cell.value) if isinstance(cell.value, str) else 0 for cell in header]
        least += [0] * (len(self.widths) - len(least))
        self.widths = tuple(map(max, self.widths, least))
        top = self.add(*header)
        for row in body:
            self.add(*row)
        area = Rectangle(top, len(self.rows), 0, len(header))
        self.bandings.append(area)
        return area

    def page(
        self, key: str, *, frozen: int = 0, frozen_columns: int = 0, gridlines: bool = False, rows_move: bool = False
    ) -> Page:
        """Return the page as it stands."""
        return Page(
            key=key,
            rows_move=rows_move,
            rows=tuple(self.rows),
            widths=self.widths,
            frozen=frozen,
            frozen_columns=frozen_columns,
            merges=tuple(self.merges),
            bandings=tuple(self.bandings),
            colours=tuple(self.colours),
            charts=tuple(self.charts),
            gridlines=gridlines,
        )
