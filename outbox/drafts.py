"""Drafts: what clerks have typed and not yet sent. Imports the outbox's own records and database."""

from __future__ import annotations

from outbox.database import Database
from outbox.records import Draft, DraftIdentity


class Drafts:
    """One draft a municipality; the last one saved wins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, draft: Draft) -> bool:
        """Keep the draft. False, and nothing kept, when its key has been submitted already (a save that came late)."""
        raise NotImplementedError

    def get(self, campaign: str, oktmo: str) -> Draft | None:
        """The municipality's draft, or None."""
        raise NotImplementedError

    def delete(self, campaign: str, oktmo: str) -> None:
        """Forget the draft, if there is one."""
        raise NotImplementedError

    def all(self, campaign: str) -> list[DraftIdentity]:
        """Who has a draft, by OKTMO; without contents."""
        raise NotImplementedError
