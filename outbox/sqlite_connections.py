"""Connections to SQLite: the file and its mode, the settings of a connection, the meaning of the driver's errors."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import cast

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from outbox.errors import OutboxBusy, OutboxUnavailable

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_log = structlog.get_logger(__name__)


def readers_engine(url: str, lock_timeout: float) -> Engine:
    """Return the pool of connections that only read, each statement by itself. `lock_timeout`: seconds."""
    engine = _engine(url, lock_timeout)

    @event.listens_for(engine, "connect")
    def _only_read(raw: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        raw.execute("PRAGMA query_only=ON")

    return engine


def writers_engine(url: str) -> Engine:
    """Return an engine of transactions that take the write lock as they begin, or fail at once with SQLITE_BUSY."""
    engine = _engine(url, 0)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _engine(url: str, lock_timeout: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": lock_timeout, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _set_up(raw: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # otherwise the driver begins transactions by itself, and too late
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        # 16 MB of log before it is copied into the file: pages that change often are copied once.
        raw.execute("PRAGMA wal_autocheckpoint=4000")

    return engine


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection, of a database that is SQLite."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def is_busy(error: BaseException) -> bool:
    """Return True when another connection holds the lock."""
    original = error.orig if isinstance(error, DBAPIError) else error
    # The low byte of a code is its kind, the rest the variant (https://www.sqlite.org/rescode.html).
    return (getattr(original, "sqlite_errorcode", 0) & 0xFF) in _BUSY


def translated(error: BaseException) -> BaseException:
    """Return OutboxBusy or OutboxUnavailable for such an error of the driver, any other error as it is."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.IntegrityError) or not isinstance(original, sqlite3.DatabaseError):
        return error
    if is_busy(original):
        return OutboxBusy()
    code = getattr(original, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_ERROR or isinstance(original, sqlite3.ProgrammingError):
        return error
    _log.error("outbox_unavailable", code=getattr(original, "sqlite_errorname", "unknown"))
    return OutboxUnavailable()


def make_private(path: Path) -> None:
    """Create the file with mode 600, where SQLite would use the umask's; its -wal and -shm take the file's mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise OutboxUnavailable from error
