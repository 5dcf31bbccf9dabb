"""The published states that are kept in memory: those that were asked for last."""

import threading
from collections import OrderedDict

from localsheets.model import Spreadsheet

KEPT_STATES = 50
KEPT_ROWS = 500_000
"""Rows with content of all kept states together; a row of Svod's takes about a kilobyte."""


class Published:
    """Id → published state. Thread-safe.

    Beyond a number of states, or of rows in them, the state that was asked for longest ago is dropped, but never the
    latest one. A dropped state is what the file holds, so that it can be read again.
    """

    def __init__(self, states: int = KEPT_STATES, rows: int = KEPT_ROWS) -> None:
        self._states = states
        self._rows = rows
        self._held: OrderedDict[str, Spreadsheet] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, spreadsheet_id: str) -> Spreadsheet | None:
        """Return a state, which then is the latest."""
        with self._lock:
            state = self._held.get(spreadsheet_id)
            if state is not None:
                self._held.move_to_end(spreadsheet_id)
            return state

    def put(self, state: Spreadsheet) -> None:
        """Publish a state in place of the former one, and drop what is too much."""
        with self._lock:
            self._held[state.id] = state
            self._held.move_to_end(state.id)
            rows = sum(map(_rows, self._held.values()))
            while len(self._held) > 1 and (len(self._held) > self._states or rows > self._rows):
                rows -= _rows(self._held.popitem(last=False)[1])

    def drop(self, spreadsheet_id: str) -> None:
        """Forget a state that is no more."""
        with self._lock:
            self._held.pop(spreadsheet_id, None)

    def clear(self) -> None:
        """Forget all states."""
        with self._lock:
            self._held.clear()

    def ids(self) -> list[str]:
        """Return the ids of the kept states, the latest last."""
        with self._lock:
            return list(self._held)


def _rows(state: Spreadsheet) -> int:
    return sum(len(sheet.rows) for sheet in state.sheets)
