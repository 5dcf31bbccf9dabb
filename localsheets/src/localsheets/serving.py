"""gunicorn's threaded worker, in which no client takes the threads of others.

gunicorn lets a thread wait for the first byte of a new connection, and closes connections in its one accepting thread,
where it waits up to two seconds for the client to close first: forty idle clients, or one that keeps its end of a
finished connection open, would stop the service for everybody.
"""

import contextlib
import selectors
import socket
import threading
import time
from functools import partial
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from localsheets import texts
from localsheets.grid.answering import HEADERS

LONGEST_SECONDS = 180  # of a request from its first byte, as at Google
REST_SECONDS, LARGEST_REST = 5.0, 64_000_000
LEAVE_SECONDS = 1.0
LEAVING_SHARE = 4  # one thread of so many may wait for clients to close


class Worker(ThreadWorker):  # type: ignore[misc]
    """Waits for a request in the poller, for a client's leave in a few threads, and for a slow client not for ever."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._underway: dict[Any, float] = {}
        self._leaving = threading.BoundedSemaphore(max(1, self.cfg.threads // LEAVING_SHARE))

    def enqueue_req(self, conn: Any) -> None:
        """Give a request to a thread of the pool, once its first byte is there."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: Any) -> object:
        """Serve one request, in a thread of the pool; where the connection ends with it, end it here."""
        self._underway[conn] = time.monotonic()
        try:
            kept: object = super().handle(conn)
        finally:
            self._underway.pop(conn, None)
        if not kept:
            leave(conn.sock, self._leaving)
        return kept

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Serve one request; what was not read of its body is taken, because the answer keeps the connection.

        gunicorn takes 64 kB and closes a connection with more, on which the client may be sending its next request.
        """
        kept = super().handle_request(req, conn)
        return bool(kept and conn.parser.finish_body(time.monotonic() + REST_SECONDS, LARGEST_REST))

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Answer an unreadable request. gunicorn's own page is English and repeats the request."""
        ours = isinstance(exc, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName)
        if ours or not isinstance(exc, errors.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Invalid request")  # without the request, which may hold a token
        page = texts.BAD_REQUEST.encode()
        head = {**HEADERS, "Connection": "close", "Content-Type": "text/plain; charset=utf-8",
                "Content-Length": str(len(page))}  # fmt: skip
        lines = ("HTTP/1.1 400 Bad Request", *(f"{name}: {value}" for name, value in head.items()), "", "")
        with contextlib.suppress(OSError):  # gone meanwhile
            util.write_nonblock(client, "\r\n".join(lines).encode("ascii") + page)

    def notify(self) -> None:
        """Disconnect clients that are overdue. gunicorn calls this at least once a second, as a sign of life."""
        super().notify()
        now = time.monotonic()
        for conn, since in list(self._underway.items()):
            if now - since > LONGEST_SECONDS:
                with contextlib.suppress(OSError):  # closed meanwhile
                    conn.sock.shutdown(socket.SHUT_RDWR)  # the thread that reads from it gets an end of file


def leave(client: socket.socket, slots: threading.BoundedSemaphore) -> None:
    """End a connection: our side at once, the other when the client has closed it, or after LEAVE_SECONDS.

    What the client still sends is taken meanwhile, because closing over unread bytes resets the connection, by which
    the client may lose the answer. Afterwards gunicorn's accepting thread finds nothing to wait for. slots: how many
    threads may wait; where none is free, nobody waits.
    """
    with contextlib.suppress(OSError):  # gone meanwhile
        client.shutdown(socket.SHUT_WR)
        if slots.acquire(blocking=False):
            try:
                _drain(client)
            finally:
                slots.release()
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)


def _drain(client: socket.socket) -> None:
    until = time.monotonic() + LEAVE_SECONDS
    while (left := until - time.monotonic()) > 0:
        client.settimeout(left)
        if not client.recv(65_536):
            return
