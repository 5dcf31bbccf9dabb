"""Personal addresses: which one of a municipality is good, for all campaigns of its addressee list."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, bindparam, select

from outbox.database import Database, upsert
from outbox.records import Address
from outbox.schema import addresses

_ONE = select(addresses).where(
    addresses.c.addressees == bindparam("addressees"), addresses.c.oktmo == bindparam("oktmo")
)
_CHANGED = select(addresses).order_by(addresses.c.addressees, addresses.c.oktmo)


class Addresses:
    """Address versions, a row each only where an address was reissued or revoked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, addressees: str, oktmo: str) -> Address:
        """Return the version that opens the reports; version 1, not revoked, before the first change."""
        return self._database.read(lambda connection: _current(connection, addressees, oktmo))

    def changed(self) -> list[Address]:
        """Return the current versions of all that were ever reissued or revoked."""
        return self._database.read(
            lambda connection: [
                Address(row.addressees, row.oktmo, row.version, row.revoked) for row in connection.execute(_CHANGED)
            ]
        )

    def reissue(self, addressees: str, oktmo: str) -> Address:
        """Make and return a new version, good at once; the one before, and every older link, stops working."""
        return self._change(addressees, oktmo, step=1, revoked=False)

    def revoke(self, addressees: str, oktmo: str) -> Address:
        """End the current version, and every older link; nothing replaces it until `reissue`."""
        return self._change(addressees, oktmo, step=0, revoked=True)

    def _change(self, addressees: str, oktmo: str, *, step: int, revoked: bool) -> Address:
        def change(connection: Connection) -> Address:
            self._database.serialise(connection, f"addresses {addressees}")
            version = _current(connection, addressees, oktmo).version + step
            address = Address(addressees, oktmo, version, revoked)
            upsert(connection, addresses, asdict(address))
            return address

        return self._database.write(change)


def _current(connection: Connection, addressees: str, oktmo: str) -> Address:
    row = connection.execute(_ONE, {"addressees": addressees, "oktmo": oktmo}).first()
    if row is None:
        return Address(addressees, oktmo, version=1, revoked=False)
    return Address(row.addressees, row.oktmo, row.version, row.revoked)
