"""Bindings: how a spreadsheet's tabs and columns are found again whatever staff rename.

Small notes of the worker.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from outbox.database import Database, upsert
from outbox.leases import check_lease
from outbox.notes import keep_note, read_note
from outbox.records import Json, Lease
from outbox.schema import headers as table
from outbox.schema import placements, tabs


class Bindings:
    """Per spreadsheet: tab → sheet id, question id → header, name → any JSON.

    A lease, if given, is checked.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def tab(self, spreadsheet_id: str, tab: str) -> int | None:
        """Return the sheet id bound to the tab, or None."""
        return self.tabs(spreadsheet_id).get(tab)

    def tabs(self, spreadsheet_id: str) -> Mapping[str, int]:
        """Return all bound tabs: key → sheet id."""
        query = select(tabs.c.tab, tabs.c.sheet_id).where(tabs.c.spreadsheet_id == spreadsheet_id)
        return self._database.read(lambda connection: {row.tab: row.sheet_id for row in connection.execute(query)})

    def bind_tab(self, spreadsheet_id: str, tab: str, sheet_id: int, *, lease: Lease | None = None) -> None:
        """Bind the tab, anew if need be."""

        def bind(connection: Connection) -> None:
            check_lease(connection, lease, self._database.now())
            upsert(connection, tabs, {"spreadsheet_id": spreadsheet_id, "tab": tab, "sheet_id": sheet_id})

        self._database.write(bind)

    def headers(self, spreadsheet_id: str) -> Mapping[str, str]:
        """Return the header that the worker wrote for each question id (dropped questions stay)."""
        query = select(table.c.question, table.c.header).where(table.c.spreadsheet_id == spreadsheet_id)
        return self._database.read(lambda connection: {row.question: row.header for row in connection.execute(query)})

    def bind_headers(self, spreadsheet_id: str, headers: Mapping[str, str], *, lease: Lease | None = None) -> None:
        """Bind these question ids to these headers; others stay as they are."""

        def bind(connection: Connection) -> None:
            check_lease(connection, lease, self._database.now())
            upsert(
                connection,
                table,
                *(
                    {"spreadsheet_id": spreadsheet_id, "question": question, "header": header}
                    for question, header in headers.items()
                ),
            )

        self._database.write(bind)

    def campaigns(self, spreadsheet_id: str) -> frozenset[str]:
        """Return the campaigns with submissions sent to the spreadsheet, or set aside from it."""
        query = select(placements.c.campaign).where(placements.c.spreadsheet_id == spreadsheet_id).distinct()
        return self._database.read(lambda connection: frozenset(connection.execute(query).scalars()))

    def recall(self, spreadsheet_id: str, name: str) -> Json:
        """Return the value remembered under the name, or None."""
        return read_note(self._database, spreadsheet_id, name)

    def remember(self, spreadsheet_id: str, name: str, value: Json, *, lease: Lease | None = None) -> None:
        """Remember a value under the name; the last one wins."""
        keep_note(self._database, spreadsheet_id, name, value, lease)
