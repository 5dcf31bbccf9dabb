"""Personal links and extensions: which link of a municipality is good, and until when it may answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from outbox.columns import utc
from outbox.database import Database, upsert
from outbox.records import Link
from outbox.schema import extensions, links


class Links:
    """Link versions and extensions of the deadline, a row each only where they differ from the rule."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, campaign: str, oktmo: str) -> Link:
        """Return the version that opens the form; version 1, not revoked, before the first change."""
        return self._database.read(lambda connection: _current(connection, campaign, oktmo))

    def reissue(self, campaign: str, oktmo: str) -> Link:
        """Make and return a new version, good at once; every older link stops working."""

        def change(connection: Connection) -> Link:
            self._database.serialise(connection, f"links {campaign}")
            return _keep(connection, Link(campaign, oktmo, _current(connection, campaign, oktmo).version + 1, False))

        return self._database.write(change)

    def revoke(self, campaign: str, oktmo: str) -> Link:
        """End the current link; nothing replaces it until `reissue`."""

        def change(connection: Connection) -> Link:
            self._database.serialise(connection, f"links {campaign}")
            return _keep(connection, Link(campaign, oktmo, _current(connection, campaign, oktmo).version, True))

        return self._database.write(change)

    def set_extension(self, campaign: str, oktmo: str, until: datetime | None) -> None:
        """Let the municipality answer until then (aware, campaign time); None takes the extension back."""

        def change(connection: Connection) -> None:
            if until is None:
                connection.execute(delete(extensions).where(_extended(campaign), extensions.c.oktmo == oktmo))
            else:
                upsert(connection, extensions, {"campaign": campaign, "oktmo": oktmo, "until": utc(until)})

        self._database.write(change)

    def extension(self, campaign: str, oktmo: str) -> datetime | None:
        """Until when this municipality may answer, if it was extended."""
        query = select(extensions.c.until).where(_extended(campaign), extensions.c.oktmo == oktmo)
        return self._database.read(lambda connection: connection.execute(query).scalar())

    def extensions(self, campaign: str) -> Mapping[str, datetime]:
        """Return all extensions of the campaign, by OKTMO."""
        query = select(extensions.c.oktmo, extensions.c.until).where(_extended(campaign)).order_by(extensions.c.oktmo)
        return self._database.read(lambda connection: {row.oktmo: row.until for row in connection.execute(query)})


def _current(connection: Connection, campaign: str, oktmo: str) -> Link:
    query = select(links).where(links.c.campaign == campaign, links.c.oktmo == oktmo)
    row = connection.execute(query).first()
    if row is None:
        return Link(campaign, oktmo, version=1, revoked=False)
    return Link(row.campaign, row.oktmo, row.version, row.revoked)


def _keep(connection: Connection, link: Link) -> Link:
    upsert(connection, links, asdict(link))
    return link


def _extended(campaign: str) -> ColumnElement[bool]:
    return extensions.c.campaign == campaign
