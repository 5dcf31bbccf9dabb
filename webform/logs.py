"""The web process's log: one JSON event a line, without personal data, tokens, addresses or queries."""

from __future__ import annotations

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

_UNLOGGED = frozenset({"resources.health", "favicon"})

_log = structlog.get_logger(__name__)


def configure_logs() -> None:
    """Let structlog write JSON lines to standard error; log other libraries from warnings on, as plain lines.

    The lines go through the standard library's handler, which goes on serving when standard error cannot be written.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for package in ("webform", "outbox"):
        log_package(package)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def log_package(name: str) -> None:
    """Log a package's events as `configure_logs` says."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger(name)
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def register_log(app: Flask) -> None:
    """Log one line a request: method, route, status, milliseconds. Call it before other hooks are registered.

    The route (`/r/<token>`) and never the address, which may hold a token.
    """

    @app.before_request
    def start_timing() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def log_request(response: Response) -> Response:
        if request.endpoint not in _UNLOGGED:
            took = round((time.perf_counter() - g.began) * 1000, 1)
            route = request.url_rule.rule if request.url_rule else None
            _log.info("request", method=request.method, route=route, status=response.status_code, ms=took)
        return response
