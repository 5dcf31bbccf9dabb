"""Counters of the rate limits in this process's memory, for `limits`.

`limits.storage.MemoryStorage` starts a thread at a hit, to forget what has expired: 17 % of the samples of a POST
that held the interpreter (docs/measurements/webform.md). These counters forget when they have grown.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from limits.storage import Storage

_SWEEP_FROM = 1024
"""Counters that are kept before the first search for expired ones."""


class ProcessCounters(Storage):
    """Counters by key, each of one fixed window. Thread-safe."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock`: seconds since the epoch."""
        super().__init__()
        self._clock = clock
        self._lock = Lock()
        self._counters: dict[str, tuple[int, float]] = {}
        self._sweep_at = _SWEEP_FROM

    def __len__(self) -> int:
        return len(self._counters)

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Return the count after adding `amount`. A count that begins anew expires in `expiry` seconds."""
        now = self._clock()
        with self._lock:
            count, until = self._counters.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
                self._forget_expired(now)
            self._counters[key] = (count + amount, until)
        return count + amount

    def get(self, key: str) -> int:
        count, until = self._counters.get(key, (0, 0.0))
        return count if until > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        return self._counters.get(key, (0, self._clock()))[1]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            forgotten = len(self._counters)
            self._counters.clear()
        return forgotten

    def clear(self, key: str) -> None:
        with self._lock:
            self._counters.pop(key, None)

    def _forget_expired(self, now: float) -> None:
        """Search once the counters have doubled since the last search, so that a hit costs the same at any number."""
        if len(self._counters) >= self._sweep_at:
            self._counters = {key: kept for key, kept in self._counters.items() if kept[1] > now}
            self._sweep_at = max(_SWEEP_FROM, 2 * len(self._counters))
