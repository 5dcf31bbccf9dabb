"""Rate limits of the pages: submissions and drafts by report, failed links and codes by address.

Offices share one address, so only failures are counted by it: 21 clerks behind one address never block each other. A
good link always opens: its signature has 256 bits, and a personal code that is in the index (60 bits, unlimited guesses
at a thousand a second meet one of 2,500 in ten thousand years). Of receipt codes none is looked at after 30 failures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, request
from limits import RateLimitItem, parse

from outbox.address_codes import Holder
from webform.services import current_installation, current_services

P = ParamSpec("P")
T = TypeVar("T")
FAILED = parse("30 per minute")
UPLOADS = parse("60 per minute")
CALENDARS = parse("240 per hour")


def count_failed_link() -> None:
    """Count a link that opened nothing. Abort with 429 when there were too many from one address."""
    _count(FAILED, "links", request.remote_addr or "")


def check_links() -> None:
    """Abort with 429 when there were too many links that opened nothing from one address."""
    if not current_installation().rates.has_room(FAILED, "links", request.remote_addr or ""):
        abort(429)


def count_calendar(holder: Holder) -> None:
    """Count a look at a municipality's calendar. Abort with 429 for too many."""
    _count(CALENDARS, "calendars", *holder)


def check_codes() -> None:
    """Abort with 429 when there were too many wrong receipt codes from one address: a right one would be a guess."""
    if not current_installation().rates.has_room(FAILED, "codes", request.remote_addr or ""):
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
    return services.rates.hit(services.settings.drafts_rate, "drafts", services.campaign.id, oktmo)


def count_upload(oktmo: str) -> None:
    """Count a file that a municipality attaches or takes out. Abort with 429 for too many."""
    _count(UPLOADS, "uploads", current_services().campaign.id, oktmo)


def count_check(oktmo: str) -> None:
    """Count a page that checks the whole draft again. Abort with 429 at more than the rate of submissions."""
    services = current_services()
    _count(services.settings.submissions_rate, "checks", services.campaign.id, oktmo)


def limit_submissions(view: Callable[P, T]) -> Callable[P, T]:
    """Limit checks and submissions of one municipality. Goes inside `for_admitted`: strangers must not use its rate."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        services = current_services()
        _count(services.settings.submissions_rate, "submissions", services.campaign.id, str(kwargs["oktmo"]))
        return view(*args, **kwargs)

    return wrapper


def _count(rate: RateLimitItem, *names: str) -> None:
    if not current_installation().rates.hit(rate, *names):
        abort(429)
