"""Leases: one writer at a time among processes and machines, fenced. Imports the outbox's own records and database."""

from __future__ import annotations

from datetime import timedelta

from outbox.database import Database
from outbox.records import Lease


class Leases:
    """Times are the real clock's. The fence makes sure that a holder that slept past its lease writes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(self, name: str, holder: str, ttl: timedelta) -> Lease | None:
        """Take the lease for `ttl`, or None while another holder's runs.

        The same holder asking again while its lease runs gets it prolonged with the same fence.
        """
        raise NotImplementedError

    def renew(self, lease: Lease, ttl: timedelta) -> Lease:
        """Prolong to `ttl` from now. Raises LeaseLost when it has run out or another has it."""
        raise NotImplementedError

    def release(self, lease: Lease) -> None:
        """Give the lease back at once; nothing happens when it is no longer this holder's."""
        raise NotImplementedError
