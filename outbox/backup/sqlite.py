"""SQLite: a copy of a running database, the check of a copy, and the exclusive connection to a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, StaticPool

from outbox.backup import texts
from outbox.backup.contents import Contents, read_contents
from outbox.backup.errors import BackupError
from outbox.migrations import revision
from outbox.schema import metadata
from outbox.sqlite_connections import is_busy

WAIT_SECONDS = 30
UNREADABLE = (SQLAlchemyError, sqlite3.Error, ValueError, TypeError, RecursionError)
"""What a damaged or foreign file makes of a query."""


def dump(database: Path, target: Path) -> tuple[Contents, str]:
    """Copy the database, which may be in use, to an empty file; return what the copy holds and its revision.

    SQLite's backup API (sqlite.org/backup.html) copies one moment; writers need not wait. Raises BackupError.
    """
    try:
        source = sqlite3.connect(database, timeout=WAIT_SECONDS)
        with closing(source), closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    except sqlite3.Error as error:
        raise BackupError(texts.DATABASE_UNREADABLE.format(where=database, reason=error)) from error
    return check(target)


def check(copy: Path) -> tuple[Contents, str]:
    """Return what a copy holds and its revision. Raises BackupError for one that is damaged or not an outbox's."""
    try:
        with closing(sqlite3.connect(copy)) as raw:
            # Before anything else: a foreign file could bring triggers and views that work along.
            raw.execute("PRAGMA trusted_schema = OFF")
            found = raw.execute("SELECT type, tbl_name FROM sqlite_master").fetchall()
            known = {*metadata.tables, "alembic_version", "sqlite_sequence", "sqlite_stat1", "sqlite_stat4"}
            if any(kind not in ("table", "index") or table not in known for kind, table in found):
                raise BackupError(texts.DATABASE_FOREIGN)
            if raw.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise BackupError(texts.DATABASE_DAMAGED)
        engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool)
        with engine.connect() as connection:
            number = revision(connection)
            if number is None:
                raise BackupError(texts.DATABASE_FOREIGN)
            return read_contents(connection), number
    except UNREADABLE as error:
        raise BackupError(texts.DATABASE_DAMAGED) from error


@contextmanager
def alone(database: Path) -> Iterator[Engine | None]:
    """Give the only connection to a database until the block ends; None where there is no readable database.

    A change of the journal's mode needs the file alone: it fails beside any process that has the file open, and what
    waited in the write-ahead log is in the file afterwards. Raises BackupError.
    """
    if not database.exists():
        yield None
        return
    with closing(sqlite3.connect(database, timeout=1, isolation_level=None, check_same_thread=False)) as raw:
        readable = False
        try:
            raw.execute("PRAGMA locking_mode = EXCLUSIVE")
            mode = raw.execute("PRAGMA journal_mode = DELETE").fetchone()
            if mode != ("delete",):
                raise BackupError(texts.IN_USE.format(where=database))
            raw.execute("BEGIN EXCLUSIVE")
            raw.execute("COMMIT")  # in this locking mode the lock stays
            readable = True
        except sqlite3.Error as error:
            if is_busy(error):
                raise BackupError(texts.IN_USE.format(where=database)) from error
        yield _engine_of(raw) if readable else None


def contents_if_readable(engine: Engine | None) -> Contents | None:
    """Return what the present database holds, or None if it cannot be read."""
    if engine is not None:
        with suppress(*UNREADABLE), engine.connect() as connection:
            return read_contents(connection)
    return None


def move_aside(database: Path, kept: Path) -> None:
    """Give the present file a second name, before another one takes its place.

    A log beside it is only there if the file could not be read; it goes with the second name.
    """
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            database.with_name(database.name + suffix).rename(kept.with_name(kept.name + suffix))
    kept.hardlink_to(database)


def _engine_of(raw: sqlite3.Connection) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def _set_up(raw: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        raw.isolation_level = None

    return engine
