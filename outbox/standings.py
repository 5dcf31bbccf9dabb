"""Standings: what the worker last published about each municipality, for the form to show.

Imports the outbox's own records and database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from outbox.database import Database
from outbox.records import Lease, Standing


class Standings:
    """One standing a municipality, all of one moment: readers never see a mixture of two publications."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(
        self,
        campaign: str,
        standings: Sequence[Standing],
        *,
        as_of: datetime | None = None,
        lease: Lease | None = None,
    ) -> None:
        """Replace all standings of the campaign in one transaction; only rows that differ are written.

        `as_of` is needed only when there are no standings. Raises OutboxDataError when their times differ, LeaseLost
        when a lease is given and lost.
        """
        raise NotImplementedError

    def get(self, campaign: str, oktmo: str) -> Standing | None:
        """The municipality's standing, or None when nothing was published about it."""
        raise NotImplementedError

    def all(self, campaign: str) -> list[Standing]:
        """All standings, by OKTMO."""
        raise NotImplementedError

    def as_of(self, campaign: str) -> datetime | None:
        """The moment of the last publication (campaign time, UTC), or None."""
        raise NotImplementedError
