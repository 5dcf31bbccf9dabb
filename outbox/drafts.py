"""Drafts: what clerks have typed and not yet sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select

from outbox.database import Database, upsert
from outbox.payload import canonical, parsed_mapping
from outbox.records import Draft, DraftIdentity
from outbox.schema import drafts, submissions

_OF = (drafts.c.campaign == bindparam("campaign")) & (drafts.c.oktmo == bindparam("oktmo"))
_ONE = select(drafts).where(_OF)
_OF_CAMPAIGNS = select(drafts).where(
    drafts.c.campaign.in_(bindparam("campaigns", expanding=True)), drafts.c.oktmo == bindparam("oktmo")
)
_SENT = select(submissions.c.id).where(
    submissions.c.campaign == bindparam("campaign"),
    submissions.c.oktmo == bindparam("oktmo"),
    submissions.c.key == bindparam("key"),
)


class Drafts:
    """One draft a municipality; the last one saved wins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, draft: Draft) -> bool:
        """Keep the draft. False, and nothing kept, when its key has been submitted already (a save that came late)."""
        row = {
            "campaign": draft.campaign,
            "oktmo": draft.oktmo,
            "key": draft.key,
            "base_version": draft.base_version,
            "saved_at": draft.saved_at,
            "typed": canonical(draft.typed, "typed"),
        }

        def keep(connection: Connection) -> bool:
            # A save that was under way when the clerk sent the report must not bring the draft back.
            self._database.serialise(connection, f"submissions {draft.campaign}")
            if connection.execute(_SENT, {"campaign": draft.campaign, "oktmo": draft.oktmo, "key": draft.key}).first():
                return False
            upsert(connection, drafts, row)
            return True

        return self._database.write(keep)

    def get(self, campaign: str, oktmo: str) -> Draft | None:
        """Return the municipality's draft, or None."""
        row = self._database.read(
            lambda connection: connection.execute(_ONE, {"campaign": campaign, "oktmo": oktmo}).first()
        )
        return None if row is None else _draft(row)

    def of_campaigns(self, campaigns: Sequence[str], oktmo: str) -> dict[str, Draft]:
        """Return the municipality's drafts, by campaign."""
        named = {"campaigns": campaigns, "oktmo": oktmo}
        return self._database.read(
            lambda connection: {row.campaign: _draft(row) for row in connection.execute(_OF_CAMPAIGNS, named)}
        )

    def delete(self, campaign: str, oktmo: str, key: str | None = None, saved_at: datetime | None = None) -> bool:
        """Forget the draft; with a key, or a key and a time, only the one that is of this form and was saved then.

        Return True when there was such a draft. One saved at another time stays.
        """
        query = delete(drafts).where(drafts.c.campaign == campaign, drafts.c.oktmo == oktmo)
        if key is not None:
            query = query.where(drafts.c.key == key)
        if saved_at is not None:
            query = query.where(drafts.c.saved_at == saved_at)
        return self._database.write(lambda connection: connection.execute(query).rowcount > 0)

    def all(self, campaign: str) -> list[DraftIdentity]:
        """Return who has a draft, by OKTMO, without contents."""
        query = select(drafts.c.oktmo, drafts.c.saved_at).where(drafts.c.campaign == campaign).order_by(drafts.c.oktmo)
        return self._database.read(lambda connection: [DraftIdentity._make(row) for row in connection.execute(query)])


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        campaign=row.campaign,
        oktmo=row.oktmo,
        key=row.key,
        typed=parsed_mapping(row.typed),
        base_version=row.base_version,
        saved_at=row.saved_at,
    )
