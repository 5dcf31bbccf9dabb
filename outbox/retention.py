"""Personal data that is no longer needed: contacts of reports, drafts, addresses of mails, old acts of staff.

What the law asks: kept no longer than the purpose needs (152-ФЗ, art. 5(7)), destroyed within 30 days after it is
reached (art. 21(4)). Reports, receipts and figures stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, update

from outbox.acts import KEPT
from outbox.attachments import delete_unneeded
from outbox.columns import utc
from outbox.database import Database
from outbox.payload import canonical
from outbox.schema import acts, attachments, drafts, mails, submissions

_NONE = canonical({}, "contacts")


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was destroyed.

    Contacts of reports, drafts, files without a report, addresses and texts of mails, acts of the desk's journal.
    """

    reports: int
    drafts: int
    files: int = 0
    mails: int = 0
    acts: int = 0


class Retention:
    """Destroys personal data that is older than a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def purge_contacts(self, before: datetime) -> Purged:
        """Destroy the contacts of reports received before this moment (real time, aware), older drafts and mails.

        With them go files that were attached before and never sent, but for those of a younger draft. Of the desk's
        journal, which names staff, what is older than it is kept goes whatever the moment.

        Copies in backups stay. SQLite overwrites the freed pages of its file.
        """

        def purge(connection: Connection) -> Purged:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            old = (submissions.c.received_real < utc(before)) & (submissions.c.contacts != _NONE)
            reports = connection.execute(update(submissions).where(old).values(contacts=_NONE)).rowcount
            saved = connection.execute(delete(drafts).where(drafts.c.saved_at < utc(before))).rowcount
            files = delete_unneeded(
                connection,
                before,
                exists().where(drafts.c.campaign == attachments.c.campaign, drafts.c.oktmo == attachments.c.oktmo),
            )
            done = (mails.c.finished_real < utc(before)) & (mails.c.recipient != "")
            # The server's words name the address, too; what came of the mail stays.
            sent = connection.execute(update(mails).where(done).values(recipient="", reply="", body="")).rowcount
            ended = connection.execute(delete(acts).where(acts.c.at_real < self._database.now() - KEPT)).rowcount
            return Purged(reports, saved, files, sent, ended)

        return self._database.write(purge)
