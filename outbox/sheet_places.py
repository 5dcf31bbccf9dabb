"""SheetPlaces: where a campaign's spreadsheet is opened, and in which row each municipality stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from outbox.database import Database
from outbox.meta import campaign_scope
from outbox.notes import keep_note, read_note
from outbox.records import Lease, SheetPlace

NAME = "sheet_place"


class SheetPlaces:
    """One note a campaign, kept by the worker after a refresh and read by the desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, campaign: str, place: SheetPlace, *, lease: Lease | None = None) -> None:
        """Remember the place. Raises LeaseLost when a lease is given and lost."""
        keep_note(self._database, campaign_scope(campaign), NAME, asdict(place), lease)

    def get(self, campaign: str) -> SheetPlace | None:
        """Return the place as last kept; None where the worker kept none yet."""
        kept = read_note(self._database, campaign_scope(campaign), NAME)
        if not isinstance(kept, dict):
            return None
        return SheetPlace(
            url=str(kept["url"]),
            sheet_id=cast("int", kept["sheet_id"]),
            rows=cast("dict[str, int]", kept["rows"]),
            notes=cast("dict[str, str]", kept["notes"]),
        )
