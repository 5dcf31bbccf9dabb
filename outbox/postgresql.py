"""PostgreSQL: an ordinary pool of connections, each wait with a limit."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import psycopg
import structlog
from sqlalchemy import Connection, Engine, bindparam, create_engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from outbox import texts
from outbox.errors import OutboxBusy, OutboxError, OutboxUnavailable

T = TypeVar("T")

TRIES = 4
"""How often a write is begun anew after a deadlock or a serialisation failure."""

APPLICATION = "svod"
"""What the server calls connections of form, worker and commands."""

CONNECT_SECONDS = 5
SILENCE_MS = 15_000
"""How long a connection may leave sent bytes unacknowledged (TCP_USER_TIMEOUT)."""

_AGAIN = ("40001", "40P01")
_BUSY = ("55P03", "57014", *_AGAIN)  # lock_not_available, query_canceled (by statement_timeout)
# Insufficient resources, operator intervention, system and internal errors, read-only transaction, connection.
_UNAVAILABLE = ("53", "57", "58", "XX", "08", "25006", "28", "3D000")
_LOCK = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name"), 0)))
_log = structlog.get_logger(__name__)


class PostgresqlDatabase:
    """The `Database` port over PostgreSQL, READ COMMITTED: advisory locks, row locks and unique constraints decide."""

    def __init__(self, url: str, now: Callable[[], datetime], lock_timeout: timedelta) -> None:
        self.now = now
        self._engine = _engine(url, lock_timeout)
        self._pid = os.getpid()
        self._closed = False

    def read(self, work: Callable[[Connection], T]) -> T:
        self._check_usable()
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except (DBAPIError, PoolTimeout) as error:
            raise translated(error) from error

    def write(self, work: Callable[[Connection], T]) -> T:
        self._check_usable()
        for left in reversed(range(TRIES)):
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except (DBAPIError, PoolTimeout) as error:
                if left and _state(error) in _AGAIN:
                    # A random wait, so that the two that collided don't meet again.
                    time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - no secret
                    continue
                raise translated(error) from error
        raise OutboxBusy

    def serialise(self, connection: Connection, name: str) -> None:
        connection.execute(_LOCK, {"name": name})

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._engine.dispose(close=self._pid == os.getpid())

    def _check_usable(self) -> None:
        if self._closed:
            raise OutboxError(texts.CLOSED)
        if self._pid != os.getpid():
            raise OutboxError(texts.FORKED)


def translated(error: BaseException) -> BaseException:
    """Return OutboxBusy or OutboxUnavailable for such an error of the driver, any other error as it is."""
    if isinstance(error, PoolTimeout):
        return OutboxBusy()
    state = _state(error)
    if state in _BUSY:
        return OutboxBusy()
    original = error.orig if isinstance(error, DBAPIError) else error
    lost = state is None and isinstance(original, psycopg.OperationalError)
    if lost or (state is not None and state.startswith(_UNAVAILABLE)):
        _log.error("outbox_unavailable", code=state or type(original).__name__)
        return OutboxUnavailable()
    return error


def _state(error: BaseException) -> str | None:
    original = error.orig if isinstance(error, DBAPIError) else error
    return original.sqlstate if isinstance(original, psycopg.Error) else None


def _engine(url: str, lock_timeout: timedelta) -> Engine:
    lock_ms = int(lock_timeout.total_seconds() * 1000)
    return create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_size=8,
        max_overflow=24,
        pool_timeout=lock_timeout.total_seconds(),
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "tcp_user_timeout": SILENCE_MS,
            "application_name": APPLICATION,
            "options": (
                f"-c lock_timeout={lock_ms} -c statement_timeout={lock_ms + 10_000}"
                " -c idle_in_transaction_session_timeout=60000 -c synchronous_commit=on"
            ),
        },
    )
