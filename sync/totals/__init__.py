"""Totals of the region, exact: integers and Decimal, never float. Pure.

`region` sums the rows that count now, `dynamics` shows how they came about by day and week, `model` is the result as
data. The methods are described in `docs/totals.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from campaign import Campaign
from sync.records.states import MunicipalitySummary
from sync.totals.dynamics import growth, periods, weeks
from sync.totals.model import Totals
from sync.totals.region import (
    choice_totals,
    day_totals,
    figure_totals,
    figures_frame,
    kind_totals,
    plan_total,
    question_totals,
    state_counts,
    total_of,
    yes_no_totals,
)

__all__ = ["Totals", "total"]


def total(
    campaign: Campaign, municipalities: Sequence[MunicipalitySummary], history: pd.DataFrame, as_of: datetime
) -> Totals:
    """Return all totals.

    history: see `sync.totals.dynamics`. as_of: aware, in the campaign's zone.
    """
    figures = figures_frame(campaign, municipalities)
    facts = [m.total for m in municipalities if m.total is not None]
    days = periods(
        history,
        municipalities,
        opens=campaign.about.opens.date(),
        today=as_of.date(),
    )
    states = state_counts(municipalities)
    return Totals(
        main=total_of(figures, [q.id for q in campaign.main_questions]),
        main_title=main_title(campaign),
        main_unit=next((q.unit for q in campaign.main_questions if q.unit), None),
        by_sum=sum(facts) if facts else None,
        states=states,
        reported=sum(n for state, n in states.items() if state.reported),
        marked=sum(1 for m in municipalities if m.marked),
        figures=figure_totals(campaign, figures, municipalities),
        questions=question_totals(campaign, figures, municipalities),
        yes_no=yes_no_totals(campaign, municipalities),
        dates=day_totals(campaign, municipalities),
        choices=choice_totals(campaign, figures, municipalities),
        kinds=kind_totals(campaign, municipalities),
        plan=plan_total(municipalities),
        days=days,
        weeks=weeks(days),
        growth=growth(days, as_of, campaign.last_deadline) if campaign.main_figure else None,
    )


def main_title(campaign: Campaign) -> str:
    """Return the title of the main figure: of its table's total, or of its question."""
    for table in campaign.tables:
        if campaign.main_figure in (table.id, *(figure.id for figure in table.figures)):
            return table.total
    return next((question.title for question in campaign.main_questions), "")
