"""The worker's log: one event a line, JSON on standard error, no personal data, no tokens."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, silent: bool = False) -> None:
    """Let structlog write JSON lines to standard error; libraries' own lines from warnings on.

    silent: for a command that a person reads: it prints one sentence, and no log beside it
    """
    level = logging.CRITICAL if silent else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,  # of a campaign's thread: the campaign
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL if silent else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
