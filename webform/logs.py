"""The web process's log: one event a line, without personal data, tokens, addresses or queries. Imports structlog."""

from __future__ import annotations

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request


def configure_logs() -> None:
    """Let structlog write JSON lines to standard error; libraries' own lines from warnings on."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def register_log(app: Flask) -> None:
    """One line a request: method, route (never the address, which may hold a token), status, milliseconds."""
    log = structlog.get_logger("webform.requests")

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint not in ("resources.health", "resources.asset", "resources.favicon"):
            route = request.url_rule.rule if request.url_rule else None
            took = (time.perf_counter() - g.began) * 1000 if "began" in g else 0.0
            log.info("request", method=request.method, route=route, status=response.status_code, ms=round(took, 1))
        return response
