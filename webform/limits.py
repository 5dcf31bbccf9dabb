"""How often: submissions and drafts by link, failed links and codes by address. Imports Flask-Limiter and services.

Offices share one address, so nothing that works is counted by address: 21 clerks behind one never block each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

import structlog
from flask import Flask, abort
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter, RateLimiter

from webform.counters import Counters
from webform.environment import Settings

P = ParamSpec("P")
T = TypeVar("T")
FAILED = parse("30 per minute")
ALONE = 60.0
"""Seconds for which a store that did not answer is not asked again."""
PATIENCE = 1.0
"""Seconds for which Redis may keep a request waiting."""

_limiter = Limiter(key_func=get_remote_address, strategy="fixed-window")
_by_link: dict[str, RateLimitItem] = {}
_log = structlog.get_logger(__name__)


class Rates:
    """Counts in the store; while that does not answer, in this process's memory: a limit must not stop the service."""

    def __init__(self, shared: Callable[[], RateLimiter], clock: Callable[[], float] = time.monotonic) -> None:
        self._shared = shared
        self._clock = clock
        self._own = FixedWindowRateLimiter(Counters())
        self._lock = Lock()
        self._alone_until: float | None = None

    def hit(self, rate: RateLimitItem, *whose: str) -> bool:
        """Count once more. Whether that is within the rate."""
        if self._alone_until is not None and self._clock() < self._alone_until:
            return self._own.hit(rate, *whose)
        shared = self._shared()
        try:
            return shared.hit(rate, *whose)
        except shared.storage.base_exceptions as error:
            self._go_alone(error)
            return self._own.hit(rate, *whose)

    def _go_alone(self, error: Exception) -> None:
        """For a while, in which it is said once, however many requests were waiting for the store."""
        now = self._clock()
        with self._lock:
            if self._alone_until is None or self._alone_until <= now:
                self._alone_until = now + ALONE
                _log.error("rates_counted_alone", kind=type(error).__name__, seconds=ALONE)


# Flask-Limiter's strategy and store, asked directly: its decorators look before the request is known to be good.
_rates = Rates(lambda: _limiter.limiter)


def count_failed_link() -> None:
    """A link that opened nothing. Raises 429 when there were too many from one address."""
    _count(FAILED, "links", get_remote_address())


def count_failed_code() -> None:
    """A receipt's code that was wrong. Raises 429 when there were too many from one address."""
    _count(FAILED, "codes", get_remote_address())


def count_draft(oktmo: str) -> None:
    """A draft of a municipality, whose link or ticket the request holds. Raises 429 when there were too many."""
    if not may_draft(oktmo):
        abort(429)


def may_draft(oktmo: str) -> bool:
    """The same, where the page that comes anyway says whether the draft was kept."""
    return _rates.hit(_by_link["drafts"], "drafts", oktmo)


def limit_submissions(view: Callable[P, T]) -> Callable[P, T]:
    """Checks and submissions of one municipality. Inside `for_admitted`: strangers must not use its rate up."""

    @wraps(view)
    def counted(*args: P.args, **kwargs: P.kwargs) -> T:
        _count(_by_link["submissions"], "submissions", str(kwargs["oktmo"]))
        return view(*args, **kwargs)

    return counted


def _count(rate: RateLimitItem, *whose: str) -> None:
    if not _rates.hit(rate, *whose):
        abort(429)


def register_limits(app: Flask, settings: Settings) -> None:
    """Count in the store of the settings."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.rates or f"{Counters.STORAGE_SCHEME[0]}://"
    if settings.rates.startswith("redis"):
        # Its own way is five seconds, ten times over. Connections that went stale are found without any of this.
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "retry": None,
        }
    _limiter.init_app(app)
    # What it would look for around every request are limits of routes; there are none.
    app.before_request_funcs[None].remove(_limiter._check_request_limit)
    app.after_request_funcs[None].pop()
    app.teardown_request_funcs[None].pop()
    _by_link.update(submissions=parse(settings.submissions_rate), drafts=parse(settings.drafts_rate))
