"""Totals of the region as of now: figures, questions, choices, kinds, plan.

Every sum is exact: pandas adds Python's own integers and Decimals in columns of objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from campaign import Campaign, TargetGroup
from sync.records.states import MunicipalitySummary, Number, State
from sync.totals.aggregates import aggregate
from sync.totals.model import (
    ChoiceTotal,
    FigureTotal,
    GroupTotal,
    KindTotal,
    LineTotal,
    OptionTotal,
    PlanTotal,
    QuestionTotal,
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
    """Return the sum of these questions over all reports; None where nobody has reported."""
    return None if figures.empty else as_number(figures[list(questions)].sum().sum())


def share(fact: Number | None, plan: int | None) -> Decimal | None:
    """Return fact / plan to three places, half up: the tenths of a per cent that are shown."""
    if fact is None or not plan:
        return None
    return (Decimal(fact) / plan).quantize(THREE_PLACES, ROUND_HALF_UP)


def per_thousand(figure: Number, heads: int) -> Decimal | None:
    """Return the figure for a thousand heads, to one place; None without heads."""
    return (Decimal(figure) * 1000 / heads).quantize(TENTH, ROUND_HALF_UP) if heads else None


def figure_totals(
    campaign: Campaign, figures: pd.DataFrame, municipalities: Sequence[MunicipalitySummary]
) -> tuple[FigureTotal, ...]:
    """How many in each target group, and in each of its lines?"""
    places = pd.DataFrame(
        [(q.id, q.place.figure, q.place.group, q.place.line) for q in campaign.sheet_questions if q.place],
        columns=["question", "figure", "group", "line"],
    ).set_index("question")
    places["total"] = figures.sum()
    by_line = places.set_index(["figure", "group", "line"])["total"]
    by_group = places.groupby(["figure", "group"])["total"].sum()
    by_figure = places.groupby("figure")["total"].sum()
    heads = _headcounts(campaign, municipalities)

    def known(totals: pd.Series, *key: str) -> Number | None:
        return None if figures.empty else as_number(totals.loc[key])

    def group_total(figure: str, group: TargetGroup) -> GroupTotal:
        counted = heads[group.id].dropna()
        leaves = [q.id for q in campaign.leaves_of(f"{figure}.{group.id}")]
        # Of the municipalities with a head-count alone: of their people, how many?
        of_counted = total_of(figures.loc[counted.index], leaves)
        headcount = int(counted.sum())
        return GroupTotal(
            id=group.id,
            title=group.title,
            total=known(by_group, figure, group.id),
            lines=tuple(
                LineTotal(line.id, line.title, known(by_line, figure, group.id, line.id)) for line in group.lines
            ),
            headcount=headcount or None,
            per_thousand=None if of_counted is None else per_thousand(of_counted, headcount),
        )

    return tuple(
        FigureTotal(
            id=figure.id,
            title=figure.title,
            total_title=table.total if len(table.figures) == 1 else f"{table.total}: {figure.title}",
            unit=figure.unit,
            total=known(by_figure, figure.id),
            groups=tuple(group_total(figure.id, group) for group in campaign.target_groups),
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
    """How many people were told, how many events and publications, and in how many municipalities?"""
    above_zero = (figures > 0).sum()
    reports = [m.values for m in municipalities if m.state.reported]
    return tuple(
        QuestionTotal(q.id, q.header, q.unit, q.role, aggregate(q, reports), int(above_zero[q.id]))
        for q in campaign.sheet_questions
        if q.numeric and q.place is None
    )


def choice_totals(
    campaign: Campaign, figures: pd.DataFrame, municipalities: Sequence[MunicipalitySummary]
) -> tuple[ChoiceTotal, ...]:
    """How many municipalities told each audience, and how many of these did each action at least once?"""
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
        [(m.municipality.kind or "", m.municipality.plan, m.total) for m in municipalities],
        columns=["kind", "plan", "fact"],
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
                reported=int(facts["fact"].count()),
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
    plan, fact = int(planned["plan"].sum()), _sum(planned["fact"])
    return PlanTotal(len(planned), plan, fact, share(fact, plan))


def _sum(figures: pd.Series) -> Number | None:
    """Return the sum of the figures that are there; None where there is none."""
    known = figures.dropna()
    return None if known.empty else as_number(known.sum())


def state_counts(municipalities: Sequence[MunicipalitySummary]) -> dict[State, int]:
    """How many municipalities are in each state? All states are there."""
    counts = pd.Series([m.state for m in municipalities], dtype=object).value_counts()
    return {state: int(counts.get(state, 0)) for state in State}
