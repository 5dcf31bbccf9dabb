"""«Муниципалитеты»: keyed by ОКТМО, a row each; the region's figures above the header, notes of staff beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from campaign import Campaign, Cell, Question
from campaign.answer_types.day import Day
from campaign.answer_types.yes_no import YesNo
from campaign.words import plain
from sync.records.cells import CellValue
from sync.records.states import MunicipalitySummary, State
from sync.review.summary import Summary
from sync.tabs.heading import stamp, title
from sync.tabs.keyed import ByRow, Cells, KeyedTable, code_key
from sync.tabs.keyed_tab import HEADER_ROW, ColumnColour, KeyedColumn, with_unique_headers
from sync.tabs.page import PageCell, Style
from sync.tabs.places import aggregated, main_placed, method, placed
from sync.tabs.widths import header_width
from sync.texts import tabs as texts
from sync.totals.aggregates import aggregate, reports_in_order

KEY = "municipalities"
NUMBER, CODE, NAME, STATE, TOTAL, NOTES = "@number", "@oktmo", "@municipality", "@state", "@total", "@notes"
FIGURE_WIDTH = 125
NOTE_LENGTH = 1_000
"""Signs of a note that the desk shows."""


@dataclass(frozen=True)
class MunicipalitiesTab:
    """The tab of one summary; see `sync.tabs.keyed_tab.KeyedTab`. desk: the address of its pages; "" for no links."""

    campaign: Campaign
    summary: Summary
    desk: str = ""

    key = KEY
    key_column = CODE
    frozen_columns = 3
    once = frozenset({NUMBER})
    answers: frozenset[str] = frozenset()

    @property
    def links(self) -> Mapping[str, str]:
        return {NAME: self.desk}

    @cached_property
    def figures(self) -> tuple[Question, ...]:
        """The questions with a column: numbers, yes or no, dates."""
        shown = (YesNo.name, Day.name)
        return tuple(q for q in self.campaign.sheet_questions if q.numeric or q.type in shown)

    @cached_property
    def planned(self) -> bool:
        return any(m.plan is not None for m in self.campaign.municipalities)

    @cached_property
    def columns(self) -> tuple[KeyedColumn, ...]:
        return with_unique_headers(self._columns())

    def _columns(self) -> tuple[KeyedColumn, ...]:
        title = self.summary.totals.main_title
        width = max(FIGURE_WIDTH, header_width(title))
        total = [KeyedColumn(TOTAL, title, width, self._main_style)] if self.campaign.main_figure else []
        plan = (
            [
                KeyedColumn("@plan", texts.PLAN, 110, main_placed("number", self.campaign)),
                KeyedColumn("@plan_share", texts.PLAN_SHARE, 90, "percent"),
            ]
            if self.planned
            else []
        )
        return (
            KeyedColumn(NUMBER, texts.NUMBER, 45, "centre"),
            KeyedColumn(CODE, texts.OKTMO, 90),
            KeyedColumn(NAME, texts.MUNICIPALITY, 305),
            KeyedColumn(STATE, texts.STATE, 150, "centre"),
            KeyedColumn("@receipt", texts.RECEIPT, 100, "centre"),
            KeyedColumn("@version", texts.VERSION, 75, "centre"),
            KeyedColumn("@accepted", texts.ACCEPTED, 130, "moment"),
            *(self._figure_column(question) for question in self.figures),
            *total,
            *plan,
            KeyedColumn("@marks", texts.MARKS, 260, "mark"),
            KeyedColumn(NOTES, texts.NOTES, 260, "wrap_middle", note=texts.NOTES_HINT, staff=True),
        )

    def _figure_column(self, question: Question) -> KeyedColumn:
        header = self._figure_header(question)
        note = f"{question.header}, {question.unit}" if question.unit else question.header
        made = method(question.aggregate, {q.id: q.header for q in self.figures}) if question.numeric else ""
        note = texts.REGION_METHOD.format(header=note, method=made) if made else note
        width = max(FIGURE_WIDTH, header_width(header))
        return KeyedColumn(question.id, header, width, self._styles[question.id], note=note)

    def _figure_header(self, question: Question) -> str:
        """A line of the only figure by its short name, so that a dozen columns fit; the note gives it in full."""
        if question.place is None or sum(len(table.figures) for table in self.campaign.tables) > 1:
            return question.header
        lines = {line.id: line.short for group in self.campaign.target_groups for line in group.lines}
        short = lines[question.place.line]
        return short[:1].upper() + short[1:]

    @property
    def colours(self) -> tuple[ColumnColour, ...]:
        return (
            ColumnColour(STATE, texts.STATES[State.ON_TIME], "good"),
            ColumnColour(STATE, texts.STATES[State.LATE], "fair"),
            ColumnColour(STATE, texts.STATES[State.EXCLUDED], "bad"),
            ColumnColour(STATE, texts.STATES[State.DELETED], "bad"),
            ColumnColour(STATE, texts.STATES[State.DRAFT], "fair"),
            ColumnColour(STATE, texts.STATES[State.SILENT], "grey"),
            ColumnColour(STATE, texts.GONE, "grey"),
        )

    def heading(self, hidden: int = 0) -> tuple[Cells, Cells, Cells]:
        words = title(self.campaign, self.campaign.spreadsheet.tabs.municipalities)
        return {NUMBER: words}, {NUMBER: stamp(self.summary)}, self._region

    # Rows -------------------------------------------------------------------------------------------------------

    @cached_property
    def wanted(self) -> Mapping[str, Cells]:
        return {one.oktmo: self._row(number, one) for number, one in enumerate(self.summary.municipalities, start=1)}

    def read_key(self, cell: Cell) -> str | None:
        return code_key(cell)

    def departed(self, table: KeyedTable, known: Mapping[str, str]) -> ByRow:
        """Mark the rows of municipalities that left the file; their other cells stay."""
        gone = [row for row, key in table.keys.items() if key in known and key not in self.campaign.by_oktmo]
        dashes = {column.id: PageCell(texts.DASH, column.style) for column in self.columns if not column.staff}
        for column in (NUMBER, CODE, NAME):
            del dashes[column]
        return {
            row: {**dashes, STATE: PageCell(texts.GONE, "centre"), "@marks": PageCell(None, "mark")} for row in gone
        }

    def contradictions(self, table: KeyedTable) -> Mapping[int, str]:
        """Return the rows in which the code is of one municipality and the name of another."""
        names = {key: _words(one.name) for key, one in self.campaign.by_oktmo.items()}
        counts = Counter(names.values())
        owner: dict[str, str] = {name: key for key, name in names.items() if counts[name] == 1}
        found = {}
        for row, key in table.keys.items():
            other = owner.get(_words(table.cell(row, NAME)))
            if key in names and other is not None and other != key and names[key] != names[other]:
                found[row] = other
        return found

    def room(self, table: KeyedTable) -> int:
        return len(self.wanted)

    def _row(self, number: int, one: MunicipalitySummary) -> Cells:
        plan: dict[str, PageCell] = {}
        if self.planned:
            target = one.municipality.plan
            plan["@plan"] = _figure(target, main_placed("number", self.campaign))
            plan["@plan_share"] = _figure(one.share, "percent")
        total = {TOTAL: _figure(one.total, self._main_style)} if self.campaign.main_figure else {}
        return {
            NUMBER: PageCell(number, "centre"),
            CODE: PageCell(one.oktmo),
            NAME: self._name(one),
            STATE: PageCell(texts.STATES[one.state], "centre"),
            "@receipt": _figure(one.receipt, "centre"),
            "@version": _figure(one.version, "centre"),
            "@accepted": _figure(one.accepted_at, "moment"),
            **{question.id: self._figure(one, question) for question in self.figures},
            **total,
            **plan,
            "@marks": PageCell("; ".join(self._marks(one)) or None, "mark"),
        }

    def _name(self, one: MunicipalitySummary) -> PageCell:
        """Return the name, which leads to the municipality's page of the desk."""
        if not self.desk:
            return PageCell(one.municipality.name)
        return PageCell(one.municipality.name, "text_link", link=f"{self.desk}/{self.campaign.id}/{one.oktmo}/")

    @cached_property
    def _main_style(self) -> Style:
        return main_placed("strong_number", self.campaign)

    @cached_property
    def _styles(self) -> dict[str, Style]:
        others: Mapping[str, Style] = {YesNo.name: "centre", Day.name: "day"}
        return {q.id: others.get(q.type) or placed("number", [q]) for q in self.figures}

    def _figure(self, one: MunicipalitySummary, question: Question) -> PageCell:
        value = one.values.get(question.id)
        style = self._styles[question.id]
        if isinstance(value, bool):
            return PageCell(question.answer_type.shown(question, value), style)
        return _figure(value if isinstance(value, int | Decimal | date) else None, style)

    def _marks(self, one: MunicipalitySummary) -> Iterator[str]:
        if one.waiting:
            yield texts.NEWER_WAITS if one.receipt else texts.WAITS
        if one.corrected_late:
            yield texts.CORRECTED_LATE
        if one.by_hand and one.row is not None:
            yield texts.BY_HAND
        if one.corrections:
            yield texts.CORRECTED.format(count=len(one.corrections))
        if one.remarks:
            yield texts.REMARKS.format(count=len(one.remarks))
        extended = self.summary.deadlines.get(one.oktmo)
        if extended is not None:
            yield texts.EXTENDED.format(deadline=texts.short_moment(extended.astimezone(self.campaign.about.zone)))

    @cached_property
    def _region(self) -> Cells:
        """The region's figures, each as its question is aggregated."""
        totals, every = self.summary.totals, self.summary.municipalities
        found: dict[str, PageCell] = {
            column.id: PageCell(style="total") for column in self.columns if not column.staff
        } | {
            CODE: PageCell(texts.REGION_ROW, "total"),
            NAME: PageCell(self.campaign.about.region, "total"),
            STATE: PageCell(texts.REGION_REPORTED.format(reported=totals.reported, all=len(every)), "total_text"),
        }
        reports = reports_in_order(every)
        for question in self.figures:
            if question.numeric:
                style = aggregated("total_number", [question])
                found[question.id] = _figure(aggregate([question], reports), style)
        for asked in totals.yes_no:
            found[asked.id] = PageCell(texts.SAID_YES.format(count=asked.yes), "total_text")
        if self.campaign.main_figure:
            found[TOTAL] = _figure(totals.by_sum, main_placed("total_number", self.campaign))
        if self.planned:
            plan = totals.plan
            found["@plan"] = _figure(plan.plan if plan else None, main_placed("total_number", self.campaign))
            found["@plan_share"] = _figure(plan.share if plan else None, "total_percent")
        return found


