"""How much of the totals is the ministry's own hand: corrected answers, and rows that it added. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from campaign import Campaign, Question, Value
from outbox.records import Json
from sync.records.states import MunicipalitySummary, Number
from sync.totals.aggregates import Report, aggregate, reports_in_order


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """A numeric question that the ministry corrected.

    change: of the region's figure, against what was submitted; None where there is no such figure
    """

    question: Question
    answers: int
    change: Number | None


@dataclass(frozen=True, slots=True)
class MinistryShare:
    """What the ministry corrected or added, in rows that count.

    corrected:      answers that differ from what was submitted
    municipalities: how many municipalities have such answers
    change:         what they change in the main figure
    figures:        the numeric ones among them, in the order of the questions
    added:          municipalities for which a row counts that the ministry added
    added_total:    the main figure of these rows
    """

    corrected: int
    municipalities: int
    change: Number
    figures: tuple[CorrectedFigure, ...]
    added: int
    added_total: Number

    @property
    def nothing(self) -> bool:
        """True if the totals are wholly what municipalities submitted."""
        return not self.corrected and not self.added


def ministry_share(campaign: Campaign, municipalities: Sequence[MunicipalitySummary]) -> MinistryShare:
    """Return what the ministry corrected or added in the rows that count."""
    reported = [one for one in municipalities if one.state.reported]
    counts = Counter(correction.question for one in reported for correction in one.corrections)
    now = reports_in_order(reported)
    before = reports_in_order([replace(one, values=_as_submitted(campaign, one)) for one in reported])
    figures = tuple(
        CorrectedFigure(question, counts[question.id], _change(question, before, now))
        for question in campaign.sheet_questions
        if question.numeric and counts[question.id]
    )
    main = {question.id for question in campaign.main_questions}
    added = [one for one in reported if one.by_hand]
    return MinistryShare(
        corrected=counts.total(),
        municipalities=sum(bool(one.corrections) for one in reported),
        change=_sum([figure.change for figure in figures if figure.question.id in main]),
        figures=figures,
        added=len(added),
        added_total=_sum([one.total for one in added]),
    )


def _change(question: Question, before: Sequence[Report], now: Sequence[Report]) -> Number | None:
    was, is_now = aggregate([question], before), aggregate([question], now)
    return None if was is None or is_now is None else is_now - was


def _as_submitted(campaign: Campaign, one: MunicipalitySummary) -> Mapping[str, Value]:
    """Return the answers with the submitted figures in place of corrected ones."""
    values = dict(one.values)
    for correction in one.corrections:
        question = campaign.by_id.get(correction.question)
        if question is not None and question.numeric:
            figure = _figure(question, correction.submitted)
            if figure is None:
                values.pop(question.id, None)
            else:
                values[question.id] = figure
    return values


def _figure(question: Question, stored: Json) -> Number | None:
    """Return the stored figure; None for a blank one, and for what the question of today does not take."""
    if stored is None:
        return None
    try:
        value = question.answer_type.read_json(stored)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _sum(numbers: Sequence[Number | None]) -> Number:
    total: Number = 0
    for number in numbers:
        total += number or 0
    return total
