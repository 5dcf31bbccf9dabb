"""Parse typed text (USER_ENTERED) as Google does: number, percent, currency, date, time, boolean or text.

Recorded: `2020-01-01` → 43831 shown as typed, `0042` → 42. The rest is assumed from Google's documentation and use: in
ru_RU `1,5` is a number and `1.5` the first of May.
"""

import datetime
import re
from decimal import Decimal
from typing import NamedTuple

from localsheets.cells.cell import tidy_number
from localsheets.locales.dates import serial
from localsheets.locales.tables import Locale

_TIME = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?(?:\s*([AaPp])\.?[Mm]\.?)?")
_CURRENCIES = {"$": "$", "€": "€", "£": "£", "₽": "₽", "руб.": "₽", "р.": "₽"}


class Parsed(NamedTuple):
    """value: as stored; formula: the text of a formula; format: the number format that the text suggests."""

    value: bool | int | float | str | None
    formula: str | None = None
    format: dict[str, str] | None = None


def parse_input(text: str, locale: Locale, today: datetime.date) -> Parsed:
    """Parse a typed text. today: gives the year of a date without one."""
    if text == "":
        return Parsed(None)
    if text.startswith("'"):
        return Parsed(text[1:] or None)
    if text.startswith("=") and len(text) > 1:
        return Parsed(None, text)
    bare = text.strip().replace("\u202f", "\u00a0")
    upper = bare.upper()
    if upper in {"TRUE", locale.true}:
        return Parsed(True)
    if upper in {"FALSE", locale.false}:
        return Parsed(False)
    if not bare or len(bare) > 60:
        return Parsed(text)
    return _numeric(bare, locale) or _moment(bare, locale, today) or Parsed(text)


def _numeric(text: str, locale: Locale) -> Parsed | None:
    number = _number(text, locale)
    if number is not None:
        value, decimals, grouped, scientific = number
        if scientific:
            return Parsed(value, None, {"type": "SCIENTIFIC", "pattern": "0.00E+00"})
        if grouped:
            return Parsed(value, None, {"type": "NUMBER", "pattern": "#,##0.00" if decimals else "#,##0"})
        return Parsed(value)
    if text.endswith("%"):
        number = _number(text[:-1].rstrip(), locale)
        if number is None:
            return None
        value, decimals, _grouped, _scientific = number
        return Parsed(_hundredth(value), None, {"type": "PERCENT", "pattern": "0.00%" if decimals else "0%"})
    for sign, shown in _CURRENCIES.items():
        if text.startswith(sign) or text.endswith(sign):
            inner = (text[len(sign) :] if text.startswith(sign) else text[: -len(sign)]).strip("\u00a0 ")
            number = _number(inner, locale)
            if number is not None:
                digits = "#,##0.00" if number[1] else "#,##0"
                pattern = f"[${shown}]{digits}" if text.startswith(sign) else f"{digits}\\ [${shown}]"
                return Parsed(number[0], None, {"type": "CURRENCY", "pattern": pattern})
    return None


def _hundredth(value: int | float) -> int | float:
    return tidy_number(float(Decimal(repr(value)) / 100))


def _number(text: str, locale: Locale) -> tuple[int | float, int, bool, bool] | None:
    """Return (value, decimals, True if grouped, True if in scientific notation)."""
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1]
    group = "[\u00a0 ]" if locale.group == "\u00a0" else re.escape(locale.group)
    decimal = re.escape(locale.decimal)
    found = re.fullmatch(
        rf"([+-]?)(\d{{1,3}}(?:{group}\d{{3}})+|\d*)(?:{decimal}(\d*))?(?:[eE]([+-]?\d{{1,3}}))?", text
    )
    if not found:
        return None
    sign, whole, fraction, exponent = found.groups()
    digits = re.sub(r"\D", "", whole)
    if not digits and not fraction:
        return None
    source = f"{digits or '0'}.{fraction or '0'}" + (f"e{exponent}" if exponent else "")
    try:
        value: int | float = float(source)
    except (ValueError, OverflowError):
        return None
    if value in (float("inf"), float("-inf")):
        return None
    value = tidy_number(value)
    if negative or sign == "-":
        value = -value
    return value, len(fraction or ""), digits != whole, exponent is not None


