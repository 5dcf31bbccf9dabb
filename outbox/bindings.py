"""Bindings: how a spreadsheet's tabs and columns are found again whatever staff rename; small notes of the worker.

Imports the outbox's own records and database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from outbox.database import Database
from outbox.records import Json, Lease


class Bindings:
    """Per spreadsheet: tab → sheet id, question id → header, name → any JSON. A lease, if given, is checked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tab(self, spreadsheet_id: str, tab: str) -> int | None:
        """The sheet id bound to the tab, or None."""
        raise NotImplementedError

    def tabs(self, spreadsheet_id: str) -> Mapping[str, int]:
        """All bound tabs."""
        raise NotImplementedError

    def bind_tab(self, spreadsheet_id: str, tab: str, sheet_id: int, *, lease: Lease | None = None) -> None:
        """Bind the tab, anew if need be."""
        raise NotImplementedError

    def headers(self, spreadsheet_id: str) -> Mapping[str, str]:
        """The header that the worker wrote for each question id (dropped questions stay)."""
        raise NotImplementedError

    def bind_headers(
        self, spreadsheet_id: str, headers: Mapping[str, str], *, lease: Lease | None = None
    ) -> None:
        """Bind these question ids to these headers; others stay as they are."""
        raise NotImplementedError

    def unbind_headers(
        self, spreadsheet_id: str, questions: Iterable[str], *, lease: Lease | None = None
    ) -> None:
        """Forget the headers of these question ids."""
        raise NotImplementedError

    def recall(self, spreadsheet_id: str, name: str) -> Json:
        """What was remembered under the name, or None."""
        raise NotImplementedError

    def remember(self, spreadsheet_id: str, name: str, value: Json, *, lease: Lease | None = None) -> None:
        """Remember a value under the name; the last one wins."""
        raise NotImplementedError
