"""Separators, words and default patterns of a locale, from CLDR (Babel); patterns as Google writes them."""

import functools
from dataclasses import dataclass

from babel import Locale as BabelLocale
from babel import UnknownLocaleError


@dataclass(frozen=True, slots=True)
class Locale:
    """order: of day, month and year in a numeric date (`dmy`, `mdy`, `ymd`); dates: their separator."""

    name: str
    decimal: str
    group: str
    order: str
    separators: str
    date: str
    time: str
    date_time: str
    true: str
    false: str
    currency: str
    months: tuple[str, ...]
    months_alone: tuple[str, ...]
    months_short: tuple[str, ...]
    days: tuple[str, ...]
    days_short: tuple[str, ...]
    halves: tuple[str, str]


_WORDS = {"ru": ("ИСТИНА", "ЛОЖЬ"), "fr": ("VRAI", "FAUX"), "de": ("WAHR", "FALSCH")}
_PATTERNS = {
    "en_US": ("mdy", "/-", "M/d/yyyy", "h:mm:ss AM/PM", "M/d/yyyy H:mm:ss", "$#,##0.00"),
    "ru_RU": ("dmy", "./-", "dd.mm.yyyy", "H:mm:ss", "dd.mm.yyyy H:mm:ss", "#,##0.00\\ [$₽]"),
}


def known(name: str) -> bool:
    """Return True if a spreadsheet may have this locale (`ru_RU`, `en`)."""
    try:
        BabelLocale.parse(name)
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return True


@functools.cache
def locale_of(name: str) -> Locale:
    """Return the tables of a locale, those of en_US for an unknown one."""
    try:
        babel = BabelLocale.parse(name)
    except (UnknownLocaleError, ValueError, TypeError):
        babel, name = BabelLocale.parse("en_US"), "en_US"
    symbols = babel.number_symbols["latn"]
    group = symbols["group"]
    if name in _PATTERNS:
        order, separators, date, time, date_time, currency = _PATTERNS[name]
    else:
        order, separators, date, time, date_time, currency = _from_babel(babel)
    true, false = _WORDS.get(babel.language, ("TRUE", "FALSE"))
    months = babel.months
    days = babel.days
    week = (6, 0, 1, 2, 3, 4, 5)
    halves = babel.day_periods["format"]["abbreviated"]
    return Locale(
        name=name,
        decimal=symbols["decimal"],
        group="\u00a0" if group in {"\u202f", " "} else group,
        order=order,
        separators=separators,
        date=date,
        time=time,
        date_time=date_time,
        true=true,
        false=false,
        currency=currency,
        months=tuple(months["format"]["wide"][number] for number in range(1, 13)),
        months_alone=tuple(months["stand-alone"]["wide"][number] for number in range(1, 13)),
        months_short=tuple(months["format"]["abbreviated"][number] for number in range(1, 13)),
        days=tuple(days["format"]["wide"][number] for number in week),
        days_short=tuple(days["format"]["abbreviated"][number] for number in week),
        halves=(halves.get("am", "AM"), halves.get("pm", "PM")),
    )


def _from_babel(babel: BabelLocale) -> tuple[str, str, str, str, str, str]:
    pattern = str(babel.date_formats["short"].pattern)
    order = "".join(letter for letter in "".join(dict.fromkeys(pattern.lower())) if letter in "dmy")
    separator = next((sign for sign in pattern if sign in "./-"), "/")
    parts = {"d": "dd", "m": "mm", "y": "yyyy"}
    order = order if len(order) == 3 else "dmy"
    date = separator.join(parts[letter] for letter in order)
    return order, separator + "/-.", date, "H:mm:ss", f"{date} H:mm:ss", "#,##0.00"
