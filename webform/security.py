"""Cookies, protection against foreign pages, and the headers of every answer."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.middleware.proxy_fix import ProxyFix

from webform.environment import Settings
from webform.sessions import LIFETIME

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
PAGE_HEADERS = {"Cache-Control": "no-store"}
TLS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}
EXEMPT = ("entry.enter", "entry.dictate", "drafts.save", "confirm.confirm")
"""POSTs that need no CSRF token: the first three bring a secret of their own, the fourth changes nothing.

The secret of the first two would do for a foreign page too, which could put its own municipality into a visitor's
browser: `from_another_site` keeps such pages away.
"""


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
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as its session
    )
    csrf = CSRFProtect(app)
    for endpoint in EXEMPT:
        csrf.exempt(app.view_functions[endpoint])

    headers = PAGE_HEADERS | headers_of_all(settings)

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    app.after_request(_redirect_within_host)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count if settings.proxied_host else 0
        )


def from_another_site(settings: Settings) -> bool:
    """Return True if the browser says that a page of another site sent this request.

    `Origin: null` comes from our own page with a secret address (`Referrer-Policy: no-referrer`), and in older browsers
    from a foreign page; newer ones distinguish the two by `Sec-Fetch-Site`. Programs send neither.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin not in (None, "null", settings.public_url, request.host_url.rstrip("/"))


def headers_of_all(settings: Settings) -> dict[str, str]:
    """Return the headers of every answer, static files among them."""
    return HEADERS | (TLS_HEADERS if settings.tls else {})


def _redirect_within_host(response: Response) -> Response:
    """Replace a redirect to another host by one to its path: an address that lacks its slash gets the client's Host."""
    target = urlsplit(response.location or "")
    if not target.netloc:
        return response
    path = "/" + target.path.lstrip("/")
    return cast("Response", redirect(f"{path}?{target.query}" if target.query else path, response.status_code))
