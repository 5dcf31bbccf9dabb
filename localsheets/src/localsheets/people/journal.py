"""The journal of edits in the browser: who, when, where, from, to; and what a deletion took away.

An entry is written in the transaction of its edit, so that there is no edit without an entry.
"""

import json
import sqlite3
import time
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from localsheets.jsontypes import Json
from localsheets.people.schema import connect

KEPT_TEXT = 2_000
KEPT_DELETIONS = 100  # of one spreadsheet
KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of the journal.

    place:       a cell (`B5`), or the action in words
    was, became: as typed
    time:        Unix seconds
    deleted:     True if the entry is about a deletion and its content is kept
    returned:    when that content was given back, Unix seconds
    """

    who: str
    tab: str
    place: str
    was: str = ""
    became: str = ""
    time: float = 0.0
    number: int = 0
    deleted: bool = False
    returned: float | None = None


@dataclass(slots=True)
class Deletion:
    """What a deletion of rows or columns took away from a tab.

    sheet:  the tab's id
    body:   as `grid.deletions` made it
    number: of its entry in the journal, set when it is written
    """

    sheet: int
    body: Json
    number: int = 0
    returned: bool = False


class Journal:
    """The journal in the SQLite file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(connect(path)):
            pass  # creates the tables before the first edit

    def write(
        self,
        connection: sqlite3.Connection,
        spreadsheet: str,
        edits: Sequence[Edit],
        deletion: Deletion | None = None,
        returned: int | None = None,
    ) -> None:
        """Write entries within the caller's transaction.

        deletion: kept with the last entry. returned: the number of a deletion that was given back.
        """
        now = time.time()
        for edit in edits:
            number = connection.execute(
                "INSERT INTO edit (time, who, spreadsheet, tab, place, was, became) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (now, edit.who, spreadsheet, edit.tab, edit.place, edit.was[:KEPT_TEXT], edit.became[:KEPT_TEXT]),
            ).lastrowid
            if deletion is not None and edit is edits[-1] and number is not None:
                deletion.number = number
        if deletion is not None:
            body = zlib.compress(json.dumps(deletion.body, ensure_ascii=False, separators=(",", ":")).encode())
            connection.execute(
                "INSERT INTO deletion (edit, spreadsheet, sheet, made, body) VALUES (?, ?, ?, ?, ?)",
                (deletion.number, spreadsheet, deletion.sheet, now, body),
            )
            connection.execute(
                "DELETE FROM deletion WHERE made < ? OR edit IN"
                " (SELECT edit FROM deletion WHERE spreadsheet = ? ORDER BY edit DESC LIMIT -1 OFFSET ?)",
                (now - KEPT_DAYS * 86_400, spreadsheet, KEPT_DELETIONS),
            )
        if returned is not None:
            connection.execute("UPDATE deletion SET returned = ? WHERE edit = ?", (now, returned))

    def deletion(self, spreadsheet: str, number: int) -> Deletion | None:
        """Return what the deletion of an entry took away, or None if it is not kept."""
        with closing(connect(self.path)) as connection:
            found = connection.execute(
                "SELECT sheet, body, returned FROM deletion WHERE spreadsheet = ? AND edit = ?", (spreadsheet, number)
            ).fetchone()
        if found is None:
            return None
        return Deletion(found[0], json.loads(zlib.decompress(found[1])), number, found[2] is not None)

    def listed(self, spreadsheet: str, before: int | None = None, limit: int = 200) -> list[Edit]:
        """Return the latest entries, newest first. before: only entries with a smaller number."""
        with closing(connect(self.path)) as connection:
            rows = connection.execute(
                "SELECT who, tab, place, was, became, time, number, deletion.edit IS NOT NULL, returned"
                " FROM edit LEFT JOIN deletion ON deletion.edit = edit.number"
                " WHERE edit.spreadsheet = ? AND number < ? ORDER BY number DESC LIMIT ?",
                (spreadsheet, before if before is not None else 1 << 62, limit),
            ).fetchall()
        return [Edit(*row) for row in rows]
