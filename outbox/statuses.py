"""MunicipalityStatuses: what the worker last published about each municipality, for the form to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, delete, select

from outbox import texts
from outbox.columns import utc
from outbox.database import Database, upsert
from outbox.errors import OutboxDataError
from outbox.leases import check_lease
from outbox.payload import canonical, digest, parsed_mapping
from outbox.records import Correction, Json, Lease, MunicipalityStatus, PublishedRemark
from outbox.schema import publications
from outbox.schema import statuses as table

# One statement, so that a publication between two can't be seen half.
_ALL = select(table.c.oktmo, table.c.body, publications.c.as_of).join(
    publications, publications.c.campaign == table.c.campaign
)


class MunicipalityStatuses:
    """One status a municipality, all of one moment: readers never see a mixture of two publications."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(
        self,
        campaign: str,
        statuses: Sequence[MunicipalityStatus],
        *,
        as_of: datetime | None = None,
        lease: Lease | None = None,
    ) -> None:
        """Replace all statuses of the campaign in one transaction; only rows that differ are written.

        `as_of` is needed only when there are no statuses. Raises OutboxDataError when their times differ, LeaseLost
        when a lease is given and lost.
        """
        moments = {utc(status.as_of) for status in statuses} | ({utc(as_of)} if as_of else set())
        if len(moments) != 1:
            raise OutboxDataError(texts.DATA_STANDINGS_TIMES)
        (moment,) = moments
        bodies = {status.oktmo: _body(status) for status in statuses}
        wanted = {oktmo: digest(body) for oktmo, body in bodies.items()}

        def replace(connection: Connection) -> None:
            self._database.serialise(connection, f"statuses {campaign}")
            check_lease(connection, lease, self._database.now())
            query = select(table.c.oktmo, table.c.digest).where(table.c.campaign == campaign)
            there = {row.oktmo: row.digest for row in connection.execute(query)}
            changed = [
                {"campaign": campaign, "oktmo": oktmo, "digest": kept, "body": bodies[oktmo]}
                for oktmo, kept in wanted.items()
                if there.get(oktmo) != kept
            ]
            upsert(connection, table, *changed)
            for oktmo in there.keys() - wanted.keys():
                connection.execute(delete(table).where(table.c.campaign == campaign, table.c.oktmo == oktmo))
            upsert(connection, publications, {"campaign": campaign, "as_of": moment})

        self._database.write(replace)

    def get(self, campaign: str, oktmo: str) -> MunicipalityStatus | None:
        """Return the municipality's status, or None when none was published."""
        query = _ALL.where(table.c.campaign == campaign, table.c.oktmo == oktmo)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return None if row is None else _status(row)

    def all(self, campaign: str) -> list[MunicipalityStatus]:
        """Return all statuses, by OKTMO."""
        query = _ALL.where(table.c.campaign == campaign).order_by(table.c.oktmo)
        return self._database.read(lambda connection: [_status(row) for row in connection.execute(query)])

    def as_of(self, campaign: str) -> datetime | None:
        """Return the moment of the last publication (campaign time, UTC), or None."""
        query = select(publications.c.as_of).where(publications.c.campaign == campaign)
        return self._database.read(lambda connection: connection.execute(query).scalar())


def _body(status: MunicipalityStatus) -> str:
    corrections: list[Json] = [[c.question, c.submitted, c.sheet] for c in status.corrections]
    return canonical(
        {
            "state": status.state,
            "receipt": status.receipt,
            "version": status.version,
            "seen": status.seen,
            "by_hand": status.by_hand,
            "counted": dict(status.counted),
            "corrections": corrections,
            "problems": [asdict(remark) for remark in status.remarks],
        },
        "status",
    )


def _status(row: Row[*tuple[Any, ...]]) -> MunicipalityStatus:
    return status_of(row.oktmo, row.body, row.as_of)


def status_of(oktmo: str, text: str, as_of: datetime) -> MunicipalityStatus:
    """Return the record of a stored body. What an older version published is read as far as it goes.

    A body without `seen` and `by_hand` gets them from its version; a remark without a body of its own is left out until
    the worker publishes again.
    """
    body = parsed_mapping(text)
    version = cast("int | None", body["version"])
    corrections = cast("list[tuple[str, Json, Json]]", body["corrections"])
    return MunicipalityStatus(
        oktmo=oktmo,
        state=cast("str", body["state"]),
        receipt=cast("str | None", body["receipt"]),
        version=version,
        seen=cast("int", body.get("seen", version or 0)),
        by_hand=cast("bool", body.get("by_hand", False)),
        counted=cast("dict[str, Json]", body["counted"]),
        corrections=tuple(Correction(question, was, now) for question, was, now in corrections),
        remarks=tuple(_remarks(body["problems"])),
        as_of=as_of,
    )


def _remarks(published: Json) -> Iterator[PublishedRemark]:
    for one in published if isinstance(published, list) else ():
        try:
            yield PublishedRemark(**cast("dict[str, Any]", one))
        except TypeError:  # published by an older version: other fields, or no mapping
            continue
