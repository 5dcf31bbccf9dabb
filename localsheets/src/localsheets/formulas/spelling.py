"""Translate a typed formula to the spelling of ironcalc and Excel.

Where the decimal sign is a comma, arguments are separated by `;`, as in Google Sheets: `=ЕСЛИ(A1>1,5;СУММ(B:B);0)`. A
comma between arguments is accepted too, unless it is between two digits, where it is a decimal sign.
"""

import re
from collections.abc import Callable

from localsheets.formulas.names import CONSTANTS, english_name
from localsheets.locales import locale_of

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*"?)
      | (?P<sheet>'(?:[^']|'')*'!|[^\W\d][\w.]*!)
      | (?P<call>[^\W\d][\w.]*(?=\s*\())
      | (?P<name>[^\W\d$][\w.]*)
      | (?P<decimal>\d+,\d+(?:[eE][+-]?\d+)?)
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
# Cyrillic letters that look like Latin ones, in names of cells.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТХавекмнорстх", "ABEKMHOPCTXabekmhopctx")
_CELL = re.compile(r"[A-Za-zАВЕКМНОРСТХавекмнорстх]{1,3}\d{1,7}")


def english(formula: str, locale: str) -> str | None:
    """Translate `=СУММ(A1;1,5)` to `=SUM(A1,1.5)`; None for a text that is no formula."""
    if len(formula) < 2 or not formula.startswith("="):
        return None
    comma = locale_of(locale).decimal == ","
    out = ["="]
    braces = 0
    for found in _TOKEN.finditer(formula[1:]):
        kind, text = str(found.lastgroup), found.group()
        if kind == "text" and (len(text) < 2 or not text.endswith('"')):
            return None
        if kind == "call":
            out.append(english_name(text))
        elif kind == "name":
            out.append(_name(text))
        elif kind == "sheet" and not text.startswith("'") and not text.isascii():
            out.append(f"'{text[:-1]}'!")
        elif kind == "decimal":
            out.append(text.replace(",", ".") if comma else text)
        elif kind == "sign":
            braces += (text == "{") - (text == "}")
            out.append(_sign(text, comma, braces > 0))
        else:
            out.append(text)
    return "".join(out)


def _name(text: str) -> str:
    constant = CONSTANTS.get(text.upper())
    if constant:
        return constant
    return text.translate(_LOOKALIKES) if _CELL.fullmatch(text) else text


def _sign(sign: str, comma: bool, in_array: bool) -> str:
    if sign == ";" and not in_array:
        return ","
    if sign == "\\" and in_array and comma:
        return ","
    return "\u0020" if sign == "\u00a0" else sign


def called(formula: str) -> list[str]:
    """Return the names of the functions that a formula calls, as typed, each once."""
    calls = (found.group() for found in _TOKEN.finditer(formula[1:]) if found.lastgroup == "call")
    return list(dict.fromkeys(calls))


_TAB = re.compile(r"""("(?:[^"]|"")*")|(?:'((?:[^']|'')*)'|([^\W\d][\w.]*))!""")


def rename_tabs(formula: str, name: Callable[[str], str | None]) -> str:
    """Rename the tabs of a formula; a tab for which `name` returns None keeps its name."""

    def renamed(found: re.Match[str]) -> str:
        if found.group(1) is not None:
            return found.group(1)
        title = found.group(3) or (found.group(2) or "").replace("''", "'")
        other = name(title)
        return "'" + other.replace("'", "''") + "'!" if other is not None else found.group()

    return _TAB.sub(renamed, formula)
