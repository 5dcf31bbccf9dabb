"""The journal of the ministry's desk: who did what, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from outbox.database import Database
from outbox.payload import canonical, parsed_mapping
from outbox.records import Act, Json, StaffAccount
from outbox.schema import acts

KEPT = timedelta(days=3 * 365)
"""How long an act is kept: as long as claims may be made (the Civil Code, art. 196). `svod purge` ends it."""

COMMAND = "svod"
"""Who did what a command on the server did."""


class Acts:
    """Only ever added to, but for `Retention`, which destroys what is older than KEPT."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        account: StaffAccount | None,
        act: str,
        *,
        campaign: str = "",
        oktmo: str = "",
        detail: Mapping[str, Json] | None = None,
    ) -> None:
        """Keep an act of now (real clock). account: None for a command on the server."""
        row = {
            "at_real": self._database.now(),
            "account": account.id if account else None,
            "who": account.name if account else COMMAND,
            "act": act,
            "campaign": campaign,
            "oktmo": oktmo,
            "detail": canonical(detail or {}, "detail"),
        }
        self._database.write(lambda connection: connection.execute(insert(acts), row))

    def last(
        self, count: int, *, before: int | None = None, campaign: str | None = None, oktmo: str | None = None
    ) -> list[tuple[int, Act]]:
        """Return the latest acts with their numbers, newest first; of all, or of one campaign and municipality.

        before: only acts with a smaller number
        """
        query = select(acts).order_by(acts.c.id.desc()).limit(count)
        if before is not None:
            query = query.where(acts.c.id < before)
        if campaign is not None:
            query = query.where(acts.c.campaign == campaign)
        if oktmo is not None:
            query = query.where(acts.c.oktmo == oktmo)

        def read(connection: Connection) -> list[tuple[int, Act]]:
            return [(row.id, _act(row)) for row in connection.execute(query)]

        return self._database.read(read)


def _act(row: Row[Any]) -> Act:
    detail = parsed_mapping(row.detail)
    return Act(row.at_real, row.account, row.who, row.act, row.campaign, row.oktmo, detail)
