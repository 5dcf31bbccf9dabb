"""The Flask application: blueprints, errors, limits."""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from localsheets.errors import SheetsError, invalid, log_fault, unavailable
from localsheets.faults.layer import FaultLayer
from localsheets.grid.answering import HEADERS
from localsheets.grid.wiring import register
from localsheets.web import drive, faults, pages, spreadsheets, tokens
from localsheets.web.context import Context
from localsheets.web.exchange import MAX_BODY, failure
from localsheets.web.tunnel import Tunnel
from localsheets.xlsx import MIME_TYPE, workbook

MAX_FORM = 64_000
"""Bytes of a body anywhere else: a name and a password, an assertion, settings of faults."""
_MAX_BODIES = {"/grid/": 1_000_000, "/v4/": MAX_BODY, "/drive/": MAX_BODY, "/upload/": MAX_BODY}


def create_app(context: Context) -> Flask:
    """Return the application over an open store, the grid in the browser included."""
    app = Flask("localsheets", static_folder=None, template_folder=None)
    app.extensions["localsheets"] = context
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    app.before_request(_bound_body)
    app.after_request(_add_headers)
    for part in (spreadsheets, drive, tokens, pages):
        app.register_blueprint(part.blueprint)
    drive.EXPORTS[MIME_TYPE] = workbook
    register(app, context.store, context.people, context.settings)
    app.register_error_handler(SheetsError, failure)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)
    app.wsgi_app = Tunnel(app.wsgi_app)  # type: ignore[method-assign]
    if faults.wanted(context):
        app.register_blueprint(faults.blueprint)
        app.wsgi_app = FaultLayer(app.wsgi_app, context.faults, context.operations)  # type: ignore[method-assign]
    return app


def _bound_body() -> None:
    """Set the limit of this request's body, before anything reads it."""
    for path, limit in _MAX_BODIES.items():
        if request.path.startswith(path):
            request.max_content_length = limit


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if code == 413:
        return failure(invalid(f"Request payload size exceeds the limit: {request.max_content_length} bytes."))
    status = {404: "NOT_FOUND", 405: "UNIMPLEMENTED"}.get(code, "INVALID_ARGUMENT" if code < 500 else "INTERNAL")
    response = failure(SheetsError(code, status, f"Method not found: {request.method} {request.path[:200]}"))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _crash(error: Exception) -> Response:
    """Log the kind and place of an unexpected exception; answer without details."""
    if isinstance(error, MemoryError):
        return failure(unavailable())
    log_fault("request failed", error, method=request.method, endpoint=request.endpoint)
    return failure(SheetsError(500, "INTERNAL", "Internal error encountered."))
