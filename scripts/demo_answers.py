"""What each municipality answers in the demo: made up, the same at every run, growing from round to round.

Works for any campaign: answers follow from the questions' types. Imports `campaign`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from campaign import Campaign, Municipality, Question, Typed

SILENT = 3
LATE = 2
Turn = Literal["plain", "mistake", "corrected", "late"]


@dataclass(frozen=True)
class Part:
    """What one municipality does: in which order, with which turn of events."""

    municipality: Municipality
    turn: Turn


def cast(campaign: Campaign) -> tuple[list[Part], list[Municipality]]:
    """Who answers and how, the late ones last; and who stays silent."""
    everyone = list(campaign.municipalities)
    step = max(1, len(everyone) // SILENT)
    silent = everyone[step - 1 :: step][:SILENT] if len(everyone) > SILENT else []
    reporting = [m for m in everyone if m not in silent]
    turns: list[Turn] = ["mistake", "plain", "corrected", "plain", "plain"]
    parts = [Part(m, "late" if i >= len(reporting) - LATE else turns[i % len(turns)]) for i, m in enumerate(reporting)]
    return parts, silent


def answers(campaign: Campaign, oktmo: str, round_: int) -> dict[str, Typed]:
    """What the municipality types in the n-th round (from 1): whole figures that grow, texts, links."""
    typed: dict[str, Typed] = {}
    for question in campaign.questions:
        chance = random.Random(f"{oktmo}/{question.id}")  # noqa: S311 - a story, not a secret
        typed[question.id] = _answer(question, chance, round_)
    return typed


def _answer(question: Question, chance: random.Random, round_: int) -> Typed:
    if question.numeric:
        return _grouped(_figure(question, chance) * round_)
    match question.type:
        case "several":
            return [option.id for option in question.options if chance.random() < 0.6] or [question.options[0].id]
        case "one_of":
            return chance.choice(question.options).id
        case "yes_no":
            return chance.choice(["yes", "no"])
        case "date":
            return f"{chance.randint(1, 28):02}.04.2023"
        case "links":
            count = chance.randint(0, 3)
            return "\n".join(f"https://example.org/news/{chance.randint(100, 999)}" for _ in range(count))
        case "phone":
            return "8 (4922) 00-00-00"
        case "email":
            return "otdel@example.org"
        case "long_text":
            return chance.choice(
                ["", "", "Информация размещена во всех организациях.", "Проведены родительские собрания."]
            )
        case _:
            return "Специалист отдела образования"


def _figure(question: Question, chance: random.Random) -> int:
    if question.role == "informed":
        return chance.randint(20, 900)
    if question.role == "action":
        return chance.choice([0, 0, 1, 2, 3, 5, 8, 12])
    return chance.choice([0, 0, 1, 2, 3, 4, 7, 12, 18, 25])


def _grouped(number: int) -> str:
    """As a clerk may well type it: `1 234`."""
    return f"{number:,}".replace(",", " ")


def spoil(campaign: Campaign) -> Mapping[str, str]:
    """A typical mistake: words beside the first figure."""
    first = next(q for q in campaign.sheet_questions if q.numeric)
    return {first.id: "12 чел."}


def overstated(campaign: Campaign, typed: Mapping[str, Typed]) -> dict[str, Typed]:
    """The same with the first figure too high: sending the right one then lowers it, and the form asks why."""
    first = next(q for q in campaign.sheet_questions if q.numeric)
    right = int(str(typed[first.id]).replace(" ", ""))
    return {**typed, first.id: _grouped(right + 10)}
