"""The content of one cell ↔ the value of one key."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

from campaign.answer_types.base import number_text
from campaign.answer_types.numbers import thousands_or_fraction
from campaign.words import DASHES, plain
from campaign.workbook import texts
from campaign.workbook.grid import Formula, Found
from campaign.workbook.layout import Column

_WORDS = {
    **dict.fromkeys(("да", "yes", "true", "true()", "истина", "1"), True),
    **dict.fromkeys(("нет", "no", "false", "false()", "ложь", "0"), False),
}
_NUMBER = re.compile(rf"[+{DASHES}]?[0-9]+(?:[.,][0-9]+)?")
_MOMENTS = frozenset({"opens", "deadline"})
_EXACT = 10**15
"""Up to here a double, which every number cell is, holds each whole number."""
_AGGREGATE = re.compile(r"(weighted_by|ratio_of)\s*:?\s*(.*)", re.DOTALL)
_TYPED_MOMENT = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\s+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)")


class CellError(ValueError):
    """A cell that holds no value of its key; `str()` is what is expected, in Russian."""


def written(value: object) -> str | int | float:
    """Return what stands in the cell for the value of a key. Of a number without an exact cell its text."""
    match value:
        case bool():
            return texts.YES if value else texts.NO
        case dict():
            ((kind, of),) = value.items()
            return f"{kind}: {of if isinstance(of, str) else ', '.join(of)}"
        case int():
            return value if abs(value) < _EXACT else str(value)
        case float() | Decimal():
            text = format(Decimal(str(value)), "f")
            digits = text.lstrip("-0.").replace(".", "")
            return float(text) if len(digits) <= 15 else text
    return str(value)


def read(column: Column, found: Found | Formula) -> object:
    """Return the value of a filled cell; what does not fit is left as it is, for the checker to say.

    Raises CellError for a cell that holds no value at all, or a date in place of a text or a number.
    """
    if isinstance(found, Formula):
        raise CellError(found.words)
    if column.kind == "number":
        return _number(found)
    if column.key in _MOMENTS:
        found = _moment(found)
    if isinstance(found, datetime):
        raise CellError(texts.DATE_NOT_TEXT)
    if column.kind == "yes_no":
        return _WORDS.get(plain(_text(found)), _text(found)) if not isinstance(found, bool) else found
    return _aggregate(_text(found)) if column.kind == "aggregate" else _text(found)


def _moment(found: Found) -> Found:
    """Return a date cell, or «15.12.2026 18:00», as the file writes a moment; anything else as it is."""
    if isinstance(found, datetime):
        moment = found + timedelta(milliseconds=500)  # a minute of a serial number is a fraction without an end
        return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")
    if isinstance(found, str) and (typed := _TYPED_MOMENT.fullmatch(found.strip())):
        day, month, year, time = typed.groups()
        return f"{year}-{month:0>2}-{day:0>2} {time:0>5}"
    return found


def _text(found: Found) -> str:
    if isinstance(found, bool | int | float):
        return number_text(found)
    return str(found).strip()


def _number(found: Found) -> object:
    match found:
        case datetime():
            raise CellError(texts.DATE_NOT_NUMBER)
        case float() if found.is_integer() and abs(found) < _EXACT:
            return int(found)
        case str():
            text = "".join(found.split())
            if _NUMBER.fullmatch(text) and not thousands_or_fraction(text):
                text = re.sub(f"^[{DASHES}]", "-", text).replace(",", ".")
                return float(text) if "." in text else int(text)
            return found.strip()
    return found


def _aggregate(text: str) -> object:
    match = _AGGREGATE.fullmatch(text)
    if match is None:
        return text
    of = tuple(name.strip() for name in match[2].split(","))
    return {match[1]: of if match[1] == "ratio_of" else match[2].strip()}
