"""Columns as the operands of the campaign's rules: the same tree, evaluated on many rows at once.

Imported by `sync.check`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from campaign import Rule, Value
from campaign.expressions import Number, Operands, Operation, walk
from sync.check.columns import INT64_SAFE, Column, Flags, Numbers, Positions, exact_numbers

# Figures as int64 or exact objects, and flags; what numpy's operators make of them stays one of these.
Operand = npt.NDArray[Any]


@dataclass(frozen=True)
class Before:
    """The figures that counted before, as columns made once, where a rule asks for them."""

    rows: Sequence[Mapping[str, Value | None]]
    _made: dict[str, tuple[Flags, Numbers]] = field(default_factory=dict)

    def column(self, question: str) -> tuple[Flags, Numbers]:
        """Row → whether a figure is known, and the figure; 0 where there is none."""
        made = self._made.get(question)
        if made is None:
            figures = [row.get(question) if row else None for row in self.rows]
            known = np.array([figure is not None for figure in figures], dtype=np.bool_)
            made = self._made[question] = known, exact_numbers([_number(figure) for figure in figures])
        return made


@dataclass(frozen=True)
class ColumnOperands:
    """The operands of the rows at `chosen`.

    columns: question id → its answers, of all rows
    before:  the figures that counted before, of all rows
    exact:   figures as Python's own numbers, for rules whose results int64 could not hold
    """

    columns: Mapping[str, Column]
    before: Before
    chosen: Positions
    exact: bool = False

    def constant(self, value: int | Decimal) -> Operand:
        return np.asarray(value, dtype=np.object_ if self.exact or isinstance(value, Decimal) else np.int64)

    def value(self, question: str) -> Operand:
        column = self.columns[question]
        return self._numbers(column.numbers[column.codes[self.chosen]])

    def previous(self, question: str) -> Operand:
        return self._numbers(self.before.column(question)[1][self.chosen])

    def count(self, question: str) -> Operand:
        column = self.columns[question]
        return self._numbers(column.held[column.codes[self.chosen]])

    def includes(self, question: str, option: str) -> Operand:
        column = self.columns[question]
        return column.includes(option)[column.codes[self.chosen]]

    def known(self, present: Sequence[str], before: Sequence[str], sound: Sequence[str]) -> Operand:
        mask: Operand = np.ones(len(self.chosen), dtype=np.bool_)
        for question in present:
            column = self.columns[question]
            mask &= column.present[column.codes[self.chosen]]
        for question in before:
            mask &= self.before.column(question)[0][self.chosen]
        for question in sound:
            column = self.columns[question]
            mask &= column.sound[column.codes[self.chosen]]
        return mask

    def where(self, mask: Operand, then: Callable[[Operands[Operand]], Operand]) -> Operand:
        fired = np.zeros(len(self.chosen), dtype=np.bool_)
        if mask.any():
            fired[mask] = then(replace(self, chosen=self.chosen[mask]))
        return fired

    def _numbers(self, numbers: Operand) -> Operand:
        return numbers.astype(np.object_) if self.exact else numbers


def fired(rule: Rule, columns: Mapping[str, Column], before: Before) -> Flags:
    """Row → whether the rule has something to say of it."""
    every = np.arange(len(before.rows), dtype=np.intp)
    return cast("Flags", rule.fires(ColumnOperands(columns, before, every, exact=_needs_exact(rule))))


def _needs_exact(rule: Rule) -> bool:
    """Sums of int64 columns stay exact; products and huge constants may not."""
    return any(
        (isinstance(node, Operation) and node.op == "*")
        or (isinstance(node, Number) and not -INT64_SAFE <= node.value <= INT64_SAFE)
        for node in walk(rule.condition)
    )


def _number(value: Value | None) -> int | Decimal:
    return value if isinstance(value, int | Decimal) else 0
