"""The displayed text of a cell, and its text in the editor."""

import datetime
import re

from localsheets.cells import Cell, CellError
from localsheets.grid.texts import Errors
from localsheets.locales import Locale, display, kind_of, parse_input
from localsheets.locales.display import DATE_KINDS, default_pattern
from localsheets.model import Styles

_MAY_PARSE = re.compile(r"[\s\u00a0\d+\-=.,'(%$€£₽]|руб|true|false|истина|ложь", re.IGNORECASE)
_MONTH = re.compile(r"[^\W\d]{3,}\.? \d|\d{1,2} [^\W\d]{3,}")
_DAY = datetime.date(2001, 1, 1)


def shown(cell: Cell, styles: Styles, locale: Locale) -> str:
    """Return the displayed text of a cell."""
    if isinstance(cell.value, CellError):
        return cell.value.shown
    return display(cell.value, styles[cell.style].get("numberFormat"), locale)


def meaning(cell: Cell) -> str:
    """Return what the error of a formula means and what to do; empty for any other cell."""
    value = cell.value
    if cell.formula is None or not isinstance(value, CellError):
        return ""
    return Errors.STOPPED if value.stopped else Errors.KINDS.get(value.kind, Errors.KINDS["ERROR"])


def entered(cell: Cell, styles: Styles, locale: Locale) -> str:
    """Return the text to type for the same cell: `=СУММ(A1)`, `1234,5`, `31,7%`, `'007`.

    Edits compare it to notice a conflict.
    """
    if cell.formula is not None:
        return cell.formula
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.shown
    if isinstance(value, bool):
        return display(value, None, locale)
    if isinstance(value, str):
        return "'" + value if _needs_mark(value, cell, styles, locale) else value
    return _number(value, styles[cell.style].get("numberFormat"), locale)


def _number(value: int | float, number_format: dict[str, str] | None, locale: Locale) -> str:
    kind = kind_of(number_format)
    if kind in DATE_KINDS:
        whole = float(value).is_integer()
        if kind == "TIME" or (kind == "DATE_TIME" and value < 1):
            pattern = default_pattern("TIME", locale)
        else:
            pattern = default_pattern("DATE" if whole and kind != "DATE_TIME" else "DATE_TIME", locale)
        return display(value, {"type": kind, "pattern": pattern}, locale)
    if kind == "PERCENT":
        return _plain(round(value * 100, 10), locale) + "%"
    return _plain(value, locale)


def _plain(value: int | float, locale: Locale) -> str:
    """Return a number with all its significant digits, so that typing it gives the same number."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return repr(value).replace(".", locale.decimal)


def _needs_mark(text: str, cell: Cell, styles: Styles, locale: Locale) -> bool:
    if text[0] == "'":
        return True
    if (styles[cell.style].get("numberFormat") or {}).get("type") == "TEXT" and not text.startswith("="):
        return False
    if not _MAY_PARSE.match(text) and not _MONTH.match(text):
        return False
    parsed = parse_input(text, locale, _DAY)
    return parsed.formula is not None or parsed.value != text
