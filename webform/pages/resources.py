"""Health and the form's own assets. Imports the services."""

from __future__ import annotations

from flask import Blueprint, Response, request

from outbox.errors import OutboxError
from webform.pages.rendering import problem_page
from webform.services import services

pages = Blueprint("resources", __name__)
YEAR = 31_536_000


@pages.get("/healthz")
def health() -> tuple[str, int, dict[str, str]]:
    """200 when the outbox can be read, else 503."""
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        known = services()
        known.outbox.links.current(known.campaign.id, "")
    except OutboxError:
        return "unavailable\n", 503, plain
    return "ok\n", 200, plain


@pages.get("/favicon.ico")
def favicon() -> Response | tuple[str, int]:
    """The icon, for browsers that ask for it unasked."""
    return asset("icon.svg")


@pages.get("/static/<name>")
def asset(name: str) -> Response | tuple[str, int]:
    """A file of the static folder, packed where the browser takes it."""
    known = services().assets.files.get(name)
    if known is None:
        return problem_page(404)
    packed = known.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(known.packed if packed else known.content, content_type=known.type)
    answer.headers["Vary"] = "Accept-Encoding"
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    current = request.args.get("v") == known.digest
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if current else "public, max-age=300"
    return answer
