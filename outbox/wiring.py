"""The wiring of the outbox: one function opens the database and puts the stores together.

Imports everything of the package; nothing is opened at import.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from outbox.bindings import Bindings
from outbox.clock import real_now
from outbox.database import Database
from outbox.deliveries import Deliveries
from outbox.drafts import Drafts
from outbox.journal import Journal
from outbox.leases import Leases
from outbox.links import Links
from outbox.meta import Meta
from outbox.staff_edits import StaffEdits
from outbox.standings import Standings
from outbox.submissions import Submissions


class Outbox:
    """The stores over one database. Safe to use from many threads; open it after a fork, not before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.submissions = Submissions(database)
        self.drafts = Drafts(database)
        self.links = Links(database)
        self.standings = Standings(database)
        self.deliveries = Deliveries(database)
        self.bindings = Bindings(database)
        self.staff_edits = StaffEdits(database)
        self.journal = Journal(database)
        self.leases = Leases(database)
        self.meta = Meta(database)

    def close(self) -> None:
        """Finish the writes that were handed over and let go of all connections; a second call does nothing."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_outbox(url: str, *, migrate: bool = True, now: Callable[[], datetime] = real_now) -> Outbox:
    """Open the outbox at a SQLAlchemy address (see `outbox.environment.database_url`).

    `migrate`: bring the tables up to date under a lock (several processes may start at once); otherwise they must be.
    `now`: the real clock. Raises OutboxSchemaError (newer than the code, or not migrated), OutboxSettingsError,
    OutboxBusy, OutboxUnavailable.
    """
    raise NotImplementedError
