"""The port to the database: reading and writing transactions. Two adapters: `outbox.sqlite`, `outbox.postgresql`.

Imports SQLAlchemy and the standard library alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")


class Database(Protocol):
    """What the stores need. Implementations turn the driver's errors into OutboxBusy and OutboxUnavailable."""

    now: Callable[[], datetime]
    """The real clock (aware, UTC)."""

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that sees one state of the database and writes nothing."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its value after the commit; an exception of `work` rolls back.

        `work` may be run more than once (a lock, a neighbour's failure), each time on a clean state: it must not act
        on anything but the connection. It must not call `write`.
        """

    def serialise(self, connection: Connection, name: str) -> None:
        """Inside a write: wait until no other transaction that named this `name` is under way."""

    def close(self) -> None:
        """Finish what was handed over, then let go of all connections."""
