"""The spreadsheets with formulas that are still to be computed, each named once however often it is changed."""

import threading
from queue import Empty


class Unfinished:
    """A queue of ids in the order of their coming, each at most once. Thread-safe."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}
        self._there = threading.Condition()

    def put(self, spreadsheet_id: str) -> None:
        """Add an id, unless it waits already."""
        with self._there:
            self._ids.setdefault(spreadsheet_id)
            self._there.notify()

    def get(self, timeout: float) -> str:
        """Take the id that has waited longest. Raises queue.Empty after so many seconds without any."""
        with self._there:
            if not self._there.wait_for(lambda: self._ids, timeout):
                raise Empty
            first = next(iter(self._ids))
            del self._ids[first]
            return first