def _moment(text: str, locale: Locale, today: datetime.date) -> Parsed | None:
    day, pattern, rest = _date(text, locale, today)
    if day is None:
        clock = _clock(text)
        if clock is None:
            return None
        kind = locale.time if clock[1] else ("h:mm AM/PM" if clock[2] else "H:mm")
        return Parsed(tidy_number(clock[0]), None, {"type": "TIME", "pattern": kind})
    if not rest:
        return Parsed(tidy_number(day), None, {"type": "DATE", "pattern": pattern})
    clock = _clock(rest)
    if clock is None or clock[0] >= 1:
        return None
    return Parsed(day + clock[0], None, {"type": "DATE_TIME", "pattern": f"{pattern} H:mm:ss"})


def _clock(text: str) -> tuple[float, bool, bool] | None:
    """Return (part of a day, True if seconds were given, True if AM/PM was given)."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hours, minutes = int(found.group(1)), int(found.group(2))
    seconds = int(found.group(3) or 0)
    thousandths = int((found.group(4) or "0").ljust(3, "0"))
    half = (found.group(5) or "").lower()
    if minutes > 59 or seconds > 59 or (half and not 1 <= hours <= 12):
        return None
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    total = ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
    return total / 86_400_000, found.group(3) is not None, bool(half)


def _date(text: str, locale: Locale, today: datetime.date) -> tuple[float | None, str, str]:
    """Return (serial number of the day, its pattern, the rest of the text)."""
    found = re.match(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(.*))?$", text)
    if found:
        year, sign, month, day, rest = found.groups()
        return _day(int(year), int(month), int(day)), f"yyyy{sign}mm{sign}dd", rest or ""
    signs = re.escape(locale.separators)
    found = re.match(rf"(\d{{1,2}})([{signs}])(\d{{1,2}})(?:\2(\d{{4}}|\d{{2}}))?(?:[T ]+(.*))?$", text)
    if found and locale.order != "ymd":
        one, sign, two, year, rest = found.groups()
        month, day = (one, two) if locale.order == "mdy" else (two, one)
        full = _year(year) if year else today.year
        pattern = locale.date if year else ("M/d" if locale.order == "mdy" else f"dd{sign}mm")
        return _day(full, int(month), int(day)), pattern, rest or ""
    return _worded(text, locale, today)


def _worded(text: str, locale: Locale, today: datetime.date) -> tuple[float | None, str, str]:
    found = re.match(r"(\d{1,2}) ([^\W\d]{3,})\.?(?:,? (\d{4})(?: г\.?)?)?(?:,? (\d{1,2}:.*))?$", text)
    if found:
        day, word, year, rest = found.groups()
        pattern = "d mmmm yyyy" if year else "d mmmm"
    else:
        found = re.match(r"([^\W\d]{3,})\.? (\d{1,2})(?:, ?(\d{4}))?(?:,? (\d{1,2}:.*))?$", text)
        if not found:
            return None, "", ""
        word, day, year, rest = found.groups()
        pattern = "mmmm d, yyyy" if year else "mmmm d"
    month = _month(word, locale)
    if month is None:
        return None, "", ""
    return _day(int(year) if year else today.year, month, int(day)), pattern, rest or ""


def _month(word: str, locale: Locale) -> int | None:
    low = word.lower().rstrip(".")
    for names in (locale.months, locale.months_alone, locale.months_short):
        for number, name in enumerate(names, 1):
            if name.lower().rstrip(".") == low:
                return number
    return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _day(year: int, month: int, day: int) -> float | None:
    try:
        return serial(datetime.datetime(year, month, day))  # noqa: DTZ001 - a serial number has no time zone
    except ValueError:
        return None
