"""The shapes that an answer takes on its way: typed, value, JSON, cell."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

Typed = str | Sequence[str]
"""What the form sent: one text, or the several values of one field."""

Value = int | Decimal | bool | str | date | tuple[str, ...]
"""An answer as read. Options are option ids; several options and links are tuples."""

SERIAL_ORIGIN = date(1899, 12, 30)
"""Day 0 of the serial numbers of spreadsheets:
https://developers.google.com/workspace/sheets/api/guides/formats#about_date_time_values"""

Cell = str | int | float | bool | None
"""One spreadsheet cell as an unformatted read returns it; None and "" are blank. Dates are serial numbers."""

WrittenCell = str | int | Decimal | bool | date | None
"""What is written into one cell, typed; None for a blank one."""

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
"""What the outbox keeps: no floats, so that a figure survives any number of round trips unchanged."""
