"""What the pages work with, and how they join the application. Imports `storage`, `people`, the routes."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from flask import Flask, current_app, request
from flask.sessions import SecureCookieSessionInterface

from localsheets.people import Journal, People
from localsheets.storage import Store

_KEY = "localsheets.grid"
_SECRET = "session_secret"  # noqa: S105 - the name of a fact
COOKIE = "svod_sheets"  # cookies know no ports: the form on this host has another name for its own


@dataclass(frozen=True, slots=True)
class Grid:
    """`host`: where the server listens; `open_edits`: LOCALSHEETS_OPEN=1, editing without signing in."""

    store: Store
    people: People
    journal: Journal
    host: str
    open_edits: bool


class _Sessions(SecureCookieSessionInterface):
    """Signed cookies; `Secure` whenever the browser came by TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or request.headers.get("X-Forwarded-Proto", "") == "https"


def register(app: Flask, store: Store, host: str, *, open_edits: bool) -> None:
    """Adds the pages to the application; the tables of people are made when they are not there."""
    from localsheets.grid import data, editing, pages, signing

    secret = store.fact(_SECRET)
    if secret is None:
        secret = secrets.token_urlsafe(48)
        store.set_fact(_SECRET, secret)
    app.secret_key = secret
    app.session_interface = _Sessions()
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=12 * 3600,
    )
    path = Path(store.path)
    app.extensions[_KEY] = Grid(store, People(path), Journal(path), host, open_edits)
    for part in (pages, data, editing, signing):
        app.register_blueprint(part.blueprint)


def grid() -> Grid:
    """What the application that serves this request works with."""
    held = current_app.extensions[_KEY]
    if not isinstance(held, Grid):
        raise TypeError("the application has no grid")
    return held


@cache
def asset_stamp() -> str:
    """Changes whenever a script or style changes, so that browsers may keep them for good."""
    digest = hashlib.sha256()
    for entry in sorted(resources.files("localsheets.grid").joinpath("static").iterdir(), key=lambda one: one.name):
        digest.update(entry.read_bytes())
    return digest.hexdigest()[:12]
