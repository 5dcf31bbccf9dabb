"""Personal data that is no longer needed: contacts of reports, drafts, which hold them too, and addresses of mails.

What the law asks: kept no longer than the purpose needs (152-ФЗ, art. 5(7)), destroyed within 30 days after it is
reached (art. 21(4)). Reports, receipts and figures stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, update

from outbox.columns import utc
from outbox.database import Database
from outbox.payload import canonical
from outbox.schema import drafts, mails, submissions

_NONE = canonical({}, "contacts")


@dataclass(frozen=True, slots=True)
class Purged:
    """Numbers of reports that lost their contacts, of drafts that were deleted, of mails without address and text."""

    reports: int
    drafts: int
    mails: int = 0


class Retention:
    """Destroys personal data that is older than a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def purge_contacts(self, before: datetime) -> Purged:
        """Destroy the contacts of reports received before this moment (real time, aware), older drafts and mails.

        Copies in backups stay. SQLite overwrites the freed pages of its file.
        """

        def purge(connection: Connection) -> Purged:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            old = (submissions.c.received_real < utc(before)) & (submissions.c.contacts != _NONE)
            reports = connection.execute(update(submissions).where(old).values(contacts=_NONE)).rowcount
            saved = connection.execute(delete(drafts).where(drafts.c.saved_at < utc(before))).rowcount
            done = (mails.c.finished_real < utc(before)) & (mails.c.recipient != "")
            # The server's words name the address, too; what came of the mail stays.
            sent = connection.execute(update(mails).where(done).values(recipient="", reply="", body="")).rowcount
            return Purged(reports, saved, sent)

        return self._database.write(purge)
