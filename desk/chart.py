"""The chart of a figure by day beside its plan, as numbers that a template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from campaign import Campaign
from campaign.texts import number
from desk import texts
from outbox.records import DayFigures

MOST_DAYS = 31
"""The last days that are shown; «Динамика» has them all."""
WIDTH, HEIGHT = 310, 100
"""Of the drawing, in its own units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day. x, width, height: in the drawing's units"""

    day: date
    value: Decimal
    x: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure at the end of each day.

    words:   the plan in words; "" without one
    plan_at: height of the plan's line; None without a plan
    """

    title: str
    bars: tuple[Bar, ...]
    words: str
    plan_at: float | None

    @property
    def last(self) -> Bar:
        return self.bars[-1]


def charts(campaign: Campaign, days: Sequence[DayFigures]) -> list[Chart]:
    """Return the chart of reports and, where the campaign has a main figure, that of its total; none without a day."""
    shown = days[-MOST_DAYS:]
    if not shown:
        return []
    reports = [(one.day, Decimal(one.reports)) for one in shown]
    everybody = Decimal(len(campaign.municipalities))
    found = [_chart(texts.REPORTED_BY_DAY, reports, everybody, texts.OF_ALL)]
    if campaign.main_questions:
        plans = [Decimal(one.plan) for one in campaign.municipalities if one.plan is not None]
        totals = [(one.day, one.total) for one in shown]
        plan = sum(plans, Decimal()) if plans else None
        found.append(_chart(texts.total_title(campaign), totals, plan, texts.OF_PLAN))
    return found


def _chart(title: str, days: Sequence[tuple[date, Decimal]], plan: Decimal | None, words: str) -> Chart:
    top = max([*(value for _, value in days), plan or Decimal(), Decimal(1)])
    # The first bar stands at the left edge and the last at the right one, above their days.
    width = round(WIDTH / max(len(days), 7) * 0.8, 1)
    step = (WIDTH - width) / max(len(days) - 1, 1)

    def height(value: Decimal) -> float:
        return round(float(max(value, Decimal()) / top) * HEIGHT, 1)

    bars = (Bar(day, value, round(n * step, 1), width, height(value)) for n, (day, value) in enumerate(days))
    if not plan:
        return Chart(title, tuple(bars), "", None)
    return Chart(title, tuple(bars), words.format(plan=number(plan)), height(plan))
