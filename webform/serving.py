"""gunicorn's worker with threads: no client keeps one for ever, and what cannot be read is answered in Russian.

Imported by gunicorn's settings alone.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from webform.pages.unread import unread_answer
from webform.services import NAME

_STATUSES: dict[type[Exception], int] = {errors.LimitRequestLine: 414, errors.LimitRequestHeaders: 431}


class PunctualWorker(ThreadWorker):  # type: ignore[misc]
    """A client that takes more than `longest` seconds over a request, from its first byte on, is cut off.

    Without this, as many clients as there are threads, each sending a byte now and then, would stop the service:
    gunicorn leaves that to a proxy that takes a request in as a whole before it hands it on. Such a proxy is better.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.longest: float = self.cfg.timeout
        self._underway: dict[Any, float] = {}
        self._looked = time.monotonic()

    def handle(self, conn: Any) -> object:
        """Serve one request, in a thread."""
        self._underway[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            self._underway.pop(conn, None)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """As gunicorn, whose page is English and repeats what was sent; its faults stay its own."""
        # What the application tried to send is a fault too, though gunicorn calls it by a client's kind.
        ours = isinstance(exc, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName)
        form = isinstance(self.wsgi, Flask) and NAME in self.wsgi.extensions
        if ours or not form or not isinstance(exc, errors.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Invalid request")  # and nothing of what was sent: it may hold a token
        status = next((number for kind, number in _STATUSES.items() if isinstance(exc, kind)), 400)
        with suppress(OSError):  # gone meanwhile
            util.write_nonblock(client, unread_answer(self.wsgi, status))

    def notify(self) -> None:
        """Gunicorn's sign of life, about once a second: time to look at what is under way."""
        super().notify()
        now = time.monotonic()
        if now - self._looked < 1:
            return
        self._looked = now
        for conn, since in list(self._underway.items()):
            if now - since > self.longest:
                with suppress(OSError):  # closed meanwhile
                    conn.sock.shutdown(socket.SHUT_RDWR)  # whoever reads from it sees its end
