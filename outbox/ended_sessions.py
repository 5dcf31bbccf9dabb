"""Sessions of the form that a person has ended: a copy of their cookie opens nothing any more."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from outbox.columns import utc
from outbox.database import Database, upsert
from outbox.schema import ended_sessions

_FIND = select(ended_sessions.c.digest).where(ended_sessions.c.digest == bindparam("digest"))


class EndedSessions:
    """Digests of ended sessions, each kept until its cookie expires by itself."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def end(self, session_id: str, expires: datetime) -> None:
        """End the session for good; forget those that have expired. expires: of its cookie, aware."""

        def keep(connection: Connection) -> None:
            connection.execute(delete(ended_sessions).where(ended_sessions.c.expires_real < self._database.now()))
            upsert(connection, ended_sessions, {"digest": _digest(session_id), "expires_real": utc(expires)})

        self._database.write(keep)

    def is_ended(self, session_id: str) -> bool:
        """Return True if a person has ended the session."""
        named = {"digest": _digest(session_id)}
        return self._database.read(lambda connection: connection.execute(_FIND, named).first()) is not None


def _digest(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
