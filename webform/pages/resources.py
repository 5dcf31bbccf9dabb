"""The health check."""

from __future__ import annotations

from flask import Blueprint, request

from outbox.errors import OutboxError
from webform.services import current_installation

pages = Blueprint("resources", __name__)


@pages.get("/healthz")
def health() -> tuple[str, int, dict[str, str]]:
    """Answer 200 when the outbox can be read, else 503. The scheme is for `svod doctor`, which looks at the proxy."""
    plain = {"Content-Type": "text/plain; charset=utf-8", "X-Svod-Scheme": request.scheme}
    try:
        current_installation().outbox.addresses.current("", "")
    except OutboxError:
        return "unavailable\n", 503, plain
    return "ok\n", 200, plain
