"""Pages and JSON as answers: templates, headers, errors."""

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from localsheets.errors import SheetsError, log_fault
from localsheets.grid.access import RefusedError, SignInError, csrf_token, viewer
from localsheets.grid.context import asset_stamp
from localsheets.grid.texts import Edits, Page, Sign

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
"""Of every answer, the API's and those to unknown addresses among them; a view may set its own."""

MAX_DRAINED = 64_000_000


def dressed(blueprint: Blueprint) -> None:
    """Give a blueprint its error pages."""
    blueprint.register_error_handler(SignInError, _sign_in)
    blueprint.register_error_handler(RefusedError, _refused)
    blueprint.register_error_handler(SheetsError, _failed)
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(Exception, _crashed)


def page(template: str, status: int = 200, **values: object) -> Response:
    """Return a page from a template of this package."""
    text = render_template(
        template, stamp=asset_stamp(), viewer=viewer(), csrf_token=csrf_token, Page=Page, Sign=Sign, **values
    )
    return Response(text, status, content_type="text/html; charset=utf-8")


def answer(body: object, status: int = 200) -> Response:
    """Return JSON for the scripts."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=utf-8")


def _scripted() -> bool:
    return request.path.startswith("/grid/")


def _sign_in(error: SignInError) -> BaseResponse:
    del error
    if _scripted():
        return answer({"kind": "signin", "message": Sign.EXPIRED}, 401)
    return redirect(url_for("signing.show_login", then=request.full_path.rstrip("?")), 303)


def _refused(error: RefusedError) -> Response:
    if _scripted():
        return answer({"kind": "refused", "message": str(error)}, 403)
    return page("message.html", 403, title=Page.FORBIDDEN, lead=str(error))


def _failed(error: SheetsError) -> Response:
    if error.code == 404:
        return answer({"kind": "gone", "message": Page.NOT_FOUND_LEAD}, 404) if _scripted() else not_found()
    lead = Page.BUSY_LEAD if error.code == 503 else Edits.FAILED.format(reason=error.message)
    if _scripted():
        return answer({"kind": "failed", "message": lead}, error.code)
    return page("message.html", error.code, title=Page.BROKEN, lead=lead)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code == 413 and viewer() is not None:
        _drain()
    if _scripted():
        return answer({"kind": "failed", "message": Edits.TOO_MUCH if code == 413 else Edits.BAD}, code)
    if code == 404:
        return not_found()
    return page("message.html", code, title=Page.BROKEN, lead=Edits.BAD)


def _drain() -> None:
    """Read the rest of the body: a browser that is cut off while sending shows a broken connection, not our words."""
    left = min(request.content_length or 0, MAX_DRAINED)
    while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, 65536))):
        left -= len(piece)


def not_found() -> Response:
    """Return the page for an unknown address."""
    return page("message.html", 404, title=Page.NOT_FOUND, lead=Page.NOT_FOUND_LEAD)


def _crashed(error: Exception) -> Response:
    log_fault("page failed", error)
    if _scripted():
        return answer({"kind": "failed", "message": Page.BROKEN_LEAD}, 500)
    return page("message.html", 500, title=Page.BROKEN, lead=Page.BROKEN_LEAD)
