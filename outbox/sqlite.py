"""SQLite: one thread writes for the process, readers use a pool of their own and never wait for it (WAL)."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from outbox import texts
from outbox.errors import OutboxError, OutboxSettingsError
from outbox.sqlite_connections import is_busy, make_private, readers_engine, translated, writers_engine
from outbox.sqlite_writer import POLL_SECONDS, SqliteWriter

T = TypeVar("T")


class SqliteDatabase:
    """The `Database` port over one SQLite file in WAL mode with `synchronous=FULL`. The file has mode 600."""

    def __init__(self, url: str, now: Callable[[], datetime], lock_timeout: timedelta) -> None:
        self.now = now
        path = make_url(url).database
        if not path or path == ":memory:":
            raise OutboxSettingsError(texts.DATABASE_URL_UNKNOWN.format(reason=texts.URL_NO_FILE))
        make_private(Path(path))
        seconds = lock_timeout.total_seconds()
        _use_wal(path, seconds)
        self._readers = readers_engine(url, seconds)
        self._writers = writers_engine(url)
        self._writer = SqliteWriter(self._writers, seconds)
        self._pid = os.getpid()
        self._closed = False

    def read(self, work: Callable[[Connection], T]) -> T:
        self._check_usable()
        try:
            with self._readers.connect() as connection:
                return work(connection)
        except (DBAPIError, sqlite3.Error) as error:
            raise translated(error) from error

    def write(self, work: Callable[[Connection], T]) -> T:
        self._check_usable()
        return self._writer.write(work)

    def serialise(self, connection: Connection, name: str) -> None:
        """Do nothing: SQLite has one writer at a time."""

    def close(self) -> None:
        self._closed = True
        own = self._pid == os.getpid()  # a forked child has neither the thread nor a right to the connections
        if own:
            self._writer.close()
        for engine in (self._readers, self._writers):
            engine.dispose(close=own)

    def _check_usable(self) -> None:
        if self._closed:
            raise OutboxError(texts.CLOSED)
        if self._pid != os.getpid():
            raise OutboxError(texts.FORKED)


def _use_wal(path: str, lock_timeout: float) -> None:
    """Set the file's journal mode, which stays. The change needs the file alone, so processes take turns."""
    deadline = time.monotonic() + lock_timeout
    while True:
        try:
            with closing(sqlite3.connect(path, timeout=0)) as raw:
                raw.execute("PRAGMA journal_mode=WAL")
        except sqlite3.Error as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise translated(error) from error
            time.sleep(POLL_SECONDS)
        else:
            return
