"""Columns as the operands of the campaign's rules: the same tree, evaluated on many rows at once.

Imported by `sync.check`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from campaign import Rule, Value
from campaign.expressions import Number, Operands, Operation, walk
from campaign.rules import Needs
from sync.check.columns import INT64_SAFE, Column, Flags, Numbers, Positions, exact_numbers

# Figures as int64 or exact objects, and flags; what numpy's operators make of them stays one of these.
Operand = npt.NDArray[Any]


@dataclass(frozen=True)
class Before:
    """The figures that counted before, as columns made once, where a rule asks for them.

    size: how many rows there are
    rows: row → figures; a row that had none before may be missing
    """

    size: int
    rows: Mapping[int, Mapping[str, Value | None]]
    _made: dict[str, tuple[Flags, Numbers]] = field(default_factory=dict)

    def column(self, question: str) -> tuple[Flags, Numbers]:
        """Row → whether a figure is known, and the figure; 0 where there is none."""
        if question not in self._made:
            figures = {i: figure for i, row in self.rows.items() if (figure := row.get(question)) is not None}
            places = np.fromiter(figures, dtype=np.intp, count=len(figures))
            exact = exact_numbers([_number(figure) for figure in figures.values()])
            known: Flags = np.zeros(self.size, dtype=np.bool_)
            numbers = cast("Numbers", np.zeros(self.size, dtype=exact.dtype))
            known[places], numbers[places] = True, exact
            self._made[question] = known, numbers
        return self._made[question]


@dataclass(frozen=True)
class ColumnOperands:
    """The operands of some of the rows.

    columns: question id → its answers, of all rows
    before:  the figures that counted before, of all rows
    chosen:  which rows; None for all
    exact:   figures as Python's own numbers, for rules whose results int64 could not hold
    """

    columns: Mapping[str, Column]
    before: Before
    chosen: Positions | None = None
    exact: bool = False

    def constant(self, value: int | Decimal) -> Operand:
        return np.asarray(value, dtype=np.object_ if self.exact or isinstance(value, Decimal) else np.int64)

    def value(self, question: str) -> Operand:
        return self._numbers(self.columns[question].numbers)

    def previous(self, question: str) -> Operand:
        return self._numbers(self.before.column(question)[1])

    def count(self, question: str) -> Operand:
        return self._numbers(self.columns[question].held)

    def includes(self, question: str, option: str) -> Operand:
        return self._of_chosen(self.columns[question].includes(option))

    def decided(self, needs: Needs, decide: Callable[[Operands[Operand]], Operand]) -> Operand:
        mask = self._known(needs)
        rows = np.flatnonzero(mask)
        if len(rows) == len(mask):
            return decide(self) & mask  # a rule of constants alone says one thing of all rows
        fired = np.zeros(len(mask), dtype=np.bool_)
        if len(rows):
            fired[rows] = decide(replace(self, chosen=rows if self.chosen is None else self.chosen[rows]))
        return fired

    def _known(self, needs: Needs) -> Operand:
        """Where all that is needed is there."""
        size = self.before.size if self.chosen is None else len(self.chosen)
        if needs.before and not self.before.rows:
            return np.zeros(size, dtype=np.bool_)
        mask: Operand = np.ones(size, dtype=np.bool_)
        for question in needs.before:
            mask &= self._of_chosen(self.before.column(question)[0])
        for question in needs.present:
            mask &= self._of_chosen(self.columns[question].present)
        for question in needs.sound:
            mask &= self._of_chosen(self.columns[question].sound)
        return mask

    def _numbers(self, numbers: Operand) -> Operand:
        chosen = self._of_chosen(numbers)
        return chosen.astype(np.object_) if self.exact else chosen

    def _of_chosen(self, column: Operand) -> Operand:
        return column if self.chosen is None else column[self.chosen]


def fired(rule: Rule, columns: Mapping[str, Column], before: Before) -> Flags:
    """Row → whether the rule has something to say of it."""
    return cast("Flags", rule.fires(ColumnOperands(columns, before, exact=_needs_exact(rule))))


def _needs_exact(rule: Rule) -> bool:
    """Sums of int64 columns stay exact; products and huge constants may not."""
    return any(
        (isinstance(node, Operation) and node.op == "*")
        or (isinstance(node, Number) and not -INT64_SAFE <= node.value <= INT64_SAFE)
        for node in walk(rule.condition)
    )


def _number(value: Value | None) -> int | Decimal:
    return value if isinstance(value, int | Decimal) else 0
