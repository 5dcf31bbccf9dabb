"""Rules of the campaign file, compiled: names resolved, `for` spread over its questions. Imported by `campaign`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from campaign import texts
from campaign.errors import CampaignError, ExpressionError
from campaign.expressions import Names, parse_condition
from campaign.rules import Rule, parse_message

if TYPE_CHECKING:
    from campaign.model import Campaign, Question, RuleText

THIS = "this"


class RuleError(CampaignError):
    """A rule that cannot be compiled: `key` of the file's rule and the Russian words of what is expected."""

    def __init__(self, key: str, expected: str) -> None:
        self.key = key
        self.expected = expected
        super().__init__(f"{key}: {expected}")


def compile_rules(campaign: Campaign) -> tuple[Rule, ...]:
    """All rules of the campaign. Raises RuleError."""
    return tuple(rule for text in campaign.rule_texts for rule in compile_rule(campaign, text))


def compile_rule(campaign: Campaign, text: RuleText) -> Iterator[Rule]:
    """One rule of the file: itself, or one for each question that `for` names. Raises RuleError."""
    if text.for_ is None:
        yield _rule(campaign, text, text.id, _question(campaign, text.at), this=None)
        return
    if text.at != THIS:
        raise RuleError("at", texts.RULE_NEEDS_THIS)
    for question in campaign.sheet_questions:
        if question.cumulative:
            yield _rule(campaign, text, f"{text.id}:{question.id}", question, this=question.id)


def _question(campaign: Campaign, name: str) -> Question:
    try:
        return campaign.by_id[name]
    except KeyError as error:
        hint = nearest(name, campaign.by_id)
        raise RuleError("at", texts.EXPECTED_QUESTION.format(hint=hint)) from error


def _rule(campaign: Campaign, text: RuleText, key: str, at: Question, *, this: str | None) -> Rule:
    names = _names(campaign, this)
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
    )
    for question in sorted(rule.needs | rule.needs_before | rule.needs_sound):
        if campaign.by_id[question].kept_at_home:
            raise RuleError("if", texts.RULE_HOME.format(name=question))
    return rule


def _names(campaign: Campaign, this: str | None) -> Names:
    numeric = [q for q in campaign.questions if q.numeric]
    figures: dict[str, tuple[str, ...]] = {q.id: (q.id,) for q in numeric}
    for table in campaign.tables:
        for figure in table.figures:
            figures[figure.id] = tuple(q.id for q in campaign.leaves_of(figure.id))
            for group in campaign.target_groups:
                name = f"{figure.id}.{group.id}"
                figures[name] = tuple(q.id for q in campaign.leaves_of(name))
        figures.setdefault(table.id, tuple(q.id for q in campaign.leaves_of(table.id)))
    return Names(
        figures=figures,
        counted=frozenset(q.id for q in campaign.questions),
        options={q.id: frozenset(o.id for o in q.options) for q in campaign.questions if q.options},
        this=this,
        hint=lambda name: nearest(name, [*figures, *campaign.by_id]),
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """«; может быть, …?» with the known name that is nearest, or nothing."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return texts.KEY_HINT.format(name=found[0]) if found else ""
