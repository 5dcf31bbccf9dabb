"""gunicorn's worker with threads, where no client keeps a thread for ever. Imported by gunicorn's settings alone."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]


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
