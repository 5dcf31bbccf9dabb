"""«Замечания»: keyed by a short sign of each problem, so that the ministry's decision stays beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from campaign import Campaign, Cell
from campaign.codes import RowCode
from campaign.words import plain
from sync.records.remarks import Remark, remark_keys
from sync.review.summary import Summary
from sync.tabs.heading import stamp, title
from sync.tabs.keyed import ByRow, Cells, KeyedTable, text_key
from sync.tabs.keyed_tab import HEADER_ROW, ColumnColour, KeyedColumn
from sync.tabs.page import PageCell
from sync.texts import problems as problem_texts
from sync.texts import tabs as texts

KEY = "problems"
SIGN, LEVEL, ROW, DECISION, DESK = "@key", "@level", "@row", "@decision", "@desk"
MOST = 3_000
"""Rows that the tab holds, closed ones among them; beyond that the heading counts."""


@dataclass(frozen=True)
class ProblemsTab:
    """The tab of one summary; see `sync.tabs.keyed_tab.KeyedTab`. answers_sheet: of «Ответы», for links."""

    campaign: Campaign
    summary: Summary
    answers_sheet: int

    key = KEY
    key_column = SIGN
    frozen_columns = 1
    once: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict, init=False)

    @property
    def columns(self) -> tuple[KeyedColumn, ...]:
        return (
            KeyedColumn(SIGN, texts.REMARK_KEY, 90, "code"),
            KeyedColumn(LEVEL, texts.LEVEL, 130, "wrap"),
            KeyedColumn("@municipality", texts.MUNICIPALITY, 165, "wrap"),
            KeyedColumn("@receipt", texts.RECEIPT, 85, "wrap"),
            KeyedColumn("@question", texts.QUESTION, 165, "wrap"),
            KeyedColumn("@value", texts.VALUE, 90, "wrap"),
            KeyedColumn("@what", texts.WHAT, 235, "wrap"),
            KeyedColumn("@to_do", texts.TO_DO, 235, "wrap"),
            KeyedColumn("@reason", texts.REASON, 140, "wrap"),
            KeyedColumn(ROW, texts.ROW, 85, "link"),
            KeyedColumn(
                DECISION, texts.DECISION, 160, "wrap", texts.DECISION_HINT, staff=True, choices=texts.DECISIONS
            ),
            KeyedColumn(DESK, texts.DESK_DECISION, 160, "wrap", texts.DESK_DECISION_HINT),
            KeyedColumn("@code", texts.CODE, 170, "code"),
        )

    @property
    def colours(self) -> tuple[ColumnColour, ...]:
        return (
            ColumnColour(LEVEL, texts.ERROR, "bad"),
            ColumnColour(LEVEL, texts.WARNING, "fair_words"),
            ColumnColour(LEVEL, texts.CLOSED_PREFIX.strip(), "grey", begins=True),
        )

    def heading(self, hidden: int = 0) -> tuple[Cells, Cells, Cells]:
        problems = self.summary.problems
        errors = sum(1 for r in problems if r.level == "error")
        words = texts.PROBLEMS_INTRO.format(errors=errors, warnings=len(problems) - errors)
        if hidden:
            words += " " + texts.PROBLEMS_MORE.format(most=MOST, count=hidden)
        return (
            {SIGN: title(self.campaign, self.campaign.spreadsheet.tabs.problems)},
            {SIGN: stamp(self.summary)},
            {SIGN: PageCell(words if problems else texts.PROBLEMS_NONE, "subtitle_line")},
        )

    @cached_property
    def wanted(self) -> Mapping[str, Cells]:
        keys = remark_keys(self.summary.problems)
        return {key: self._row(key, remark) for key, remark in zip(keys, self.summary.problems, strict=True)}

    def read_key(self, cell: Cell) -> str | None:
        return read_sign(cell)

    def departed(self, table: KeyedTable, known: Mapping[str, str]) -> ByRow:
        """Mark the rows of problems that no longer hold with the time since when."""
        since = texts.CLOSED.format(moment=texts.short_moment(self.summary.as_of))
        found: dict[int, Cells] = {}
        for row, key in table.keys.items():
            if key in known and key not in self.wanted:
                level = table.cell(row, LEVEL)
                closed = level if isinstance(level, str) and level.startswith(texts.CLOSED_PREFIX) else since
                gone = {LEVEL: PageCell(closed, "wrap"), ROW: PageCell(texts.DASH, "unlinked")}
                found[row] = {**gone, DESK: self._decided(key)}
        return found

    def contradictions(self, table: KeyedTable) -> Mapping[int, str]:
        return {}

    def room(self, table: KeyedTable) -> int:
        return max(0, MOST - len(table.keys))

    def _row(self, key: str, remark: Remark) -> Cells:
        by_hand = not remark.receipt and remark.row is not None and remark.code != RowCode.MISPLACED_ROW
        return {
            SIGN: PageCell(key, "code"),
            LEVEL: PageCell(texts.ERROR if remark.level == "error" else texts.WARNING, "wrap"),
            "@municipality": PageCell(remark.municipality or texts.DASH, "wrap"),
            "@receipt": PageCell(remark.receipt or (problem_texts.BY_HAND if by_hand else texts.DASH), "wrap"),
            "@question": PageCell(remark.title or texts.DASH, "wrap"),
            "@value": PageCell(remark.shown or texts.DASH, "wrap"),
            "@what": PageCell(remark.message, "wrap"),
            "@to_do": PageCell(remark.advice, "wrap"),
            "@reason": PageCell(remark.reason or texts.DASH, "wrap"),
            ROW: row_cell(remark.row, self.answers_sheet),
            DESK: self._decided(key),
            "@code": PageCell(remark.code, "code"),
        }

    def _decided(self, key: str) -> PageCell:
        decision = self.summary.decisions.get(key)
        if decision is None:
            return PageCell(None, "wrap")
        moment = texts.short_moment(decision.decided_at.astimezone(self.campaign.about.zone))
        words = texts.ACCEPTED_ON_DESK.format(moment=moment)
        return PageCell(f"{words}: {decision.comment}" if decision.comment else words, "wrap")


def row_cell(row: int | None, answers_sheet: int) -> PageCell:
    """Return a link to a row of «Ответы», as of this refresh."""
    if row is None:
        return PageCell(texts.DASH, "unlinked")
    return PageCell(texts.ROW_LINK.format(row=row), "link", link=f"#gid={answers_sheet}&range=A{row}")


def accepted_by_staff(cells: Sequence[Sequence[Cell]]) -> frozenset[str]:
    """Return the keys of the remarks that staff accepted in their own column, of the tab as read.

    Of several rows with one key, one that says so is enough. None where the header is not what it should be.
    """
    table = KeyedTable(0, cells, {SIGN: texts.REMARK_KEY, DECISION: texts.DECISION}, SIGN, HEADER_ROW, read_sign)
    if not table.columns.sound:
        return frozenset()
    accepted = plain(texts.DECISIONS[0])
    cells_of = ((key, table.cell(row, DECISION)) for row, key in table.keys.items())
    return frozenset(key for key, cell in cells_of if isinstance(cell, str) and plain(cell) == accepted)


def read_sign(cell: Cell) -> str | None:
    """Return the key in a cell, or None."""
    return plain(cell).upper() or None if isinstance(cell, str) else text_key(cell)
