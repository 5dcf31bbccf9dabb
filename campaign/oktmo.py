"""OKTMO codes as people and classifiers write them."""

from __future__ import annotations

import re

from campaign.values import Cell
from campaign.words import DASHES, unmarked

CODE_LENGTH = 8
SETTLEMENT_LENGTH = 11
"""Digits of a settlement's code: those of its municipality, and three of its own; «000» for the municipality itself."""
_BETWEEN = re.compile(f"[\\s.,{DASHES}]+")


def oktmo_code(cell: Cell) -> str | None:
    """Return the 8 digits of the municipality that a cell's code names; None if the cell holds no such code.

    Blanks, points and dashes between the digits do not matter; a number gets its leading zero back:
    «17 605 000», «17-605-000-000» and 17605000.0 are all "17605000".
    """
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, float):
        if not cell.is_integer() or abs(cell) >= 10**SETTLEMENT_LENGTH:
            return None
        cell = int(cell)
    digits = _BETWEEN.sub("", unmarked(str(cell))) if isinstance(cell, str) else str(cell)
    if not (digits.isascii() and digits.isdigit()):
        return None
    for length in (CODE_LENGTH, SETTLEMENT_LENGTH):
        if length - 1 <= len(digits) <= length:
            return digits.zfill(length)[:CODE_LENGTH]
    return None
