"""Staff edits: the journal of differences between what was submitted and what the spreadsheet holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from outbox.database import Database
from outbox.payload import canonical, parsed
from outbox.records import StaffEdit
from outbox.schema import staff_edits as table


class StaffEdits:
    """Only ever added to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, edits: Sequence[StaffEdit]) -> list[StaffEdit]:
        """Add the edits that are new, and return them.

        An edit with kind, was and now of the latest of its spreadsheet, row_key and question is left out, so
        that the same difference seen at every look is recorded once.
        """
        rows = [(edit, canonical(edit.was, "was"), canonical(edit.now, "now")) for edit in edits]

        def add(connection: Connection) -> list[StaffEdit]:
            self._database.serialise(connection, "staff edits")
            latest: dict[tuple[str, str, str | None], StaffEdit] = {}
            for spreadsheet_id in {edit.spreadsheet_id for edit in edits}:
                for key, edit in _latest(connection, spreadsheet_id).items():
                    latest[(spreadsheet_id, *key)] = edit
            added = []
            for edit, was, now in rows:
                place = (edit.spreadsheet_id, edit.row_key, edit.question)
                before = latest.get(place)
                if before and (before.kind, canonical(before.was, ""), canonical(before.now, "")) == (
                    edit.kind,
                    was,
                    now,
                ):
                    continue
                latest[place] = edit
                connection.execute(insert(table), asdict(edit) | {"was": was, "now": now})
                added.append(edit)
            return added

        return self._database.write(add)

    def all(self, spreadsheet_id: str) -> list[StaffEdit]:
        """Return every edit, in the order recorded."""
        query = select(table).where(table.c.spreadsheet_id == spreadsheet_id).order_by(table.c.id)
        return self._database.read(lambda connection: [_edit(row) for row in connection.execute(query)])

    def current(self, spreadsheet_id: str) -> Mapping[tuple[str, str | None], StaffEdit]:
        """Return the latest edit of each (row_key, question)."""
        return self._database.read(lambda connection: _latest(connection, spreadsheet_id))


def _latest(connection: Connection, spreadsheet_id: str) -> dict[tuple[str, str | None], StaffEdit]:
    newest = (
        select(func.max(table.c.id))
        .where(table.c.spreadsheet_id == spreadsheet_id)
        .group_by(table.c.row_key, table.c.question)
    )
    rows = connection.execute(select(table).where(table.c.id.in_(newest)).order_by(table.c.id))
    return {(row.row_key, row.question): _edit(row) for row in rows}


def _edit(row: Row[*tuple[Any, ...]]) -> StaffEdit:
    return StaffEdit(
        spreadsheet_id=row.spreadsheet_id,
        submission_id=row.submission_id,
        row_key=row.row_key,
        oktmo=row.oktmo,
        question=row.question,
        kind=row.kind,
        was=parsed(row.was),
        now=parsed(row.now),
        seen_at=row.seen_at,
    )
