"""Cells of a spreadsheet: values as Google's typed cells, their limits, and cells as read compared with values. Pure.

Cells are typed (numberValue, stringValue, boolValue), so no content is ever parsed: no formula can be injected (a
`Formula` alone is one, and the worker writes it), and «1,5» does not become 15. Dates and times are serial numbers
(`campaign.values.SERIAL_ORIGIN`).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from campaign import Cell
from campaign.values import SERIAL_ORIGIN
from campaign.words import CONTROL


class Formula(str):
    """A formula that the worker writes. Any other text stays text, whatever it begins with.

    Without arguments to part: Google may read «;» or «,» between them by the locale of the spreadsheet.
    """

    __slots__ = ()


CellValue = str | int | Decimal | bool | date | datetime | None
"""The content of a cell that the worker writes. A datetime is wall time of its own zone; None and "" are blank."""
JsonCell = dict[str, object]
"""Google's CellData, ExtendedValue or CellFormat as JSON."""

CELL_LIMIT = 50_000
"""UTF-16 units in one cell: https://support.google.com/drive/answer/37603."""
DAY_SECONDS = 86_400
SECOND = 1 / DAY_SECONDS
"""One second of a serial number."""
_ORIGIN = datetime.combine(SERIAL_ORIGIN, time())


def entered(value: CellValue) -> JsonCell | None:
    """Return the typed value of a cell (Google's ExtendedValue); None for a blank one.

    Signs that no request can carry become «\ufffd»; a text beyond the limit ends with «…».
    """
    if value is None or value == "":
        return None
    if isinstance(value, Formula):
        return {"formulaValue": str(value)}
    if isinstance(value, str):
        return {"stringValue": _shortened(CONTROL.sub("\ufffd", value))}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"numberValue": value}
    if isinstance(value, Decimal):
        return {"numberValue": int(value) if value == value.to_integral_value() else float(value)}
    return {"numberValue": serial(value)}


def serial(moment: date | datetime) -> int | float:
    """Return the serial number of a day, or of a moment's wall time to the second."""
    if not isinstance(moment, datetime):
        return (moment - SERIAL_ORIGIN).days
    return (moment.replace(tzinfo=None, microsecond=0) - _ORIGIN) / timedelta(days=1)


def wall_time(serial_number: float) -> datetime:
    """Return the wall time of a serial number, to the second, without a zone. Raises OverflowError."""
    return _ORIGIN + timedelta(seconds=round(serial_number * DAY_SECONDS))


def fits(text: str) -> bool:
    """Return True if a cell can hold the text."""
    return _units(text) <= CELL_LIMIT


def _units(text: str) -> int:
    return len(text) + sum(sign > "\uffff" for sign in text)


def _shortened(text: str) -> str:
    if len(text) <= CELL_LIMIT // 2 or fits(text):
        return text
    units = text.encode("utf-16-le")[: 2 * (CELL_LIMIT - 1)]
    return units.decode("utf-16-le", "ignore") + "…"


def same(value: CellValue, found: Cell) -> bool:
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
