"""«Регионы»: keyed by the region's code, a row each; the totals above the header, notes of staff beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from campaign import Cell, Region
from campaign.words import plain
from sync.records.cells import CellValue
from sync.rollup.summary import RegionRow, RegionState, RollupSummary, part_of
from sync.tabs.heading import stamp, title
from sync.tabs.keyed import ByRow, Cells, KeyedTable, text_key
from sync.tabs.keyed_tab import ColumnColour, KeyedColumn, with_unique_headers
from sync.tabs.page import PageCell, Style, Tone
from sync.tabs.styles import with_places
from sync.tabs.widths import header_width
from sync.tabs.written import REGIONS
from sync.texts import rollup as texts
from sync.texts import tabs as tab_texts

RANK, CODE, NAME, STATE, NOTES = "@rank", "@code", "@region", "@state", "@notes"
REPORTED, EVERY, SHARE, AS_OF, MARKS, SOURCE = "@reported", "@all", "@share", "@as_of", "@marks", "@source"
FIGURE_WIDTH = 125
TONES: Mapping[RegionState, Tone] = {
    RegionState.COMPLETE: "good",
    RegionState.PARTIAL: "fair",
    RegionState.SILENT: "grey",
    RegionState.LAST_KNOWN: "bad",
    RegionState.UNREAD: "bad",
    RegionState.WAITING: "grey",
    RegionState.UNSOURCED: "grey",
}


@dataclass(frozen=True)
class RegionsTab:
    """The tab of one summary; see `sync.tabs.keyed_tab.KeyedTab`. host: where the spreadsheets of others are opened."""

    summary: RollupSummary
    host: str

    key = REGIONS
    key_column = CODE
    frozen_columns = 1  # a phone has room for more beside it
    once: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict, init=False)

    @cached_property
    def columns(self) -> tuple[KeyedColumn, ...]:
        return with_unique_headers(self._columns())

    def _columns(self) -> tuple[KeyedColumn, ...]:
        rollup = self.summary.rollup
        figures = [
            KeyedColumn(
                one.id,
                one.title,
                max(FIGURE_WIDTH, header_width(one.title)),
                self._styles[one.id],
                note=f"{one.title}, {one.unit}" if one.unit else None,
            )
            for one in rollup.figures
        ]
        return (
            KeyedColumn(NAME, texts.REGION, 230),
            KeyedColumn(CODE, texts.CODE, 60),
            KeyedColumn(RANK, texts.RANK, 65, "centre", note=texts.RANK_NOTE.format(title=rollup.ranked_by.title)),
            KeyedColumn(STATE, texts.STATE, 165, "centre"),
            KeyedColumn(REPORTED, texts.REPORTED, 105, "number"),
            KeyedColumn(EVERY, texts.ALL, 145, "number"),
            KeyedColumn(SHARE, texts.SHARE, 125, "percent"),
            *figures,
            KeyedColumn(AS_OF, texts.AS_OF, 130, "moment", note=texts.AS_OF_NOTE),
            KeyedColumn(MARKS, texts.MARKS, 420, "mark"),
            KeyedColumn(SOURCE, texts.SOURCE, 170, "link"),
            KeyedColumn(NOTES, tab_texts.NOTES, 260, "wrap_middle", note=tab_texts.NOTES_HINT, staff=True),
        )

    @cached_property
    def _styles(self) -> dict[str, Style]:
        return {one.id: with_places("number", one.places) for one in self.summary.rollup.figures}

    @property
    def colours(self) -> tuple[ColumnColour, ...]:
        states = [ColumnColour(STATE, texts.STATES[state], tone) for state, tone in TONES.items()]
        return (*states, ColumnColour(STATE, texts.NOT_IN_FILE, "grey"))

    def heading(self, hidden: int = 0) -> tuple[Cells, Cells, Cells]:
        rollup = self.summary.rollup
        words = title(rollup, rollup.spreadsheet.tabs.regions)
        return {NAME: words}, {NAME: stamp(self.summary)}, self._totals

    @cached_property
    def _totals(self) -> Cells:
        summary = self.summary
        found = {column.id: PageCell(style="total") for column in self.columns if not column.staff}
        known = texts.TOTAL_REGIONS.format(known=summary.known, all=len(summary.rows))
        found |= {
            NAME: PageCell(texts.TOTAL_ROW, "total"),
            STATE: PageCell(known, "total_text"),
            REPORTED: PageCell(summary.reported, "total_number"),
            EVERY: PageCell(summary.all, "total_number"),
            SHARE: _figure(part_of(summary.reported, summary.all), "total_percent"),
        }
        for one in summary.rollup.figures:
            found[one.id] = _figure(summary.totals[one.id], with_places("total_number", one.places))
        return found

    # Rows -------------------------------------------------------------------------------------------------------

    @cached_property
    def wanted(self) -> Mapping[str, Cells]:
        return {row.region.code: self._row(row) for row in self.summary.rows}

    def read_key(self, cell: Cell) -> str | None:
        return _code(cell, self.summary.rollup.by_code)

    def departed(self, table: KeyedTable, known: Mapping[str, str]) -> ByRow:
        """Mark the rows of regions that left the file; code and name stay."""
        gone = [row for row, key in table.keys.items() if key in known and key not in self.summary.rollup.by_code]
        dashes = {
            column.id: PageCell(tab_texts.DASH, "unlinked" if column.id == SOURCE else column.style)
            for column in self.columns
            if not column.staff and column.id not in (CODE, NAME)
        }
        cells = {**dashes, STATE: PageCell(texts.NOT_IN_FILE, "centre"), MARKS: PageCell(None, "mark")}
        return dict.fromkeys(gone, cells)

    def contradictions(self, table: KeyedTable) -> Mapping[int, str]:
        """Return the rows in which the code is of one region and the name of another."""
        names = {key: plain(one.name) for key, one in self.summary.rollup.by_code.items()}
        owner = {name: key for key, name in names.items()}
        found = {}
        for row, key in table.keys.items():
            other = owner.get(plain(str(table.cell(row, NAME) or "")))
            if key in names and other is not None and other != key:
                found[row] = other
        return found

    def room(self, table: KeyedTable) -> int:
        return len(self.wanted)

    def _row(self, row: RegionRow) -> Cells:
        return {
            RANK: _figure(row.rank, "centre"),
            CODE: PageCell(row.region.code),
            NAME: PageCell(row.region.name),
            STATE: PageCell(texts.STATES[row.state], "centre"),
            REPORTED: _figure(row.reported, "number"),
            EVERY: _figure(row.all, "number"),
            SHARE: _figure(part_of(row.reported, row.all), "percent"),
            **{one.id: _figure(row.figure(one.id), self._styles[one.id]) for one in self.summary.rollup.figures},
            AS_OF: _figure(None if row.as_of is None else row.as_of, "moment"),
            MARKS: PageCell("; ".join(row.marks) or None, "mark"),
            SOURCE: self._source(row.region),
        }

    def _source(self, region: Region) -> PageCell:
        if region.spreadsheet is not None:
            link = f"{self.host}/spreadsheets/d/{region.spreadsheet}/edit"
            return PageCell(texts.SOURCE_LINK, "link", link=link)
        words = texts.SOURCE_CAMPAIGN.format(id=region.campaign) if region.campaign else tab_texts.DASH
        return PageCell(words, "unlinked")


def _code(cell: Cell, codes: Mapping[str, object]) -> str | None:
    """Return the code in a cell; of a number, which lost its leading zero, the code that has one."""
    key = text_key(cell)
    return key if key is None or key in codes else next((one for one in codes if one.lstrip("0") == key), key)


def _figure(value: CellValue, style: Style) -> PageCell:
    """«—» where there is nothing to show, in the figure's format, since a row gets it once."""
    return PageCell(tab_texts.DASH if value is None else value, style)
