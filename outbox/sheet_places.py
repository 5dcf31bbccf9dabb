"""SheetPlaces: where a campaign's spreadsheet is opened, and in which row each municipality stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from sqlalchemy import Connection

from outbox.database import Database
from outbox.leases import check_lease
from outbox.meta import campaign_scope, recalled, remember_text
from outbox.payload import canonical
from outbox.records import Lease, SheetPlace

NAME = "sheet_place"


class SheetPlaces:
    """One note a campaign, kept by the worker after a refresh and read by the desk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, campaign: str, place: SheetPlace, *, lease: Lease | None = None) -> None:
        """Remember the place. Raises LeaseLost when a lease is given and lost."""
        text = canonical(asdict(place), NAME)

        def keep(connection: Connection) -> None:
            check_lease(connection, lease, self._database.now())
            remember_text(connection, campaign_scope(campaign), NAME, text)

        self._database.write(keep)

    def get(self, campaign: str) -> SheetPlace | None:
        """Return the place as last kept; None where the worker kept none yet."""
        kept = self._database.read(lambda connection: recalled(connection, campaign_scope(campaign), NAME))
        if not isinstance(kept, dict):
            return None
        return SheetPlace(
            url=str(kept["url"]),
            sheet_id=cast("int", kept["sheet_id"]),
            rows=cast("dict[str, int]", kept["rows"]),
            notes=cast("dict[str, str]", kept["notes"]),
        )
