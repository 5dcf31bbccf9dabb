"""By day and by week: how reports and the main figure grew.

The rows that stand in the spreadsheet today are laid out by the day of their acceptance: at the end of a day each
municipality has the highest version accepted by then. So the last day is the present, and a corrected cell corrects
its day.

The history is a DataFrame with a line for every row of a submission: `oktmo`, `version`, `day` of acceptance (a
midnight, wall time of the campaign's zone), `main` (the main figure, exact) and `sound` (False where an error kept the
version out of the totals).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from sync.records.states import MunicipalitySummary, Number
from sync.totals.model import Growth, Period

MOST_DAYS = 366
GROWTH_DAYS = 7
FORECAST_REPORTS = 3


def periods(
    history: pd.DataFrame,
    municipalities: Sequence[MunicipalitySummary],
    *,
    opens: date,
    today: date,
) -> tuple[Period, ...]:
    """Return day by day from the first report to today, at most the last `MOST_DAYS`.

    Rows that staff added without a time came on the first day: on a fixed one, so that they are not new every day.
    Nothing came after today: a rehearsal's clock may have been set back.
    """
    last = pd.Timestamp(today)
    undated = _first_day(history, municipalities, opens)
    changes = pd.concat(_versions(history, municipalities, undated), ignore_index=True)
    changes["day"] = changes["day"].where(changes["day"] <= last, last)
    # At the end of each day, what did each municipality's report change?
    reported = changes[["reports", "main"]]
    before = changes.groupby("oktmo")[["reports", "main"]].shift(fill_value=0)
    changes[["new_reports", "new_total"]] = reported - before
    changes = changes[(changes["new_reports"] != 0) | (changes["new_total"] != 0)]
    # And in the whole region?
    days = changes.groupby("day")[["new_reports", "new_total"]].sum()
    if days.empty:
        return ()
    shown = pd.date_range(max(days.index[0], last - pd.Timedelta(days=MOST_DAYS - 1)), last)
    cumulative = days.cumsum().reindex(shown, method="ffill")
    new = days.reindex(shown, fill_value=0)
    return tuple(
        Period(day.date(), day.date(), int(new_reports), int(reports), new_total, total)
        for (day, new_reports, new_total), (_, reports, total) in zip(
            new.itertuples(), cumulative.itertuples(), strict=True
        )
    )


def _first_day(history: pd.DataFrame, municipalities: Sequence[MunicipalitySummary], opens: date) -> pd.Timestamp:
    """Return the day of the first report with a time; the opening day where there is none."""
    dated = [pd.Timestamp(m.accepted_at.date()) for m in municipalities if m.accepted_at is not None]
    if len(history):
        dated.append(history["day"].min())
    return min(dated, default=pd.Timestamp(opens))


def _versions(
    history: pd.DataFrame, municipalities: Sequence[MunicipalitySummary], undated: pd.Timestamp
) -> list[pd.DataFrame]:
    """Return what stood at the end of days: a line a municipality and day, and at last the present of each."""
    present = pd.DataFrame(
        {
            "oktmo": [m.oktmo for m in municipalities],
            "day": [undated if m.accepted_at is None else pd.Timestamp(m.accepted_at.date()) for m in municipalities],
            "reports": [int(m.state.reported) for m in municipalities],
            "main": pd.Series([m.total or 0 for m in municipalities], dtype=object),
        }
    )
    rows = history[history["oktmo"].isin(present["oktmo"])].sort_values(["oktmo", "version"])
    # A rehearsal's clock may have been set back: a later version does not come to count on an earlier day.
    rows["day"] = rows.groupby("oktmo")["day"].cummax()
    rows = rows.drop_duplicates(["oktmo", "day"], keep="last")
    rows["reports"] = rows["sound"].astype(int)
    rows["main"] = rows["main"].where(rows["sound"], 0)
    return [rows[["oktmo", "day", "reports", "main"]], present]


def weeks(days: Sequence[Period]) -> tuple[Period, ...]:
    """Return the same by week, from Monday."""
    frame = pd.DataFrame(days, columns=Period._fields, dtype=object)
    by_week = frame.groupby([day.start - timedelta(days=day.start.weekday()) for day in days]).agg(
        start=("start", "first"),
        end=("end", "last"),
        new_reports=("new_reports", "sum"),
        reports=("reports", "last"),
        new_total=("new_total", "sum"),
        total=("total", "last"),
    )
    return tuple(Period(*week) for week in by_week.itertuples(index=False))


def growth(days: Sequence[Period], now: datetime, deadline: datetime) -> Growth | None:
    """Return the last week's growth, and its pace carried on to the deadline; None in the first week of the reports.

    In that week the growth would be the whole total, which reads as a leap. No forecast is made after the deadline,
    from fewer than three reports, and when the figure fell.
    """
    known = [d for d in days if d.start <= now.date()]
    first = next((d.start for d in known if d.reports > 0), None)
    before = now.date() - timedelta(days=GROWTH_DAYS)
    if first is None or first > before:
        return None
    present = known[-1]
    then: Number = next((d.total for d in reversed(known) if d.start <= before), 0)
    grown = present.total - then
    days_left = max((deadline.date() - now.date()).days, 0)
    forecast = None
    if days_left and present.reports >= FORECAST_REPORTS and grown >= 0:
        total = Decimal(present.total) + Decimal(grown) * days_left / GROWTH_DAYS
        forecast = int(total.quantize(Decimal(1), ROUND_HALF_UP))
    return Growth(GROWTH_DAYS, grown, days_left, forecast)
