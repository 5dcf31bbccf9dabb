"""Signing in and out: by name and password, with a code where the account asks for one, or by a one-time link.

Opening a link only leads to a button, so that mail scanners and previews do not use it up; its secret goes into the
cookie at once, and so stands in no address of a page.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user  # type: ignore[import-untyped]
from limits import RateLimitItem, parse
from werkzeug import Response as Redirect

from desk import texts
from desk.access import load, needs, own_path
from desk.logs import log_signing
from desk.pages.typed import tidy, typed
from desk.people import codes
from desk.people.errors import BusyError
from desk.rendering import page
from desk.services import current_desk
from outbox.records import StaffAccount
from outbox.staff import folded

pages = Blueprint("signing", __name__)

_PERSON = parse("8 per minute")
_ADDRESS = parse("30 per minute")
_CODES = parse("50 per day")
_WAITING, _LINK = "waiting", "link"

Page = str | tuple[str, int] | Redirect | Response


@pages.get("/sign-in")
def show() -> Page:
    """Show the form of name and password."""
    if current_user.is_authenticated:
        return redirect(own_path(_then()), 303)
    return _form()


@pages.post("/sign-in")
def sign_in() -> Page:
    """Check name and password; sign in, or ask for the code."""
    name, staff = typed("name"), current_desk().outbox.staff
    if not (_counted(_ADDRESS, "address", _address()) and _counted(_PERSON, "name", folded(name), _address())):
        return _refused("too often", None, texts.TOO_OFTEN, 429)
    account = staff.find(name)
    try:
        right = current_desk().passwords.is_right(account.hash if account else None, request.form.get("password", ""))
    except BusyError as error:
        return _refused("busy", account, str(error), 429)
    token = staff.begin(account) if account and right else None
    if account is None or token is None:
        return _refused("password", account, texts.WRONG_PASSWORD, 403)
    then = _then()
    if account.second:
        return _ask_code(token, then)
    return _begin(token, then, "password")


@pages.get("/sign-in/code")
def show_code() -> Page:
    """Show the form for the code, after the right password."""
    return _code_form() if _waiting() else redirect(url_for("signing.show"), 303)


@pages.post("/sign-in/code")
def enter_code() -> Page:
    """Check the code and sign in."""
    staff, account = current_desk().outbox.staff, _waiting()
    if account is None:
        return redirect(url_for("signing.show"), 303)
    if not _counted(_PERSON, "code", str(account)) or not _counted(_CODES, "codes", str(account)):
        log_signing("sign_in_refused", account=account, reason="too many codes")
        return _code_form(texts.TOO_MANY_CODES), 429
    kind = codes.use(staff, account, typed("code", 100))
    token = staff.complete(session[_WAITING]) if kind else None
    if kind is None or token is None:
        log_signing("sign_in_refused", account=account, reason="code")
        return _code_form(texts.WRONG_CODE), 403
    return _begin(token, _then(), kind)


@pages.get("/link/<secret>")
def take_link(secret: str) -> Page:
    """Keep the secret of a one-time link in this browser, and lead to the button that uses it up."""
    session[_LINK] = secret[:100]
    response = redirect(url_for("signing.show_link"), 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@pages.get("/link")
def show_link() -> Page:
    """Show the button that uses the link up."""
    secret = session.get(_LINK)
    if not isinstance(secret, str) or not current_desk().outbox.staff.link_is_good(secret):
        return _bad_link()
    return page("link.html")


@pages.post("/link")
def use_link() -> Page:
    """Use the link up and sign this browser in."""
    begun = current_desk().outbox.staff.begin_with_link(str(session.get(_LINK, "")))
    if begun is None:
        return _bad_link()
    token, code_needed = begun
    return _ask_code(token, "") if code_needed else _begin(token, "", "link")


@pages.post("/sign-out")
@needs("read")
def sign_out() -> Page:
    """End the session on the server, so that no copy of its cookie opens anything."""
    log_signing("signed_out", account=current_user.account.id)
    _leave()
    return redirect(url_for("signing.show"), 303)


def _then() -> str:
    """Return the address, within the desk, that was asked for before signing in."""
    return tidy(request.values.get("then", ""), 500)


def _address() -> str:
    return request.remote_addr or ""


def _counted(limit: RateLimitItem, kind: str, *names: str) -> bool:
    return current_desk().rates.hit(limit, "desk", kind, *names)


def _form(wrong: str = "", name: str = "") -> str:
    return page("sign_in.html", wrong=wrong, name=name, then=_then())


def _code_form(wrong: str = "") -> str:
    return page("code.html", wrong=wrong, then=_then())


def _refused(reason: str, account: StaffAccount | None, words: str, status: int) -> Page:
    log_signing("sign_in_refused", account=account.id if account else None, reason=reason)
    return _form(words, typed("name")), status


def _bad_link() -> Page:
    log_signing("sign_in_refused", account=None, reason="link")
    session.pop(_LINK, None)
    return page("problem.html", title=texts.LINK_BAD, advice=texts.LINK_BAD_ADVICE), 403


def _waiting() -> int | None:
    """Return the account that has given its password in this browser and not yet its code."""
    token = session.get(_WAITING)
    return current_desk().outbox.staff.waiting(token) if isinstance(token, str) else None


def _ask_code(token: str, then: str) -> Page:
    session.pop(_LINK, None)
    session[_WAITING] = token
    return redirect(url_for("signing.show_code", then=then or None), 303)


def _leave() -> None:
    if current_user.is_authenticated:
        current_desk().outbox.staff.end(current_user.token)
    logout_user()
    session.clear()


def _begin(token: str, then: str, by: str) -> Page:
    """Sign this browser in with a new session. by: what was shown, for the log and the journal."""
    _leave()
    signed = load(token)
    if signed is None:  # the account has gone this very moment
        return redirect(url_for("signing.show"), 303)
    session.permanent = True
    login_user(signed)
    log_signing("signed_in", account=signed.account.id, by=by)
    current_desk().outbox.acts.record(signed.account, "signed_in", detail={"by": by})
    return redirect(own_path(then), 303)
