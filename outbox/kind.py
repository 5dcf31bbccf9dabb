"""What an outbox is for: a rehearsal or a real reception, one of the two for good.

The first process that starts on an outbox decides. Links, drafts and extensions belong to that kind as much as reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sqlalchemy import Connection, func, select

from outbox import texts
from outbox.clock import REHEARSAL, CampaignClock, Kind, kind_of, open_clock
from outbox.database import Database
from outbox.errors import OtherKind
from outbox.meta import recalled, remember_text
from outbox.payload import canonical
from outbox.schema import submissions

NOTE = "kind"


class OutboxKind:
    """The kind of one outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, environ: Mapping[str, str]) -> CampaignClock:
        """Return the campaign clock of a process that serves this outbox, which is of its kind from now on.

        Raises OtherKind, OutboxSettingsError.
        """
        self.claim(kind_of(environ))
        return open_clock(environ)

    def look(self, environ: Mapping[str, str]) -> CampaignClock:
        """Return the campaign clock of a command, which decides nothing. Raises OtherKind, OutboxSettingsError."""
        self.check(kind_of(environ))
        return open_clock(environ)

    def get(self) -> Kind | None:
        """Return the kind, or None for an outbox on which no process has started yet."""
        return self._database.read(_kind)

    def check(self, kind: Kind) -> None:
        """Raise OtherKind if the outbox is of the other kind."""
        self._database.read(lambda connection: _check(connection, kind))

    def claim(self, kind: Kind) -> None:
        """Give the outbox this kind if it has none. Raises OtherKind if it is of the other kind."""

        def keep(connection: Connection) -> None:
            self._database.serialise(connection, "outbox kind")  # two processes may start at once
            _check(connection, kind)
            remember_text(connection, "", NOTE, canonical(kind, NOTE))

        if self.get() != kind:
            self._database.write(keep)


def _kind(connection: Connection) -> Kind | None:
    return cast("Kind | None", recalled(connection, "", NOTE))


def _check(connection: Connection, kind: Kind) -> None:
    found = _kind(connection)
    if found is None or found == kind:
        return
    count = connection.execute(select(func.count()).select_from(submissions)).scalar_one()
    words = texts.OUTBOX_REHEARSED if found == REHEARSAL else texts.OUTBOX_REAL
    raise OtherKind(words.format(count=count))
