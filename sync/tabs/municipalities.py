"""«Муниципалитеты»: a row each, in the order of the file, with staff notes to the right that stay with their row.

Unlike the other tabs this one is shared: staff may sort it and add rows and columns. So it is read before each write,
our rows and columns are moved back as wholes, and only rows that differ are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from campaign import Campaign, Cell, Question
from sync.states import MunicipalitySummary, State
from sync.summary import Summary
from sync.tabs import render
from sync.tabs.arrange import Arrangement, Insert, Move, arrange, place_after, step_requests
from sync.tabs.former import former_requests, former_title
from sync.tabs.heading import or_dash, stamp, title
from sync.tabs.memory import UNKNOWN, ColumnsMemory, Titles
from sync.tabs.page import ConditionalColor, Page, PageBuilder, PageCell, Rectangle, Style
from sync.tabs.places import main_placed, placed
from sync.tabs.whose_column import CODE, WhoseColumn
from sync.tabs.whose_row import HEADER, STAMP, TITLE, WhoseRow, complete, key_text, same
from sync.tabs.widths import header_width
from sync.tabs.written import MunicipalitiesAsRead, Request
from sync.texts import tabs as texts

KEY = "municipalities"
HEADING = 3
"""Title, stamp and header stand above the municipalities."""
FIGURE_WIDTH = 125


@dataclass(frozen=True)
class MunicipalitiesTab:
    """The page of this summary, and how what stands in the tab becomes it."""

    campaign: Campaign
    summary: Summary
    read: MunicipalitiesAsRead
    memory: ColumnsMemory = UNKNOWN

    @cached_property
    def figures(self) -> tuple[Question, ...]:
        return tuple(q for q in self.campaign.sheet_questions if q.numeric)

    @cached_property
    def planned(self) -> bool:
        return any(m.plan is not None for m in self.campaign.municipalities)

    @cached_property
    def titles(self) -> Titles:
        """Our columns in their order."""
        plan = {"@plan": texts.PLAN, "@plan_share": texts.PLAN_SHARE} if self.planned else {}
        return {
            CODE: texts.OKTMO,
            "@municipality": texts.MUNICIPALITY,
            "@state": texts.STATE,
            "@receipt": texts.RECEIPT,
            "@version": texts.VERSION,
            "@accepted": texts.ACCEPTED,
            **{question.id: self._figure_header(question) for question in self.figures},
            "@total": self.summary.totals.main_title,
            **plan,
            "@marks": texts.MARKS,
        }

    @cached_property
    def headers(self) -> tuple[str, ...]:
        return tuple(self.titles.values())

    def _figure_header(self, question: Question) -> str:
        """A line of the only figure by its short name, so that a dozen columns fit; the note says it in full."""
        if question.place is None or sum(len(table.figures) for table in self.campaign.tables) > 1:
            return question.header
        lines = {line.id: line.short for group in self.campaign.target_groups for line in group.lines}
        short = lines[question.place.line]
        return short[:1].upper() + short[1:]

    def _figure_note(self, question: Question) -> str:
        return f"{question.header}, {question.unit}" if question.unit else question.header

    @cached_property
    def total_column(self) -> int:
        return 6 + len(self.figures)

    # What stands there ------------------------------------------------------------------------------------------

    @cached_property
    def whose_column(self) -> WhoseColumn:
        return WhoseColumn(self.read.cells, self.titles, self.memory, self._should)

    def _should(self) -> dict[str, Sequence[PageCell]]:
        rows: dict[str, Sequence[PageCell]] = {m.municipality.oktmo: self._row(m) for m in self.summary.municipalities}
        return rows | {texts.REGION_ROW: self._region()}

    @property
    def columns(self) -> Arrangement:
        """How our columns come to stand first."""
        return self.whose_column.arrangement

    @cached_property
    def former(self) -> dict[str, str]:
        """The columns that this write gives up, and the titles that they will have."""
        whose = self.whose_column
        return {column: former_title(whose.title(column), self.summary.as_of, whose.header) for column in whose.dropped}

    @property
    def remembered(self) -> ColumnsMemory:
        """What to remember of the columns before this write."""
        return self.whose_column.after(self.former)

    @cached_property
    def moved(self) -> list[list[Cell]]:
        """Our columns of all rows as read, in our order."""
        origin = self.columns.origin
        return [[row[i] if i is not None and i < len(row) else None for i in origin] for row in self.read.cells]

    @cached_property
    def keys(self) -> list[str | None]:
        """What each row as read is: a heading, an OKTMO of a row of ours, the region's row, or not ours."""
        found = [self._row_key(row) for row in self.moved]
        expected = (TITLE, STAMP, HEADER, *self.campaign.by_oktmo, texts.REGION_ROW)
        if not complete(found, expected):
            self._whose_row(expected).settle(found)
        return found

    def _whose_row(self, expected: Sequence[str]) -> WhoseRow:
        every, by_oktmo = self.summary.municipalities, self.summary.by_oktmo
        names: dict[Cell, str] = _of_one((m.municipality.name, m.oktmo) for m in every)
        names |= {self.campaign.about.region: texts.REGION_ROW, texts.MUNICIPALITY: HEADER}
        return WhoseRow(
            rows=self.moved,
            expected=expected,
            names=names,
            receipts=_of_one((m.receipt, m.oktmo) for m in every if m.receipt),
            receipt_prefix=self.campaign.about.receipt_prefix,
            headers=self.headers,
            written=cache(lambda key: self._written(by_oktmo.get(key), key)),
        )

    def _written(self, one: MunicipalitySummary | None, key: str) -> Sequence[PageCell]:
        if one is not None:
            return self._row(one)
        if key == texts.REGION_ROW:
            return self._region()
        return [PageCell(word if key == HEADER else None) for word in self.headers]

    def _row_key(self, row: Sequence[Cell]) -> str | None:
        text = key_text(row[0])
        if text is None:
            return None
        if text in self.campaign.by_oktmo or text == texts.REGION_ROW:
            return text
        if text == texts.OKTMO:
            return HEADER
        # Since its heading was written the tab may have been renamed, or the campaign.
        tab, campaign = f"{self.campaign.spreadsheet.tabs.municipalities}. ", f". {self.campaign.about.title}"
        if text.startswith(tab) or text.endswith(campaign):
            return TITLE
        if text.removeprefix(texts.REHEARSAL_SHORT).startswith(texts.AS_OF.split("{", 1)[0]):
            return STAMP
        # A code that the file no longer names, in a row that we wrote: its state says so.
        if len(text) == 8 and text.isdecimal() and row[2] in (*texts.STATES.values(), texts.GONE):
            return text
        return None

    @cached_property
    def gone(self) -> tuple[str, ...]:
        """Municipalities that the file no longer names and that have a row."""
        known = self.campaign.by_oktmo
        others = (TITLE, STAMP, HEADER, texts.REGION_ROW)
        return tuple(dict.fromkeys(k for k in self.keys if k is not None and k not in known and k not in others))

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """The keys of our rows, in their order."""
        ours = [m.oktmo for m in self.campaign.municipalities]
        return (TITLE, STAMP, HEADER, *ours, texts.REGION_ROW, *self.gone)

    @cached_property
    def rows(self) -> Arrangement:
        return arrange(self.keys, self.wanted)

    # The page ---------------------------------------------------------------------------------------------------

    @cached_property
    def page(self) -> Page:
        figures = [max(FIGURE_WIDTH, header_width(word)) for word in self.headers[6:-1]]
        sheet = PageBuilder((90, 290, 150, 100, 65, 130, *figures, 260))
        sheet.add(title(self.campaign, self.campaign.spreadsheet.tabs.municipalities))
        sheet.add(stamp(self.campaign, self.summary))
        body = [self._row(m) for m in self.summary.municipalities]
        header = [PageCell(word, "header") for word in self.headers]
        for i, question in enumerate(self.figures, start=6):
            header[i] = PageCell(self.headers[i], "header", note=self._figure_note(question))
        header[-1] = PageCell(texts.MARKS, "header", note=texts.NOTES_HINT.format(marks=texts.MARKS))
        area = sheet.table(header, body)
        sheet.add(*self._region())
        for oktmo in self.gone:
            sheet.add(*self._gone_row(oktmo))
        states = Rectangle(area.top + 1, area.bottom + 1 + len(self.gone), 2, 3)
        sheet.colours += [
            ConditionalColor(states, texts.STATES[State.ON_TIME], "good"),
            ConditionalColor(states, texts.STATES[State.LATE], "fair"),
            ConditionalColor(states, texts.STATES[State.EXCLUDED], "bad"),
            ConditionalColor(states, texts.STATES[State.DELETED], "bad"),
            ConditionalColor(states, texts.STATES[State.DRAFT], "fair"),
            ConditionalColor(states, texts.STATES[State.SILENT], "grey"),
            ConditionalColor(states, texts.GONE, "grey"),
        ]
        return sheet.page(KEY, frozen=HEADING, frozen_columns=2, gridlines=True, shared=True)

    def _row(self, one: MunicipalitySummary) -> list[PageCell]:
        plan: list[PageCell] = []
        if self.planned:
            target = one.municipality.plan
            plan = [or_dash(target, PageCell(target, "number")), or_dash(one.share, PageCell(one.share, "percent"))]
        return [
            PageCell(one.oktmo),
            PageCell(one.municipality.name),
            PageCell(texts.STATES[one.state], "centre"),
            or_dash(one.receipt, PageCell(one.receipt, "centre")),
            or_dash(one.version, PageCell(one.version, "centre")),
            or_dash(one.accepted_at, PageCell(one.accepted_at, "moment")),
            *[self._figure(one, question) for question in self.figures],
            or_dash(one.total, PageCell(one.total, self._main_style)),
            *plan,
            PageCell("; ".join(self._marks(one)) or None, "mark"),
        ]

    @cached_property
    def _styles(self) -> dict[str, Style]:
        """Of each figure."""
        return {question.id: placed("number", [question]) for question in self.figures}

    @cached_property
    def _main_style(self) -> Style:
        return main_placed("strong_number", self.campaign)

    @cached_property
    def _column_styles(self) -> list[Style]:
        """Of our columns where something is known."""
        plan: list[Style] = ["number", "percent"] if self.planned else []
        known: list[Style] = ["text", "text", "centre", "centre", "centre", "moment"]
        return [*known, *self._styles.values(), self._main_style, *plan, "mark"]

    def _figure(self, one: MunicipalitySummary, question: Question) -> PageCell:
        value = one.values.get(question.id)
        known = value if isinstance(value, int | Decimal) else None
        return or_dash(known, PageCell(known, self._styles[question.id]))

    def _marks(self, one: MunicipalitySummary) -> Iterator[str]:
        if one.waiting:
            yield texts.NEWER_WAITS if one.receipt else texts.WAITS
        if one.by_hand and one.row is not None:
            yield texts.BY_HAND
        if one.corrections:
            yield texts.CORRECTED.format(count=len(one.corrections))
        if one.remarks:
            yield texts.REMARKS.format(count=len(one.remarks))
        extended = self.summary.deadlines.get(one.oktmo)
        if extended is not None:
            yield texts.EXTENDED.format(deadline=texts.short_moment(extended.astimezone(self.campaign.about.zone)))

    def _region(self) -> list[PageCell]:
        """The region's row: the sums of the columns."""
        totals, every = self.summary.totals, self.summary.municipalities
        sums = []
        for question in self.figures:
            known = [v for m in every if isinstance(v := m.values.get(question.id), int | Decimal)]
            style = placed("total_number", [question])
            sums.append(
                _total(sum(known) if totals.reported else None, style)
            )  # 0 where nobody filled it, as in «Свод»
        plan: list[PageCell] = []
        if self.planned:
            found = totals.plan
            plan = [_total(found.plan if found else None), _total(found.share if found else None, "total_percent")]
        reported = texts.REGION_REPORTED.format(reported=totals.reported, all=len(every))
        return [
            PageCell(texts.REGION_ROW, "total"),
            PageCell(self.campaign.about.region, "total"),
            PageCell(reported, "total_text"),
            *[PageCell(style="total")] * 3,
            *sums,
            _total(totals.by_sum, main_placed("total_number", self.campaign)),
            *plan,
            PageCell(style="total"),
        ]

    def _gone_row(self, oktmo: str) -> list[PageCell]:
        """As it stood, and marked."""
        there = self.moved[self.keys.index(oktmo)]
        cells = [
            PageCell(_plain(cell), "centre" if cell == texts.DASH else style)
            for cell, style in zip(there, self._column_styles, strict=True)
        ]
        cells[0], cells[2] = PageCell(oktmo), PageCell(texts.GONE, "centre")
        return cells

    @property
    def bars(self) -> Rectangle:
        """Names and totals, header cells first: what the chart of «Свод» shows."""
        return Rectangle(HEADING - 1, HEADING + len(self.summary.municipalities), 1, self.total_column + 1)

    # Requests ---------------------------------------------------------------------------------------------------

    @property
    def steps(self) -> bool:
        """Whether anything has to be moved or inserted."""
        return bool(self.rows.steps or self.columns.steps)

    @property
    def grid_rows(self) -> int:
        """Rows of the grid once everything is arranged."""
        return self.read.rows + sum(step.count for step in self.rows.steps if isinstance(step, Insert))

    @property
    def grid_columns(self) -> int:
        return self.read.columns + sum(step.count for step in self.columns.steps if isinstance(step, Insert))

    def arranging(self, sheet_id: int) -> Iterator[Request]:
        """Columns, then rows, as wholes; then those columns are marked that are no longer kept up."""
        if any(isinstance(step, Move) for step in (*self.columns.steps, *self.rows.steps)):
            # A merged note would forbid the move. What it says stays in its first cell.
            yield {"unmergeCells": {"range": {"sheetId": sheet_id}}}
        yield from step_requests(sheet_id, "COLUMNS", self.columns.steps)
        yield from step_requests(sheet_id, "ROWS", self.rows.steps)
        whose, steps = self.whose_column, self.columns.steps
        for column, new in self.former.items():
            header = (HEADING - 1, place_after(steps, whose.dropped[column]))
            titles = (whose.title(column), new)
            yield from former_requests(sheet_id, self.read.cells, header, len(self.page.rows), titles)

    def writing(self, sheet_id: int, *, everything: bool) -> Iterator[Request]:
        """The rows that differ from what stands there, in runs.

        The key of a row that is there already is not written again: should staff sort between our read and our write,
        figures come to stand beside the wrong code until the next look, but code and notes never part.
        """
        rows = self.page.rows
        start = 0
        while start < len(rows):
            left = self._first_column(start)
            end = start
            while end < len(rows) and self._first_column(end) == left and (everything or not self._stands(end)):
                end += 1
            yield from render.value_requests(
                sheet_id, [row[left:] for row in rows[start:end]], Rectangle(start, end, left, self.page.width)
            )
            start = max(end, start + 1)

    def _first_column(self, index: int) -> int:
        """1 where the row's key stands already, 0 where it has to be written."""
        origin = self.rows.origin[index]
        return 1 if origin is not None and same(self.page.rows[index][0], self.moved[origin][0]) else 0

    @cached_property
    def disturbed(self) -> bool:
        """Whether a row of ours says something else than it should, wherever it stands; its order is no matter."""
        return any(not self._stands(i) for i in range(len(self.page.rows)))

    def _stands(self, index: int) -> bool:
        """Whether the row says already what it should."""
        origin = self.rows.origin[index]
        if origin is None:
            return False
        for cell, there in zip(self.page.rows[index], self.moved[origin], strict=True):
            value = cell.value
            if value == there and value.__class__ is there.__class__:
                continue  # nearly always, and there are fifty thousand of them
            if not cell.live and not same(cell, there):
                return False
        return True


def _of_one(pairs: Iterable[tuple[str | None, str]]) -> dict[Cell, str]:
    """What a name or receipt stands for, where it stands for one alone."""
    every = list(pairs)
    counts = Counter(said for said, _ in every)
    return {said: oktmo for said, oktmo in every if counts[said] == 1}


def _key_cell(row: Sequence[Cell]) -> Cell:
    return row[0] if row else None


def _total(value: int | Decimal | None, style: Style = "total_number") -> PageCell:
    return PageCell(texts.DASH, "total_dash") if value is None else PageCell(value, style)


def _plain(cell: Cell) -> str | int | Decimal | bool | None:
    return Decimal(repr(cell)) if isinstance(cell, float) else cell
