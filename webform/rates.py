"""Counters of the rate limits: shared in Redis, or in this process's memory while Redis does not answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

import structlog
from limits import RateLimitItem
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from webform.counters import ProcessCounters

FALLBACK_SECONDS = 60.0
"""For so long a store that did not answer is not asked again."""

STORE_TIMEOUT = 1.0
"""Seconds for which Redis may keep a request waiting; its client's default is five, tried ten times."""

_log = structlog.get_logger(__name__)


class Rates:
    """Count in the shared store; while it does not answer, count in memory: a limit must not stop the service."""

    def __init__(self, store: Storage, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._shared = FixedWindowRateLimiter(store)
        self._own = FixedWindowRateLimiter(ProcessCounters())
        self._monotonic = monotonic
        self._lock = Lock()
        self._fallback_until: float | None = None

    def hit(self, rate: RateLimitItem, *names: str) -> bool:
        """Count once more under these names. Return True if the count is within the rate."""
        return self._ask(lambda counters: counters.hit(rate, *names))

    def has_room(self, rate: RateLimitItem, *names: str) -> bool:
        """Return True if one more count under these names would be within the rate. Nothing is counted."""
        return self._ask(lambda counters: counters.test(rate, *names))

    def _ask(self, question: Callable[[FixedWindowRateLimiter], bool]) -> bool:
        if self._fallback_until is not None and self._monotonic() < self._fallback_until:
            return question(self._own)
        try:
            return question(self._shared)
        except self._store.base_exceptions as error:
            self._fall_back(error)
            return question(self._own)

    def _fall_back(self, error: Exception) -> None:
        """Switch to counters in memory for FALLBACK_SECONDS; log once a switch, however many requests met the error."""
        now = self._monotonic()
        with self._lock:
            if self._fallback_until is None or self._fallback_until <= now:
                self._fallback_until = now + FALLBACK_SECONDS
                _log.error("rates_counted_alone", kind=type(error).__name__, seconds=FALLBACK_SECONDS)


def open_rates(uri: str) -> Rates:
    """Return the counters in the store at this address; "" for memory. Nothing is asked of the store yet.

    Raises ConfigurationError (of `limits`) and ValueError for an address that `limits` cannot use.
    """
    if not uri or uri == "memory://":
        return Rates(ProcessCounters())
    # A pooled connection that has gone stale is noticed by the client itself, without a retry.
    redis = {"socket_timeout": STORE_TIMEOUT, "socket_connect_timeout": STORE_TIMEOUT, "retry": None}
    options: dict[str, float | str | bool | None] = {**redis} if uri.startswith("redis") else {}
    return Rates(storage_from_string(uri, **options))  # type: ignore[arg-type]
