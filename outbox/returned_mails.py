"""ReturnedMails: what a mailbox said of mails that were sent, each notification once."""

from __future__ import annotations

from typing import Literal, TypeAlias

from sqlalchemy import Connection, insert, select, update

from outbox.database import Database
from outbox.leases import check_lease
from outbox.mails import MailState, clipped
from outbox.payload import canonical
from outbox.records import Lease
from outbox.schema import mails, notes

SCOPE = "returned mails"
"""Scope of the notes that name the notifications which were taken; no spreadsheet has such an id."""

Fate: TypeAlias = Literal["failed", "delayed"]


class ReturnedMails:
    """Changes mails that were sent, under the lease of mails.

    Staff may take back that a mail came back: so no notification counts twice, whenever it is read again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, digest: str, mail_id: str, fate: Fate, reply: str, lease: Lease) -> bool:
        """Keep what became of a sent mail; return True if that changed it. Raises LeaseLost.

        digest: of the notification, which is taken once. fate: failed marks the mail as returned, delayed keeps the
        server's words alone
        """
        values: dict[str, object] = {"reply": clipped(reply)}
        if fate == "failed":
            values["state"] = MailState.BOUNCED

        def change(connection: Connection) -> bool:
            check_lease(connection, lease, self._database.now())
            taken = select(notes.c.name).where(notes.c.scope == SCOPE, notes.c.name == digest)
            if connection.execute(taken).first() is not None:
                return False
            connection.execute(insert(notes).values(scope=SCOPE, name=digest, value=canonical(mail_id, SCOPE)))
            sent = mails.c.state.in_([MailState.SENT, MailState.UNKNOWN])
            some = update(mails).where(mails.c.id == mail_id, sent)
            return connection.execute(some.values(values)).rowcount == 1

        return self._database.write(change)
