"""The totals as data.

A total is None where nobody has reported: zero and no report are different things everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sync.records.states import Number, State


@dataclass(frozen=True, slots=True)
class LineTotal:
    id: str
    title: str
    total: Number | None


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """A target group: its lines and all of them together.

    headcount:    people of the group in the municipalities that have reported and have a known head-count
    per_thousand: figure of those same municipalities for a thousand of these people, to one place; None without any
    """

    id: str
    title: str
    total: Number | None
    lines: tuple[LineTotal, ...]
    headcount: int | None = None
    per_thousand: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FigureTotal:
    """One figure of a table: target groups and all of them together, as its `aggregate` says."""

    id: str
    title: str
    total_title: str
    unit: str | None
    total: Number | None
    groups: tuple[GroupTotal, ...]


@dataclass(frozen=True, slots=True)
class QuestionTotal:
    """A numeric question outside tables.

    total:          the region's figure, as the question's `aggregate` says
    municipalities: how many reported more than zero
    """

    id: str
    title: str
    unit: str | None
    total: Number | None
    municipalities: int


@dataclass(frozen=True, slots=True)
class YesNoTotal:
    """How many municipalities answered «да» and «нет». blank: of those that have reported, how many neither"""

    id: str
    title: str
    yes: int
    no: int
    blank: int


@dataclass(frozen=True, slots=True)
class DayTotal:
    """The earliest and the latest date, None without any. municipalities: how many gave one"""

    id: str
    title: str
    earliest: date | None
    latest: date | None
    municipalities: int


@dataclass(frozen=True, slots=True)
class KindTotal:
    """One kind of municipality."""

    id: str
    title: str
    municipalities: int
    reported: int
    total: Number | None
    plan: Number | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class OptionTotal:
    """One option of a choice question.

    municipalities: how many chose it
    by_action:      action question id → how many of them did it at least once
    """

    id: str
    title: str
    municipalities: int
    by_action: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ChoiceTotal:
    id: str
    title: str
    role: str | None
    options: tuple[OptionTotal, ...]


class Period(NamedTuple):
    """A day, or a week from Monday, in the campaign's zone.

    reports, total:         at its end
    new_reports, new_total: the difference from the end of the period before; a correction may make them negative
    """

    start: date
    end: date
    new_reports: int
    reports: int
    new_total: Number
    total: Number


@dataclass(frozen=True, slots=True)
class PlanTotal:
    """Plan and fact over the municipalities with a plan; of a silent one the plan counts, the fact is nothing yet.

    fact:  None where none of them has reported
    share: fact / plan, to three places
    """

    municipalities: int
    plan: Number
    fact: Number | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Growth:
    """The growth of the main figure in the last days, and its pace carried on to the deadline.

    last_days: length of the window, days
    grown:     growth in it; negative after corrections
    days_left: whole days to the deadline; 0 after it
    forecast:  an estimate, and shown as one; None where none can be made
    """

    last_days: int
    grown: Number
    days_left: int
    forecast: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """All dimensions.

    main:           the main figure of the region; None when nobody has reported, and where there is no such figure
    by_sum:         the same as the sum over the municipalities, computed the other way round
    states:         how many municipalities are in each state; they sum to the number of municipalities
    reported, marked: how many have reported; how many have remarks
    """

    main: Number | None
    main_title: str
    main_unit: str | None
    by_sum: Number | None
    states: Mapping[State, int]
    reported: int
    marked: int
    figures: tuple[FigureTotal, ...]
    questions: tuple[QuestionTotal, ...]
    yes_no: tuple[YesNoTotal, ...]
    dates: tuple[DayTotal, ...]
    choices: tuple[ChoiceTotal, ...]
    kinds: tuple[KindTotal, ...]
    plan: PlanTotal | None
    days: tuple[Period, ...]
    weeks: tuple[Period, ...]
    growth: Growth | None

    @property
    def agrees(self) -> bool:
        """«Сумма по муниципалитетам = итог»."""
        return self.main == self.by_sum
