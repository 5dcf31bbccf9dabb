"""Notes: small JSON values by scope (a spreadsheet, a campaign) and name; the last one wins."""

from __future__ import annotations

from sqlalchemy import Connection

from outbox.database import Database
from outbox.leases import check_lease
from outbox.meta import recalled, remember_text
from outbox.payload import canonical
from outbox.records import Json, Lease


def read_note(database: Database, scope: str, name: str) -> Json:
    """Return the value as last kept; None where none was."""
    return database.read(lambda connection: recalled(connection, scope, name))


def keep_note(database: Database, scope: str, name: str, value: Json, lease: Lease | None) -> None:
    """Remember the value. Raises LeaseLost when a lease is given and lost."""
    text = canonical(value, name)

    def keep(connection: Connection) -> None:
        check_lease(connection, lease, database.now())
        remember_text(connection, scope, name, text)

    database.write(keep)
