"""Personal links and extensions: which link of a municipality is good, and until when it may answer.

Imports the outbox's own records and database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from outbox.database import Database
from outbox.records import Link


class Links:
    """Link versions and extensions of the deadline, a row each only where they differ from the rule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, campaign: str, oktmo: str) -> Link:
        """The good version; without a row, version 1, not revoked."""
        raise NotImplementedError

    def reissue(self, campaign: str, oktmo: str) -> Link:
        """A new version, good at once; every older link stops working."""
        raise NotImplementedError

    def revoke(self, campaign: str, oktmo: str) -> Link:
        """The current link stops working; nothing replaces it until `reissue`."""
        raise NotImplementedError

    def set_extension(self, campaign: str, oktmo: str, until: datetime | None) -> None:
        """Let the municipality answer until then (aware, campaign time); None takes the extension back."""
        raise NotImplementedError

    def extension(self, campaign: str, oktmo: str) -> datetime | None:
        """Until when this municipality may answer, if it was extended."""
        raise NotImplementedError

    def extensions(self, campaign: str) -> Mapping[str, datetime]:
        """All extensions of the campaign, by OKTMO."""
        raise NotImplementedError
