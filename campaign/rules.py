"""Rules over several answers: one tree, one decision, for one answer (the form) and for columns (the worker).

Imported by `campaign`, `webform` and `sync`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from campaign import expressions, texts
from campaign.errors import ExpressionError
from campaign.expressions import Count, Figure, Includes, Names, Node, Operands, evaluate, walk
from campaign.problems import Ask, Level, Problem
from campaign.values import Value

T = TypeVar("T")
Scalar = int | Decimal | bool


class Needs(NamedTuple):
    """Which operands a rule needs.

    present: questions that must be filled in and without an error of their own
    before:  questions for which a previous figure must be known
    sound:   questions without an error of their own; they may be blank
    """

    present: tuple[str, ...]
    before: tuple[str, ...]
    sound: tuple[str, ...]


class RuleOperands(Operands[T], Protocol[T]):
    """Operands that also know which of them are there."""

    def decided(self, needs: Needs, decide: Callable[[Operands[T]], T]) -> T:
        """What `decide` says where all that it needs is there; False elsewhere."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with expressions in braces."""

    parts: tuple[str | Node, ...]

    def render(self, operands: Operands[Scalar]) -> str:
        """The sentence with its figures, written as Russian readers write them."""
        return "".join(
            part if isinstance(part, str) else texts.number(_as_number(evaluate(part, operands))) for part in self.parts
        )


def _as_number(value: Scalar) -> int | Decimal:
    return int(value) if isinstance(value, bool) else value


def parse_message(text: str, names: Names) -> Message:
    """Split `text` at its braces. Raises ExpressionError for a brace alone and an expression that cannot be read."""
    pieces = re.split(r"\{([^{}]*)\}", text)
    if any("{" in piece or "}" in piece for piece in pieces[::2]):
        raise ExpressionError(texts.RULE_BRACE)
    return Message(
        tuple(
            expressions.parse_figure(piece, names) if i % 2 else piece
            for i, piece in enumerate(pieces)
            if piece or i % 2
        )
    )


@dataclass(frozen=True)
class Rule:
    """One rule over one place of the form, compiled from the campaign file.

    key: `id`, or `id:question` where the file writes one rule for several questions; a reason is kept under it.
    """

    key: str
    code: str
    at: str
    short: str
    condition: Node
    message: Message
    advice: str
    level: Level
    ask: Ask | None
    needs: frozenset[str] = field(init=False)
    needs_before: frozenset[str] = field(init=False)
    needs_sound: frozenset[str] = field(init=False)
    _needs: Needs = field(init=False, repr=False, compare=False)
    _decide: Callable[[Operands[Any]], Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        nodes = [n for tree in (self.condition, *self._message_nodes()) for n in walk(tree)]
        figures = [n for n in nodes if isinstance(n, Figure)]
        object.__setattr__(self, "needs", frozenset(q for n in figures if not n.previous for q in n.questions))
        object.__setattr__(self, "needs_before", frozenset(q for n in figures if n.previous for q in n.questions))
        object.__setattr__(self, "needs_sound", frozenset(n.question for n in nodes if isinstance(n, Count | Includes)))
        ordered = (tuple(sorted(needed)) for needed in (self.needs, self.needs_before, self.needs_sound))
        object.__setattr__(self, "_needs", Needs(*ordered))
        object.__setattr__(self, "_decide", expressions.compiled(self.condition))

    def _message_nodes(self) -> tuple[Node, ...]:
        return tuple(part for part in self.message.parts if not isinstance(part, str))

    def fires(self, operands: RuleOperands[T]) -> T:
        """Whether the rule has something to say: a bool, or a column of bools.

        An operand that is blank or has its own error makes the rule silent, never false (so the one question is
        reported once, and not again by every rule that looks at it).
        """
        return operands.decided(self._needs, self._decide)

    def problem(self, operands: Operands[Scalar], shown: str = "") -> Problem:
        """The problem to report where the rule fired, with the figures of that one answer."""
        return Problem(
            code=self.code,
            level=self.level,
            question=self.at,
            message=self.message.render(operands),
            advice=self.advice,
            shown=shown,
            rule=self.key,
            ask=self.ask,
        )


class AnswerOperands:
    """The operands of one answer.

    values:   question id → value; blank questions, and those with an error of their own, are missing or None
    before:   the previous figures that counted for the municipality
    mistaken: questions that have an error of their own
    """

    def __init__(
        self,
        values: Mapping[str, Value | None],
        before: Mapping[str, Value | None] = MappingProxyType({}),
        mistaken: frozenset[str] = frozenset(),
    ) -> None:
        self.values = values
        self.before = before
        self.mistaken = mistaken
        # A form asks every rule at every request: whether its operands are there is asked of sets.
        self._filled = {question for question, value in values.items() if value is not None}
        self._known_before = {question for question, value in before.items() if value is not None}
        self.value = cast("Callable[[str], Scalar]", values.__getitem__)
        self.previous = cast("Callable[[str], Scalar]", before.__getitem__)

    def constant(self, value: int | Decimal) -> Scalar:
        return value

    def count(self, question: str) -> Scalar:
        return held(self.values.get(question))

    def includes(self, question: str, option: str) -> Scalar:
        return contains(self.values.get(question), option)

    def decided(self, needs: Needs, decide: Callable[[Operands[Scalar]], Scalar]) -> bool:
        present, before, sound = needs
        return (
            self._filled.issuperset(present)
            and self._known_before.issuperset(before)
            and self.mistaken.isdisjoint(sound)
            and bool(decide(self))
        )


def held(value: Value | None) -> int:
    """How many values an answer holds: `count(question)`."""
    if value is None:
        return 0
    return len(value) if isinstance(value, tuple) else 1


def contains(value: Value | None, option: str) -> bool:
    """Whether an answer is or includes an option: `includes(question, option)`."""
    return option in value if isinstance(value, tuple) else value == option
