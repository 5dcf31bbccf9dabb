"""Rate limits of the pages: submissions and drafts by municipality, failed links and codes by address.

Offices share one address, so only failures are counted by it: 21 clerks behind one address never block each other. A
good link always opens, for its signature has 256 bits; of receipt codes, with 60, none is looked at after 30 failures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, request
from limits import RateLimitItem, parse

from webform.services import current_services

P = ParamSpec("P")
T = TypeVar("T")
FAILED = parse("30 per minute")


def count_failed_link() -> None:
    """Count a link that opened nothing. Abort with 429 when there were too many from one address."""
    _count(FAILED, "links", request.remote_addr or "")


def check_codes() -> None:
    """Abort with 429 when there were too many wrong receipt codes from one address: a right one would be a guess."""
    if not current_services().rates.has_room(FAILED, "codes", request.remote_addr or ""):
        abort(429)


def count_failed_code() -> None:
    """Count a wrong receipt code. Abort with 429 when there were too many from one address."""
    _count(FAILED, "codes", request.remote_addr or "")


def count_draft(oktmo: str) -> None:
    """Count a draft of a municipality, of a request that holds its link or ticket. Abort with 429 for too many."""
    if not may_draft(oktmo):
        abort(429)


def may_draft(oktmo: str) -> bool:
    """Like `count_draft`, but return False instead of aborting."""
    services = current_services()
    return services.rates.hit(services.settings.drafts_rate, "drafts", oktmo)


def count_check(oktmo: str) -> None:
    """Count a page that checks the whole draft again. Abort with 429 at more than the rate of submissions."""
    _count(current_services().settings.submissions_rate, "checks", oktmo)


def limit_submissions(view: Callable[P, T]) -> Callable[P, T]:
    """Limit checks and submissions of one municipality. Goes inside `for_admitted`: strangers must not use its rate."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        _count(current_services().settings.submissions_rate, "submissions", str(kwargs["oktmo"]))
        return view(*args, **kwargs)

    return wrapper


def _count(rate: RateLimitItem, *names: str) -> None:
    if not current_services().rates.hit(rate, *names):
        abort(429)
