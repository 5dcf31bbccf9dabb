"""Access to the pages: by signing in, or from this very machine.

Without accounts, whoever sits at this machine may look; to edit takes a one-time link, an account or
LOCALSHEETS_OPEN=1. As soon as there is an account, nobody passes as local: a proxy may come from loopback too.
"""

import hmac
import secrets
from dataclasses import dataclass

from flask import g, request, session
from flask_login import LoginManager, current_user  # type: ignore[import-untyped]

from localsheets.grid.context import grid
from localsheets.grid.texts import Sign
from localsheets.loopback import direct
from localsheets.people import EDIT, READ
from localsheets.settings import is_loopback


@dataclass(frozen=True, slots=True)
class Viewer:
    """name: as shown in the journal. signed: True if there is a session to end."""

    name: str
    role: str
    signed: bool

    @property
    def edits(self) -> bool:
        return self.role == EDIT


class SignInError(Exception):
    """The page needs signing in."""


class RefusedError(Exception):
    """An edit is refused: no right to edit, or a bad CSRF token. The message is for the person."""


def viewer() -> Viewer | None:
    """Return the sender of this request, found once; None without the right to look."""
    if "viewer" not in g:
        g.viewer = _viewer()
    found = g.viewer
    return found if isinstance(found, Viewer) else None


def _viewer() -> Viewer | None:
    held = grid()
    signed = _signed()
    if signed is not None:
        return signed
    if not is_loopback(held.host) or not direct():
        return None
    if held.people.any():
        return None
    return Viewer(Sign.NOBODY, EDIT, signed=False) if held.open_edits else Viewer("", READ, signed=False)


def _signed() -> Viewer | None:
    return current_user.viewer if current_user.is_authenticated else None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person of a session, as Flask-Login keeps them: the cookie holds the session's token."""

    token: str
    viewer: Viewer
    account: int | None
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


def load(token: str) -> SignedIn | None:
    """Return the person of a session that the server still keeps, or None."""
    held = grid().people.sessions.find(token)
    if held is None:
        return None
    if not held.name:  # a link
        return SignedIn(token, Viewer(Sign.STAFF, EDIT, signed=True), None)
    return SignedIn(token, Viewer(held.name, held.role, signed=True), held.account)


def login_manager() -> LoginManager:
    """Return Flask-Login, set to the sessions that the server keeps."""
    manager = LoginManager()
    # No tie to the address: that of a phone changes, and a session ends on the server for every copy of its cookie.
    manager.session_protection = None
    manager.user_loader(load)
    return manager


def require_viewer() -> Viewer:
    """Return the sender. Raises SignInError."""
    found = viewer()
    if found is None:
        raise SignInError
    return found


def require_editor() -> Viewer:
    """Return the sender if they may edit. Raises SignInError or RefusedError."""
    found = require_viewer()
    check_csrf(request.headers.get("X-CSRF-Token") or request.form.get("csrf", ""))
    if not found.edits:
        raise RefusedError(Sign.READ_ONLY)
    return found


def csrf_token() -> str:
    """Return the token of this session, made on first use."""
    held = session.get("csrf")
    if not isinstance(held, str):
        held = session["csrf"] = secrets.token_urlsafe(32)
    return held


def check_csrf(given: str, *, unreferred: bool = False) -> None:
    """Raise RefusedError if the token is not this session's, or the request comes from another site.

    unreferred: from a page with `Referrer-Policy: no-referrer`, for which browsers send `Origin: null`.
    """
    held = session.get("csrf")
    origin = request.headers.get("Origin")
    ours = {None, f"{request.scheme}://{request.host}", f"https://{request.host}"} | ({"null"} if unreferred else set())
    foreign = origin not in ours
    if foreign or not isinstance(held, str) or not hmac.compare_digest(held.encode(), given.encode()):
        raise RefusedError(Sign.EXPIRED)
