"""Expressions of rules: parsed once into a tree over question ids, evaluated on one answer or on whole columns.

The tree is walked by one function, `evaluate`, with Python's own operators; what differs between one answer and
columns is only the operands that it is handed. Imported by `campaign`; `sync` hands in columns.
"""

from __future__ import annotations

import ast
import functools
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar, cast

from campaign import texts
from campaign.errors import ExpressionError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Number:
    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """The sum of one or several numeric questions, as they stand now or as they counted before."""

    questions: tuple[str, ...]
    previous: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many values a question holds; 0 when it is blank."""

    question: str


@dataclass(frozen=True, slots=True)
class Includes:
    question: str
    option: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`left op right`, op one of the keys of OPERATORS."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


Node = Number | Figure | Count | Includes | Operation | Not

OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "and": operator.and_,
    "or": operator.or_,
}
ARITHMETIC = frozenset("+-*")


class Operands(Protocol[T_co]):
    """Where the values of one answer (T: a number or a bool) or of a table (T: a column) come from."""

    def constant(self, value: int | Decimal) -> T_co: ...
    def value(self, question: str) -> T_co: ...
    def previous(self, question: str) -> T_co: ...
    def count(self, question: str) -> T_co: ...
    def includes(self, question: str, option: str) -> T_co: ...


def evaluate(node: Node, operands: Operands[T]) -> T:
    """The value of the tree. All operands must be present: `Rule.fires` leaves out those that are not."""
    return cast("T", compiled(node)(operands))


def compiled(node: Node) -> Callable[[Operands[Any]], Any]:
    """The tree as one function of its operands: a form asks it at every request, so it is walked only once.

    Its leaves are methodcallers: they ask the operands without a Python frame of their own.
    """
    match node:
        case Number(value):
            return operator.methodcaller("constant", value)
        case Figure((question,), previous):
            return operator.methodcaller("previous" if previous else "value", question)
        case Figure(questions, previous):
            if previous:
                return lambda operands: functools.reduce(operator.add, map(operands.previous, questions))
            return lambda operands: functools.reduce(operator.add, map(operands.value, questions))
        case Count(question):
            return operator.methodcaller("count", question)
        case Includes(question, option):
            return operator.methodcaller("includes", question, option)
        case Operation(op, left, right):
            return _joined(OPERATORS[op], compiled(left), compiled(right))
        case Not(inner):
            negated = compiled(inner)
            return lambda operands: operator.xor(negated(operands), True)


def _joined(
    join: Callable[[Any, Any], Any], left: Callable[[Operands[Any]], Any], right: Callable[[Operands[Any]], Any]
) -> Callable[[Operands[Any]], Any]:
    return lambda operands: join(left(operands), right(operands))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    match node:
        case Operation(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Not(inner):
            yield from walk(inner)


@dataclass(frozen=True)
class Names:
    """What an expression may name.

    figures: name → the numeric questions that it sums (a question, a table, `table.group`)
    counted: questions that `count` takes
    options: question → its option ids
    this:    the question that `this` stands for, where the rule is written for several
    """

    figures: Mapping[str, tuple[str, ...]]
    counted: frozenset[str]
    options: Mapping[str, frozenset[str]]
    this: str | None = None
    hint: Callable[[str], str] = lambda _: ""


_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_BINARY: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


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
        (r"[−–—]", "-"),
    )
)


def parse_condition(text: str, names: Names) -> Node:
    """Parse what must be true or false. Raises ExpressionError with a Russian sentence."""
    return _condition(_tree(text), names)


def parse_figure(text: str, names: Names) -> Node:
    """Parse what must be a number. Raises ExpressionError with a Russian sentence."""
    return _figure(_tree(text), names)


def _tree(text: str) -> ast.expr:
    try:
        # Only the grammar is Python's: the tree is read node by node and never compiled or run.
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(_habit(text)) from error
    if any(isinstance(node, ast.Tuple) for node in ast.walk(tree)):
        raise ExpressionError(_habit(text))
    return tree


def _habit(text: str) -> str:
    """What to write in place of what people are used to write."""
    comma = re.search("[0-9]+,[0-9]+", text)
    if comma:
        return texts.EXPRESSION_POINT.format(found=comma[0], wanted=comma[0].replace(",", "."))
    for habit, wanted in _HABITS:
        found = habit.search(text)
        if found:
            return texts.EXPRESSION_WRITE.format(found=found[0], wanted=wanted)
    return texts.EXPRESSION_BROKEN


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
            sides = [_figure(side, names) for side in (left, *comparators)]
            pairs = [Operation(_comparison(op), sides[i], sides[i + 1]) for i, op in enumerate(ops)]
            return functools.reduce(lambda one, other: Operation("and", one, other), pairs)
        case ast.Call(ast.Name("includes"), [question, option]):
            return _includes(question, option, names)
        case ast.Call(ast.Name("includes")):
            raise ExpressionError(texts.EXPRESSION_INCLUDES)
        case _:
            raise ExpressionError(texts.EXPRESSION_NEEDS_CONDITION.format(what=ast.unparse(node)))


def _comparison(op: ast.cmpop) -> str:
    try:
        return _COMPARISONS[type(op)]
    except KeyError as error:
        raise ExpressionError(texts.EXPRESSION_NOT_ALLOWED.format(what=type(op).__name__)) from error


def _figure(node: ast.expr, names: Names) -> Node:
    match node:
        case ast.Constant(int() | float() as value) if not isinstance(value, bool):
            return Number(value if isinstance(value, int) else Decimal(str(value)))
        case ast.UnaryOp(ast.USub(), inner):
            return Operation("-", Number(0), _figure(inner, names))
        case ast.BinOp(left, op, right) if type(op) in _BINARY:
            return Operation(_BINARY[type(op)], _figure(left, names), _figure(right, names))
        case ast.Name() | ast.Attribute():
            return Figure(_questions(node, names))
        case ast.Call(ast.Name("previous"), [inner]):
            if not isinstance(inner, ast.Name | ast.Attribute):
                raise ExpressionError(texts.EXPRESSION_PREVIOUS)
            return Figure(_questions(inner, names), previous=True)
        case ast.Call(ast.Name("count"), [ast.Name(question)]) if question in names.counted:
            return Count(question)
        case ast.Call(ast.Name("count")):
            raise ExpressionError(texts.EXPRESSION_COUNT)
        case ast.Compare() | ast.BoolOp():
            raise ExpressionError(texts.EXPRESSION_NEEDS_NUMBER.format(what=ast.unparse(node)))
        case _:
            raise ExpressionError(texts.EXPRESSION_NOT_ALLOWED.format(what=ast.unparse(node)))


def _questions(node: ast.expr, names: Names) -> tuple[str, ...]:
    name = ast.unparse(node)
    if name == "this":
        if names.this is None:
            raise ExpressionError(texts.EXPRESSION_THIS)
        name = names.this
    try:
        return names.figures[name]
    except KeyError as error:
        if name in names.counted:
            includes = texts.EXPRESSION_OR_INCLUDES.format(name=name) if name in names.options else ""
            raise ExpressionError(texts.EXPRESSION_NOT_A_NUMBER.format(name=name, includes=includes)) from error
        hint = names.hint(name)
        raise ExpressionError(texts.EXPRESSION_UNKNOWN_NAME.format(name=name, hint=hint)) from error


def _includes(question: ast.expr, option: ast.expr, names: Names) -> Node:
    if not isinstance(question, ast.Name) or not isinstance(option, ast.Name):
        raise ExpressionError(texts.EXPRESSION_INCLUDES)
    if option.id not in names.options.get(question.id, frozenset()):
        raise ExpressionError(texts.EXPRESSION_INCLUDES)
    return Includes(question.id, option.id)
