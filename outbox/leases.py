"""Leases: one writer at a time among processes and machines, fenced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from outbox.database import Database, upsert
from outbox.errors import LeaseLost
from outbox.records import Lease
from outbox.schema import leases


def spreadsheet_lease(spreadsheet_id: str) -> str:
    """Return the name of the lease to fill a spreadsheet."""
    return f"spreadsheet {spreadsheet_id}"


class Leases:
    """Times are the real clock's. The fence makes sure that a holder that slept past its lease writes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(self, name: str, holder: str, ttl: timedelta) -> Lease | None:
        """Take the lease for `ttl`, or None while another holder's runs.

        The same holder asking again while its lease runs gets it prolonged with the same fence.
        """

        def take(connection: Connection) -> Lease | None:
            self._database.serialise(connection, f"leases {name}")
            now = self._database.now()
            row = _row(connection, name)
            runs = row is not None and row.expires_real > now
            if row is not None and runs and row.holder != holder:
                return None
            fence = 1 if row is None else row.fence + (0 if runs else 1)
            return _keep(connection, Lease(name, holder, fence, now + ttl))

        return self._database.write(take)

    def holder(self, name: str) -> str | None:
        """Return the holder of the lease; None when nobody holds it."""
        row = self._database.read(
            lambda connection: connection.execute(select(leases).where(leases.c.name == name)).first()
        )
        return str(row.holder) if row is not None and row.expires_real > self._database.now() else None

    def until(self, name: str) -> datetime | None:
        """Return until when (real clock) the lease was last given; None where it never was."""
        query = select(leases.c.expires_real).where(leases.c.name == name)
        return self._database.read(lambda connection: connection.execute(query).scalar())

    def renew(self, lease: Lease, ttl: timedelta) -> Lease:
        """Prolong to `ttl` from now. Raises LeaseLost when it has run out or another has it."""

        def prolong(connection: Connection) -> Lease:
            now = self._database.now()
            check_lease(connection, lease, now)
            return _keep(connection, replace(lease, expires_real=now + ttl))

        return self._database.write(prolong)

    def renew_all(self, leases: Iterable[Lease], ttl: timedelta) -> frozenset[str]:
        """Prolong those that still run to `ttl` from now, in one write; return the names of the others."""

        def prolong(connection: Connection) -> frozenset[str]:
            now, lost = self._database.now(), set()
            for lease in sorted(leases, key=lambda one: one.name):  # of two processes each waits in the same order
                try:
                    check_lease(connection, lease, now)
                except LeaseLost:
                    lost.add(lease.name)
                else:
                    _keep(connection, replace(lease, expires_real=now + ttl))
            return frozenset(lost)

        return self._database.write(prolong)

    def release(self, lease: Lease) -> None:
        """Give the lease back at once; nothing happens when it is no longer this holder's."""

        def give_back(connection: Connection) -> None:
            now = self._database.now()
            row = _row(connection, lease.name)
            if row is not None and (row.holder, row.fence) == (lease.holder, lease.fence) and row.expires_real > now:
                # The row stays: the next holder's fence goes on from it.
                _keep(connection, replace(lease, expires_real=now))

        self._database.write(give_back)


def check_lease(connection: Connection, lease: Lease | None, now: datetime) -> None:
    """Inside a write: raise LeaseLost unless the lease (if one is given) is still this holder's and runs.

    Its row stays locked until the end of the transaction, so that nobody takes it over meanwhile.
    """
    if lease is None:
        return
    row = _row(connection, lease.name)
    if row is None or (row.holder, row.fence) != (lease.holder, lease.fence) or row.expires_real <= now:
        raise LeaseLost(lease.name)


def _row(connection: Connection, name: str) -> Row[*tuple[Any, ...]] | None:
    return connection.execute(select(leases).where(leases.c.name == name).with_for_update()).first()


def _keep(connection: Connection, lease: Lease) -> Lease:
    upsert(connection, leases, asdict(lease))
    return lease
