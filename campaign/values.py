"""The shapes that an answer takes on its way: typed, value, JSON, cell. Imported by anyone."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

Typed = str | Sequence[str]
"""What came from the form: one text, or the several values of one field."""

Value = int | Decimal | bool | str | date | tuple[str, ...]
"""An answer that was understood. Option questions hold option ids; several answers and links are tuples."""

Cell = str | int | float | bool | None
"""What an unformatted read of one spreadsheet cell gives; None and "" are blank. Dates are serial numbers."""

WrittenCell = str | int | Decimal | bool | date | None
"""What is written into one cell, typed; None leaves it blank."""

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What the outbox keeps: no floats, so that a figure is the same after any number of round trips."""
