"""Figures that are calculated from other answers of the report, and never asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import cast

from campaign.answer_types.base import number_text
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.expressions import Node, Operands, evaluate
from campaign.rules import Needs
from campaign.texts import calculated as calculated_texts
from campaign.values import Cell, Value

_FIGURE = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
LARGEST = 10**15
"""What a cell of a spreadsheet keeps to its last digit."""


@dataclass(frozen=True)
class Calculation:
    """How a figure is made. places: digits after the comma; 0 for a whole number"""

    node: Node
    places: int
    whole: bool
    needs: Needs = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", Needs.of(self.node))

    def value(self, operands: Operands) -> int | Decimal | None:
        """Return the figure, rounded half away from zero: 2.5 gives 3 where whole numbers are wanted.

        None where an operand is blank or has an error of its own, and for a division by zero. Raises AnswerError for a
        figure that no cell keeps.
        """
        if not self.needs.met(operands):
            return None
        try:
            exact = Fraction(cast("int | Decimal | Fraction", evaluate(self.node, operands)))
        except ZeroDivisionError:
            return None
        if abs(exact) >= LARGEST:
            words = calculated_texts.TOO_LARGE, calculated_texts.TOO_LARGE_ADVICE
            raise AnswerError(AnswerCode.TOO_MANY_DIGITS, *words)
        scaled = abs(exact) * 10**self.places
        digits = int(scaled + Fraction(1, 2)) * (-1 if exact < 0 else 1)
        return digits if self.whole else Decimal(digits).scaleb(-self.places).normalize() + 0


def is_same(cell: Cell, value: Value | None) -> bool:
    """Return True if the cell, which is not blank, holds this figure, as a number or in figures."""
    if not isinstance(value, int | Decimal) or isinstance(cell, bool):
        return False
    text = number_text(cell) if isinstance(cell, int | float) else "".join(str(cell).split()).replace(",", ".")
    return _FIGURE.fullmatch(text) is not None and Decimal(text) == Decimal(number_text(float(value)))
