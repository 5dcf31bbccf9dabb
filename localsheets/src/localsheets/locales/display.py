"""The displayed text of a value under a number format."""

from collections.abc import Mapping

from localsheets.locales.dates import format_date, is_date_pattern
from localsheets.locales.numbers import format_number, plain, sections_of
from localsheets.locales.tables import Locale

DATE_KINDS = frozenset({"DATE", "TIME", "DATE_TIME"})


def default_pattern(kind: str, locale: Locale) -> str:
    """Return the pattern of a format that names its type only."""
    return {
        "NUMBER": "#,##0.00",
        "PERCENT": "0.00%",
        "CURRENCY": locale.currency,
        "DATE": locale.date,
        "TIME": locale.time,
        "DATE_TIME": locale.date_time,
        "SCIENTIFIC": "0.00E+00",
        "TEXT": "@",
    }.get(kind, "")


def kind_of(number_format: Mapping[str, str] | None) -> str:
    """Return the type of a number format; a date pattern makes it a date, whatever its type."""
    if not number_format:
        return ""
    kind = number_format.get("type", "")
    if kind not in DATE_KINDS and number_format.get("pattern") and is_date_pattern(number_format["pattern"]):
        return "DATE_TIME"
    return kind


def display(value: object, number_format: Mapping[str, str] | None, locale: Locale) -> str:
    """Return the text of a plain value (None, bool, number, text) under a number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return locale.true if value else locale.false
    if isinstance(value, int | float):
        return _number(value, number_format, locale)
    text = str(value)
    if number_format and number_format.get("pattern"):
        sections = sections_of(number_format["pattern"])
        if len(sections) == 4 and "@" in sections[3]:
            return sections[3].replace('"', "").replace("@", text)
    return text


def _number(number: int | float, number_format: Mapping[str, str] | None, locale: Locale) -> str:
    if not number_format:
        return plain(number, locale)
    kind = kind_of(number_format)
    pattern = number_format.get("pattern") or default_pattern(kind, locale)
    if not pattern or pattern in {"General", "@"}:
        return plain(number, locale)
    if kind in DATE_KINDS:
        return format_date(number, pattern, locale)
    return format_number(number, pattern, locale)
