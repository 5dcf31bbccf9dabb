"""The port to the database.

Reading and writing transactions, and the one statement that both spell their own way.

Two adapters: `outbox.sqlite`, `outbox.postgresql`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")


class Database(Protocol):
    """What the stores need. Both adapters turn the driver's errors into OutboxBusy and OutboxUnavailable."""

    now: Callable[[], datetime]
    """The real clock (aware, UTC)."""

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return the value of `work`, which only reads. Each of its statements sees one state of the database."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction.

        Its value is returned after the commit, its exception after a rollback.

        PostgreSQL may run `work` again after a deadlock, with nothing of the first run kept: it must act on nothing
        but the connection. It must not call `write`.
        """

    def serialise(self, connection: Connection, name: str) -> None:
        """Inside a write: wait until no other transaction that named this `name` is under way."""

    def close(self) -> None:
        """Finish what was handed over, then let go of all connections. A second call does nothing."""


def upsert(connection: Connection, table: Table, *rows: Mapping[str, object]) -> None:
    """Insert the rows (all with the same columns), or overwrite those with the same primary key."""
    if not rows:
        return
    keys = table.primary_key
    rest = [name for name in rows[0] if name not in keys.columns]
    if connection.dialect.name == "postgresql":
        insert = postgresql.insert(table)
        replacing = insert.on_conflict_do_update(keys, set_={name: insert.excluded[name] for name in rest})
        connection.execute(replacing, rows)
    else:
        put = sqlite.insert(table)
        connection.execute(put.on_conflict_do_update(keys, set_={name: put.excluded[name] for name in rest}), rows)
