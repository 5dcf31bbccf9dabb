"""Add the pages to the application."""

import secrets
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from localsheets.grid import data, editing, lines, pages, signing, tickets
from localsheets.grid.access import login_manager
from localsheets.grid.browsers import by_tls, cookie_name
from localsheets.grid.context import KEY, Grid
from localsheets.people import SESSION_SECONDS, Journal, People, Tickets
from localsheets.settings import Settings
from localsheets.storage import Store

_SECRET = "session_secret"  # noqa: S105 - the name of a fact
COOKIE = "svod_sheets"  # a name of its own, because cookies of other ports of this host come along


class _Sessions(SecureCookieSessionInterface):
    """Signed cookies; `Secure`, and by their name of this host alone, whenever the browser came by TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return by_tls()

    def get_cookie_name(self, app: Flask) -> str:
        return cookie_name(COOKIE)


def register(app: Flask, store: Store, people: People, settings: Settings) -> None:
    """Add the pages to the application."""
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
        PERMANENT_SESSION_LIFETIME=SESSION_SECONDS,
    )
    login_manager().init_app(app, add_context_processor=False)
    path = Path(store.path)
    app.extensions[KEY] = Grid(
        store, people, Journal(path), Tickets(path, settings.ticket_key), settings.host, settings.open_api
    )
    for part in (pages, data, editing, lines, signing, tickets):
        app.register_blueprint(part.blueprint)
