"""Notes of the whole outbox: a name and a JSON value."""

from __future__ import annotations

from sqlalchemy import Connection, select

from outbox.database import Database, upsert
from outbox.payload import canonical, parsed
from outbox.records import Json
from outbox.schema import notes


class Meta:
    """Settings and marks of the whole outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, name: str) -> Json:
        """Return the value remembered under the name, or None."""
        return self._database.read(lambda connection: recalled(connection, "", name))

    def remember(self, name: str, value: Json) -> None:
        """Remember a value under the name; the last one wins."""
        value_text = canonical(value, name)
        self._database.write(lambda connection: remember_text(connection, "", name, value_text))


def campaign_scope(campaign: str) -> str:
    """Return the scope of the notes about a campaign; no spreadsheet has such an id."""
    return f"campaign {campaign}"


def recalled(connection: Connection, scope: str, name: str) -> Json:
    """Return the value that the scope (a spreadsheet id, or "" for the whole outbox) has under the name, or None."""
    query = select(notes.c.value).where(notes.c.scope == scope, notes.c.name == name)
    text = connection.execute(query).scalar()
    return None if text is None else parsed(text)


def remember_text(connection: Connection, scope: str, name: str, value: str) -> None:
    """Keep a canonical JSON text under the name."""
    upsert(connection, notes, {"scope": scope, "name": name, "value": value})
