"""A spreadsheet of others as a source, read by its «Муниципалитеты» and «Свод».

What stands there is hostile until parsed: the client limits how much of it comes, the rows looked at are limited,
nothing of them is evaluated, and of a text no more than a few dozen signs is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from campaign import Cell, Rollup, RollupFigure
from campaign.answers import shorten
from campaign.oktmo import oktmo_code
from campaign.texts import number
from campaign.words import plain
from outbox.clock import REHEARSAL
from sheets import AccessDenied, Area, Block, SheetsError, Spreadsheet, SpreadsheetMissing, TabMissing, TransientError
from sync.records.states import Number, State
from sync.rollup.own_source import describe_strangers
from sync.rollup.reading import MOST_ODD, Reading, RegionFigures, SourceUnreadableError
from sync.tabs.heading import read_stamp
from sync.tabs.keyed import KeyedTable, code_key, header_text
from sync.tabs.keyed_tab import HEADER_ROW
from sync.texts import rollup as texts
from sync.texts import tabs as tab_texts

SUMMARY, MUNICIPALITIES = "summary", "municipalities"
MOST_ROWS = 5_000
"""Of «Муниципалитеты» of one source that are looked at."""
SUMMARY_ROWS = 40
"""Of «Свод», within which rehearsal and closing are named."""
LARGEST = 10**15
"""Beyond it a cell does not hold a number exactly."""
CODE, NAME, STATE = "@oktmo", "@municipality", "@state"
HEADERS = {CODE: tab_texts.OKTMO, NAME: tab_texts.MUNICIPALITY, STATE: tab_texts.STATE}
_STATES = {plain(words): state for state, words in tab_texts.STATES.items()}
_GONE = {plain(tab_texts.GONE), plain(tab_texts.GONE_BEFORE)}


@dataclass
class ForeignSource:
    """One spreadsheet. kind: of this installation; email: of the account that reads. tabs: sheet ids, once known."""

    rollup: Rollup
    spreadsheet: Spreadsheet
    kind: str
    email: str
    tabs: Mapping[str, int] = field(default_factory=dict)

    def read(self, read_at: datetime) -> Reading:
        """Return what the spreadsheet holds now. One read; one more where its tabs are not known yet.

        Raises SourceUnreadableError; TransientError where a later try may succeed, BudgetSpent among them.
        """
        try:
            if not self.tabs:
                self._look()
            summary, municipalities = self._read()
        except AccessDenied as error:
            raise SourceUnreadableError(texts.NO_ACCESS.format(email=self.email)) from error
        except SpreadsheetMissing as error:
            raise SourceUnreadableError(texts.NOT_FOUND) from error
        except TransientError:
            raise
        except SheetsError as error:
            raise SourceUnreadableError(str(error)) from error
        return _Parsed(self.rollup, f"spreadsheet:{self.spreadsheet.id}", self.kind, summary, municipalities).reading(
            read_at, self.tabs
        )

    def _look(self) -> None:
        """Find the tabs by their titles. Raises SourceUnreadableError."""
        seen = self.spreadsheet.describe()
        if seen.kind not in (None, self.kind):
            raise SourceUnreadableError(_other_kind(self.kind))
        tabs = {}
        for key, title in self.rollup.about.source_tabs.model_dump().items():
            sheet = next((one for one in seen.sheets if plain(one.title) == plain(title)), None)
            if sheet is None:
                raise SourceUnreadableError(texts.TAB_GONE.format(title=title))
            tabs[key] = sheet.sheet_id
        self.tabs = tabs

    def _read(self) -> list[Block]:
        try:
            return self.spreadsheet.read(self._areas())
        except TabMissing:  # deleted and made anew since
            self._look()
            return self.spreadsheet.read(self._areas())

    def _areas(self) -> list[Area]:
        # Open to all sides: how much comes is the client's limit, and a range beyond the grid may be refused.
        return [Area(self.tabs[SUMMARY]), Area(self.tabs[MUNICIPALITIES])]


def _other_kind(own: str) -> str:
    return texts.OTHER_KIND_REAL if own == REHEARSAL else texts.OTHER_KIND_REHEARSAL


@dataclass
class _Parsed:
    """The two tabs of one read."""

    rollup: Rollup
    key: str
    kind: str
    summary: Block
    municipalities: Block

    def reading(self, read_at: datetime, tabs: Mapping[str, int]) -> Reading:
        """Raises SourceUnreadableError."""
        words = {cell for row in self.summary.cells[:SUMMARY_ROWS] for cell in row if isinstance(cell, str)}
        if tab_texts.REHEARSAL in words and self.kind != REHEARSAL:
            raise SourceUnreadableError(texts.OTHER_KIND_REHEARSAL)
        cells = self.municipalities.cells
        stamps = (read_stamp(cell) for cell in (cells[1] if len(cells) > 1 else ()))
        as_of = next((one for one in stamps if one is not None), None)
        return Reading(read_at, as_of, tab_texts.CAMPAIGN_OVER in words, self._regions(), tabs)

    def _regions(self) -> dict[str, RegionFigures]:
        cells = self.municipalities.cells[: HEADER_ROW + 1 + MOST_ROWS]
        table = KeyedTable(0, cells, HEADERS, CODE, HEADER_ROW, code_key)
        if not table.columns.sound:
            parts = [
                words.format(names=", ".join(f"«{name}»" for name in names))
                for words, names in ((texts.MISSING, table.columns.missing), (texts.DOUBLED, table.columns.doubled))
                if names
            ]
            what = "; ".join(parts)
            raise SourceUnreadableError(texts.COLUMNS_GONE.format(title=self.municipalities.title, what=what))
        here = {one.code for one in self.rollup.regions_of(self.key)}
        members: dict[str, dict[str, list[int]]] = {}
        strangers: list[str] = []
        for code, rows in table.rows.items():
            oktmo = oktmo_code(code)
            rows = tuple(row for row in rows if plain(str(table.cell(row, STATE))) not in _GONE)
            if oktmo is None or not rows:
                continue
            region = self.rollup.region_of(oktmo)
            if region is not None and region.code in here:
                members.setdefault(region.code, {})[oktmo] = list(rows)
            else:
                strangers.append(oktmo)
        if not members and not strangers:
            raise SourceUnreadableError(texts.NO_MUNICIPALITIES.format(title=self.municipalities.title))
        whole = len(members) == 1 and not strangers
        odd = [describe_strangers(strangers)] if strangers else []
        return {code: self._region(table, rows, odd, whole=whole) for code, rows in members.items()}

    def _region(
        self, table: KeyedTable, rows: Mapping[str, Sequence[int]], odd: Sequence[str], *, whole: bool
    ) -> RegionFigures:
        """whole: the spreadsheet holds this region alone, so that its line «Итого» is the region's."""
        found, reported = list(odd), []
        for copies in rows.values():
            row = copies[0]
            state = _STATES.get(plain(str(table.cell(row, STATE))))
            name = shorten(str(table.cell(row, NAME) or table.cell(row, CODE)))
            if len(copies) > 1 and self._differ(table, copies):
                found.append(texts.COPIES_DIFFER.format(name=name))
                continue
            if state is None:
                value = shorten(str(table.cell(row, STATE) or ""))
                found.append(texts.STATE_UNKNOWN.format(name=name, value=value))
            elif State(state).reported:
                reported.append((name, row))
        figures = {one.id: self._figure(table, one, reported, found, whole=whole) for one in self.rollup.figures}
        if len(found) > MOST_ODD:
            found = [*found[:MOST_ODD], texts.MORE.format(count=len(found) - MOST_ODD)]
        return RegionFigures(len(reported), len(rows), figures, tuple(found))

    def _differ(self, table: KeyedTable, copies: Sequence[int]) -> bool:
        """Return True if rows of one municipality differ in what is read of them."""
        places = [table.places[STATE], *(table.place(one.header) for one in self.rollup.figures)]
        return len({tuple(table.at(row, at) for at in places if at is not None) for row in copies}) > 1

    def _figure(
        self,
        table: KeyedTable,
        figure: RollupFigure,
        reported: Sequence[tuple[str, int]],
        odd: list[str],
        *,
        whole: bool,
    ) -> Number | None:
        header = shorten(figure.header)
        count = table.header.count(header_text(figure.header))
        if count != 1:
            odd.append((texts.TWO_COLUMNS if count else texts.NO_COLUMN).format(header=header))
            return None
        place = table.place(figure.header)
        if not reported or place is None:
            return None
        total = _number(table.at(HEADER_ROW - 1, place))
        if not figure.summed:
            if not whole:
                odd.append(texts.NOT_DIVIDED.format(header=header))
            return total if whole else None
        found: Number = 0
        for name, row in reported:
            cell = table.at(row, place)
            value = _number(cell)
            if value is not None:
                found += value
            elif cell not in (None, "", tab_texts.DASH):
                odd.append(texts.NOT_A_NUMBER.format(name=name, header=header, value=shorten(str(cell))))
        if whole and total is not None and total != found:
            odd.append(texts.SUMS_DIFFER.format(header=header, total=number(total), found=number(found)))
        return found


def _number(cell: Cell) -> Number | None:
    """Return the number of a cell, of its 15 significant digits; None for anything else."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not -LARGEST < cell < LARGEST:  # nor NaN
        return None
    exact = Decimal(f"{cell:.15g}")
    return int(exact) if exact == exact.to_integral_value() else exact
