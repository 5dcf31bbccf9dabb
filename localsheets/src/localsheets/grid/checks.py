"""Data validation in the browser: what a cell expects, its drop-down, and whether it holds something else.

Checks of typed text, numbers, dates and lists; a rule that is a formula or names a range is not evaluated here (listed
in docs/grid.md). A rule never keeps anybody from typing: its words are shown, and what is against it is marked.
"""

import hashlib
import json
from dataclasses import dataclass

from localsheets.cells import Cell, Value
from localsheets.grid.conditions import Test, test_of
from localsheets.grid.texts import Checks
from localsheets.jsontypes import Json
from localsheets.locales import Locale, display
from localsheets.model.celldata import VALIDATION


@dataclass(frozen=True, slots=True)
class Check:
    """stamp: tells one rule from another; words: what is expected, empty where the rule says nothing"""

    stamp: str
    words: str
    options: tuple[str, ...]
    test: Test | None

    def refuses(self, cell: Cell) -> bool:
        """Return True if the cell holds something else; a blank cell holds nothing."""
        return cell.value is not None and self.test is not None and not self.test(cell.value)


class CheckReader:
    """Reads the rules of cells for one answer; equal rules, a column has one, are read once."""

    def __init__(self, locale: Locale, zone: str) -> None:
        self._locale, self._zone = locale, zone
        self._read: dict[str, Check] = {}

    def check(self, cell: Cell) -> Check | None:
        """Return the cell's check; None without one."""
        rule: Json | None = (cell.extra or {}).get(VALIDATION)
        if not rule:
            return None
        text = json.dumps(rule, sort_keys=True)
        if text not in self._read:
            self._read[text] = self._of(rule, text)
        return self._read[text]

    def _of(self, rule: Json, text: str) -> Check:
        condition: Json = rule.get("condition", {})
        kind = condition.get("type")
        options: tuple[str, ...] = ()
        test: Test | None
        if kind == "ONE_OF_LIST":
            options = tuple(str(value.get("userEnteredValue", "")) for value in condition.get("values", ()))
            test = self._one_of(frozenset(options))
        elif kind == "DATE_IS_VALID":
            test = _is_date
        else:
            test = test_of(condition, self._locale, self._zone)
        shown = options if rule.get("showCustomUi") else ()
        words = str(rule.get("inputMessage", "")) or (Checks.LISTED if options else "")
        return Check(hashlib.sha256(text.encode()).hexdigest()[:12], words, shown, test)

    def _one_of(self, options: frozenset[str]) -> Test:
        return lambda value: (value if isinstance(value, str) else display(value, None, self._locale)) in options


def _is_date(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
