"""Counters of the rate limits in this process's memory, as a store of the `limits` library. Imports limits alone.

The library's own memory store starts a thread every ten milliseconds to sweep itself; under load that costs more than
checking a report. Here what has run out is swept when something is counted.
"""

from __future__ import annotations

import time
from threading import Lock

from limits.storage import Storage

SWEEP_AT = 10_000
"""Counters beyond which those that have run out are dropped."""


class Counters(Storage):
    """Fixed windows: name → how many, until when. Used as `counters://`."""

    STORAGE_SCHEME = ["counters"]  # noqa: RUF012 - the library's own name and kind

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **_: str) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._lock = Lock()
        self._counts: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            count, until = self._counts.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
                if len(self._counts) >= SWEEP_AT:
                    self._counts = {name: kept for name, kept in self._counts.items() if kept[1] > now}
            self._counts[key] = (count + amount, until)
            return count + amount

    def get(self, key: str) -> int:
        count, until = self._counts.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            dropped = len(self._counts)
            self._counts = {}
        return dropped

    def clear(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)
