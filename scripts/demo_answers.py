"""What each municipality answers in the demo: made up, the same at every run, growing from round to round.

Works for any campaign: answers follow from the questions' types and limits, and are chosen anew where a rule refuses
them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from campaign import Campaign, Municipality, Problem, Question, Typed, examine
from campaign.answer_types.numbers import bounds
from campaign.entries import field_name
from campaign.model.questions import Entries
from scripts import texts

TRIES = 1000
SILENT = 3
LATE = 2
Turn = Literal["plain", "mistake", "corrected", "late"]


class NoAnswersError(Exception):
    """No answers were found that the campaign's limits and hard rules take, in Russian."""


@dataclass(frozen=True)
class Part:
    """What one municipality does: in which order, with which turn of events."""

    municipality: Municipality
    turn: Turn


def cast(campaign: Campaign) -> tuple[list[Part], list[Municipality]]:
    """Who answers and how, the late ones last; and who stays silent. Nobody is late where that is refused."""
    late = LATE if campaign.about.late == "accept" else 0
    everyone = list(campaign.municipalities)
    step = max(1, len(everyone) // SILENT)
    silent = everyone[step - 1 :: step][:SILENT] if len(everyone) > SILENT else []
    reporting = [m for m in everyone if m not in silent]
    turns: list[Turn] = ["mistake", "plain", "corrected", "plain", "plain"]
    parts = [Part(m, "late" if i >= len(reporting) - late else turns[i % len(turns)]) for i, m in enumerate(reporting)]
    return parts, silent


def answers(campaign: Campaign, oktmo: str, round_: int) -> dict[str, Typed]:
    """What the municipality types in the n-th round (from 1): whole figures that grow, texts, links.

    Raises NoAnswersError where no choice meets the limits and the rules with `level: error`.
    """
    tries = {question.id: 0 for question in campaign.questions}
    errors: tuple[Problem, ...] = ()
    for turn in range(TRIES):
        typed: dict[str, Typed] = {}
        for question in filter(lambda one: one.asked, campaign.questions):
            chance = _chance(oktmo, question.id, tries[question.id])
            if question.entries is not None:
                typed |= _entries(question, question.entries, chance, round_, tries[question.id])
            else:
                typed[question.id] = _answer(question, chance, round_, tries[question.id])
        errors = examine(campaign, typed).errors
        if not errors:
            return typed
        wrong = sorted({one for error in errors for one in _questions_of(campaign, error)})
        tries[_chance(oktmo, "anew", turn + 1).choice(wrong)] += 1
    raise NoAnswersError(texts.DEMO_NO_ANSWERS.format(why=" ".join(dict.fromkeys(error.message for error in errors))))


def _chance(oktmo: str, question: str, tries: int) -> random.Random:
    return random.Random(f"{oktmo}/{question}/{tries}" if tries else f"{oktmo}/{question}")  # noqa: S311 - a story


def _questions_of(campaign: Campaign, error: Problem) -> set[str]:
    """Return the questions that have to be answered otherwise."""
    rule = next((one for one in campaign.rules if one.key == error.rule), None)
    names = {str(error.question)} if rule is None else {*(rule.needs.now | rule.needs.sound)} or {rule.at}
    while calculated := names & campaign.calculations.keys():
        names = (names - calculated).union(*(campaign.calculations[one].needs.questions for one in calculated))
    made = {one: origin.list for one in names if (origin := campaign.by_id[one].from_entries) is not None}
    return {made.get(one, one) for one in names}


def _entries(question: Question, asked: Entries, chance: random.Random, round_: int, tries: int) -> dict[str, Typed]:
    """Return the fields of a list with some entries, more from round to round."""
    count = min(asked.most, max(asked.least, chance.randint(0, 3) + round_ - 1))
    keys = [str(number) for number in range(1, count + 1)]
    fields: dict[str, Typed] = {question.id: tuple(keys)}
    for key in keys:
        fields |= {field_name(question.id, key, one.id): _answer(one, chance, 1, tries) for one in asked.questions}
    return fields


def _answer(question: Question, chance: random.Random, round_: int, tries: int) -> Typed:
    if question.numeric:
        return _grouped(_within(question, _figure(question, chance) * round_, chance, tries))
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
            count = chance.randint(0, min(3, question.max_items or 3))
            return "\n".join(f"https://example.org/news/{chance.randint(100, 999)}" for _ in range(count))
        case "files":
            return ""  # the demo attaches none
        case "phone":
            return "8 (4922) 00-00-00"
        case "email":
            return "otdel@example.org"
        case "long_text":
            words = chance.choice(
                ["", "", "Информация размещена во всех организациях.", "Проведены родительские собрания."]
            )
            return words[: question.max_length]
        case _:
            return "Специалист отдела образования"[: question.max_length]


def _figure(question: Question, chance: random.Random) -> int:
    if question.role == "informed":
        return chance.randint(20, 900)
    if question.role == "action":
        return chance.choice([0, 0, 1, 2, 3, 5, 8, 12])
    return chance.choice([0, 0, 1, 2, 3, 4, 7, 12, 18, 25])


def _within(question: Question, figure: int, chance: random.Random, tries: int) -> int:
    """Return the figure, or another one within the limits: after a refusal a very low, a low or any one in turn."""
    limits = bounds(question, 0)
    least, most = math.ceil(limits.minimum), math.floor(limits.maximum)
    if not tries and least <= figure <= most:
        return figure
    return chance.randint(least, min(most, least + (1000, 3, 30)[tries % 3]))


def _grouped(number: int) -> str:
    """As a clerk may well type it: `1 234`."""
    return f"{number:,}".replace(",", " ")


def spoil(campaign: Campaign) -> Mapping[str, str]:
    """A typical mistake: words beside the first figure, or a day that is none; nothing where neither is asked."""
    asked = [question for question in campaign.sheet_questions if question.asked]
    for question in sorted(asked, key=lambda one: not one.numeric):
        if question.numeric or question.type == "date":
            return {question.id: "12 чел." if question.numeric else "скоро"}
    return {}


def overstated(campaign: Campaign, typed: Mapping[str, Typed]) -> dict[str, Typed]:
    """The same with the first figure too high: sending the right one then lowers it, and the form asks why.

    The same as given where no figure is asked, or no higher one is taken.
    """
    first = next((q for q in campaign.sheet_questions if q.numeric and q.asked), None)
    if first is None:
        return dict(typed)
    right = int(str(typed[first.id]).replace(" ", ""))
    for more in (10, 1):
        raised = {**typed, first.id: _grouped(right + more)}
        if not examine(campaign, raised).errors:
            return raised
    return dict(typed)
