"""What is known of the browser that asks: its address, TLS, and the accounts that have signed in with it before."""

import ipaddress
import secrets

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from localsheets.settings import is_loopback

_COOKIE = "svod_sheets_known"
_KEPT_SECONDS = 180 * 86_400
_MOST_ACCOUNTS = 20


def by_tls() -> bool:
    """Return True if the browser came by TLS, also where a proxy ends it."""
    return request.is_secure or request.headers.get("X-Forwarded-Proto", "") == "https"


def cookie_name(name: str) -> str:
    """Return a cookie's name, under TLS with the prefix by which browsers take it from this very host alone."""
    return f"__Host-{name}" if by_tls() else name


def address() -> str:
    """Return the sender's address, of IPv6 the network (/64) that one subscriber has.

    A proxy on this machine or at the Unix socket is believed: the last address in X-Forwarded-For is the one it saw.
    """
    peer = request.remote_addr or ""
    passed = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    for text in (passed, peer) if not peer or is_loopback(peer) else (peer,):
        try:
            found = ipaddress.ip_address(text)
        except ValueError:
            continue
        found = getattr(found, "ipv4_mapped", None) or found
        return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
    return ""


def address_class() -> str:
    """Return the kind of the sender's address for the log: this machine, the local network, or elsewhere."""
    found = address().partition("/")[0]
    if not found or is_loopback(found):
        return "loopback"
    return "private" if ipaddress.ip_address(found).is_private else "public"


def known_as(account: int) -> str | None:
    """Return this browser's random name if the account has signed in with it before, or None."""
    browser, accounts = _read()
    return browser if account in accounts else None


def remember(response: Response, account: int) -> None:
    """Let the browser keep that the account has signed in with it. The cookie lets nobody in."""
    browser, accounts = _read()
    accounts = [*(one for one in accounts if one != account), account][-_MOST_ACCOUNTS:]
    response.set_cookie(
        cookie_name(_COOKIE),
        _serializer().dumps([browser or secrets.token_urlsafe(12), accounts]),
        max_age=_KEPT_SECONDS,
        secure=by_tls(),
        httponly=True,
        samesite="Lax",
    )


def _read() -> tuple[str, list[int]]:
    try:
        browser, accounts = _serializer().loads(request.cookies.get(cookie_name(_COOKIE), ""), max_age=_KEPT_SECONDS)
    except BadData:
        return "", []
    return browser, accounts


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")
