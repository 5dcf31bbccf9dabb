"""Who may open which page. Every page says what role it needs; a page that says nothing is closed to all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import LoginManager, current_user  # type: ignore[import-untyped]
from werkzeug import Response

from desk.services import current_desk
from outbox.records import Role, StaffAccount

V = TypeVar("V", bound=Callable[..., Any])

ROLES: tuple[Role, ...] = ("read", "work", "administer")
"""Each may do what those before it may."""

OPEN = frozenset(
    {
        "signing.show",
        "signing.sign_in",
        "signing.show_code",
        "signing.enter_code",
        "signing.take_link",
        "signing.show_link",
        "signing.use_link",
        "static_files.serve",
    }
)
"""The pages for people who are not signed in."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person of a session, as Flask-Login keeps them: the cookie holds the session's token."""

    token: str
    account: StaffAccount
    by_link: bool
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


def needs(role: Role) -> Callable[[V], V]:
    """Open a page to accounts of this role or a higher one."""

    def mark(view: V) -> V:
        view.role = role  # type: ignore[attr-defined]
        return view

    return mark


def may(account: StaffAccount, role: Role) -> bool:
    """Return True if the account may do what the role may."""
    return ROLES.index(account.role) >= ROLES.index(role)


def allowed(role: Role) -> bool:
    """Return True if who is signed in may do what the role may."""
    signed = g.get("person")
    return signed is not None and may(signed.account, role)


def person() -> SignedIn:
    """Return who is signed in, on a page that needs a role."""
    return cast("SignedIn", g.person)


def register_access(app: Flask) -> None:
    """Check each request before anything else looks at it. Call it before other hooks are registered."""
    manager = LoginManager()
    # No tie to the address: that of a phone changes, and a session ends on the server for every copy of its cookie.
    manager.session_protection = None
    manager.user_loader(load)
    manager.init_app(app, add_context_processor=False)
    app.before_request(_check)


def load(token: str) -> SignedIn | None:
    """Return the person of a session that goes on, or None. Raises OutboxError."""
    found = current_desk().outbox.staff.session(token)
    return None if found is None else SignedIn(token, found.account, found.by_link)


def _check() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(url_for("signing.show", then=request.full_path.rstrip("?")), 303)
        abort(401)
    g.person = current_user._get_current_object()
    role: Role | None = getattr(current_app.view_functions[endpoint], "role", None)
    if role is None or not may(g.person.account, role):
        abort(403)
    return None


def own_path(wanted: str) -> str:
    """Return a page of the desk to go to after signing in; that of the campaigns for anything else.

    wanted: an address below `/desk`, which goes before it, so that no other site can be meant
    """
    good = wanted.startswith("/") and wanted[1:2] not in ("/", "\\") and wanted.isprintable()
    return f"{request.script_root}{wanted}" if good else url_for("home.show")
