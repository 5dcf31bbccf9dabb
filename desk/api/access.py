"""Who may ask: a token first, then how often. Nothing else of a request is looked at before."""

from __future__ import annotations

from flask import Flask, abort, current_app, g, request
from limits import parse

from desk.api.services import current_api
from outbox.api_tokens import PREFIX, ApiToken

OPEN = frozenset({"document"})
"""The endpoints without a token: the description holds nothing of any campaign."""

ASKED = parse("120/minute")
"""Requests with one token."""
REFUSED = parse("20/minute")
"""Requests with a bad token from one address."""
LONGEST = 200
"""Characters of a header that may hold a token."""


def register_access(app: Flask) -> None:
    """Check each request before anything else looks at it. Call it before other hooks are registered."""
    app.before_request(_check)


def token() -> ApiToken:
    """Return the token of this request, on an endpoint that needs one."""
    found: ApiToken = g.token
    return found


def _check() -> None:
    if request.endpoint in OPEN:
        return
    api = current_api()
    secret = _secret()
    if secret is None or (found := api.outbox.api_tokens.find(secret)) is None:
        abort(401 if api.rates.hit(REFUSED, "api refused", request.remote_addr or "") else 429)
    if not api.rates.hit(ASKED, "api", str(found.id)):
        abort(429)
    g.token = found
    if request.endpoint not in current_app.view_functions:
        return
    if request.content_length or "Transfer-Encoding" in request.headers:
        abort(413)


def _secret() -> str | None:
    kind, _, secret = request.headers.get("Authorization", "")[:LONGEST].partition(" ")
    secret = secret.strip()
    return secret if kind.casefold() == "bearer" and secret.startswith(PREFIX) else None
