"""The WSGI layer that makes faults happen and logs every operation.

It wraps the application because it needs the connection, which gunicorn hands over as `gunicorn.socket`.
"""

import errno
import json
import socket
import struct
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from localsheets.errors import SheetsError
from localsheets.faults.operations import Operations
from localsheets.faults.plan import Decision, Faults, Rule, error_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OPERATION = "localsheets.operation"  # the application notes here what the request is
_STRUCK = ("/v4/", "/drive/", "/upload/", "/token")


class FaultLayer:
    """Wraps the application."""

    def __init__(self, app: "WSGIApplication", faults: Faults, operations: Operations) -> None:
        self._app = app
        self._faults = faults
        self._operations = operations

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(_STRUCK):
            return self._app(environ, start_response)
        started = time.time()
        decision = self._faults.decide(str(environ["REQUEST_METHOD"]), path)
        seen: list[int] = []

        def noting(status: str, headers: list[tuple[str, str]], *_rest: object) -> object:
            seen.append(int(status.split()[0]))
            return start_response(status, headers)

        fault = decision.rule.kind if decision.rule else ""
        try:
            return self._strike(decision, environ, noting)
        except ConnectionResetError:
            seen.clear()
            raise
        finally:
            noted = environ.get(OPERATION, {})
            self._operations.add(
                started,
                str(environ["REQUEST_METHOD"]),
                noted.get("kind", "refused"),
                noted.get("spreadsheet", ""),
                noted.get("rows", 0),
                seen[-1] if seen else 0,
                fault,
                bool(noted.get("committed")),
            )

    def _strike(
        self, decision: Decision, environ: "WSGIEnvironment", start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        rule = decision.rule
        if decision.delay:
            time.sleep(decision.delay)
        if rule is None:
            return self._app(environ, start_response)  # type: ignore[arg-type]
        connection = environ.get("gunicorn.socket")
        if rule.kind == "error":
            _read_body(environ)
            return _refuse(rule, environ, start_response)
        if rule.kind == "reset_before":
            reset(connection)
        if rule.kind == "hang":
            time.sleep(rule.seconds)
            reset(connection)
        _read_body(environ)
        if rule.kind == "late_commit":
            if rule.reset:
                _cut(connection)
            time.sleep(rule.seconds)
        list(self._app(environ, start_response_nowhere))
        reset(connection)
        raise AssertionError("a reset connection goes on")


def start_response_nowhere(*_args: object) -> Callable[[bytes], object]:
    """Discard an answer."""
    return len


def _read_body(environ: "WSGIEnvironment") -> None:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))


def _refuse(rule: Rule, environ: "WSGIEnvironment", start_response: Callable[..., object]) -> Iterable[bytes]:
    error: SheetsError = error_of(rule, str(environ["REQUEST_METHOD"]), str(environ["PATH_INFO"]))
    body = json.dumps(error.body()).encode()
    headers = [("Content-Type", "application/json; charset=UTF-8"), ("Content-Length", str(len(body)))]
    if rule.retry_after is not None:
        headers.append(("Retry-After", str(rule.retry_after)))
    start_response(f"{rule.status} {error.status}", headers)
    return [body]


def _cut(connection: object) -> None:
    """Close a connection with a reset (RST instead of FIN)."""
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def reset(connection: object) -> None:
    """Reset the connection and abandon the request; gunicorn takes the exception for a client that went away."""
    _cut(connection)
    raise ConnectionResetError(errno.ECONNRESET, "fault on demand")
