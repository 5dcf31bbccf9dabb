"""ReportSnapshots: what the form asks at every request about one municipality, in one cheap statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Connection, FromClause, bindparam, func, literal, select

from outbox.database import Database
from outbox.plain_statements import PlainStatement
from outbox.records import Address, MunicipalityStatus, Submission
from outbox.schema import addresses, extensions, publications, statuses, submissions
from outbox.statuses import status_of
from outbox.submissions import submission_of

_S = submissions.c
_HERE: BindParameter[str] = bindparam("campaign")
_WHOM: BindParameter[str] = bindparam("oktmo")
_LIST: BindParameter[str] = bindparam("addressees")
_NEWEST = select(func.max(_S.version)).where(_S.campaign == _HERE, _S.oktmo == _WHOM).scalar_subquery()
_ONE = select(literal(1).label("one")).subquery()


def _here(table: FromClause) -> ColumnElement[bool]:
    return (table.c.campaign == _HERE) & (table.c.oktmo == _WHOM)


_SNAPSHOT = PlainStatement(
    select(
        addresses.c.version.label("address_version"),
        addresses.c.revoked,
        extensions.c.until,
        publications.c.as_of,
        statuses.c.body,
        submissions,
    ).select_from(
        _ONE.outerjoin(addresses, (addresses.c.addressees == _LIST) & (addresses.c.oktmo == _WHOM))
        .outerjoin(extensions, _here(extensions))
        .outerjoin(publications, publications.c.campaign == _HERE)
        .outerjoin(statuses, _here(statuses))
        .outerjoin(submissions, _here(submissions) & (_S.version == _NEWEST))
    )
)


@dataclass(frozen=True, slots=True)
class ReportSnapshot:
    """One municipality at one moment: the same as the stores' `current`, `extension`, `latest` and `get`."""

    address: Address
    extension: datetime | None
    latest: Submission | None
    status: MunicipalityStatus | None


class ReportSnapshots:
    """One statement, so that all of it is of one moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def at(self, campaign: str, addressees: str, oktmo: str) -> ReportSnapshot:
        """Address, extension, newest submission and status of a municipality. addressees: of the campaign.

        Raises OutboxUnavailable, OutboxBusy.
        """
        return self._database.read(lambda connection: _snapshot(connection, campaign, addressees, oktmo))

    def of_campaigns(self, campaigns: Sequence[str], addressees: str, oktmo: str) -> dict[str, ReportSnapshot]:
        """The same for several campaigns of an addressee list, by campaign; each of one moment, over one connection."""

        def read(connection: Connection) -> dict[str, ReportSnapshot]:
            return {one: _snapshot(connection, one, addressees, oktmo) for one in campaigns}

        return self._database.read(read)


def _snapshot(connection: Connection, campaign: str, addressees: str, oktmo: str) -> ReportSnapshot:
    named = {"campaign": campaign, "addressees": addressees, "oktmo": oktmo}
    row = _SNAPSHOT.first(connection, named)
    return ReportSnapshot(
        address=Address(addressees, oktmo, row.address_version or 1, bool(row.revoked)),
        extension=row.until,
        latest=None if row.id is None else submission_of(row),
        status=None if row.body is None or row.as_of is None else status_of(oktmo, row.body, row.as_of),
    )
