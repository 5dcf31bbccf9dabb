"""Read a formula: its English spelling, with the ranges that it names as data."""

import functools
from typing import NamedTuple

from localsheets.a1 import Area, parse_area
from localsheets.formulas.names import english_name
from localsheets.formulas.spelling import english
from localsheets.formulas.support import ANYWHERE, VOLATILE, called, computes
from localsheets.scanning import MAX_DEPTH, MAX_LENGTH, depth, scan, title_of

TOO_LONG = f"A formula has at most {MAX_LENGTH} characters."
TOO_DEEP = f"The brackets of a formula are nested at most {MAX_DEPTH} deep."
_KEPT = 300  # characters of a formula that is read once for all


class Reference(NamedTuple):
    """title: of the tab; None for the formula's own."""

    title: str | None
    area: Area


class Formula(NamedTuple):
    """A formula as read.

    parts:    its English text, ranges as Reference
    mistake:  why it cannot be computed: (kind of the error, message), or None
    volatile: it has another value at another time
    anywhere: it may read any cell
    """

    parts: tuple[str | Reference, ...]
    mistake: tuple[str, str] | None
    volatile: bool = False
    anywhere: bool = False

    @property
    def references(self) -> list[Reference]:
        return [part for part in self.parts if isinstance(part, Reference)]


def beyond(formula: str) -> str | None:
    """Return the sentence for a formula that is too long or too deeply nested, else None."""
    if len(formula) > MAX_LENGTH:
        return TOO_LONG
    return TOO_DEEP if depth(formula) > MAX_DEPTH else None


def read(formula: str, locale: str) -> Formula:
    """Return a formula as read; short ones are remembered."""
    return _read_once(formula, locale) if len(formula) <= _KEPT else _read(formula, locale)


def _read(formula: str, locale: str) -> Formula:
    sentence = beyond(formula)
    if sentence is not None:
        return Formula((), ("ERROR", sentence))
    theirs = english(formula, locale)
    if theirs is None:
        return Formula((), ("ERROR", "Formula parse error."))
    calls = called(formula)
    unknown = [name for name in calls if not computes(name)]
    mistake = ("NAME", f"Unknown function: '{unknown[0]}'.") if unknown else None
    names = {english_name(name) for name in calls}
    return Formula(tuple(_parts(theirs)), mistake, bool(names & VOLATILE), bool(names & ANYWHERE))


_read_once = functools.lru_cache(maxsize=2048)(_read)


def _parts(theirs: str) -> list[str | Reference]:
    parts: list[str | Reference] = []
    text, tab = "", ""
    for kind, token in scan(theirs):
        area = parse_area(token) if kind == "range" else None
        if area is not None:
            parts += [text, Reference(title_of(tab) if tab else None, area)]
            text, tab = "", ""
            continue
        text += tab
        tab = token if kind == "tab" else ""
        text += "" if tab else token
    return [*parts, text + tab]
