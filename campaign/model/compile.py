"""Compiles the rules of the file: names resolved, `for` spread over its questions."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from campaign import texts
from campaign.answer_types.day import Day
from campaign.answer_types.numbers import WholeNumber
from campaign.answer_types.yes_no import YesNo
from campaign.calculations import Calculation
from campaign.errors import CampaignError, ExpressionError
from campaign.expressions import Day as DayNode
from campaign.expressions import GivenDay, Names, parse_condition, parse_figure
from campaign.model.questions import Question
from campaign.model.rule_text import RuleText
from campaign.rules import Condition, Needs, Rule, parse_message
from campaign.texts import calculated as calculated_texts

THIS = "this"


@dataclass(frozen=True)
class Vocabulary:
    """The names that rules may use.

    figures:    name → the numeric questions that it sums
    not_summed: name of a table's figure that is not summed, or of a table with such a figure → its cells
    lists:      id of a list → the question with the number of its entries
    """

    questions: Sequence[Question]
    figures: Mapping[str, tuple[str, ...]]
    not_summed: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, str] = field(default_factory=dict)

    def cells(self, name: str) -> tuple[str, ...]:
        """Return the questions of a table, of its figure or of a group of it; none for any other name."""
        return self.figures.get(name) or self.not_summed.get(name, ())


class RuleError(CampaignError):
    """A rule that cannot be compiled: the key of the rule with the mistake, and what is expected there (Russian)."""

    def __init__(self, key: str, expected: str) -> None:
        self.key = key
        self.expected = expected
        super().__init__(f"{key}: {expected}")


def compile_rules(rule_texts: Iterable[RuleText], vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """Return all rules of the campaign. Raises RuleError."""
    return tuple(rule for text in rule_texts for rule in compile_rule(text, vocabulary))


def compile_rule(text: RuleText, vocabulary: Vocabulary) -> Iterator[Rule]:
    """Yield the rule, or one for each question that `for` names. Raises RuleError."""
    if text.for_ is None:
        yield _rule(vocabulary, text, text.id, _place(vocabulary, text.at), this=None)
        return
    if text.at != THIS:
        raise RuleError("at", texts.RULE_NEEDS_THIS)
    for question in vocabulary.questions:
        if question.cumulative and not question.kept_at_home:
            yield _rule(vocabulary, text, f"{text.id}:{question.id}", question, this=question.id)


def _place(vocabulary: Vocabulary, name: str) -> Question:
    """Return the question that `at` names; of a table, a figure or a group its first cell."""
    by_id = {question.id: question for question in vocabulary.questions}
    cells = [name] if name in by_id else vocabulary.cells(name)
    if not cells:
        raise RuleError("at", texts.EXPECTED_QUESTION.format(hint=nearest(name, by_id)))
    return by_id[cells[0]]


def _rule(vocabulary: Vocabulary, text: RuleText, key: str, at: Question, *, this: str | None) -> Rule:
    names = _names(vocabulary, this)
    try:
        condition = parse_condition(text.if_, names)
    except ExpressionError as error:
        raise RuleError("if", str(error)) from error
    try:
        message = parse_message(text.message, names)
    except ExpressionError as error:
        raise RuleError("message", str(error)) from error
    rule = Rule(
        key=key,
        code=text.id,
        at=at.id,
        short=text.short,
        condition=condition,
        message=message,
        advice=text.advice,
        level=text.level,
        ask=text.ask,
        at_table=text.at not in (at.id, THIS),
    )
    at_home = {q.id for q in vocabulary.questions if q.kept_at_home}
    for question in sorted(rule.needs.questions & at_home):
        raise RuleError("if", texts.RULE_HOME.format(name=question))
    return rule


def compile_condition(place: str, text: str, vocabulary: Vocabulary, earlier: Collection[str]) -> Condition:
    """Return when the place is asked. earlier: ids of the questions before it in the file. Raises RuleError."""
    try:
        condition = Condition(place, parse_condition(text, _names(vocabulary, None)))
    except ExpressionError as error:
        raise RuleError("relevant", str(error)) from error
    _check_earlier("relevant", condition.needs, vocabulary, earlier, texts.RELEVANT_LATER)
    return condition


def compile_calculation(question: Question, vocabulary: Vocabulary, earlier: Collection[str]) -> Calculation:
    """Return how the figure of a question is made. earlier: ids of the questions before it. Raises RuleError."""
    try:
        node = parse_figure(question.calculated or "", _names(vocabulary, None))
    except ExpressionError as error:
        raise RuleError("calculated", str(error)) from error
    if isinstance(node, DayNode | GivenDay):
        raise RuleError("calculated", calculated_texts.DAY)
    made = Calculation(node, question.decimal_places, question.type == WholeNumber.name)
    _check_earlier("calculated", made.needs, vocabulary, earlier, calculated_texts.LATER)
    return made


def _check_earlier(key: str, needs: Needs, vocabulary: Vocabulary, earlier: Collection[str], later: str) -> None:
    """Raises RuleError for a question that is kept at home, or stands later in the file: `later` are the words."""
    at_home = {q.id for q in vocabulary.questions if q.kept_at_home}
    for name in sorted(needs.questions):
        if name in at_home:
            raise RuleError(key, texts.RULE_HOME.format(name=name))
        if name not in earlier and name not in needs.before:
            raise RuleError(key, later.format(name=name))


def _names(vocabulary: Vocabulary, this: str | None) -> Names:
    ids = [q.id for q in vocabulary.questions]
    return Names(
        figures=vocabulary.figures,
        counted=frozenset(ids),
        options={q.id: frozenset(o.id for o in q.options) for q in vocabulary.questions if q.options},
        yes_no=frozenset(q.id for q in vocabulary.questions if q.type == YesNo.name),
        days=frozenset(q.id for q in vocabulary.questions if q.type == Day.name),
        not_summed={name: cells[0] for name, cells in vocabulary.not_summed.items()},
        lists=vocabulary.lists,
        this=this,
        hint=lambda name: nearest(name, [*vocabulary.figures, *vocabulary.not_summed, *ids]),
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return «; может быть, …?» with the nearest known name, or ""."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return texts.KEY_HINT.format(name=found[0]) if found else ""
