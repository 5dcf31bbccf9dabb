"""Rules over several answers of one report; form and worker evaluate them alike."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from campaign import expressions, texts
from campaign.errors import ExpressionError
from campaign.expressions import Count, Figure, Includes, Names, Node, Operands, Scalar, evaluate, walk
from campaign.problems import Ask, Level, Problem


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with expressions in braces."""

    parts: tuple[str | Node, ...]

    def render(self, operands: Operands) -> str:
        """Return the sentence with its figures in Russian notation."""
        return "".join(
            part if isinstance(part, str) else texts.number(_as_number(evaluate(part, operands))) for part in self.parts
        )


def _as_number(value: Scalar) -> int | Decimal:
    return int(value) if isinstance(value, bool) else value


def parse_message(text: str, names: Names) -> Message:
    """Split `text` at its braces. Raises ExpressionError for a single brace and for an unreadable expression."""
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

    key:   `id`, or `id:question` for a rule over several questions; the clerk's reason is kept under it
    code:  the id of the file
    at:    question where the problem is shown
    short: the rule in a few words, for «Пояснения»
    needs: questions that must be answered, without an error
    needs_before: questions with a figure that counted before
    needs_sound:  questions without an error of their own; they may be blank
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

    def __post_init__(self) -> None:
        nodes = [n for tree in (self.condition, *self._message_nodes()) for n in walk(tree)]
        figures = [n for n in nodes if isinstance(n, Figure)]
        object.__setattr__(self, "needs", frozenset(q for n in figures if not n.previous for q in n.questions))
        object.__setattr__(self, "needs_before", frozenset(q for n in figures if n.previous for q in n.questions))
        object.__setattr__(self, "needs_sound", frozenset(n.question for n in nodes if isinstance(n, Count | Includes)))

    def _message_nodes(self) -> tuple[Node, ...]:
        return tuple(part for part in self.message.parts if not isinstance(part, str))

    def fires(self, operands: Operands) -> bool:
        """Return True if the condition holds and all its operands are there.

        A blank operand, or one with an error of its own, silences the rule: that error is reported once, and not again
        by every rule over the question.
        """
        return self._has_operands(operands) and bool(evaluate(self.condition, operands))

    def _has_operands(self, operands: Operands) -> bool:
        return (
            all(operands.values.get(question) is not None for question in self.needs)
            and all(operands.before.get(question) is not None for question in self.needs_before)
            and operands.mistaken.isdisjoint(self.needs_sound)
        )

    def problem(self, operands: Operands, shown: str = "") -> Problem:
        """Return the problem to report where the rule fired. shown: the answer at `at`, as people read it."""
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
