"""The lease: one worker writes into a spreadsheet at a time. A heartbeat keeps it while a call takes long.

Within one data folder a file lock decides first, so that a worker that is started after a SIGKILL takes over at once;
between machines the lease runs out and another takes it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import structlog
from filelock import FileLock, Timeout

from outbox import Outbox
from outbox.errors import OutboxError
from outbox.leases import spreadsheet_lease
from outbox.records import Lease

LEASE_TIME = timedelta(seconds=10)
HEARTBEAT_SECONDS = 2.5
lease_name = spreadsheet_lease

log = structlog.get_logger("sync.lease")


@contextlib.contextmanager
def file_lock(folder: Path) -> Iterator[bool]:
    """Give True while this process holds the worker's lock of the data folder, False when another one does."""
    path = folder / "run" / "worker.lock"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(path, mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def holder_name(folder: Path) -> str:
    """Return a name for the holder, the same after a restart: the machine and an id kept in the data folder.

    Only for the process that has the folder's file lock: two holders of one name would share the lease.
    """
    path = folder / "run" / "worker_id"
    try:
        own = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        own = ""
    if not own:
        own = uuid4().hex[:12]
        path.write_text(own + "\n", encoding="ascii")
    return f"{socket.gethostname()} {own}"


class Heartbeat:
    """Keeps leases alive from one thread, all of them in one write, until the block ends."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._held: set[Held] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(timeout=LEASE_TIME.total_seconds())

    def keep(self, held: Held) -> None:
        """Renew the lease from now on."""
        with self._lock:
            self._held.add(held)

    def let_go(self, held: Held) -> None:
        """Renew the lease no more."""
        with self._lock:
            self._held.discard(held)

    def _run(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            with self._lock:
                held = list(self._held)
            if not held:
                continue
            try:
                lost = self._outbox.leases.renew_all([one.lease for one in held], LEASE_TIME)
            except OutboxError as error:
                log.warning("leases not renewed", error=type(error).__name__)
                continue
            for one in held:
                if one.lease.name in lost and one in self._held and not one.lost.is_set():
                    log.warning("lease lost", lease=one.lease.name, fence=one.lease.fence)
                    one.lost.set()


class Held:
    """A lease that is kept alive until the block ends; then it is given back.

    heartbeat: of all leases of the process; without one the lease has its own
    """

    def __init__(self, outbox: Outbox, lease: Lease, heartbeat: Heartbeat | None = None) -> None:
        self._outbox = outbox
        self.lease = lease
        self.lost = threading.Event()
        self._heartbeat = heartbeat or Heartbeat(outbox)
        self._own = contextlib.nullcontext() if heartbeat else self._heartbeat

    def __enter__(self) -> Self:
        self._own.__enter__()
        self._heartbeat.keep(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._heartbeat.let_go(self)
        self._own.__exit__(kind, error, trace)
        with contextlib.suppress(OutboxError):
            self._outbox.leases.release(self.lease)
