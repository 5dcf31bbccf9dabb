"""Accounts and one-time links. Passwords are kept as argon2id hashes, links and sessions as SHA-256 digests.

Each call opens the file for itself: commands and the server share it.
"""

import re
import secrets
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from localsheets.people.codes import Codes
from localsheets.people.errors import PeopleError
from localsheets.people.events import record
from localsheets.people.passwords import Passwords
from localsheets.people.schema import connect
from localsheets.people.sessions import Sessions, digest
from localsheets.people.texts import People as Texts

READ, EDIT = "read", "edit"
LINK_SECONDS = 3600  # a link that nobody opened goes stale after an hour
_NAME = re.compile(r"[^\W_][\w .@-]{1,59}")
_COLUMNS = "SELECT id, name, role, created, totp IS NOT NULL, hash FROM account "


@dataclass(frozen=True, slots=True)
class Account:
    """id: never given again. name: as typed by the person and shown in the journal. second: a code is asked for."""

    id: int
    name: str
    role: str
    created: float
    second: bool
    hash: str = field(repr=False)


class People:
    """Accounts and links in the SQLite file at `path`, created if missing, with their sessions and codes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sessions = Sessions(path)
        self.codes = Codes(path)
        self._passwords = Passwords()

    def any(self) -> bool:
        """Return True if there is an account; then nobody looks or edits without signing in."""
        with closing(connect(self.path)) as connection:
            return connection.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None

    def listed(self) -> list[Account]:
        """Return all accounts by name."""
        with closing(connect(self.path)) as connection:
            rows = connection.execute(_COLUMNS + "ORDER BY name").fetchall()
        return [_account(row) for row in rows]

    def find(self, name: str) -> Account | None:
        """Return the account of a name in any case, or None."""
        with closing(connect(self.path)) as connection:
            row = connection.execute(_COLUMNS + "WHERE folded = ?", (_folded(name),)).fetchone()
        return None if row is None else _account(row)

    def add(self, name: str, role: str, password: str) -> None:
        """Add an account. Raises PeopleError."""
        name = _tidy(name)
        hashed = self._passwords.hash(password, name)
        try:
            with closing(connect(self.path)) as connection, connection:
                added = connection.execute(
                    "INSERT INTO account (name, folded, role, hash, created) VALUES (?, ?, ?, ?, ?)",
                    (name, _folded(name), role, hashed, time.time()),
                )
        except sqlite3.IntegrityError as error:
            raise PeopleError(Texts.EXISTS.format(name=name)) from error
        record(self.path, "account added", account=added.lastrowid, role=role)

    def set_password(self, name: str, password: str) -> None:
        """Set a new password and end the account's sessions. Raises PeopleError."""
        account = self._named(name)
        hashed = self._passwords.hash(password, account.name)
        with closing(connect(self.path)) as connection, connection:
            connection.execute("UPDATE account SET hash = ? WHERE id = ?", (hashed, account.id))
            connection.execute("DELETE FROM sign_in WHERE account = ?", (account.id,))
        record(self.path, "password changed", account=account.id)

    def remove(self, name: str) -> None:
        """Remove an account with its sessions and codes. Raises PeopleError."""
        account = self._named(name)
        with closing(connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM account WHERE id = ?", (account.id,))
        record(self.path, "account removed", account=account.id)

    def _named(self, name: str) -> Account:
        account = self.find(name)
        if account is None:
            raise PeopleError(Texts.NO_ACCOUNT.format(name=name))
        return account

    def is_right(self, account: Account | None, password: str) -> bool:
        """Return True if it is the account's password; takes as long without an account. Raises BusyError."""
        return self._passwords.is_right(account.hash if account else None, password)

    # One-time links

    def make_link(self) -> str:
        """Return the secret of a new link that signs one browser in as staff."""
        secret = secrets.token_urlsafe(32)
        with closing(connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM staff_link WHERE used IS NULL AND made < ?", (time.time() - LINK_SECONDS,))
            connection.execute("INSERT INTO staff_link (digest, made) VALUES (?, ?)", (digest(secret), time.time()))
        return secret

    def use_link(self, secret: str) -> int | None:
        """Use a link up and return its session's number; None for a used, stale or unknown one."""
        now = time.time()
        with closing(connect(self.path)) as connection, connection:
            done = connection.execute(
                "UPDATE staff_link SET used = ? WHERE digest = ? AND used IS NULL AND made >= ?",
                (now, digest(secret), now - LINK_SECONDS),
            )
            if not done.rowcount:
                return None
            found = connection.execute("SELECT number FROM staff_link WHERE digest = ?", (digest(secret),)).fetchone()
        return int(found[0])

    def revoke_links(self) -> int:
        """End all links and all sessions that began with a link or a ticket; return the number of both."""
        with closing(connect(self.path)) as connection, connection:
            count = connection.execute("DELETE FROM staff_link").rowcount
            count += connection.execute("DELETE FROM sign_in WHERE ticket IS NOT NULL").rowcount
        record(self.path, "links revoked", count=count)
        return count

    def end_tickets(self, name: str) -> int:
        """End the sessions that began with tickets of this name; return their number."""
        with closing(connect(self.path)) as connection, connection:
            ended = "DELETE FROM sign_in WHERE ticket IN (SELECT nonce FROM ticket WHERE name = ?)"
            count = connection.execute(ended, (name,)).rowcount
        record(self.path, "ticket sessions ended", count=count)
        return count


def _account(row: tuple[int, str, str, float, int, str]) -> Account:
    number, name, role, created, second, hashed = row
    return Account(number, name, role, created, bool(second), hashed)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _tidy(name: str) -> str:
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise PeopleError(Texts.BAD_NAME)
    return name
