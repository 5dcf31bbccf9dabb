"""The Flask application: blueprints, errors, limits."""

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from localsheets.errors import SheetsError, invalid, unavailable
from localsheets.faults.layer import FaultLayer
from localsheets.grid.wiring import register
from localsheets.web import drive, faults, pages, spreadsheets, tokens
from localsheets.web.context import Context
from localsheets.web.exchange import MAX_BODY, failure
from localsheets.web.tunnel import Tunnel
from localsheets.xlsx import MIME_TYPE, workbook

_log = structlog.get_logger("localsheets.web")


def create_app(context: Context) -> Flask:
    """Return the application over an open store, the grid in the browser included."""
    app = Flask("localsheets", static_folder=None, template_folder=None)
    app.extensions["localsheets"] = context
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    for part in (spreadsheets, drive, tokens, faults, pages):
        app.register_blueprint(part.blueprint)
    drive.EXPORTS[MIME_TYPE] = workbook
    register(app, context.store, context.settings.host, open_edits=context.settings.open_api)
    app.register_error_handler(SheetsError, failure)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)
    tunnelled = Tunnel(app.wsgi_app, MAX_BODY)
    app.wsgi_app = FaultLayer(tunnelled, context.faults, context.operations)  # type: ignore[method-assign]
    return app


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    if code == 413:
        return failure(invalid(f"Request payload size exceeds the limit: {MAX_BODY} bytes."))
    status = {404: "NOT_FOUND", 405: "UNIMPLEMENTED"}.get(code, "INVALID_ARGUMENT" if code < 500 else "INTERNAL")
    return failure(SheetsError(code, status, f"Method not found: {request.method} {request.path[:200]}"))


def _crash(error: Exception) -> Response:
    """Log an unexpected exception in full; answer without details."""
    if isinstance(error, MemoryError):
        return failure(unavailable())
    _log.exception("request failed", method=request.method, endpoint=request.endpoint)
    return failure(SheetsError(500, "INTERNAL", "Internal error encountered."))
