"""The pages of problems. What was typed comes back with them wherever that is possible."""

from __future__ import annotations

import traceback
from pathlib import Path

import structlog
from flask import Flask, make_response, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug import Response
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed

from outbox.errors import OutboxBusy, OutboxError, OutboxTextError, OutboxUnavailable
from webform import texts
from webform.bodies import BLANK, drain
from webform.pages.access import save_by_ticket, session_over
from webform.pages.blank_pages import blank_again
from webform.pages.rendering import problem_page
from webform.pages.report_pages import Page, same_form_page
from webform.pages.sent import script_problem, wants_json
from webform.services import campaign_services
from webform.sessions import admitted

_FRAMES = 12

_log = structlog.get_logger(__name__)

Answer = Page | tuple[Response, int]


def register(app: Flask) -> None:
    """Let the application answer problems with these pages."""
    app.register_error_handler(CSRFError, _answer_stale_page)
    app.register_error_handler(OutboxError, _answer_outbox_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_fault)


def _answer_stale_page(_: CSRFError) -> Page:
    """Answer a form with an outdated CSRF token, mostly because its session ended."""
    if request.endpoint == BLANK:
        return blank_again(texts.BLANK_STALE, 400)
    oktmo = _oktmo_of_form()
    if oktmo is None:
        return problem_page(400)
    if admitted(oktmo):
        save_by_ticket(oktmo)
        return same_form_page(oktmo, texts.PAGE_STALE, 400)
    return session_over(oktmo)


def _answer_outbox_error(error: OutboxError) -> Answer:
    if isinstance(error, OutboxTextError):  # the store says of the request's words that nobody can keep them
        return _answer_http_error(BadRequest())
    passing = isinstance(error, OutboxBusy | OutboxUnavailable)
    _log.error("outbox_failed", kind=type(error).__name__, endpoint=request.endpoint)
    if _from_script():
        return script_problem(texts.DRAFT_FAILED, 503)
    oktmo = _oktmo_of_form()
    status = 503 if passing else 500
    if oktmo is not None:
        return same_form_page(oktmo, texts.STORE_BUSY if passing else texts.FAULT, status)
    return problem_page(status)


def _answer_http_error(error: HTTPException) -> Answer:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 413:
        drain()
        if request.endpoint == BLANK:
            return problem_page(413, texts.BLANK_TOO_LARGE)
    if _from_script():
        return script_problem(texts.DRAFT_TOO_OFTEN if status == 429 else texts.DRAFT_REFUSED, status)
    if isinstance(error, MethodNotAllowed):
        answer = make_response(problem_page(status))
        answer.allow.update(error.valid_methods or ())
        return answer, status
    oktmo = _oktmo_of_form() if status == 429 else None
    if oktmo is not None:
        return same_form_page(oktmo, texts.TOO_OFTEN, 429)
    return problem_page(status)


def _answer_fault(error: Exception) -> Answer:
    _log_fault("fault", error)
    if _from_script():
        return script_problem(texts.DRAFT_REFUSED, 500)
    try:
        oktmo = _oktmo_of_form()
        if oktmo is not None and admitted(oktmo):
            return same_form_page(oktmo, texts.FAULT, 500)
    except Exception as another:  # the same fault, in the form's own page: answer without the form
        _log_fault("fault_again", another)
    return problem_page(500)


def _oktmo_of_form() -> str | None:
    """Return the municipality of the form in this request; None for every other request."""
    if request.endpoint == BLANK:
        return None
    oktmo, services = str((request.view_args or {}).get("oktmo", "")), campaign_services()
    known = services is not None and oktmo in services.campaign.by_oktmo
    return oktmo if known and request.method == "POST" and "key" in request.form else None


def _from_script() -> bool:
    """Return True if the form's script is saving a draft."""
    return request.endpoint == "drafts.save" and wants_json()


def _log_fault(event: str, error: Exception) -> None:
    """Log where the fault happened, without its message, which may hold the clerk's words."""
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    _log.error(event, endpoint=request.endpoint, kind=type(error).__name__, where=frames[-_FRAMES:])
