"""Expressions of rules: parsed once into a tree over question ids, evaluated on the answers of one report."""

from __future__ import annotations

import ast
import functools
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from campaign.answer_types.day import read_day
from campaign.errors import ExpressionError
from campaign.texts import expressions as texts
from campaign.values import Value


@dataclass(frozen=True, slots=True)
class Number:
    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """The sum of one or several numeric questions: their present answers, or the figures that counted before."""

    questions: tuple[str, ...]
    previous: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many values a question holds; 0 when it is blank."""

    question: str


@dataclass(frozen=True, slots=True)
class Includes:
    """True where the answer is the option or one of several chosen ones."""

    question: str
    option: str


@dataclass(frozen=True, slots=True)
class Holds:
    """True where a yes/no question was answered «да»."""

    question: str


@dataclass(frozen=True, slots=True)
class Day:
    """The answer of a question for a date."""

    question: str


@dataclass(frozen=True, slots=True)
class GivenDay:
    """A date that the expression itself names."""

    value: date


@dataclass(frozen=True, slots=True)
class Operation:
    """`left op right`, op one of the keys of OPERATORS."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


Node = Number | Figure | Count | Includes | Holds | Day | GivenDay | Operation | Not


def _minus(left: Any, right: Any) -> Any:
    """Return the difference; of two dates the days between them."""
    return (left - right).days if isinstance(left, date) else left - right


OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": _minus,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "and": operator.and_,
    "or": operator.or_,
}


Scalar = int | Decimal | Fraction | bool | date


@dataclass(frozen=True)
class Operands:
    """The answers over which an expression is evaluated.

    values:   question id → value; a blank answer, and one with an error of its own, is missing or None
    before:   question id → the previous figure that counted for the municipality
    mistaken: questions that have an error of their own
    """

    values: Mapping[str, Value | None]
    before: Mapping[str, Value | None] = field(default_factory=dict)
    mistaken: frozenset[str] = frozenset()


def evaluate(node: Node, operands: Operands) -> Scalar:
    """Return the value of the tree: a number, a date, or True or False. A quotient is an exact fraction.

    Raises KeyError or TypeError where an operand is missing or None; `Rule.fires` looks for that before.
    Raises ZeroDivisionError.
    """
    match node:
        case Number(value):
            return value
        case Figure(questions, previous):
            figures = operands.before if previous else operands.values
            return sum(cast("int | Decimal", figures[question]) for question in questions)
        case Count(question):
            return count_values(operands.values.get(question))
        case Includes(question, option):
            return includes(operands.values.get(question), option)
        case Holds(question) | Day(question):
            return cast("bool | date", operands.values[question])
        case GivenDay(value):
            return value
        case Operation(op, left, right):
            return _operate(op, evaluate(left, operands), evaluate(right, operands))
        case Not(inner):
            return not evaluate(inner, operands)


def _operate(op: str, left: Scalar, right: Scalar) -> Scalar:
    """Return `left op right`; exact: of a fraction's own kind where one side is a fraction or a quotient is made."""
    if op == "/" or isinstance(left, Fraction) or isinstance(right, Fraction):
        left, right = Fraction(cast("int", left)), Fraction(cast("int", right))
    return cast("Scalar", OPERATORS[op](left, right))


def count_values(value: Value | None) -> int:
    """Return how many values an answer holds: 0 for a blank one, the number of links or options, else 1."""
    if value is None:
        return 0
    return len(value) if isinstance(value, tuple) else 1


