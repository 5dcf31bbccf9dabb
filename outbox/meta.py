"""Notes of the whole outbox: a name and a JSON value. Imports the outbox's own records and database."""

from __future__ import annotations

from outbox.database import Database
from outbox.records import Json


class Meta:
    """A few settings and marks that belong to no campaign and no spreadsheet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, name: str) -> Json:
        """What was remembered under the name, or None."""
        raise NotImplementedError

    def remember(self, name: str, value: Json) -> None:
        """Remember a value under the name; the last one wins."""
        raise NotImplementedError
