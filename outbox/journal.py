"""The journal of deliveries and refreshes, as «Журнал» shows it. Imports the outbox's own records and database."""

from __future__ import annotations

from outbox.database import Database
from outbox.records import JournalEntry


class Journal:
    """The last thousand entries of each campaign and spreadsheet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, campaign: str, spreadsheet_id: str, entry: JournalEntry) -> None:
        """Add an entry; those beyond the last thousand are dropped."""
        raise NotImplementedError

    def last(self, campaign: str, spreadsheet_id: str, n: int = 200) -> list[JournalEntry]:
        """The last `n` entries, newest first."""
        raise NotImplementedError