@dataclass(frozen=True, slots=True)
class PlacedRows:
    """ОКТМО → the first 1-based row that holds it; ОКТМО → the ministry's note, of several rows the last one's."""

    rows: Mapping[str, int]
    notes: Mapping[str, str]


def placed_rows(cells: Sequence[Sequence[Cell]]) -> PlacedRows:
    """Return where the municipalities stand in the tab as read; nothing where its header is broken."""
    table = KeyedTable(0, cells, {CODE: texts.OKTMO}, CODE, HEADER_ROW, code_key)
    if not table.columns.sound:
        return PlacedRows({}, {})
    place = table.place(texts.NOTES)
    notes = {} if place is None else {key: table.at(row, place) for row, key in table.keys.items()}
    written = {key: str(cell)[:NOTE_LENGTH] for key, cell in notes.items() if cell not in (None, "")}
    return PlacedRows({key: rows[0] + 1 for key, rows in table.rows.items()}, written)


def _words(cell: Cell) -> str:
    """A name as names are compared."""
    return plain(cell) if isinstance(cell, str) else ""


def _figure(value: CellValue, style: Style) -> PageCell:
    """«—» where there is nothing to show: no report is not zero. In the figure's format, since a row gets it once."""
    return PageCell(texts.DASH if value is None else value, style)
