"""The pages of problems."""

from __future__ import annotations

import traceback
from pathlib import Path

import structlog
from flask import Flask, make_response, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from desk.rendering import problem_page
from outbox.errors import OutboxBusy, OutboxError, OutboxTextError, OutboxUnavailable

_FRAMES = 12
_log = structlog.get_logger(__name__)

Answer = tuple[str, int] | Response


def register(app: Flask) -> None:
    """Let the application answer problems with these pages."""
    app.register_error_handler(CSRFError, _answer_stale_page)
    app.register_error_handler(OutboxError, _answer_outbox_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_fault)


def _answer_stale_page(_: CSRFError) -> Answer:
    return problem_page(400)


def _answer_outbox_error(error: OutboxError) -> Answer:
    if isinstance(error, OutboxTextError):  # the store says of the request's words that nobody can keep them
        return problem_page(400)
    _log.error("outbox_failed", kind=type(error).__name__, endpoint=request.endpoint)
    return problem_page(503 if isinstance(error, OutboxBusy | OutboxUnavailable) else 500)


def _answer_http_error(error: HTTPException) -> Answer:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, MethodNotAllowed):
        answer = make_response(problem_page(status))
        answer.allow.update(error.valid_methods or ())
        return answer
    return problem_page(status)


def _answer_fault(error: Exception) -> Answer:
    """Log where the fault happened, without its message, which may hold what somebody typed."""
    frames = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    _log.error("fault", endpoint=request.endpoint, kind=type(error).__name__, where=frames[-_FRAMES:])
    return problem_page(500)
