"""What differs between two versions of a report. Imports campaign alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaign import Campaign, Question, Value


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that differs: as people read it, "" for a blank one."""

    question: Question
    title: str
    was: str
    now: str


def differences(campaign: Campaign, was: Mapping[str, Value], now: Mapping[str, Value]) -> list[Difference]:
    """The answers that differ, in the order of the form."""
    return [
        Difference(
            question,
            full_title(question),
            shown(question, was.get(question.id)),
            shown(question, now.get(question.id)),
        )
        for question in campaign.questions
        if was.get(question.id) != now.get(question.id)
    ]


def shown(question: Question, value: Value | None) -> str:
    return "" if value is None else question.answer_type.shown(question, value)


def full_title(question: Question) -> str:
    """The title of a question where it stands alone: a table's cell names its figure too."""
    return question.title if question.place is None else question.header
