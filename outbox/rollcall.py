"""RollCall: what the ministry's desk asks about all municipalities of a campaign at once, without payloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select, union

from outbox.database import Database, upsert
from outbox.leases import spreadsheet_lease
from outbox.mails import MailState
from outbox.payload import canonical, parsed_mapping
from outbox.records import Json, MunicipalityStatus
from outbox.schema import address_uses, journal, leases, mails, notes, publications, submissions
from outbox.schema import statuses as table
from outbox.statuses import status_of
from outbox.submissions import parts

OWNER = "campaign"
"""The note of a spreadsheet that names the campaign by which it is filled."""

_C = submissions.c


class Newest(NamedTuple):
    """The newest version of a municipality, without its answers."""

    oktmo: str
    receipt: str
    version: int
    accepted_at: datetime
    late: bool


class LastMail(NamedTuple):
    """The mail that was made last for a municipality. made_at: campaign time."""

    oktmo: str
    step: str
    state: MailState
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedDigests:
    """The last publication of a campaign. digests: ОКТМО → digest of its status, which changes with its content."""

    as_of: datetime | None
    digests: Mapping[str, str]


class RollCall:
    """Reads of many municipalities; and when each of them last opened its personal address."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def published(self, campaign: str) -> PublishedDigests:
        """Return which statuses are published, without their bodies."""
        moments = select(publications.c.as_of).where(publications.c.campaign == campaign)
        rows = select(table.c.oktmo, table.c.digest).where(table.c.campaign == campaign)

        def read(connection: Connection) -> PublishedDigests:
            as_of = connection.execute(moments).scalar()
            return PublishedDigests(as_of, {row.oktmo: row.digest for row in connection.execute(rows)})

        return self._database.read(read)

    def statuses(self, campaign: str, oktmos: Sequence[str]) -> list[tuple[str, MunicipalityStatus]]:
        """Return the published statuses of these municipalities, each with its digest."""
        query = select(table.c.oktmo, table.c.digest, table.c.body, publications.c.as_of).join(
            publications, publications.c.campaign == table.c.campaign
        )

        def read(connection: Connection) -> list[tuple[str, MunicipalityStatus]]:
            return [
                (row.digest, status_of(row.oktmo, row.body, row.as_of))
                for part in parts(oktmos)
                for row in connection.execute(query.where(table.c.campaign == campaign, table.c.oktmo.in_(part)))
            ]

        return self._database.read(read)

    def newest(self, campaign: str) -> dict[str, Newest]:
        """Return the newest version of each municipality that sent one."""
        last = select(_C.oktmo, func.max(_C.version).label("version")).where(_C.campaign == campaign)
        last_of = last.group_by(_C.oktmo).subquery()
        query = (
            select(_C.oktmo, _C.receipt, _C.version, _C.accepted_at, _C.late)
            .join(last_of, (_C.oktmo == last_of.c.oktmo) & (_C.version == last_of.c.version))
            .where(_C.campaign == campaign)
        )
        return self._database.read(
            lambda connection: {row.oktmo: Newest._make(row) for row in connection.execute(query)}
        )

    def contacts(self, campaign: str, oktmos: Sequence[str]) -> dict[str, Mapping[str, Json]]:
        """Return the contacts in the newest version of each of these municipalities; {} once they are destroyed."""
        query = select(_C.oktmo, _C.contacts).where(_C.campaign == campaign).order_by(_C.version)

        def read(connection: Connection) -> dict[str, Mapping[str, Json]]:
            return {
                row.oktmo: parsed_mapping(row.contacts)
                for part in parts(oktmos)
                for row in connection.execute(query.where(_C.oktmo.in_(part)))
            }

        return self._database.read(read)

    def last_mails(self, campaign: str, oktmos: Sequence[str]) -> dict[str, LastMail]:
        """Return the last mail of each of these municipalities; those that were not needed do not count."""
        query = select(mails.c.oktmo, mails.c.step, mails.c.state, mails.c.made_at)
        query = query.where(mails.c.campaign == campaign, mails.c.state != MailState.NOT_NEEDED)

        def read(connection: Connection) -> dict[str, LastMail]:
            return {
                row.oktmo: LastMail(row.oktmo, row.step, MailState(row.state), row.made_at)
                for part in parts(oktmos)
                for row in connection.execute(
                    query.where(mails.c.oktmo.in_(part)).order_by(mails.c.made_at, mails.c.id)
                )
            }

        return self._database.read(read)

    def worker_until(self, campaign: str) -> datetime | None:
        """Return until when (real clock) a worker had the right to fill the campaign's spreadsheet; None for never.

        A moment in the future means that one serves the campaign now; it prolongs that every few seconds.
        """
        known = union(
            select(notes.c.scope).where(notes.c.name == OWNER, notes.c.value == canonical(campaign, OWNER)),
            select(journal.c.spreadsheet_id).where(journal.c.campaign == campaign),
        )

        def read(connection: Connection) -> datetime | None:
            names = [spreadsheet_lease(name) for name in connection.execute(known).scalars()]
            query = select(leases.c.expires_real).where(leases.c.name.in_(names))
            return max(connection.execute(query).scalars(), default=None) if names else None

        return self._database.read(read)

    def address_opened(self, addressees: str, oktmo: str) -> None:
        """Remember that the municipality's personal address was exchanged for a session just now (real clock)."""
        row = {"addressees": addressees, "oktmo": oktmo, "opened_real": self._database.now()}
        self._database.write(lambda connection: upsert(connection, address_uses, row))

    def opened(self, addressees: str) -> dict[str, datetime]:
        """Return when each municipality of the list last opened its address (real clock), of those that did."""
        query = select(address_uses.c.oktmo, address_uses.c.opened_real)
        query = query.where(address_uses.c.addressees == addressees)
        return self._database.read(lambda connection: {row.oktmo: row.opened_real for row in connection.execute(query)})
