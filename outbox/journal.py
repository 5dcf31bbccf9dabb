"""The journal of deliveries and refreshes, as «Журнал» shows it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from outbox.database import Database
from outbox.records import JournalEntry
from outbox.schema import journal as table

KEPT = 1000
"""Entries kept of each campaign and spreadsheet."""

_HERE = (table.c.campaign == bindparam("campaign")) & (table.c.spreadsheet_id == bindparam("spreadsheet_id"))
_NEWEST = select(table).where(_HERE).order_by(table.c.id.desc())


class Journal:
    """The last thousand entries of each campaign and spreadsheet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, campaign: str, spreadsheet_id: str, entry: JournalEntry) -> None:
        """Add an entry; those beyond the last thousand are dropped."""
        place = {"campaign": campaign, "spreadsheet_id": spreadsheet_id}

        def keep(connection: Connection) -> None:
            connection.execute(insert(table), asdict(entry) | place)
            edge = _NEWEST.with_only_columns(table.c.id).offset(KEPT).limit(1)
            oldest_kept = connection.execute(edge, place).scalar()
            if oldest_kept is not None:
                connection.execute(delete(table).where(_HERE, table.c.id <= oldest_kept), place)

        self._database.write(keep)

    def last(self, campaign: str, spreadsheet_id: str, n: int = 200) -> list[JournalEntry]:
        """Return the last `n` entries, newest first."""
        place = {"campaign": campaign, "spreadsheet_id": spreadsheet_id}
        return self._database.read(
            lambda connection: [_entry(row) for row in connection.execute(_NEWEST.limit(n), place)]
        )


def _entry(row: Row[*tuple[Any, ...]]) -> JournalEntry:
    return JournalEntry(
        at=row.at,
        kind=row.kind,
        rows=row.rows,
        calls=row.calls,
        duration_ms=row.duration_ms,
        result=row.result,
        detail=row.detail,
    )
