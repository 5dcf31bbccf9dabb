"""By day and by week: how reports and the main figure grew. Imported by `sync.totals`.

A day's state is what the rows that stand in the spreadsheet today say of it: of each municipality the highest version
accepted by the end of that day. So the last day is the present, and a corrected cell corrects its day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from sync.check.columns import Flags, Numbers
from sync.moments import DAY_SECONDS, WallTimes
from sync.states import MunicipalitySummary, Number
from sync.totals.model import Growth, Period

DAY_MICROS = DAY_SECONDS * 1_000_000
MOST_DAYS = 366
GROWTH_DAYS = 7
FORECAST_REPORTS = 3
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class History:
    """Every submitted row that stands in the spreadsheet, in parallel columns.

    oktmos, versions: whose, and which
    accepted: wall time of acceptance
    totals:   the main figure
    sound:    whether it counts: without an error, by the rule of the totals
    """

    oktmos: Sequence[str]
    versions: Sequence[int]
    accepted: WallTimes
    totals: Numbers
    sound: Flags


def periods(
    history: History,
    municipalities: Sequence[MunicipalitySummary],
    *,
    opens: date,
    deadline: date,
    today: date,
) -> tuple[Period, ...]:
    """Day by day from the opening (or the first report) to today (or the deadline, or the last report)."""
    changes = _changes(history, municipalities, opens)
    if not changes:
        return ()
    first, last = min(min(changes), opens), max(max(changes), min(today, deadline))
    days: list[Period] = []
    reports, total = 0, 0 if all(isinstance(t, int) for _, t in changes.values()) else Decimal(0)
    day = first
    while day <= last:
        new_reports, new_total = changes.get(day, (0, 0))
        reports, total = reports + new_reports, total + new_total
        days.append(Period(day, day, new_reports, reports, new_total, total))
        day += timedelta(days=1)
    return tuple(days[-MOST_DAYS:])


def weeks(days: Sequence[Period]) -> tuple[Period, ...]:
    """The same by week, from Monday."""
    found: list[Period] = []
    for day in days:
        monday = day.start - timedelta(days=day.start.weekday())
        if found and found[-1].start - timedelta(days=found[-1].start.weekday()) == monday:
            week = found.pop()
            found.append(
                Period(
                    week.start,
                    day.end,
                    week.new_reports + day.new_reports,
                    day.reports,
                    week.new_total + day.new_total,
                    day.total,
                )
            )
        else:
            found.append(day)
    return tuple(found)


def growth(days: Sequence[Period], now: datetime, deadline: datetime) -> Growth | None:
    """The last week's growth, and its pace carried on to the deadline; None without a report.

    No forecast is made after the deadline, from fewer than three reports, in the first week of the reports, and when
    the figure fell.
    """
    known = [d for d in days if d.start <= now.date()]
    first = next((d.start for d in known if d.reports > 0), None)
    if first is None:
        return None
    before = now.date() - timedelta(days=GROWTH_DAYS)
    present = known[-1]
    then: Number = next((d.total for d in reversed(known) if d.start <= before), 0)
    grown = present.total - then
    days_left = max((deadline.date() - now.date()).days, 0)
    forecast = None
    if days_left and first <= before and present.reports >= FORECAST_REPORTS and grown >= 0:
        total = Decimal(present.total) + Decimal(grown) * days_left / GROWTH_DAYS
        forecast = int(total.quantize(Decimal(1), ROUND_HALF_UP))
    return Growth(GROWTH_DAYS, grown, days_left, forecast)


def _changes(
    history: History, municipalities: Sequence[MunicipalitySummary], undated: date
) -> dict[date, tuple[int, Number]]:
    """Day → how many reports and how much of the main figure came to count on it.

    undated: the day of rows that staff added without a time: a fixed one, so that they are not new every day
    """
    now = {m.oktmo: m for m in municipalities}
    days, whose, reports, totals = _steps(history, set(now))
    changes: dict[date, tuple[int, Number]] = {}
    last: dict[str, tuple[int, Number]] = {}

    def step(day: date, oktmo: str, state: tuple[int, Number]) -> None:
        before = last.get(oktmo, (0, 0))
        last[oktmo] = state
        change = changes.get(day, (0, 0))
        changes[day] = (change[0] + state[0] - before[0], change[1] + state[1] - before[1])

    for day, oktmo, count, total in zip(days, whose, reports, totals, strict=True):
        step(EPOCH + timedelta(days=day), oktmo, (count, total if count else 0))
    for municipality in municipalities:
        state: tuple[int, Number] = (1, municipality.total or 0) if municipality.state.reported else (0, 0)
        if last.get(municipality.oktmo, (0, 0)) != state:
            accepted = municipality.accepted_at
            step(accepted.date() if accepted else undated, municipality.oktmo, state)
    return {day: change for day, change in changes.items() if change != (0, 0)}


def _steps(history: History, known: set[str]) -> tuple[list[int], list[str], list[int], Iterator[Number]]:
    """Of each municipality and day the last version that stands, by municipality and day."""
    rows = np.array([i for i, oktmo in enumerate(history.oktmos) if oktmo in known], dtype=np.intp)
    if not len(rows):
        return [], [], [], iter(())
    codes, distinct = pd.factorize(np.array(history.oktmos, dtype=np.object_)[rows])
    order = np.lexsort((np.asarray(history.versions, dtype=np.int64)[rows], codes))
    rows, codes = rows[order], codes[order]
    # A rehearsal's clock may have been set back: a later version does not come to count on an earlier day.
    days = history.accepted[rows] // DAY_MICROS
    span = int(days.max() - days.min()) + 1
    days = np.maximum.accumulate(days + codes * span) - codes * span
    last = np.ones(len(rows), dtype=np.bool_)
    last[:-1] = (codes[1:] != codes[:-1]) | (days[1:] != days[:-1])
    rows, codes, days = rows[last], codes[last], days[last]
    totals: Iterator[Number] = iter(history.totals[rows].tolist())
    sound: list[int] = history.sound[rows].astype(int).tolist()
    return days.tolist(), [str(distinct[code]) for code in codes], sound, totals