def includes(value: Value | None, option: str) -> bool:
    """Return True if the answer is the option or one of several chosen ones."""
    return option in value if isinstance(value, tuple) else value == option


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and all nodes below it."""
    yield node
    match node:
        case Operation(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Not(inner):
            yield from walk(inner)


@dataclass(frozen=True)
class Names:
    """The names that an expression may use.

    figures:    name → the numeric questions that it sums (a question, a table, `table.group`)
    counted:    questions that `count` takes
    options:    question → its option ids
    yes_no:     questions that are conditions by themselves
    days:       questions for dates
    not_summed: name of a table's figure that is not summed → one of its cells, as an example
    lists:      list of entries → the question with their number
    this:       the question that `this` stands for in a rule over several questions; None in any other rule
    hint:       unknown name → Russian words with the nearest known one, or ""
    """

    figures: Mapping[str, tuple[str, ...]]
    counted: frozenset[str]
    options: Mapping[str, frozenset[str]]
    yes_no: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    not_summed: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    this: str | None = None
    hint: Callable[[str], str] = lambda _: ""


LONGEST = 2_000
"""Characters of an expression."""
MOST_NODES = 600
"""Parts of its tree, about a hundred figures: reading and evaluating go down level by level."""
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_BINARY: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_BARE_DAY = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")

_HABITS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(habit), wanted)
    for habit, wanted in (
        (r"(?i:\bи\b)|\bA(?:ND|nd)\b|&+", "and"),
        (r"(?i:\bили\b)|\bO(?:R|r)\b|\|+", "or"),
        (r"(?i:\bне\b)|\bN(?:OT|ot)\b|!(?!=)", "not"),
        (r"≥|=>", ">="),
        (r"≤|=<", "<="),
        (r"<>|≠|=!|=/=", "!="),
        (r"(?<![<>=!])=(?!=)", "=="),
        (r"[×·]", "*"),
        (r"÷", "/"),
        (r"[−–—]", "-"),
    )
)


def parse_condition(text: str, names: Names) -> Node:
    """Parse what must be true or false. Raises ExpressionError with a Russian sentence."""
    return _condition(_tree(text), names)


def parse_figure(text: str, names: Names) -> Node:
    """Parse what must be a number or a date. Raises ExpressionError with a Russian sentence."""
    return _operand(_tree(text), names)


def _tree(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ExpressionError(texts.LONG.format(most=LONGEST))
    try:
        # Only the grammar is Python's: the tree is read node by node and never compiled or run.
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(_habit(text)) from error
    if any(isinstance(node, ast.Tuple) for node in ast.walk(tree)):
        raise ExpressionError(_habit(text))
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
        raise ExpressionError(texts.LONG.format(most=LONGEST))
    return tree


def _habit(text: str) -> str:
    """Return the Russian advice for a notation that people know from elsewhere: «и», «≥», «1,5», 01.09.2023."""
    day = _BARE_DAY.search(text)
    if day:
        return texts.DAY.format(found=day[0])
    comma = re.search("[0-9]+,[0-9]+", text)
    if comma:
        return texts.POINT.format(found=comma[0], wanted=comma[0].replace(",", "."))
    for habit, wanted in _HABITS:
        found = habit.search(text)
        if found:
            return texts.WRITE.format(found=found[0], wanted=wanted)
    return texts.BROKEN


def _condition(node: ast.expr, names: Names) -> Node:
    match node:
        case ast.BoolOp(op, values):
            word = "and" if isinstance(op, ast.And) else "or"
            return functools.reduce(
                lambda left, right: Operation(word, left, right), [_condition(v, names) for v in values]
            )
        case ast.UnaryOp(ast.Not(), inner):
            return Not(_condition(inner, names))
        case ast.Compare(left, ops, comparators):
            sides = [_operand(side, names) for side in (left, *comparators)]
            if len({_is_day(side) for side in sides}) > 1:
                raise ExpressionError(texts.DAYS.format(what=ast.unparse(node)))
            pairs = [Operation(_comparison(op), sides[i], sides[i + 1]) for i, op in enumerate(ops)]
            return functools.reduce(lambda one, other: Operation("and", one, other), pairs)
        case ast.Call(ast.Name("includes"), [question, option]):
            return _includes(question, option, names)
        case ast.Call(ast.Name("includes")):
            raise ExpressionError(texts.INCLUDES)
        case ast.Name(name) if name in names.yes_no:
            return Holds(name)
        case _:
            raise ExpressionError(texts.NEEDS_CONDITION.format(what=ast.unparse(node)))


def _comparison(op: ast.cmpop) -> str:
    try:
        return _COMPARISONS[type(op)]
    except KeyError as error:
        raise ExpressionError(texts.NOT_ALLOWED.format(what=type(op).__name__)) from error


def _is_day(node: Node) -> bool:
    return isinstance(node, Day | GivenDay)


def _figure(node: ast.expr, names: Names) -> Node:
    found = _operand(node, names)
    if _is_day(found):
        raise ExpressionError(texts.DAYS.format(what=ast.unparse(node)))
    return found


def _operand(node: ast.expr, names: Names) -> Node:
    """Return a number or a date; of dates the difference alone is made."""
    match node:
        case ast.Name(name) if name in names.days:
            return Day(name)
        case ast.Constant(str() as text):
            day = read_day(text)
            if day is None:
                raise ExpressionError(texts.NOT_ALLOWED.format(what=ast.unparse(node)))
            return GivenDay(day)
        case ast.Constant(int() | float() as value) if not isinstance(value, bool) and math.isfinite(value):
            return Number(value if isinstance(value, int) else Decimal(str(value)))
        case ast.UnaryOp(ast.USub(), inner):
            return Operation("-", Number(0), _figure(inner, names))
        case ast.BinOp(left, op, right) if type(op) in _BINARY:
            one, other = _operand(left, names), _operand(right, names)
            days = _is_day(one) + _is_day(other)
            if days and not (days == 2 and isinstance(op, ast.Sub)):
                raise ExpressionError(texts.DAYS.format(what=ast.unparse(node)))
            return Operation(_BINARY[type(op)], one, other)
        case ast.Name() | ast.Attribute():
            return Figure(_questions(node, names))
        case ast.Call(ast.Name("previous"), [inner]):
            if not isinstance(inner, ast.Name | ast.Attribute):
                raise ExpressionError(texts.PREVIOUS)
            return Figure(_questions(inner, names), previous=True)
        case ast.Call(ast.Name("count"), [ast.Name(question)]) if question in names.lists:
            return Figure((names.lists[question],))
        case ast.Call(ast.Name("sum"), [ast.Attribute(ast.Name(question)) as inner]) if question in names.lists:
            return Figure(_questions(inner, names))
        case ast.Call(ast.Name("count"), [ast.Name(question)]) if question in names.counted:
            return Count(question)
        case ast.Call(ast.Name("count")):
            raise ExpressionError(texts.COUNT)
        case ast.Compare() | ast.BoolOp():
            raise ExpressionError(texts.NEEDS_NUMBER.format(what=ast.unparse(node)))
        case _:
            raise ExpressionError(texts.NOT_ALLOWED.format(what=ast.unparse(node)))


def _questions(node: ast.expr, names: Names) -> tuple[str, ...]:
    name = ast.unparse(node)
    if name == "this":
        if names.this is None:
            raise ExpressionError(texts.THIS)
        name = names.this
    try:
        return names.figures[name]
    except KeyError as error:
        if name in names.not_summed:
            words = texts.NOT_SUMMED.format(name=name, cell=names.not_summed[name])
            raise ExpressionError(words) from error
        if name in names.yes_no:
            raise ExpressionError(texts.YES_NO.format(name=name)) from error
        if name in names.counted:
            includes = texts.OR_INCLUDES.format(name=name) if name in names.options else ""
            raise ExpressionError(texts.NOT_A_NUMBER.format(name=name, includes=includes)) from error
        hint = names.hint(name)
        raise ExpressionError(texts.UNKNOWN_NAME.format(name=name, hint=hint)) from error


def _includes(question: ast.expr, option: ast.expr, names: Names) -> Node:
    if not isinstance(question, ast.Name) or not isinstance(option, ast.Name):
        raise ExpressionError(texts.INCLUDES)
    if option.id not in names.options.get(question.id, frozenset()):
        raise ExpressionError(texts.INCLUDES)
    return Includes(question.id, option.id)
