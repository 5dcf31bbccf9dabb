"""The wiring of the API. Nothing is opened, read or timed at import."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, jsonify, request
from flask_openapi3.models.info import Info
from flask_openapi3.models.server import Server
from flask_openapi3.openapi import OpenAPI
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from campaign import Campaign
from desk.api import texts
from desk.api.access import register_access
from desk.api.models import Problem
from desk.api.services import NAME, Api
from desk.api.views import BASE, views
from desk.logs import register_log
from desk.published import PublishedBriefs
from desk.services import Rates, Settings
from outbox import Outbox
from outbox.clock import CampaignClock
from outbox.errors import OutboxError, OutboxTextError

HEADERS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
MAX_BODY = 1_000
"""Bytes; requests that read have no body."""

_log = structlog.get_logger(__name__)


def create_app(
    settings: Settings, campaigns: Mapping[str, Campaign], outbox: Outbox, clock: CampaignClock, rates: Rates
) -> Flask:
    """Return the application of the API, to be served under `/api/v1`. campaigns: by id."""
    app = OpenAPI(
        "desk.api",
        info=Info(title=texts.TITLE, version="1", description=texts.ABOUT),
        security_schemes={"token": {"type": "http", "scheme": "bearer", "description": texts.SCHEME}},
        responses={"4XX": Problem, "5XX": Problem},
        servers=[Server(url=BASE)],
        doc_ui=False,
        validation_error_callback=_invalid,
        static_folder=None,
    )
    briefs = {name: PublishedBriefs(one, outbox) for name, one in campaigns.items()}
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.strict_slashes = False  # no redirect of its own, which would repeat the client's Host
    app.url_map.merge_slashes = False
    app.extensions[NAME] = Api(campaigns, outbox, clock, rates, briefs)
    register_log(app, BASE, lambda: {"token": g.token.id if "token" in g else None})
    register_access(app)
    app.register_api(views)
    app.add_url_rule("/openapi.json", "document", lambda: jsonify(app.api_doc))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(OutboxError, _unavailable)
    app.register_error_handler(Exception, _failed)
    app.after_request(_finish)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies)  # type: ignore[method-assign]
    return app


def _finish(response: Response) -> Response:
    """Set the headers; answer 304 where the client has the same page already."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.status_code == HTTPStatus.OK and request.method in ("GET", "HEAD"):
        response.add_etag()
        response.make_conditional(request)
    return response


def _problem(status: int) -> Response:
    title, detail = texts.PROBLEMS.get(status, texts.OTHER)
    response = jsonify(Problem(status=status, title=title, detail=detail).model_dump())
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response.headers["Retry-After"] = "60" if status == HTTPStatus.TOO_MANY_REQUESTS else "5"
    return response


def _invalid(_error: ValidationError) -> Response:
    return _problem(HTTPStatus.BAD_REQUEST)


def _refused(error: HTTPException) -> Response:
    response = _problem(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response


def _unavailable(error: OutboxError) -> Response:
    if isinstance(error, OutboxTextError):  # the store says of the request's words that nobody can keep them
        return _problem(HTTPStatus.BAD_REQUEST)
    _log.warning("api unavailable", kind=type(error).__name__)
    return _problem(HTTPStatus.SERVICE_UNAVAILABLE)


def _failed(error: Exception) -> Response:
    _log.error("api failed", kind=type(error).__name__)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR)
