"""Signing in and out: by name and password, with a code where the account asks for one, or by a one-time link.

Opening a link (GET) only shows a button, so that mail scanners and previews do not use it up.
"""

import re

from flask import Blueprint, g, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user  # type: ignore[import-untyped]
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.wrappers import Response

from localsheets.grid.access import check_csrf, csrf_token, load, viewer
from localsheets.grid.answering import dressed, page
from localsheets.grid.browsers import address, address_class, known_as, remember
from localsheets.grid.context import grid
from localsheets.grid.texts import Sign
from localsheets.people import Account, BusyError, record

blueprint = Blueprint("signing", __name__)
dressed(blueprint)

_PERSON = parse("8 per minute")
ADDRESS = parse("30 per minute")
_LINE = parse("1 per minute")
_CODES = parse("50 per day")
_OURS = re.compile(r"/spreadsheets(?:/d/[\w-]{1,128}/[a-z]{1,20}(?:\?gid=\d{1,10})?)?")
_limiter = FixedWindowRateLimiter(MemoryStorage())


@blueprint.get("/login")
def show_login() -> Response:
    """Show the form; without accounts, how to get in."""
    return _login_page(accounts=grid().people.any())


def _login_page(status: int = 200, *, accounts: bool = True, name: str = "", wrong: str = "") -> Response:
    then = _safe(request.values.get("then", ""))
    return page(
        "login.html",
        status,
        title=Sign.TITLE,
        csrf=csrf_token(),
        accounts=accounts,
        name=name,
        wrong=wrong,
        then=then,
        tickets=grid().tickets.on,
    )


def _safe(wanted: str) -> str:
    """Return the page to open after signing in: one of ours, or empty."""
    return wanted if _OURS.fullmatch(wanted) else ""


@blueprint.post("/login")
def login() -> Response:
    """Check name and password; sign in, or ask for the code."""
    check_csrf(request.form.get("csrf", ""))
    people = grid().people
    name = request.form.get("name", "")[:100]
    account = people.find(name)
    if not _may_try(account, name):
        return _login_page(429, name=name, wrong=Sign.TOO_OFTEN)
    try:
        right = people.is_right(account, request.form.get("password", ""))
    except BusyError:
        refused("busy", account.id if account else None)
        return _login_page(429, name=name, wrong=Sign.BUSY)
    token = people.sessions.begin(account.id, account.hash, waits=account.second) if account and right else None
    if account is None or token is None:
        refused("password", account.id if account else None)
        return _login_page(403, name=name, wrong=Sign.WRONG)
    then = _safe(request.form.get("then", ""))
    if account.second:
        _leave()
        session["waiting"] = token
        return redirect(url_for("signing.show_code", then=then or None), 303)
    return begin(token, then, "password")


def _may_try(account: Account | None, name: str) -> bool:
    """Count an attempt; return False beyond the limits. Of these a line a minute and address is logged.

    A browser that has signed in to the account before has a counter of its own, so that nobody locks its person out
    by guessing from elsewhere.
    """
    browser = known_as(account.id) if account else None
    if browser:
        allowed = counted(_PERSON, "known", browser, name)
    else:
        allowed = counted(ADDRESS, "address", address()) and counted(_PERSON, "name", name, address())
    if not allowed and counted(_LINE, "line", address()):
        refused("too often", account.id if account else None)
    return allowed


def counted(limit: RateLimitItem, kind: str, *names: str) -> bool:
    """Count an attempt. Return False beyond the limit."""
    return _limiter.hit(limit, kind, *(" ".join(name.split()).casefold() for name in names))


@blueprint.get("/login/code")
def show_code() -> Response:
    """Show the form for the code, after the right password."""
    return _code_page() if _waiting() else redirect(url_for("signing.show_login"), 303)


def _waiting() -> int | None:
    """Return the account that has given its password in this browser and not yet its code."""
    token = session.get("waiting")
    return grid().people.sessions.waiting(token) if isinstance(token, str) else None


def _code_page(status: int = 200, wrong: str = "") -> Response:
    then = _safe(request.values.get("then", ""))
    return page("code.html", status, title=Sign.CODE_TITLE, csrf=csrf_token(), wrong=wrong, then=then)


@blueprint.post("/login/code")
def enter_code() -> Response:
    """Check the code and sign in."""
    check_csrf(request.form.get("csrf", ""))
    people = grid().people
    account = _waiting()
    if account is None:
        return redirect(url_for("signing.show_login"), 303)
    # A known browser has a counter of its own: guessing elsewhere with a stolen password locks nobody out.
    attempt = (str(account), known_as(account) or "")
    if not counted(_PERSON, "code", *attempt):
        return _code_page(429, Sign.TOO_OFTEN)
    if not counted(_CODES, "codes", *attempt):
        return _code_page(429, Sign.CODES_USED_UP)
    kind = people.codes.use(account, request.form.get("code", "")[:100])
    token = people.sessions.complete(session["waiting"]) if kind else None
    if kind is None or token is None:
        refused("code", account)
        return _code_page(403, Sign.CODE_WRONG)
    return begin(token, _safe(request.form.get("then", "")), kind)


@blueprint.get("/staff/<secret>")
def show_link(secret: str) -> Response:
    """Show the button that uses a link up."""
    response = page("link.html", title=Sign.LINK_TITLE, csrf=csrf_token(), secret=secret)
    response.headers["Referrer-Policy"] = "no-referrer"  # its address is the secret
    return response


@blueprint.post("/staff")
def use_link() -> Response:
    """Use the link up and sign this browser in."""
    check_csrf(request.form.get("csrf", ""), unreferred=True)
    people = grid().people
    number = people.use_link(request.form.get("secret", ""))
    token = None if number is None else people.sessions.begin_with_link(number)
    if token is None:
        refused("link")
        return page("message.html", 403, title=Sign.LINK_BAD, lead=Sign.LINK_BAD_LEAD)
    return begin(token, "", "link")


@blueprint.post("/logout")
def logout() -> Response:
    """End the session on the server, so that no copy of its cookie opens anything."""
    check_csrf(request.form.get("csrf", ""))
    if current_user.is_authenticated:
        record(grid().people.path, "signed out", account=current_user.account, address=address_class())
    _leave()
    return redirect(url_for("pages.index") if viewer() else url_for("signing.show_login"), 303)


def _leave() -> None:
    if current_user.is_authenticated:
        grid().people.sessions.end(current_user.token)
    logout_user()
    session.clear()
    g.pop("viewer", None)


def begin(token: str, then: str, by: str, subject: str | None = None) -> Response:
    """Sign this browser in with a new session. by, subject: what was shown, for the log."""
    _leave()
    person = load(token)
    if person is None:  # the account has gone this very moment
        return redirect(url_for("signing.show_login"), 303)
    session.permanent = True
    login_user(person)
    csrf_token()
    record(grid().people.path, "signed in", account=person.account, by=by, subject=subject, address=address_class())
    response = redirect(then or url_for("pages.index"), 303)
    if person.account is not None:
        remember(response, person.account)
    return response


def refused(reason: str, account: int | None = None) -> None:
    """Log that somebody was not signed in."""
    record(grid().people.path, "sign-in refused", account=account, reason=reason, address=address_class())
