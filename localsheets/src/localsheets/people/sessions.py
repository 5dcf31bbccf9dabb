"""Sessions of the browser, kept on the server: a cookie holds a random token, the file its SHA-256 digest.

A session goes with its account, link or ticket (ON DELETE CASCADE), with the password, and by signing out; every copy
of the cookie goes with it.
"""

import hashlib
import secrets
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from localsheets.people.schema import connect

SESSION_SECONDS = 12 * 3600
TICKET_SESSION_SECONDS = 3600
CODE_SECONDS = 300  # between password and code

_WITH_ACCOUNT = (
    "INSERT INTO sign_in (digest, account, began, waits) SELECT ?, id, ?, ? FROM account WHERE id = ? AND hash = ?"
)
_WITH_TICKET = "INSERT INTO sign_in (digest, ticket, began, waits) SELECT ?, nonce, ?, ? FROM ticket WHERE nonce = ?"
_WITH_LINK = "INSERT INTO sign_in (digest, link, began, waits) SELECT ?, number, ?, ? FROM staff_link WHERE number = ?"


@dataclass(frozen=True, slots=True)
class Session:
    """account: None for a session that began with a link or a ticket; with a link name and role are empty."""

    account: int | None
    name: str
    role: str


class Sessions:
    """The sessions in the SQLite file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, account: int, proven: str, *, waits: bool = False) -> str | None:
        """Begin a session and return its token; None if the account or its password has gone meanwhile.

        proven: the hash that the password was checked against. waits: it opens nothing until `complete`.
        """
        with closing(connect(self.path)) as connection, connection:
            _forget_old(connection)
            return _insert(connection, _WITH_ACCOUNT, waits, account, proven)

    def begin_with_link(self, link: int) -> str | None:
        """Begin the session of a one-time link and return its token; None if the link was revoked meanwhile."""
        with closing(connect(self.path)) as connection, connection:
            _forget_old(connection)
            return _insert(connection, _WITH_LINK, False, link)

    def begin_with_ticket(self, nonce: str, name: str, role: str) -> str | None:
        """Use a ticket up, begin its session and return the token; None for a ticket that was used before.

        A ticket is kept as long as its session may last, which is longer than it is good.
        """
        now = time.time()
        with closing(connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM ticket WHERE until < ?", (now,))
            row = (digest(nonce), name, role, now + TICKET_SESSION_SECONDS)
            if not connection.execute("INSERT OR IGNORE INTO ticket VALUES (?, ?, ?, ?)", row).rowcount:
                return None
            return _insert(connection, _WITH_TICKET, False, digest(nonce))

    def waiting(self, token: str) -> int | None:
        """Return the account of a session that waits for its code, or None."""
        with closing(connect(self.path)) as connection:
            found = connection.execute(
                "SELECT account FROM sign_in WHERE digest = ? AND waits AND began >= ?",
                (digest(token), time.time() - CODE_SECONDS),
            ).fetchone()
        return None if found is None else int(found[0])

    def complete(self, token: str) -> str | None:
        """Put a new session in place of one that waited and return its token; None if that has gone meanwhile."""
        with closing(connect(self.path)) as connection, connection:
            fresh = secrets.token_urlsafe(32)
            done = connection.execute(
                "UPDATE sign_in SET digest = ?, began = ?, waits = 0 WHERE digest = ? AND waits",
                (digest(fresh), time.time(), digest(token)),
            )
            return fresh if done.rowcount else None

    def find(self, token: str) -> Session | None:
        """Return the session of a token, or None."""
        with closing(connect(self.path)) as connection:
            found = connection.execute(
                "SELECT account, coalesce(account.name, ticket.name, ''), coalesce(account.role, ticket.role, '')"
                " FROM sign_in LEFT JOIN account ON account.id = sign_in.account"
                " LEFT JOIN ticket ON ticket.nonce = sign_in.ticket"
                " WHERE digest = ? AND NOT waits AND began >= ? AND (ticket.until IS NULL OR ticket.until >= ?)",
                (digest(token), time.time() - SESSION_SECONDS, time.time()),
            ).fetchone()
        return None if found is None else Session(*found)

    def end(self, token: str) -> None:
        """End a session for every copy of its cookie."""
        with closing(connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM sign_in WHERE digest = ?", (digest(token),))


def digest(secret: str) -> str:
    """Return a random secret as it is kept. A secret that a person chooses needs a slow hash instead."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _forget_old(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM sign_in WHERE began < ?", (time.time() - SESSION_SECONDS,))


def _insert(connection: sqlite3.Connection, statement: str, waits: bool, *keys: str | int) -> str | None:
    """Insert a session and return its token, or None if the statement's condition chose no row."""
    token = secrets.token_urlsafe(32)
    done = connection.execute(statement, (digest(token), time.time(), waits, *keys))
    return token if done.rowcount else None
