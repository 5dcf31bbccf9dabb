"""Translate a typed formula to the spelling of ironcalc and Excel.

Where the decimal sign is a comma, arguments are separated by `;`, as in Google Sheets: `=ЕСЛИ(A1>1,5;СУММ(B:B);0)`. A
comma between arguments is accepted too, unless it is between two digits, where it is a decimal sign.
"""

import re
from collections.abc import Callable

from localsheets.formulas.names import CONSTANTS, english_name
from localsheets.locales import locale_of
from localsheets.scanning import scan, title_of

# Cyrillic letters that look like Latin ones, in names of cells.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТХавекмнорстх", "ABEKMHOPCTXabekmhopctx")
_CELL = re.compile(r"[A-Za-zАВЕКМНОРСТХавекмнорстх]{1,3}\d{1,7}")


def english(formula: str, locale: str) -> str | None:
    """Translate `=СУММ(A1;1,5)` to `=SUM(A1,1.5)`; None for any other text."""
    if len(formula) < 2 or not formula.startswith("="):
        return None
    comma = locale_of(locale).decimal == ","
    out = []
    braces = 0
    for kind, text in scan(formula):
        if kind == "open":
            return None
        if kind == "call":
            out.append(english_name(text))
        elif kind == "name":
            out.append(_name(text))
        elif kind == "tab" and not text.startswith("'") and not text.isascii():
            out.append(f"'{text[:-1]}'!")
        elif kind == "number" and comma:
            out.append(text.replace(",", "."))
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


def rename_tabs(formula: str, name: Callable[[str], str | None]) -> str:
    """Rename the tabs of a formula; a tab for which `name` returns None keeps its name."""
    out = []
    for kind, text in scan(formula):
        other = name(title_of(text)) if kind == "tab" else None
        out.append(text if other is None else "'" + other.replace("'", "''") + "'!")
    return "".join(out)
