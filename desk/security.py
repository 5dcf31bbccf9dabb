"""Cookies, protection against foreign pages, bodies, and the headers of every answer."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from desk.services import Settings
from outbox.staff import SESSION_LASTS

MAX_BODY = 64_000
"""Bytes: the desk takes names, times and short words."""
MAX_FIELDS = 100

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
TLS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}


def register_security(app: Flask, settings: Settings) -> None:
    """Set the application up; call it once access is checked and before the pages are registered."""
    keys = [hashlib.sha256(b"svod desk\n" + secret.encode()).hexdigest() for secret in settings.secrets]
    app.config.update(
        SECRET_KEY=keys[0],
        SECRET_KEY_FALLBACKS=keys[1:],
        SESSION_COOKIE_NAME="__Host-svod-desk" if settings.tls else "svod-desk",
        SESSION_COOKIE_PATH="/" if settings.tls else "/desk",  # `__Host-` asks for the root
        SESSION_COOKIE_SECURE=settings.tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=MAX_FIELDS,
        WTF_I18N_ENABLED=False,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as its session
    )
    app.before_request(_read_whole_body)
    CSRFProtect(app)
    headers = HEADERS | (TLS_HEADERS if settings.tls else {})

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static_files.serve":  # Flask lets files be kept and asked about again
            response.headers["Cache-Control"] = "no-store"
        return response

    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count if settings.proxied_host else 0
        )


def _read_whole_body() -> None:
    """Keep the body for `request.form`; refuse one that broke off, or has too many fields."""
    if request.endpoint is None:
        return
    body = request.get_data()
    if request.content_length is not None and len(body) < request.content_length:
        raise BadRequest
    if len(body) >= MAX_BODY or body.count(b"&") >= MAX_FIELDS:  # a chunked body is cut there without an error
        raise RequestEntityTooLarge
