"""The journal of edits in the browser: who, when, where, from, to.

An entry is written in the transaction of its edit, so that there is no edit without an entry.
"""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from localsheets.people.schema import connect

KEPT_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of the journal.

    place:       a cell (`B5`), or the action in words
    was, became: as typed
    time:        Unix seconds
    """

    who: str
    tab: str
    place: str
    was: str = ""
    became: str = ""
    time: float = 0.0
    number: int = 0


class Journal:
    """The journal in the SQLite file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(connect(path)):
            pass  # creates the tables before the first edit

    def writer(self, spreadsheet: str, edits: Sequence[Edit]) -> Callable[[sqlite3.Connection], None]:
        """Return the function that `Store.change` runs along with a change; `edits` may be filled until then."""

        def write(connection: sqlite3.Connection) -> None:
            now = time.time()
            connection.executemany(
                "INSERT INTO edit (time, who, spreadsheet, tab, place, was, became) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (now, edit.who, spreadsheet, edit.tab, edit.place, edit.was[:KEPT_TEXT], edit.became[:KEPT_TEXT])
                    for edit in edits
                ],
            )

        return write

    def listed(self, spreadsheet: str, before: int | None = None, limit: int = 200) -> list[Edit]:
        """Return the latest entries, newest first. before: only entries with a smaller number."""
        with closing(connect(self.path)) as connection:
            rows = connection.execute(
                "SELECT who, tab, place, was, became, time, number FROM edit"
                " WHERE spreadsheet = ? AND number < ? ORDER BY number DESC LIMIT ?",
                (spreadsheet, before if before is not None else 1 << 62, limit),
            ).fetchall()
        return [Edit(*row) for row in rows]
