"""The desk's log: one JSON event a line, without names, tokens, addresses or queries; staff by the account's id."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from flask import Flask, Response, g, request

_log = structlog.get_logger(__name__)


def register_log(app: Flask, base: str, who: Callable[[], dict[str, int | None]]) -> None:
    """Log one line a request. Call it before other hooks are registered.

    base: the path under which the application is served. who: by whom the request was sent, without a name.

    The route and never the address, which may hold the secret of a link, or what was searched for.
    """

    @app.before_request
    def start_timing() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def log_request(response: Response) -> Response:
        took = round((time.perf_counter() - g.began) * 1000, 1)
        route = f"{base}{request.url_rule.rule}" if request.url_rule else None
        _log.info("request", method=request.method, route=route, status=response.status_code, ms=took, **who())
        return response


def log_signing(event: str, *, account: int | None, **said: str) -> None:
    """Log a signing in or out, or a refusal, by the account's id."""
    _log.info(event, account=account, **said)
