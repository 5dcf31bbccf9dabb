"""The wiring of the outbox: one function opens the database and puts the stores together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from outbox import texts
from outbox.acts import Acts
from outbox.addresses import Addresses
from outbox.api_tokens import ApiTokens
from outbox.attachments import Attachments
from outbox.bindings import Bindings
from outbox.clock import real_now
from outbox.daily import DailyFigures
from outbox.database import Database
from outbox.deliveries import Deliveries
from outbox.drafts import Drafts
from outbox.ended_sessions import EndedSessions
from outbox.errors import OutboxSettingsError, OutboxUnavailable
from outbox.journal import Journal
from outbox.kind import OutboxKind
from outbox.leases import Leases
from outbox.links import Links
from outbox.mails import Mails
from outbox.meta import Meta
from outbox.migrations import bring_up_to_date, check_up_to_date
from outbox.remark_decisions import RemarkDecisions
from outbox.restore_requests import RestoreRequests
from outbox.retention import Retention
from outbox.returned_mails import ReturnedMails
from outbox.rollcall import RollCall
from outbox.sheet_places import SheetPlaces
from outbox.snapshots import ReportSnapshots
from outbox.staff import Staff
from outbox.staff_edits import StaffEdits
from outbox.statuses import MunicipalityStatuses
from outbox.submissions import Submissions
from outbox.summary_lines import SummaryLines


class Outbox:
    """The stores over one database. Safe to use from many threads; open it after a fork, not before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.submissions = Submissions(database)
        self.drafts = Drafts(database)
        self.attachments = Attachments(database)
        self.snapshots = ReportSnapshots(database)
        self.links = Links(database)
        self.addresses = Addresses(database)
        self.statuses = MunicipalityStatuses(database)
        self.deliveries = Deliveries(database)
        self.bindings = Bindings(database)
        self.staff_edits = StaffEdits(database)
        self.journal = Journal(database)
        self.leases = Leases(database)
        self.meta = Meta(database)
        self.mails = Mails(database)
        self.returned_mails = ReturnedMails(database)
        self.kind = OutboxKind(database)
        self.retention = Retention(database)
        self.ended_sessions = EndedSessions(database)
        self.api_tokens = ApiTokens(database)
        self.staff = Staff(database)
        self.acts = Acts(database)
        self.roll_call = RollCall(database)
        self.remark_decisions = RemarkDecisions(database)
        self.daily = DailyFigures(database)
        self.restore_requests = RestoreRequests(database)
        self.sheet_places = SheetPlaces(database)
        self.summary_lines = SummaryLines(database)

    def close(self) -> None:
        """Finish the writes that were handed over and let go of all connections; a second call does nothing."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_outbox(
    url: str,
    *,
    migrate: bool = True,
    now: Callable[[], datetime] = real_now,
    lock_timeout: timedelta = timedelta(seconds=5),
) -> Outbox:
    """Open the outbox at a SQLAlchemy address (see `outbox.environment.database_url`).

    `migrate`: bring the tables up to date under a lock (several processes may start at once); otherwise they must
    be. `now`: the real clock. `lock_timeout`: how long a write waits for a lock before OutboxBusy. Raises
    OutboxSchemaError (newer than the code, or not migrated), OutboxSettingsError, OutboxBusy, OutboxUnavailable.
    """
    try:
        database = _database(url, now, lock_timeout)
        try:
            if migrate:
                bring_up_to_date(database)
            else:
                check_up_to_date(database)
        except BaseException:
            database.close()
            raise
    except OutboxUnavailable as error:
        # At the start it is mostly a wrong address or password: say what the database said.
        where = make_url(url).render_as_string(hide_password=True)
        raise OutboxUnavailable(texts.CANNOT_OPEN.format(where=where, reason=_reason(error))) from error
    return Outbox(database)


def _reason(error: BaseException) -> str:
    cause = error.__cause__ or error
    if isinstance(cause, OSError):
        return texts.reason(cause)
    original = cause.orig if isinstance(cause, DBAPIError) and cause.orig is not None else cause
    return " ".join(str(original).split())


def _database(url: str, now: Callable[[], datetime], lock_timeout: timedelta) -> Database:
    try:
        kind = make_url(url).drivername
    except ArgumentError as error:
        raise OutboxSettingsError(texts.DATABASE_URL_UNKNOWN.format(reason=texts.URL_NO_ADDRESS)) from error
    # Each driver is imported only where it is used.
    if kind == "sqlite":
        from outbox.sqlite import SqliteDatabase

        return SqliteDatabase(url, now, lock_timeout)
    if kind == "postgresql+psycopg":
        from outbox.postgresql import PostgresqlDatabase

        return PostgresqlDatabase(url, now, lock_timeout)
    raise OutboxSettingsError(texts.DATABASE_URL_UNKNOWN.format(reason=texts.URL_KIND.format(kind=kind)))
