"""RemarkDecisions: which remarks the ministry accepted on its desk, by the key that «Замечания» shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from outbox.columns import utc
from outbox.database import Database, upsert
from outbox.records import RemarkDecision
from outbox.schema import remark_decisions as table


class RemarkDecisions:
    """One decision a remark. What is taken back stays as a row, so that `number` only grows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, campaign: str, oktmo: str, remark: str, *, comment: str, who: str, at: datetime) -> None:
        """Keep that the remark is accepted. oktmo: the municipality that it is about; at: campaign time, aware."""
        self._keep(campaign, oktmo, remark, accepted=True, comment=comment, who=who, at=at)

    def take_back(self, campaign: str, oktmo: str, remark: str, *, who: str, at: datetime) -> None:
        """Keep that the remark is accepted no longer."""
        self._keep(campaign, oktmo, remark, accepted=False, comment="", who=who, at=at)

    def accepted(self, campaign: str) -> dict[str, RemarkDecision]:
        """Return the decisions that hold, by the remark's key."""
        query = select(table).where(table.c.campaign == campaign, table.c.accepted).order_by(table.c.remark)

        def read(connection: Connection) -> dict[str, RemarkDecision]:
            return {
                row.remark: RemarkDecision(row.oktmo, row.comment, row.who, row.decided_at)
                for row in connection.execute(query)
            }

        return self._database.read(read)

    def number(self, campaign: str) -> int:
        """Return the number of the last decision, 0 before the first: while it is equal, nothing was decided."""
        query = select(func.max(table.c.number)).where(table.c.campaign == campaign)
        return self._database.read(lambda connection: connection.execute(query).scalar()) or 0

    def _keep(
        self, campaign: str, oktmo: str, remark: str, *, accepted: bool, comment: str, who: str, at: datetime
    ) -> None:
        row = {
            "campaign": campaign,
            "oktmo": oktmo,
            "remark": remark,
            "accepted": accepted,
            "comment": comment,
            "who": who,
            "decided_at": utc(at),
        }

        def keep(connection: Connection) -> None:
            self._database.serialise(connection, f"remark decisions {campaign}")
            last = connection.execute(select(func.max(table.c.number)).where(table.c.campaign == campaign)).scalar()
            upsert(connection, table, {**row, "number": (last or 0) + 1})

        self._database.write(keep)
