"""The pages of problems, and what happens to what was typed when one comes. Imports the services and rendering."""

from __future__ import annotations

import traceback
from pathlib import Path

import structlog
from flask import Flask, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from outbox.errors import OutboxBusy, OutboxError, OutboxUnavailable
from webform import texts
from webform.pages.access import Answer, keep_typed, script_answer, session_over
from webform.pages.form import kept_page
from webform.pages.rendering import problem_page
from webform.services import current_services
from webform.sessions import admitted

MOST_DRAINED = 64_000_000
_FRAMES = 12

_log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    """Let the application answer problems with these pages."""
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(OutboxError, _store)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _typed_at() -> str | None:
    """The municipality whose form was sent with this request, None for any other request."""
    oktmo = str((request.view_args or {}).get("oktmo", ""))
    if request.method != "POST" or oktmo not in current_services().campaign.by_oktmo or "key" not in request.form:
        return None
    return oktmo


def _stale(_: CSRFError) -> Answer:
    """The form's protection against foreign pages has run out, mostly with the session: nothing typed is lost."""
    oktmo = _typed_at()
    if oktmo is None:
        return problem_page(400)
    if admitted(oktmo):
        keep_typed(oktmo)
        return kept_page(oktmo, texts.PAGE_STALE, 400)
    return session_over(oktmo)


def _store(error: OutboxError) -> Answer | tuple[Response, int]:
    known = isinstance(error, OutboxBusy | OutboxUnavailable)
    _log.error("outbox_failed", kind=type(error).__name__, endpoint=request.endpoint)
    if _asked_by_script():
        return script_answer(texts.DRAFT_FAILED, 503)
    oktmo = _typed_at()
    status = 503 if known else 500
    if oktmo is not None:
        return kept_page(oktmo, texts.STORE_BUSY if known else texts.FAULT, status)
    return problem_page(status)


def _http(error: HTTPException) -> Answer | tuple[Response, int]:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 413:
        _drain()
    if _asked_by_script():
        return script_answer(texts.DRAFT_TOO_OFTEN if status == 429 else texts.DRAFT_REFUSED, status)
    oktmo = _typed_at() if status == 429 else None
    if oktmo is not None:
        return kept_page(oktmo, texts.TOO_OFTEN, 429)
    return problem_page(status)


def _asked_by_script() -> bool:
    """The form's script saves a draft: it reads JSON and shows the words beside the form."""
    return request.endpoint == "drafts.save" and request.accept_mimetypes.best == "application/json"


def _drain() -> None:
    """Take in what is still coming: a browser whose sending is cut off shows a broken connection, not our page."""
    left = min(request.content_length or 0, MOST_DRAINED)
    stream = request.environ["wsgi.input"]
    while left > 0 and (piece := stream.read(min(left, 65536))):
        left -= len(piece)


def _fault(error: Exception) -> Answer | tuple[Response, int]:
    _tell("fault", error)
    if _asked_by_script():
        return script_answer(texts.DRAFT_REFUSED, 500)
    try:
        oktmo = _typed_at()
        if oktmo is not None and admitted(oktmo):
            return kept_page(oktmo, texts.FAULT, 500)
    except Exception as another:  # what failed may fail here too: then a page without the form
        _tell("fault_again", another)
    return problem_page(500)


def _tell(event: str, error: Exception) -> None:
    # Where, and never what it says: its words may be the clerk's.
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    _log.error(event, endpoint=request.endpoint, kind=type(error).__name__, where=frames[-_FRAMES:])
