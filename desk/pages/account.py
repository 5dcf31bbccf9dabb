"""One's own account: how it signs in, and its password."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_login import login_user  # type: ignore[import-untyped]
from limits import parse
from werkzeug import Response

from desk import texts
from desk.access import SignedIn, load, needs, person
from desk.people.errors import StaffError
from desk.rendering import page
from desk.services import current_desk

pages = Blueprint("account", __name__)
_TRIES = parse("8 per minute")


@pages.get("/account")
@needs("read")
def show() -> str:
    """Show who is signed in, and the form for a new password."""
    return _page(done="done" in request.args)


@pages.post("/account")
@needs("read")
def change_password() -> Response | tuple[str, int]:
    """Set a new password, end all other sessions of the account, and go on with a new one."""
    signed, desk = person(), current_desk()
    account = signed.account
    new, again = request.form.get("new", ""), request.form.get("again", "")
    if not desk.rates.hit(_TRIES, "desk", "password", str(account.id)):
        return _page(texts.TOO_OFTEN), 429
    try:
        if _asks_old(signed) and not desk.passwords.is_right(account.hash, request.form.get("old", "")):
            return _page(texts.WRONG_OLD), 403
        if new != again:
            return _page(texts.NOT_SAME), 400
        hashed = desk.passwords.hash(new, account.name)
    except StaffError as error:
        return _page(str(error)), 400
    desk.outbox.staff.set_password(account.id, hashed)
    desk.outbox.acts.record(account, "password_changed", detail={"name": account.name})
    return _go_on(account.name)


def _go_on(name: str) -> Response:
    """Begin a new session in place of the one that the new password ended."""
    staff = current_desk().outbox.staff
    account = staff.find(name)
    token = staff.begin(account) if account else None
    if account is not None and token is not None and account.second:  # the code was given in the session before
        token = staff.complete(token)
    signed = load(token) if token else None
    if signed is None:
        return redirect(url_for("signing.show"), 303)
    login_user(signed)
    return redirect(url_for("account.show", done=""), 303)


def _asks_old(signed: SignedIn) -> bool:
    """Return True if the present password is asked for: a one-time link stands in for a forgotten one."""
    return signed.account.hash is not None and not signed.by_link


def _page(wrong: str = "", *, done: bool = False) -> str:
    return page("account.html", wrong=wrong, done=done, asks_old=_asks_old(person()))
