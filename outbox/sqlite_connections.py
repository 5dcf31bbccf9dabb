"""SQLite's connections: the file and its mode, what a connection is set to, what the driver's errors mean.

Imports SQLAlchemy and the outbox's errors.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from outbox.errors import OutboxBusy, OutboxUnavailable

WRITING = "outbox_writing"
"""The option that the writer's connection has."""

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_log = structlog.get_logger(__name__)


def translated(error: BaseException) -> BaseException:
    """The driver's error as the outbox's: OutboxBusy, OutboxUnavailable, or the error itself when it is a fault."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.IntegrityError) or not isinstance(original, sqlite3.DatabaseError):
        return error
    # The low byte is the kind, the rest its shade (https://www.sqlite.org/rescode.html).
    code = getattr(original, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _BUSY:
        return OutboxBusy()
    if code == sqlite3.SQLITE_ERROR or isinstance(original, sqlite3.ProgrammingError):
        return error
    _log.error("outbox_unavailable", code=getattr(original, "sqlite_errorname", "unknown"))
    return OutboxUnavailable()


def engine_of(url: str, patience: float) -> Engine:
    """The pool for this file. `patience`: seconds for which a reader waits for a lock."""
    engine = create_engine(url, connect_args={"timeout": patience, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _set_up(raw: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # The driver begins transactions by itself and too late; `begin` below does it instead.
        raw.isolation_level = None
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The writer's has begun by then: see `SqliteDatabase._begin`, which goes past SQLAlchemy.
        if not connection.get_execution_options().get(WRITING, False):
            connection.exec_driver_sql("BEGIN")

    return engine


def make_private(path: Path) -> None:
    """Make the file with mode 600 before SQLite would make it with the umask's; its -wal and -shm follow it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise OutboxUnavailable from error
