"""The tab of a list: a row an entry, keyed by the submission's ID and the entry's number.

It shows what the reports hold and is never read back: the figures that count stand in «Ответы», where staff correct
them. Rows of versions that were replaced stay and say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from campaign import Campaign, Cell, Question, Value
from campaign.answer_types.day import Day
from campaign.answer_types.yes_no import YesNo
from campaign.model import Repeats
from campaign.model.campaign import ENTRIES
from sync.review.summary import Summary
from sync.tabs.heading import stamp, title
from sync.tabs.keyed import ByRow, Cells, KeyedTable, text_key
from sync.tabs.keyed_tab import ColumnColour, KeyedColumn, with_unique_headers
from sync.tabs.page import PageCell, Style
from sync.tabs.places import placed
from sync.texts import accounts as account_texts
from sync.texts import entries as entry_texts
from sync.texts import tabs as texts

NAME, CODE, ACCOUNT, ID = "@name", "@oktmo", "@account", "@id"
MOST = 10_000
"""Rows that a tab holds, of replaced versions too; beyond that the heading counts."""
MOST_AT_ONCE = 2_000
"""Rows that one write appends."""
WIDTHS: Mapping[str, int] = {"long_text": 320, "text": 260, "integer": 130, "decimal": 130, "date": 110}


def key_of(one: Repeats) -> str:
    """Return the key of a list's tab."""
    return f"{ENTRIES}{one.id}"


@dataclass(frozen=True)
class EntriesTab:
    """The tab of one list of one summary; see `sync.tabs.keyed_tab.KeyedTab`. name: its present title"""

    campaign: Campaign
    summary: Summary
    entries: Repeats
    name: str

    key_column = ID
    frozen_columns = 1
    once: frozenset[str] = frozenset()
    links: Mapping[str, str] = field(default_factory=dict, init=False)

    @property
    def key(self) -> str:
        return key_of(self.entries)

    @cached_property
    def answers(self) -> frozenset[str]:
        return frozenset(one.id for one in self.entries.questions)

    @cached_property
    def columns(self) -> tuple[KeyedColumn, ...]:
        return with_unique_headers(
            (
                KeyedColumn(NAME, texts.MUNICIPALITY, 230, "wrap"),
                KeyedColumn(CODE, texts.OKTMO, 90),
                KeyedColumn("@receipt", texts.RECEIPT, 90, "centre"),
                KeyedColumn("@version", texts.VERSION, 75, "centre"),
                KeyedColumn("@number", texts.NUMBER, 45, "centre"),
                *(self._question_column(one) for one in self.entries.questions),
                KeyedColumn(ACCOUNT, entry_texts.ACCOUNT, 190, "wrap"),
                KeyedColumn("@notes", texts.NOTES, 220, "wrap", note=texts.NOTES_HINT, staff=True),
                KeyedColumn(ID, entry_texts.ID, 110, "code", note=entry_texts.ID_HINT),
            )
        )

    def _question_column(self, one: Question) -> KeyedColumn:
        note = f"{one.title}, {one.unit}" if one.unit else one.title
        return KeyedColumn(one.id, one.header, WIDTHS.get(one.type, 170), self._styles[one.id], note=note)

    @cached_property
    def _styles(self) -> Mapping[str, Style]:
        others: Mapping[str, Style] = {YesNo.name: "centre", Day.name: "day"}
        return {
            one.id: placed("number", [one]) if one.numeric else others.get(one.type, "wrap")
            for one in self.entries.questions
        }

    @property
    def colours(self) -> tuple[ColumnColour, ...]:
        return (
            ColumnColour(ACCOUNT, account_texts.COUNTS, "good"),
            ColumnColour(ACCOUNT, account_texts.EXCLUDED.partition("{")[0], "bad", begins=True),
        )

    def heading(self, hidden: int = 0) -> tuple[Cells, Cells, Cells]:
        words = entry_texts.INTRO.format(answers=self.campaign.spreadsheet.tabs.answers, count=len(self.wanted))
        if hidden:
            words = f"{entry_texts.HIDDEN.format(count=hidden, most=MOST)} {words}"
        return (
            {NAME: title(self.campaign, self.name)},
            {NAME: stamp(self.summary)},
            {NAME: PageCell(words, "subtitle_line")},
        )

    @cached_property
    def wanted(self) -> Mapping[str, Cells]:
        return dict(self._rows())

    def _rows(self) -> Iterator[tuple[str, Cells]]:
        for report in self.summary.entries.reports:
            account = self._account(report.id)
            for number, answers in enumerate(report.lists[self.entries.id], start=1):
                key = f"{report.id}-{number}"
                yield (
                    key,
                    {
                        NAME: PageCell(report.municipality, "wrap"),
                        CODE: PageCell(report.oktmo),
                        "@receipt": PageCell(report.receipt, "centre"),
                        "@version": PageCell(report.version, "centre"),
                        "@number": PageCell(number, "centre"),
                        **{one.id: self._cell(one, answers.get(one.id)) for one in self.entries.questions},
                        ACCOUNT: account,
                        ID: PageCell(key, "code"),
                    },
                )

    def _cell(self, question: Question, value: Value | None) -> PageCell:
        style = self._styles[question.id]
        if value is None:
            return PageCell(None, style)
        if isinstance(value, int | Decimal | date) and not isinstance(value, bool):
            return PageCell(value, style)
        return PageCell(question.answer_type.shown(question, value), style)

    def _account(self, submission: str) -> PageCell:
        account = self.summary.entries.accounts.get(submission)
        return PageCell(account.text if account else entry_texts.NO_ROW, "wrap")

    def read_key(self, cell: Cell) -> str | None:
        return text_key(cell)

    def departed(self, table: KeyedTable, known: Mapping[str, str]) -> ByRow:
        """Say of the rows of other versions what became of these; their answers stay."""
        return {
            row: {ACCOUNT: self._account(key.rpartition("-")[0])}
            for row, key in table.keys.items()
            if key in known and key not in self.wanted
        }

    def contradictions(self, table: KeyedTable) -> Mapping[int, str]:
        return {}

    def room(self, table: KeyedTable) -> int:
        return max(0, min(MOST_AT_ONCE, MOST - len(table.keys)))
