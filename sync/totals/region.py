"""Totals of the region as of now: figures, questions, choices, kinds, plan.

Every sum is exact: pandas adds Python's own integers and Decimals in columns of objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from campaign import Campaign, TargetGroup
from campaign.answer_types.day import Day
from campaign.answer_types.yes_no import YesNo
from campaign.model import Figure
from campaign.model.aggregate import cell_id
from sync.records.states import MunicipalitySummary, Number, State
from sync.totals.aggregates import aggregate, reports_in_order
from sync.totals.model import (
    ChoiceTotal,
    DayTotal,
    FigureTotal,
    GroupTotal,
    KindTotal,
    LineTotal,
    OptionTotal,
    PlanTotal,
    QuestionTotal,
    YesNoTotal,
)

TENTH = Decimal("0.1")
THREE_PLACES = Decimal("0.001")
"""A tenth of a per cent: what a cell of shares shows. Rounded finer first, 19.048 % would be shown as 19.1 %."""


def figures_frame(campaign: Campaign, municipalities: Sequence[MunicipalitySummary]) -> pd.DataFrame:
    """Return the numeric answers that count: a row a municipality that has reported, a column a question.

    An answer that was left blank is 0.
    """
    reported = [m for m in municipalities if m.state.reported]
    questions = [q.id for q in campaign.sheet_questions if q.numeric]
    figures = [[as_number(m.values.get(question)) for question in questions] for m in reported]
    return pd.DataFrame(figures, index=[m.oktmo for m in reported], columns=questions, dtype=object)


def as_number(value: object) -> Number:
    """Return the figure; 0 for a blank answer."""
    return value if isinstance(value, int | Decimal) else 0


def total_of(figures: pd.DataFrame, questions: Sequence[str]) -> Number | None:
    """Return the sum of these questions over all reports; None where nobody has reported, and of no question."""
    return None if figures.empty or not questions else as_number(figures[list(questions)].sum().sum())


def share(fact: Number | None, plan: Number | None) -> Decimal | None:
    """Return fact / plan to three places, half up: the tenths of a per cent that are shown."""
    if fact is None or not plan:
        return None
    return (Decimal(fact) / Decimal(plan)).quantize(THREE_PLACES, ROUND_HALF_UP)


def per_thousand(figure: Number, heads: int) -> Decimal | None:
    """Return the figure for a thousand heads, to one place; None without heads."""
    return (Decimal(figure) * 1000 / heads).quantize(TENTH, ROUND_HALF_UP) if heads else None


def figure_totals(
    campaign: Campaign, figures: pd.DataFrame, municipalities: Sequence[MunicipalitySummary]
) -> tuple[FigureTotal, ...]:
    """How many in each target group, and in each of its lines?"""
    reports = reports_in_order(municipalities)
    heads = _headcounts(campaign, municipalities)

    def region(name: str) -> Number | None:
        return aggregate(campaign.leaves_of(name), reports) if reports else None

    def group_total(figure: Figure, group: TargetGroup) -> GroupTotal:
        counted = heads[group.id].dropna() if figure.summed else heads.iloc[:0][group.id]
        leaves = [q.id for q in campaign.leaves_of(f"{figure.id}.{group.id}")]
        # Of the municipalities with a head-count alone: of their people, how many?
        of_counted = total_of(figures.loc[counted.index], leaves)
        headcount = int(counted.sum())
        return GroupTotal(
            id=group.id,
            title=group.title,
            total=region(f"{figure.id}.{group.id}"),
            lines=tuple(LineTotal(line.id, line.title, region(cell_id(figure.id, line.id))) for line in group.lines),
            headcount=headcount or None,
            per_thousand=None if of_counted is None else per_thousand(of_counted, headcount),
        )

    return tuple(
        FigureTotal(
            id=figure.id,
            title=figure.title,
            total_title=table.total if len(table.figures) == 1 else f"{table.total}: {figure.title}",
            unit=figure.unit,
            total=region(figure.id),
            groups=tuple(group_total(figure, group) for group in campaign.target_groups),
        )
        for table in campaign.tables
        for figure in table.figures
    )


def _headcounts(campaign: Campaign, municipalities: Sequence[MunicipalitySummary]) -> pd.DataFrame:
    """Return the people of each target group: a row a municipality that has reported; None where it is not known."""
    reported = [m for m in municipalities if m.state.reported]
    groups = [group.id for group in campaign.target_groups]
    heads = [[m.municipality.headcounts.get(group) for group in groups] for m in reported]
    return pd.DataFrame(heads, index=[m.oktmo for m in reported], columns=groups, dtype=object)


def question_totals(
    campaign: Campaign, figures: pd.DataFrame, municipalities: Sequence[MunicipalitySummary]
) -> tuple[QuestionTotal, ...]:
    """How much in all, and in how many municipalities?"""
    above_zero = (figures > 0).sum()
    reports = reports_in_order(municipalities)
    return tuple(
        QuestionTotal(q.id, q.header, q.unit, aggregate([q], reports), int(above_zero[q.id]))
        for q in campaign.sheet_questions
        if q.numeric and q.place is None
    )


def yes_no_totals(campaign: Campaign, municipalities: Sequence[MunicipalitySummary]) -> tuple[YesNoTotal, ...]:
    """How many municipalities said «да», how many «нет», and how many of those that have reported neither?"""
    totals = []
    for question in campaign.sheet_questions:
        if question.type == YesNo.name:
            said = [m.values.get(question.id) for m in municipalities if m.state.reported]
            counts = YesNoTotal(question.id, question.header, said.count(True), said.count(False), said.count(None))
            totals.append(counts)
    return tuple(totals)


def day_totals(campaign: Campaign, municipalities: Sequence[MunicipalitySummary]) -> tuple[DayTotal, ...]:
    """Which date is the earliest, which the latest, and how many municipalities gave one?"""
    totals = []
    for question in campaign.sheet_questions:
        if question.type == Day.name:
            given = [m.values.get(question.id) for m in municipalities if m.state.reported]
            days = sorted(day for day in given if isinstance(day, date))
            first, last = (days[0], days[-1]) if days else (None, None)
            totals.append(DayTotal(question.id, question.header, first, last, len(days)))
    return tuple(totals)


def choice_totals(
    campaign: Campaign, figures: pd.DataFrame, municipalities: Sequence[MunicipalitySummary]
) -> tuple[ChoiceTotal, ...]:
    """How many municipalities chose each option, and how many of these have more than zero in each action?"""
    actions = [q.id for q in campaign.sheet_questions if q.numeric and q.role == "action"]
    did = figures[actions] > 0
    totals = []
    for question in campaign.sheet_questions:
        if not question.options:
            continue
        # A line for each option that a municipality chose.
        chosen = pd.Series(
            {m.oktmo: m.values.get(question.id) for m in municipalities if m.state.reported}, dtype=object
        )
        chosen = chosen.explode().dropna()
        municipalities_of = chosen.value_counts()
        by_action = did.loc[chosen.index].groupby(chosen.to_numpy()).sum()
        options = tuple(
            OptionTotal(
                option.id,
                option.title,
                int(municipalities_of.get(option.id, 0)),
                {a: int(by_action[a].get(option.id, 0)) for a in actions},
            )
            for option in question.options
        )
        totals.append(ChoiceTotal(question.id, question.header, question.role, options))
    return tuple(totals)


def _facts(municipalities: Sequence[MunicipalitySummary]) -> pd.DataFrame:
    """Return kind, plan and main figure of every municipality; None where there is none."""
    return pd.DataFrame(
        [(m.municipality.kind or "", m.municipality.plan, m.total, m.state.reported) for m in municipalities],
        columns=["kind", "plan", "fact", "reported"],
        dtype=object,
    )


def kind_totals(campaign: Campaign, municipalities: Sequence[MunicipalitySummary]) -> tuple[KindTotal, ...]:
    """How many reported, and how much, in towns and in districts?

    In the order of the file; municipalities without a kind come last, with an empty title.
    """
    by_kind = dict(list(_facts(municipalities).groupby("kind")))
    totals = []
    for kind, title in [*((k.id, k.title) for k in campaign.municipality_kinds), ("", "")]:
        if kind not in by_kind:
            continue
        facts = by_kind[kind]
        plan = _plan_total(facts)
        totals.append(
            KindTotal(
                id=kind,
                title=title,
                municipalities=len(facts),
                reported=int(facts["reported"].sum()),
                total=_sum(facts["fact"]),
                plan=plan.plan if plan else None,
                share=plan.share if plan else None,
            )
        )
    return tuple(totals)


def plan_total(municipalities: Sequence[MunicipalitySummary]) -> PlanTotal | None:
    """How much of the plan is there, over the municipalities with a plan? None where none has one."""
    return _plan_total(_facts(municipalities))


def _plan_total(facts: pd.DataFrame) -> PlanTotal | None:
    planned = facts.dropna(subset="plan")
    if planned.empty:
        return None
    plan, fact = as_number(planned["plan"].sum()), _sum(planned["fact"])
    return PlanTotal(len(planned), plan, fact, share(fact, plan))


def _sum(figures: pd.Series) -> Number | None:
    """Return the sum of the figures that are there; None where there is none."""
    known = figures.dropna()
    return None if known.empty else as_number(known.sum())


def state_counts(municipalities: Sequence[MunicipalitySummary]) -> dict[State, int]:
    """How many municipalities are in each state? All states are there."""
    counts = pd.Series([m.state for m in municipalities], dtype=object).value_counts()
    return {state: int(counts.get(state, 0)) for state in State}
