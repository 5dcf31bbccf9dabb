"""Read a formula: its English spelling, with the ranges that it names as data."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from localsheets.a1 import Area, parse_area
from localsheets.formulas.names import english_name
from localsheets.formulas.spelling import english
from localsheets.formulas.support import ANYWHERE, VOLATILE, called, computes
from localsheets.scanning import MAX_CHARACTERS, MAX_DEPTH, MAX_LENGTH, depth, scan, title_of

TOO_LONG = f"A formula has at most {MAX_LENGTH} characters."
TOO_DEEP = f"The brackets of a formula are nested at most {MAX_DEPTH} deep."


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
    """Return a formula as read. Reading takes a second for 200,000 characters, so it is remembered."""
    return _remembered.get(formula, locale)


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


class _Remembered:
    """The formulas that were read last, as many as a spreadsheet may have. Thread-safe."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], Formula] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def get(self, formula: str, locale: str) -> Formula:
        key = (formula, locale)
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
                return held
        made = _read(formula, locale)
        with self._lock:
            if key not in self._held:
                self._held[key] = made
                self._characters += len(formula)
            while self._characters > MAX_CHARACTERS:
                self._characters -= len(self._held.popitem(last=False)[0][0])
        return made


_remembered = _Remembered()


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
