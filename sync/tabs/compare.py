"""Compare cells as read with values as written. Pure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from campaign import Cell
from sync.records.moments import DAY_SECONDS
from sync.tabs.page import Content
from sync.tabs.render import entered

SECOND = 1 / DAY_SECONDS
"""One second of a serial number."""


def same(value: Content, found: Cell) -> bool:
    """Return True if `found` is how a cell reads after `value` was written.

    Numbers are compared to 15 significant digits, as Google keeps them; times to the second.
    """
    if value.__class__ is found.__class__ and value == found:
        return True  # nearly every cell
    typed = entered(value)
    if typed is None:
        return found is None or found == ""
    wanted = next(iter(typed.values()))
    if isinstance(wanted, str):
        return isinstance(found, str) and wanted == found
    if isinstance(wanted, bool) or isinstance(found, bool | str | None) or not isinstance(wanted, int | float):
        return wanted is found
    if isinstance(value, date | datetime):
        return abs(wanted - found) < SECOND / 2
    return _digits(wanted) == _digits(found)


def _digits(number: int | float) -> str:
    return f"{Decimal(number):.15g}" if isinstance(number, int) else f"{number:.15g}"
