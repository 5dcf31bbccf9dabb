"""Totals of the region, exact: integers and Decimal, never float. Pure; imported by `sync` alone.

`region` sums what counts now, `dynamics` says how it came about by day and week, `model` is the result as data. The
methods are described in `docs/totals.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from campaign import Campaign
from sync.states import MunicipalitySummary
from sync.totals.dynamics import History, growth, periods, weeks
from sync.totals.model import Totals
from sync.totals.region import (
    choice_totals,
    figure_totals,
    figures_frame,
    kind_totals,
    plan_total,
    question_totals,
    state_counts,
    sums,
)

__all__ = ["History", "Totals", "total"]


def total(
    campaign: Campaign, municipalities: Sequence[MunicipalitySummary], history: History, as_of: datetime
) -> Totals:
    """All totals of what counts. as_of: aware, in the campaign's zone."""
    frame = figures_frame(campaign, municipalities)
    found = sums(frame)
    facts = [m.total for m in municipalities if m.total is not None]
    days = periods(
        history,
        municipalities,
        opens=campaign.about.opens.date(),
        deadline=campaign.about.deadline.date(),
        today=as_of.date(),
    )
    states = state_counts(municipalities)
    return Totals(
        main=found.of(campaign.main_questions),
        main_title=main_title(campaign),
        main_unit=next((q.unit for q in campaign.main_questions if q.unit), None),
        by_sum=sum(facts) if facts else None,
        states=states,
        reported=sum(n for state, n in states.items() if state.reported),
        marked=sum(1 for m in municipalities if m.marked),
        figures=figure_totals(campaign, frame, found, municipalities),
        questions=question_totals(campaign, found),
        choices=choice_totals(campaign, municipalities),
        kinds=kind_totals(campaign, municipalities),
        plan=plan_total(municipalities),
        days=days,
        weeks=weeks(days),
        growth=growth(days, as_of, campaign.about.deadline),
    )


def main_title(campaign: Campaign) -> str:
    """How the main figure is called: as the table that it is of calls its total, or as its question."""
    for table in campaign.tables:
        if campaign.main_figure == table.id or campaign.main_figure in (f.id for f in table.figures):
            return table.total
    return campaign.by_id[campaign.main_figure].title if campaign.main_figure in campaign.by_id else ""
