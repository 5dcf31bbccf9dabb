"""Totals of the region as of now: figures, questions, choices, kinds, plan. Imported by `sync.totals`.

One DataFrame, a row a municipality that has reported, a column a question; every sum is over Python's own integers and
Decimals or over int64 that cannot overflow (see `sync.check.columns`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

import pandas as pd

from campaign import Campaign, Question, Table, TargetGroup
from campaign.model import Figure
from sync.check.columns import exact_numbers
from sync.states import MunicipalitySummary, Number, State
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
    """OKTMO → the numeric answers of those that have reported; blank ones are 0 here and told apart by `answered`."""
    reported = [m for m in municipalities if m.state.reported]
    questions = [q for q in campaign.sheet_questions if q.numeric]
    columns = {q.id: exact_numbers([as_number(m.values.get(q.id)) for m in reported]) for q in questions}
    return pd.DataFrame(columns, index=[m.oktmo for m in reported])


def as_number(value: object) -> Number:
    return value if isinstance(value, int | Decimal) else 0


@dataclass(frozen=True)
class Sums:
    """The sums of all columns of a frame.

    reported: how many rows there are. totals: column → exact sum. above_zero: column → how many are more than zero.
    """

    reported: int
    totals: Mapping[str, Number]
    above_zero: Mapping[str, int]

    def of(self, questions: Iterable[Question]) -> Number | None:
        """Of these questions together; None when nobody has reported."""
        return sum(self.totals[q.id] for q in questions) if self.reported else None


def sums(frame: pd.DataFrame) -> Sums:
    """All sums of the frame, exact."""
    if not len(frame):
        return Sums(0, {}, {})
    figures = frame.to_numpy()  # int64 throughout, or Python's own numbers
    names = [str(name) for name in frame.columns]
    return Sums(
        reported=len(frame),
        totals=dict(zip(names, map(exact, figures.sum(axis=0)), strict=True)),
        above_zero=dict(zip(names, map(int, (figures > 0).sum(axis=0)), strict=True)),
    )


def exact(number: object) -> Number:
    """A sum of a column as Python's own number."""
    return number if isinstance(number, Decimal) else int(cast("int", number))


def share(fact: Number | None, plan: int | None) -> Decimal | None:
    """fact / plan to three places, half up: the tenths of a per cent that are shown."""
    if fact is None or not plan:
        return None
    return (Decimal(fact) / plan).quantize(THREE_PLACES, ROUND_HALF_UP)


def per_thousand(figure: Number, heads: int) -> Decimal | None:
    """figure for a thousand heads, to one place."""
    return (Decimal(figure) * 1000 / heads).quantize(TENTH, ROUND_HALF_UP) if heads else None


def figure_totals(
    campaign: Campaign, frame: pd.DataFrame, found: Sums, municipalities: Sequence[MunicipalitySummary]
) -> tuple[FigureTotal, ...]:
    """Every figure of every table, by target group and line."""
    return tuple(
        _figure(campaign, frame, found, municipalities, table, figure)
        for table in campaign.tables
        for figure in table.figures
    )


def _figure(
    campaign: Campaign,
    frame: pd.DataFrame,
    found: Sums,
    municipalities: Sequence[MunicipalitySummary],
    table: Table,
    figure: Figure,
) -> FigureTotal:
    return FigureTotal(
        id=figure.id,
        title=figure.title,
        total_title=table.total if len(table.figures) == 1 else f"{table.total}: {figure.title}",
        unit=figure.unit,
        total=found.of(campaign.leaves_of(figure.id)),
        groups=tuple(
            _group(campaign, frame, found, municipalities, figure.id, group) for group in campaign.target_groups
        ),
    )


def _group(
    campaign: Campaign,
    frame: pd.DataFrame,
    found: Sums,
    municipalities: Sequence[MunicipalitySummary],
    figure: str,
    group: TargetGroup,
) -> GroupTotal:
    leaves = campaign.leaves_of(f"{figure}.{group.id}")
    heads = {
        m.oktmo: m.municipality.headcounts[group.id]
        for m in municipalities
        if m.state.reported and group.id in m.municipality.headcounts
    }
    headcount = sum(heads.values())
    known = sums(frame.loc[list(heads)]).of(leaves) if heads else None
    return GroupTotal(
        id=group.id,
        title=group.title,
        total=found.of(leaves),
        lines=tuple(
            LineTotal(line.id, line.title, found.of([q for q in leaves if q.place and q.place.line == line.id]))
            for line in group.lines
        ),
        headcount=headcount or None,
        per_thousand=None if known is None else per_thousand(known, headcount),
    )


def question_totals(campaign: Campaign, found: Sums) -> tuple[QuestionTotal, ...]:
    """Every numeric question outside tables."""
    return tuple(
        QuestionTotal(q.id, q.header, q.unit, q.role, found.of([q]), found.above_zero.get(q.id, 0))
        for q in campaign.sheet_questions
        if q.numeric and q.place is None
    )


def choice_totals(campaign: Campaign, municipalities: Sequence[MunicipalitySummary]) -> tuple[ChoiceTotal, ...]:
    """How many chose each option, and how many of them did each action at least once."""
    reported = [m for m in municipalities if m.state.reported]
    actions = [q.id for q in campaign.sheet_questions if q.numeric and q.role == "action"]
    totals = []
    for question in campaign.sheet_questions:
        if not question.options:
            continue
        options = []
        for option in question.options:
            chose = [m for m in reported if _chose(m, question.id, option.id)]
            by_action = {a: sum(1 for m in chose if as_number(m.values.get(a)) > 0) for a in actions}
            options.append(OptionTotal(option.id, option.title, len(chose), by_action))
        totals.append(ChoiceTotal(question.id, question.header, question.role, tuple(options)))
    return tuple(totals)


def _chose(municipality: MunicipalitySummary, question: str, option: str) -> bool:
    value = municipality.values.get(question)
    return option in value if isinstance(value, tuple) else value == option


def kind_totals(campaign: Campaign, municipalities: Sequence[MunicipalitySummary]) -> tuple[KindTotal, ...]:
    """By kind of municipality, in the order of the file; those without a kind come last under a title of `None`."""
    totals = []
    kinds = [(k.id, k.title) for k in campaign.municipality_kinds]
    for kind, title in [*kinds, (None, "")]:
        members = [m for m in municipalities if m.municipality.kind == kind]
        if not members:
            continue
        facts = [m.total for m in members if m.total is not None]
        plan = plan_total(members)
        totals.append(
            KindTotal(
                id=kind or "",
                title=title,
                municipalities=len(members),
                reported=sum(1 for m in members if m.state.reported),
                total=sum(facts) if facts else None,
                plan=plan.plan if plan else None,
                share=plan.share if plan else None,
            )
        )
    return tuple(totals)


def plan_total(municipalities: Sequence[MunicipalitySummary]) -> PlanTotal | None:
    """Plan and fact over those with a plan; None when nobody has one."""
    planned = [m for m in municipalities if m.municipality.plan is not None]
    if not planned:
        return None
    plan = sum(m.municipality.plan or 0 for m in planned)
    facts = [m.total for m in planned if m.total is not None]
    fact: Number | None = sum(facts) if facts else None
    return PlanTotal(len(planned), plan, fact, share(fact, plan))


def state_counts(municipalities: Sequence[MunicipalitySummary]) -> dict[State, int]:
    """How many are in each state; all states are there."""
    counts = dict.fromkeys(State, 0)
    for municipality in municipalities:
        counts[municipality.state] += 1
    return counts
