"""gunicorn's threaded worker: a time limit a request, Russian answers to unreadable ones, no waiting."""

from __future__ import annotations

import select
import selectors
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Flask
from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from webform.pages.unread import unread_answer
from webform.services import NAME

WAITED = 1.0
"""Seconds in the queue after which a request's client is looked for before the request is begun."""
REST_SECONDS, LARGEST_REST = 5.0, 64_000_000
LEAVE_SECONDS = 1.0
LEAVING_SHARE = 4
"""One thread of so many may wait for clients to close their connections."""

_STATUSES: dict[type[Exception], int] = {errors.LimitRequestLine: 414, errors.LimitRequestHeaders: 431}


class PunctualWorker(ThreadWorker):  # type: ignore[misc]
    """Disconnect a client that takes more than `longest` seconds over a request, counted from its first byte.

    Otherwise as many slow clients as there are threads would stop the service. gunicorn leaves this to a proxy in front
    that buffers requests, which is better still. It also lets a thread wait for the first byte of a new connection, and
    closes connections in its one accepting thread, waiting there two seconds for the client to close first: one that
    does not would stop the service for everybody. Here the poller waits for the first byte, and a few threads for the
    client's leave.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.longest: float = self.cfg.timeout
        self._queued: dict[Any, float] = {}
        self._underway: dict[Any, float] = {}
        self._looked = time.monotonic()
        self._leaving = threading.BoundedSemaphore(max(1, self.cfg.threads // LEAVING_SHARE))

    def enqueue_req(self, conn: Any) -> None:
        """Queue a request for a thread of the pool, once its first byte is there."""
        if conn.initialized or conn.data_ready:
            self._queued[conn] = time.monotonic()
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: Any) -> object:
        """Serve one request, in a thread of the pool. Close the connection where its client left while it waited."""
        now = time.monotonic()
        if now - self._queued.pop(conn, now) > WAITED and _has_left(conn.sock):
            return False
        self._underway[conn] = now
        try:
            kept: object = super().handle(conn)
        finally:
            self._underway.pop(conn, None)
        if not kept:
            _leave(conn.sock, self._leaving)
        return kept

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Serve one request; what was not read of its body is taken, because the answer keeps the connection.

        gunicorn takes 64 kB and closes a connection with more, on which the client may be sending its next request.
        """
        kept = super().handle_request(req, conn)
        return bool(kept and conn.parser.finish_body(time.monotonic() + REST_SECONDS, LARGEST_REST))

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


def _leave(client: socket.socket, slots: threading.BoundedSemaphore) -> None:
    """End a connection: our side at once, the other when the client has closed it, or after LEAVE_SECONDS.

    What the client still sends is taken meanwhile: closing over unread bytes resets the connection, by which the client
    may lose the answer. slots: how many threads may wait; where none is free, nobody waits.
    """
    with suppress(OSError):  # gone meanwhile
        client.shutdown(socket.SHUT_WR)
        if slots.acquire(blocking=False):
            try:
                _drain(client)
            finally:
                slots.release()
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)  # gunicorn's accepting thread then finds nothing to wait for


def _drain(client: socket.socket) -> None:
    until = time.monotonic() + LEAVE_SECONDS
    while (left := until - time.monotonic()) > 0:
        client.settimeout(left)
        if not client.recv(65_536):
            return


def _has_left(client: socket.socket) -> bool:
    """Return True if the other side has closed the connection, or at least its own direction, as nginx takes it too."""
    look = select.poll()
    look.register(client, select.POLLRDHUP)
    return bool(look.poll(0))
