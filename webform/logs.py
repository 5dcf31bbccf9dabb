"""The web process's log: one event a line, without personal data, tokens, addresses or queries. Imports structlog."""

from __future__ import annotations

import atexit
import functools
import json
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, cast

import structlog
from flask import Flask

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

GATHER = 0.05
"""Seconds for which lines are gathered before they are written."""

_UNTOLD = frozenset(("resources.health", "resources.asset", "resources.favicon"))

# Made once: `json.dumps` makes one for each line.
_ENCODER = json.JSONEncoder(default=repr)


@functools.lru_cache(maxsize=256)
def _quoted(word: str | None) -> str:
    """As JSON; methods and routes are few."""
    return _ENCODER.encode(word)


class Answered(NamedTuple):
    """What is told of a request. `at`: real clock, seconds; `route` and never the address, which may hold a token;
    `took`: milliseconds."""

    at: float
    method: str
    route: str | None
    status: int
    took: float

    def line(self) -> str:
        """In the shape of structlog's lines."""
        moment = datetime.fromtimestamp(self.at, UTC).replace(tzinfo=None).isoformat()
        return (
            f'{{"method": {_quoted(self.method)}, "route": {_quoted(self.route)}, "status": {self.status}, '
            f'"ms": {self.took:.1f}, "event": "request", "level": "info", "timestamp": "{moment}Z"}}\n'
        )


class Lines:
    """A file for structlog whose lines a thread of its own writes, many at once.

    Each write of a request's own thread would hand the interpreter to another of 32 threads and wait for it again:
    at full load that is a tenth of all processor time. Lines are written twenty times a second, and at the end; what
    is told of each request becomes a text only then, many of them in a row, at a quarter of the cost.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lines: queue.SimpleQueue[str | Answered | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="log-lines", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def write(self, text: str) -> int:
        self._lines.put(text)
        return len(text)

    def tell(self, answered: Answered) -> None:
        """A line about a request."""
        self._lines.put(answered)

    def flush(self) -> None:
        """Nothing to do: the thread does."""

    def close(self) -> None:
        """Write what is left; later lines are lost."""
        self._lines.put(None)
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while (line := self._lines.get()) is not None:
            time.sleep(GATHER)  # so that a request wakes this thread at most twenty times a second
            lines = [line]
            ended = False
            with suppress(queue.Empty):
                while (following := self._lines.get_nowait()) is not None:
                    lines.append(following)
                ended = True
            with suppress(OSError, ValueError):  # nobody reads any more: serving goes on
                self._file.write("".join(one if isinstance(one, str) else one.line() for one in lines))
                self._file.flush()
            if ended:
                return


def configure_logs() -> Lines:
    """Let structlog write JSON lines to standard error; libraries' own lines from warnings on."""
    lines = Lines(sys.stderr)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=lambda event, **_: _ENCODER.encode(event)),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", lines)),
        cache_logger_on_first_use=True,
    )
    return lines


def register_log(app: Flask, lines: Lines) -> None:
    """One line a request: method, route, status, milliseconds until the answer begins.

    Around Flask and not in it: inside, each look at the request goes through a proxy.
    """
    application: WSGIApplication = app.wsgi_app

    def told(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()

        def begin(status: str, headers: list[tuple[str, str]], *fault: Any) -> Callable[[bytes], object]:
            rule = environ["werkzeug.request"].url_rule
            if rule is None or rule.endpoint not in _UNTOLD:
                took = (time.perf_counter() - began) * 1000
                route = rule.rule if rule else None
                lines.tell(Answered(time.time(), environ["REQUEST_METHOD"], route, int(status[:3]), took))
            return start(status, headers, *fault)

        return application(environ, begin)

    app.wsgi_app = told  # type: ignore[assignment, method-assign]
