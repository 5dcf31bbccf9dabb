"""Dates as serial numbers (days since 1899-12-30) and their patterns.

Pattern tokens: developers.google.com/workspace/sheets/api/guides/formats#date_and_time_format_patterns.
"""

import datetime
import math
import re

from localsheets.locales.tables import Locale

EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a serial number has no time zone
_FIRST, _LAST = -693593, 2958466  # the years 1 and 9999

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[(h+|m+|s+)\]|(am/pm|a/p)|(y+|m+|d+|h+|s+)|(\.0+)|(\[[^\]]*\])|(.)', re.IGNORECASE | re.DOTALL
)


def serial(moment: datetime.datetime) -> float:
    """Return a naive moment as days since the epoch."""
    return (moment - EPOCH) / datetime.timedelta(days=1)


def moment_of(number: float) -> datetime.datetime | None:
    """Return days since the epoch as a naive moment, rounded to a millisecond; None outside the years 1–9999."""
    if not _FIRST <= number < _LAST:
        return None
    return EPOCH + datetime.timedelta(milliseconds=round(number * 86_400_000))


def is_date_pattern(pattern: str) -> bool:
    """Return True if a pattern is of dates or times rather than of digits."""
    bare = re.sub(r'"[^"]*"|\\.|\[\$[^\]]*\]|\[[A-Za-z]{3,}\d*\]', "", pattern)
    return bool(re.search(r"[ymdhs]", bare, re.IGNORECASE)) and not re.search(r"[#?]|0(?!\d*\s*$)[,.]", bare)


def format_date(number: float, pattern: str, locale: Locale) -> str:
    """Format a serial number by a date pattern; a number outside the calendar is shown as a plain number."""
    moment = moment_of(number)
    if moment is None:
        return str(number)
    tokens = [found.groups() for found in _TOKEN.finditer(pattern)]
    kinds = [_kind(token) for token in tokens]
    halves = any(kind == "half" for kind in kinds)
    out = []
    for at, token in enumerate(tokens):
        quoted, escaped, elapsed, half, part, fraction, _bracket, other = token
        if quoted is not None:
            out.append(quoted)
        elif escaped is not None:
            out.append(escaped)
        elif elapsed is not None:
            out.append(_elapsed(number, elapsed))
        elif half is not None:
            word = locale.halves[moment.hour >= 12] if half.lower() == "am/pm" else "AP"[moment.hour >= 12]
            out.append(word)
        elif fraction is not None:
            out.append(locale.decimal + f"{moment.microsecond:06d}"[: len(fraction) - 1])
        elif part is not None:
            out.append(_part(moment, part.lower(), _is_minute(kinds, at), halves, locale, kinds))
        elif other is not None:
            out.append(other)
    return "".join(out)


def _kind(token: tuple[str | None, ...]) -> str:
    _quoted, _escaped, elapsed, half, part, _fraction, _bracket, _other = token
    if elapsed:
        return elapsed[0].lower()
    if half:
        return "half"
    return part[0].lower() if part else ""


def _is_minute(kinds: list[str], at: int) -> bool:
    """Return True for an `m` that means minutes: after an hour or before a second."""
    before = next((kind for kind in reversed(kinds[:at]) if kind in set("ymdhs")), "")
    after = next((kind for kind in kinds[at + 1 :] if kind in set("ymdhs")), "")
    return before == "h" or after == "s"


def _part(moment: datetime.datetime, part: str, minute: bool, halves: bool, locale: Locale, kinds: list[str]) -> str:
    length = len(part)
    letter = part[0]
    if letter == "y":
        return f"{moment.year % 100:02d}" if length <= 2 else f"{moment.year:04d}"
    if letter == "d":
        if length >= 3:
            names = locale.days_short if length == 3 else locale.days
            return names[(moment.weekday() + 1) % 7]
        return f"{moment.day:0{length}d}"
    if letter == "h":
        hour = (moment.hour % 12 or 12) if halves else moment.hour
        return f"{hour:0{min(length, 2)}d}"
    if letter == "s":
        return f"{moment.second:0{min(length, 2)}d}"
    if minute:
        return f"{moment.minute:0{min(length, 2)}d}"
    if length >= 5:
        return locale.months[moment.month - 1][:1]
    if length == 4:
        return (locale.months if "d" in kinds else locale.months_alone)[moment.month - 1]
    if length == 3:
        return locale.months_short[moment.month - 1]
    return f"{moment.month:0{length}d}"


def _elapsed(number: float, token: str) -> str:
    unit = {"h": 24, "m": 1440, "s": 86400}[token[0].lower()]
    whole = math.floor(number * unit + 1e-9)
    return f"{whole:0{len(token)}d}"
