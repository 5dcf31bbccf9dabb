"""Results of checks, remembered by the content of the row from one refresh to the next."""

from __future__ import annotations

from campaign import Campaign
from sync.check.rows import CheckedRow, Row, Superseded, check_row, check_superseded

Key = str | tuple[object, ...]
_NOTHING_ELSE: Key = ((), frozenset(), frozenset())


class CheckMemory:
    """What the checks of the last refresh found: a refresh checks only rows that are new or changed.

    Holds no more than the results of one refresh. For one process and thread.
    """

    def __init__(self) -> None:
        self._campaign: Campaign | None = None
        self._checked: dict[Key, CheckedRow] = {}
        self._superseded: dict[Key, Superseded] = {}
        self._last_checked = self._checked
        self._last_superseded = self._superseded

    def start(self, campaign: Campaign) -> None:
        """Begin a refresh: forget results that the refresh before did not use, and all of another campaign."""
        same = campaign is self._campaign
        self._last_checked = self._checked if same else {}
        self._last_superseded = self._superseded if same else {}
        self._campaign, self._checked, self._superseded = campaign, {}, {}

    def check(self, campaign: Campaign, row: Row) -> CheckedRow:
        """Return what `check_row` finds."""
        key = _key(row)
        found = self._last_checked.get(key)
        self._checked[key] = found = check_row(campaign, row) if found is None else found
        return found

    def check_superseded(self, campaign: Campaign, row: Row) -> Superseded:
        """Return what `check_superseded` finds."""
        key = _key(row)
        found = self._last_superseded.get(key)
        self._superseded[key] = found = check_superseded(campaign, row) if found is None else found
        return found


def _key(row: Row) -> Key:
    """Return all that a result depends on, as plain tuples: thousands of them cost the garbage collector nothing.

    True and 1 are equal, and read differently: of a row with a tick box the text of its cells is in the key.
    """
    cells: Key = repr(row.cells) if bool in map(type, row.cells) else row.cells
    return cells if row[1:] == _NOTHING_ELSE else (cells, *row[1:])
