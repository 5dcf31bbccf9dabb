"""The period before beside the totals of «Свод»: its figure and the difference. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sync.records.states import Number
from sync.review.summary import Summary
from sync.tabs.page import PageBuilder, PageCell, Style
from sync.texts import periods as period_texts
from sync.texts import tabs as texts
from sync.totals.past import PastPeriod


@dataclass(frozen=True, slots=True)
class Comparison:
    """before: the last period; None where there is none, or nothing was published of it: then no cell is added.

    reported: whether anybody has in this one; before that no count of answers is compared
    """

    before: PastPeriod | None
    reported: bool

    @classmethod
    def of(cls, summary: Summary) -> Comparison:
        last = summary.past[0] if summary.past else None
        before = last if last is not None and last.as_of is not None else None
        return cls(before, summary.totals.reported > 0)

    @property
    def columns(self) -> int:
        return 0 if self.before is None else 2

    def header(self, words: str = period_texts.BEFORE) -> list[PageCell]:
        """Return the cells of the header row."""
        if self.before is None:
            return []
        return [
            PageCell(words, "header", note=period_texts.BEFORE_NOTE),
            PageCell(period_texts.CHANGE, "header", note=period_texts.CHANGE_NOTE),
        ]

    def figure(self, name: str, now: Number | None, number: Style, signed: Style) -> list[PageCell]:
        """Return the cells of a figure by its name."""
        return [] if self.before is None else _cells(self.before.figures.get(name), now, number, signed)

    def yes(self, name: str, now: int) -> list[PageCell]:
        return [] if self.before is None else self._count(self.before.yes.get(name), now)

    def option(self, question: str, option: str, now: int) -> list[PageCell]:
        return [] if self.before is None else self._count(self.before.chosen.get((question, option)), now)

    def _count(self, before: int | None, now: int) -> list[PageCell]:
        return _cells(before, now if self.reported else None, "number", "signed")


def _cells(before: Number | None, now: Number | None, number: Style, signed: Style) -> list[PageCell]:
    change = None if before is None or now is None else now - before
    dash: Style = "total_dash" if number.startswith("total") else "centre"
    return [
        PageCell(texts.DASH, dash) if value is None else PageCell(value, style)
        for value, style in ((before, number), (change, signed))
    ]


def add_period_before(sheet: PageBuilder, summary: Summary) -> None:
    """Add the line that says which period the totals are compared with, or why with none."""
    if not summary.past:
        return
    last = summary.past[0]
    period = period_name(last)
    if last.as_of is None:
        sheet.add_merged(PageCell(period_texts.BEFORE_UNKNOWN.format(period=period), "rehearsal"))
        return
    moment = texts.short_moment(last.as_of)
    words = period_texts.BEFORE_KNOWN.format(period=period, reported=last.reported, all=last.all, moment=moment)
    sheet.add_merged(PageCell(words, "subtitle_line"))


def period_name(period: PastPeriod) -> str:
    """Return the period's deadline in words, «до 30.05.2023»; its id where the file is gone."""
    return (
        period.id if period.deadline is None else period_texts.PERIOD_UNTIL.format(day=texts.short_day(period.deadline))
    )
