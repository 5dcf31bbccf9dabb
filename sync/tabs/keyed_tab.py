"""A keyed tab as data: its columns, the rows above the header, and the rows by key. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from campaign import Cell
from campaign.words import plain
from sync.tabs.keyed import ByRow, Cells, KeyedTable
from sync.tabs.page import BLANK, Page, PageCell, Row, Style, Tone
from sync.texts import tabs as texts

HEADER_ROW = 3
"""Title, stamp and one line of figures stand above the header, so that no sort carries them away."""


@dataclass(frozen=True, slots=True)
class KeyedColumn:
    """One column of a new tab.

    width:   pixels
    style:   of the cells that stand under it
    note:    explains the header
    staff:   True for a column that belongs to staff; it may be missing, and nothing is ever written there
    choices: entries of its drop-down; other words may be typed all the same
    """

    id: str
    header: str
    width: int
    style: Style = "text"
    note: str | None = None
    staff: bool = False
    choices: tuple[str, ...] = ()


def with_unique_headers(columns: Iterable[KeyedColumn]) -> tuple[KeyedColumn, ...]:
    """Return the columns; one with a header that stands before it already is numbered."""
    counts: Counter[str] = Counter()
    found = []
    for column in columns:
        counts[plain(column.header)] += 1
        again = counts[plain(column.header)]
        header = texts.SAME_HEADER.format(header=column.header, number=again) if again > 1 else column.header
        found.append(replace(column, header=header))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ColumnColour:
    """Cells of a column take the tone when their text is `text`, or begins with it."""

    column: str
    text: str
    tone: Tone
    begins: bool = False


class KeyedTab(Protocol):
    """One keyed tab of one summary."""

    @property
    def key(self) -> str:
        """The tab's key in the configuration."""

    @property
    def key_column(self) -> str:
        """Id of the column that holds the key."""

    @property
    def columns(self) -> tuple[KeyedColumn, ...]:
        """All columns of a new tab in their order, those of staff among them."""

    @property
    def frozen_columns(self) -> int:
        """How many columns of a new tab stay in view."""

    @property
    def colours(self) -> tuple[ColumnColour, ...]:
        """Conditional formats over whole columns."""

    @property
    def once(self) -> frozenset[str]:
        """Columns with cells that are filled only while they are blank."""

    @property
    def answers(self) -> frozenset[str]:
        """Columns with the answers of reports: what staff typed over one is quoted in «Журнал»."""

    @property
    def links(self) -> Mapping[str, str]:
        """Column → how its links begin ("" for none), where a link may change while the text of its cell stays."""

    def heading(self, hidden: int = 0) -> tuple[Cells, Cells, Cells]:
        """Return the rows above the header. hidden: number of wanted rows without room"""

    @property
    def wanted(self) -> Mapping[str, Cells]:
        """Key → cells, in the order in which new rows are appended."""

    def read_key(self, cell: Cell) -> str | None:
        """Return the key that a cell of the key column holds."""

    def departed(self, table: KeyedTable, known: Mapping[str, str]) -> ByRow:
        """Return the rows with keys that the worker made and no longer wants. known: keys that ever stood in the tab"""

    def contradictions(self, table: KeyedTable) -> Mapping[int, str]:
        """Row → the other key that its cells name: such a row is not updated, and neither key is appended."""

    def room(self, table: KeyedTable) -> int:
        """Return the number of rows that may be appended."""


def headers(tab: KeyedTab) -> dict[str, str]:
    """Column id → header of the worker's own columns."""
    return {column.id: column.header for column in tab.columns if not column.staff}


def as_page(tab: KeyedTab) -> Page:
    """Return the tab as it would be when newly made, for tests and pictures."""
    rows: list[Row] = [tuple(line.get(column.id, BLANK) for column in tab.columns) for line in tab.heading()]
    rows.append(tuple(PageCell(column.header, "header", note=column.note) for column in tab.columns))
    rows += [tuple(cells.get(column.id, BLANK) for column in tab.columns) for cells in tab.wanted.values()]
    widths = tuple(column.width for column in tab.columns)
    return Page(tab.key, tuple(rows), widths, HEADER_ROW + 1, tab.frozen_columns, gridlines=True)


@dataclass(frozen=True, slots=True)
class Findings:
    """Conditions of one keyed tab that staff should put right.

    trouble:        why the tab is not updated; None while it is
    extra:          key → 1-based rows, where several rows hold it
    contradictions: 1-based row → (key, the other key)
    """

    trouble: str | None = None
    extra: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    contradictions: Mapping[int, tuple[str, str]] = field(default_factory=dict)
