"""Signing in and out: by name and password, or by a one-time link.

Opening a link (GET) only shows a button, so that mail scanners and previews do not use it up.
"""

import re
import time

from flask import Blueprint, g, redirect, request, session, url_for
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.wrappers import Response

from localsheets.grid.access import check_csrf, csrf_token, viewer
from localsheets.grid.answering import dressed, page
from localsheets.grid.context import grid
from localsheets.grid.texts import Sign

blueprint = Blueprint("signing", __name__)
dressed(blueprint)

_ATTEMPTS = parse("8 per minute")
_OURS = re.compile(r"/spreadsheets(?:/d/[\w-]{1,128}/[a-z]{1,20}(?:\?gid=\d{1,10})?)?")
_limiter = FixedWindowRateLimiter(MemoryStorage())


@blueprint.get("/login")
def show_login() -> Response:
    """Show the form; without accounts, how to get in."""
    return _login_page(accounts=grid().people.any())


def _login_page(status: int = 200, *, accounts: bool = True, name: str = "", wrong: str = "") -> Response:
    then = _safe(request.values.get("then", ""))
    return page(
        "login.html", status, title=Sign.TITLE, csrf=csrf_token(), accounts=accounts, name=name, wrong=wrong, then=then
    )


def _safe(address: str) -> str:
    """Return the page to open after signing in: one of ours, or empty."""
    return address if _OURS.fullmatch(address) else ""


@blueprint.post("/login")
def login() -> Response:
    """Check name and password, and sign in."""
    check_csrf(request.form.get("csrf", ""))
    name = request.form.get("name", "")[:100]
    wrong = ""
    if not _limiter.hit(_ATTEMPTS, "login", name.strip().casefold()):
        wrong = Sign.TOO_OFTEN
    else:
        account = grid().people.sign_in(name, request.form.get("password", ""))
        if account is not None:
            _begin({"kind": "account", "name": account.name, "version": account.version})
            return redirect(_safe(request.form.get("then", "")) or url_for("pages.index"), 303)
        wrong = Sign.WRONG
    return _login_page(403, name=name, wrong=wrong)


@blueprint.get("/staff/<secret>")
def show_link(secret: str) -> Response:
    """Show the button that uses a link up."""
    return page("link.html", title=Sign.LINK_TITLE, csrf=csrf_token(), secret=secret)


@blueprint.post("/staff")
def use_link() -> Response:
    """Use the link up and sign this browser in."""
    check_csrf(request.form.get("csrf", ""))
    number = grid().people.use_link(request.form.get("secret", ""))
    if number is None:
        return page("message.html", 403, title=Sign.LINK_BAD, lead=Sign.LINK_BAD_LEAD)
    _begin({"kind": "link", "number": number})
    return redirect(url_for("pages.index"), 303)


@blueprint.post("/logout")
def logout() -> Response:
    """End the session."""
    check_csrf(request.form.get("csrf", ""))
    session.clear()
    g.pop("viewer", None)
    return redirect(url_for("pages.index") if viewer() else url_for("signing.show_login"), 303)


def _begin(who: dict[str, object]) -> None:
    g.pop("viewer", None)
    session.clear()
    session.permanent = True
    session["who"] = who
    session["since"] = int(time.time())
    csrf_token()
