"""How much of the totals is the ministry's own hand: corrected answers, and rows that it added. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from campaign import Campaign, Question
from outbox.records import Correction, Json
from sync.records.states import MunicipalitySummary, Number


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """A numeric question that the ministry corrected. change: of its total, against what was submitted."""

    question: Question
    answers: int
    change: Number


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
    corrections = [correction for one in reported for correction in one.corrections]
    figures = []
    for question in campaign.sheet_questions:
        of_question = [one for one in corrections if one.question == question.id]
        if question.numeric and of_question:
            figures.append(CorrectedFigure(question, len(of_question), _change(question, of_question)))
    main = {question.id for question in campaign.main_questions}
    added = [one for one in reported if one.by_hand]
    return MinistryShare(
        corrected=len(corrections),
        municipalities=sum(bool(one.corrections) for one in reported),
        change=_sum([figure.change for figure in figures if figure.question.id in main]),
        figures=tuple(figures),
        added=len(added),
        added_total=_sum([one.total for one in added if one.total is not None]),
    )


def _change(question: Question, corrections: Sequence[Correction]) -> Number:
    return _sum([_number(question, one.sheet) - _number(question, one.submitted) for one in corrections])


def _sum(numbers: Sequence[Number]) -> Number:
    total: Number = 0
    for number in numbers:
        total += number
    return total


def _number(question: Question, stored: Json) -> Number:
    """Return the stored figure; 0 for a blank one, and for what the question of today does not take."""
    if stored is None:
        return 0
    try:
        value = question.answer_type.read_json(stored)
    except (TypeError, ValueError, ArithmeticError):
        return 0
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else 0
