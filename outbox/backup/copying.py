"""`python -m outbox copy --to postgresql://…`: all tables of the SQLite outbox into an empty PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, LargeBinary, Table, insert, select

from outbox.backup import postgresql, sqlite, texts
from outbox.backup.archive import sync_folder
from outbox.backup.errors import BackupError
from outbox.backup.making import existing_database, file_of, kind_of, where
from outbox.backup.restoring import refuse_running
from outbox.environment import database_address
from outbox.migrations import upgrade
from outbox.schema import metadata, submissions
from outbox.texts import reason as reason_of
from outbox.wiring import open_outbox

AT_ONCE = 1000
LARGE_AT_ONCE = 10
"""Rows of a table with files, each of up to 10 MB."""


def copy_to(environ: Mapping[str, str], address: str) -> str:
    """Copy everything in one transaction, compare, rename the old file; return what was done. Raises OutboxError."""
    target = database_address(address)
    given = (environ.get("DATABASE_URL") or "").strip()
    if given and kind_of(given) != "sqlite":  # it may lead to the new database already
        environ = {**environ, "DATABASE_URL": ""}
    source = existing_database(environ)
    if kind_of(source) != "sqlite" or kind_of(target) != "postgresql":
        raise BackupError(texts.COPY_WAY)
    refuse_running(environ)
    file = file_of(source)
    kept = file.with_name(f"outbox-copied-{datetime.now():%Y-%m-%d-%H%M%S}.db")  # noqa: DTZ005 - a name for people
    open_outbox(source).close()  # brings the tables up to date
    with sqlite.alone(file) as engine:
        if engine is None:
            raise BackupError(texts.DATABASE_DAMAGED)
        with engine.connect() as old, postgresql.alone(target) as new:
            old.exec_driver_sql("BEGIN")
            copied = _copy(old, new, target)
        _rename(file, kept)
    return texts.COPIED.format(source=file, target=where(target), count=copied, tables=len(metadata.tables), kept=kept)


def _copy(old: Connection, new: Connection, target: str) -> int:
    """Copy and compare all tables; return the number of submissions. Raises BackupError, and nothing is committed."""
    upgrade(new)
    for table in metadata.sorted_tables:
        if new.execute(select(table).limit(1)).first() is not None:
            raise BackupError(texts.NOT_EMPTY.format(where=where(target), table=table.name))
    for table in metadata.sorted_tables:
        for rows in _rows(old, table).mappings().partitions():
            new.execute(insert(table), [dict(row) for row in rows])
    postgresql.set_sequences(new)
    for table in metadata.sorted_tables:
        if digest(old, table) != digest(new, table):
            raise BackupError(texts.COPY_DIFFERS.format(table=table.name))
    return digest(old, submissions)[0]


def digest(connection: Connection, table: Table) -> tuple[int, int]:
    """Return the number of rows and the sum of their SHA-256: databases sort texts differently."""
    count = total = 0
    for row in _rows(connection, table):
        count += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())
    return count, total % 2**256


def _rows(connection: Connection, table: Table) -> CursorResult[*tuple[Any, ...]]:
    """Return the rows, of which the database hands over only some at once."""
    at_once = LARGE_AT_ONCE if any(isinstance(column.type, LargeBinary) for column in table.c) else AT_ONCE
    return connection.execute(select(table), execution_options={"yield_per": at_once})


def _rename(file: Path, kept: Path) -> None:
    try:
        file.rename(kept)
        sync_folder(file.parent)
    except OSError as error:
        raise BackupError(texts.NOT_RENAMED.format(path=file, kept=kept, reason=reason_of(error))) from error
