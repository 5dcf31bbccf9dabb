"""Staff edits: the journal of differences between what was submitted and what the spreadsheet says.

Imports the outbox's own records and database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from outbox.database import Database
from outbox.records import StaffEdit


class StaffEdits:
    """Only ever added to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, edits: Sequence[StaffEdit]) -> list[StaffEdit]:
        """Add the edits that say something new; gives those that were added.

        An edit whose kind, was and now equal the latest of its spreadsheet, row_key and question is left out, so
        that the same difference seen at every look is recorded once.
        """
        raise NotImplementedError

    def all(self, spreadsheet_id: str) -> list[StaffEdit]:
        """Every edit, in the order recorded."""
        raise NotImplementedError

    def current(self, spreadsheet_id: str) -> Mapping[tuple[str, str | None], StaffEdit]:
        """The latest edit of each (row_key, question)."""
        raise NotImplementedError
