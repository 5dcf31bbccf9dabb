"""gunicorn's threaded worker: a time limit a request, Russian answers to unreadable requests."""

from __future__ import annotations

import select
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

WAITED = 1.0
"""Seconds in the queue after which a request's client is looked for before the request is begun."""

_STATUSES: dict[type[Exception], int] = {errors.LimitRequestLine: 414, errors.LimitRequestHeaders: 431}


class PunctualWorker(ThreadWorker):  # type: ignore[misc]
    """Disconnect a client that takes more than `longest` seconds over a request, counted from its first byte.

    Otherwise as many slow clients as there are threads would stop the service. gunicorn leaves this to a proxy in front
    that buffers requests, which is better still.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.longest: float = self.cfg.timeout
        self._queued: dict[Any, float] = {}
        self._underway: dict[Any, float] = {}
        self._looked = time.monotonic()

    def enqueue_req(self, conn: Any) -> None:
        """Queue a request for a thread of the pool."""
        self._queued[conn] = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> object:
        """Serve one request, in a thread of the pool. Close the connection where its client left while it waited."""
        now = time.monotonic()
        if now - self._queued.pop(conn, now) > WAITED and _has_left(conn.sock):
            return False
        self._underway[conn] = now
        try:
            return super().handle(conn)
        finally:
            self._underway.pop(conn, None)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer an unreadable request in Russian. gunicorn's own page is English and repeats the request."""
        # A bad header of our own answer is our fault, although gunicorn classes it with the client's.
        ours = isinstance(exc, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName)
        form = isinstance(self.wsgi, Flask) and NAME in self.wsgi.extensions
        if ours or not form or not isinstance(exc, errors.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Invalid request")  # without the request, which may hold a token
        status = next((number for kind, number in _STATUSES.items() if isinstance(exc, kind)), 400)
        with suppress(OSError):  # gone meanwhile
            util.write_nonblock(client, unread_answer(self.wsgi, status))

    def notify(self) -> None:
        """Disconnect overdue clients. gunicorn calls this about once a second, as a sign of life."""
        super().notify()
        now = time.monotonic()
        if now - self._looked < 1:
            return
        self._looked = now
        for conn, since in list(self._underway.items()):
            if now - since > self.longest:
                with suppress(OSError):  # closed meanwhile
                    conn.sock.shutdown(socket.SHUT_RDWR)  # the thread that reads from it gets an end of file


def _has_left(client: socket.socket) -> bool:
    """Return True if the other side has closed the connection, or at least its own direction, as nginx takes it too."""
    look = select.poll()
    look.register(client, select.POLLRDHUP)
    return bool(look.poll(0))
