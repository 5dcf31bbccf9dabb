"""Rules over several answers of one report; form and worker evaluate them alike."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from campaign import expressions, texts
from campaign.errors import ExpressionError
from campaign.expressions import Count, Day, Figure, Holds, Includes, Names, Node, Operands, evaluate, walk
from campaign.problems import Ask, Level, Problem


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence with expressions in braces."""

    parts: tuple[str | Node, ...]

    def render(self, operands: Operands) -> str:
        """Return the sentence with its figures in Russian notation."""
        return "".join(
            part if isinstance(part, str) else texts.operand(evaluate(part, operands)) for part in self.parts
        )


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


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be there before an expression can be evaluated.

    now:    questions that must be answered, without an error
    before: questions with a figure that counted before
    sound:  questions without an error of their own; they may be blank
    """

    now: frozenset[str]
    before: frozenset[str]
    sound: frozenset[str]

    @classmethod
    def of(cls, *trees: Node) -> Needs:
        """Return what all these expressions need."""
        nodes = [node for tree in trees for node in walk(tree)]
        figures = [node for node in nodes if isinstance(node, Figure)]
        single = frozenset(node.question for node in nodes if isinstance(node, Holds | Day))
        return cls(
            now=single.union(*(node.questions for node in figures if not node.previous)),
            before=frozenset(q for node in figures if node.previous for q in node.questions),
            sound=frozenset(node.question for node in nodes if isinstance(node, Count | Includes)),
        )

    @property
    def questions(self) -> frozenset[str]:
        """All questions that are looked at."""
        return self.now | self.before | self.sound

    def met(self, operands: Operands) -> bool:
        """Return True if everything is there."""
        return (
            None not in map(operands.values.get, self.now)
            and None not in map(operands.before.get, self.before)
            and operands.mistaken.isdisjoint(self.sound)
        )


SECTION = "section:"
"""Before the id of a section where it names a place of the form."""


@dataclass(frozen=True)
class Condition:
    """When a place of the form is asked.

    place: id of the question or table; of a section SECTION and its id
    """

    place: str
    node: Node
    needs: Needs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", Needs.of(self.node))

    def holds(self, operands: Operands) -> bool:
        """Return True if the condition is true. While an operand is blank or mistaken, it is not."""
        try:
            return self.needs.met(operands) and bool(evaluate(self.node, operands))
        except ZeroDivisionError:
            return False


@dataclass(frozen=True)
class Rule:
    """One rule over one place of the form, compiled from the campaign file.

    key:   `id`, or `id:question` for a rule over several questions; the clerk's reason is kept under it
    code:  the id of the file
    at:    question where the problem is shown; of a table its first cell
    at_table: the file names the table rather than the cell
    short: the rule in a few words, for «Пояснения»
    needs: of condition and message
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
    at_table: bool = False
    needs: Needs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", Needs.of(self.condition, *self._message_nodes()))

    def _message_nodes(self) -> tuple[Node, ...]:
        return tuple(part for part in self.message.parts if not isinstance(part, str))

    def fires(self, operands: Operands) -> bool:
        """Return True if the condition holds and all its operands are there.

        A blank operand, or one with an error of its own, silences the rule: that error is reported once, and not again
        by every rule over the question. A quotient with a divisor of 0 is blank, in the message too.
        """
        if not self.needs.met(operands):
            return False
        try:
            if not evaluate(self.condition, operands):
                return False
            self.message.render(operands)
        except ZeroDivisionError:
            return False
        return True

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
