"""How often: submissions and drafts by link, failed links and codes by address. Imports Flask-Limiter and services.

Offices share one address, so nothing that works is counted by address: 21 clerks behind one never block each other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, abort
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from webform.counters import Counters
from webform.environment import Settings

P = ParamSpec("P")
T = TypeVar("T")
FAILED = "30 per minute"

_limiter = Limiter(key_func=get_remote_address, strategy="fixed-window")
_by_link: dict[str, RateLimitItem] = {}


def _failed(response: Response) -> bool:
    return response.status_code == 404


def limit_failed_links(view: Callable[P, T]) -> Callable[P, T]:
    """Links that opened nothing, from one address."""
    return _limiter.shared_limit(FAILED, "links", deduct_when=_failed)(view)


def limit_failed_codes(view: Callable[P, T]) -> Callable[P, T]:
    """Codes of receipts that were wrong, from one address."""
    return _limiter.shared_limit(FAILED, "codes", deduct_when=_failed)(view)


def limit_submissions(view: Callable[P, T]) -> Callable[P, T]:
    """Checks and submissions of one municipality."""
    return _limited(view, "submissions")


def limit_drafts(view: Callable[P, T]) -> Callable[P, T]:
    """Drafts of one municipality."""
    return _limited(view, "drafts")


def _limited(view: Callable[P, T], name: str) -> Callable[P, T]:
    """Flask-Limiter's strategy and store, asked directly: its decorator costs as much as all of our checks."""

    @wraps(view)
    def counted(*args: P.args, **kwargs: P.kwargs) -> T:
        if not _limiter.limiter.hit(_by_link[name], name, str(kwargs["oktmo"])):
            abort(429)
        return view(*args, **kwargs)

    return counted


def register_limits(app: Flask, settings: Settings) -> None:
    """Count in the store of the settings."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.rates or f"{Counters.STORAGE_SCHEME[0]}://"
    _limiter.init_app(app)
    # What it would look for before every request are limits for all routes; there are none.
    app.before_request_funcs[None].remove(_limiter._check_request_limit)
    # And what it does after every one is for the failed links and codes alone.
    after, release = app.after_request_funcs[None].pop(), app.teardown_request_funcs[None].pop()
    for pages in ("entry", "confirm"):
        app.after_request_funcs[pages].append(after)
        app.teardown_request_funcs[pages].append(release)
    _by_link.update(submissions=parse(settings.submissions_rate), drafts=parse(settings.drafts_rate))
