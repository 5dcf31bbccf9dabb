"""Cookies, protection against foreign pages, headers. Imports Flask and the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webform.cookies import RememberingSessions
from webform.csrf import RememberingProtection
from webform.environment import Settings
from webform.sessions import LIFETIME

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
USUAL = {"Cache-Control": "no-store"}
TLS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}
UNGUARDED = ("entry.enter", "drafts.save", "confirm.confirm")
"""POSTs without the session's token: the first two bring a signed word of their own, the third changes nothing."""


def register_security(app: Flask, settings: Settings) -> None:
    """Set the application up; call it once the pages are registered."""
    app.config.update(
        SECRET_KEY=settings.secrets[0],
        SECRET_KEY_FALLBACKS=list(settings.secrets[1:]),
        SESSION_COOKIE_NAME="__Host-svod" if settings.tls else "svod",
        SESSION_COOKIE_SECURE=settings.tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_I18N_ENABLED=False,
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as its session
    )
    app.session_interface = RememberingSessions()
    csrf = RememberingProtection()
    csrf.init_app(app)
    for endpoint in UNGUARDED:
        csrf.exempt(app.view_functions[endpoint])
    app.wsgi_app = _with_headers(  # type: ignore[assignment, method-assign]
        app.wsgi_app, USUAL | HEADERS | (TLS_HEADERS if settings.tls else {})
    )
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )


def _with_headers(application: WSGIApplication, headers: Mapping[str, str]) -> WSGIApplication:
    """The application with these headers on every answer that has none of the name.

    Around Flask and not in it: Flask's headers look for a name nine times by raising and catching an error, which
    costs a tenth of a submission.
    """
    by_name = {name.lower(): (name, value) for name, value in headers.items()}

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def begin(status: str, given: list[tuple[str, str]], *fault: Any) -> Callable[[bytes], object]:
            there = {name.lower() for name, _ in given}
            return start(status, given + [pair for name, pair in by_name.items() if name not in there], *fault)

        return application(environ, begin)

    return answer
