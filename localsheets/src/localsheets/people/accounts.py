"""Accounts and one-time links. Passwords are kept as argon2id hashes (argon2-cffi), links as SHA-256 digests.

Each call opens the file for itself: commands and the server share it.
"""

import hashlib
import re
import secrets
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from localsheets.people.schema import connect
from localsheets.people.texts import People as Texts

READ, EDIT = "read", "edit"
LINK_SECONDS = 3600  # a link that nobody opened goes stale after an hour
SESSION_SECONDS = 12 * 3600
LEAST_PASSWORD = 10
CHECKS_AT_ONCE = 2
_NAME = re.compile(r"[^\W_][\w .@-]{1,59}")


class PeopleError(Exception):
    """A name, password or link is refused; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Account:
    """name: as typed by the person and shown in the journal. version: one more with each new password."""

    name: str
    role: str
    version: int
    created: float


class People:
    """Accounts and links in the SQLite file at `path`, created if missing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._hasher = PasswordHasher()
        # Each check holds 64 MiB; a crowd of strangers must not take all memory.
        self._turn = threading.BoundedSemaphore(CHECKS_AT_ONCE)
        # Checked for an unknown name, so that it takes as long as a known one.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(12))

    def any(self) -> bool:
        """Return True if there is an account; then nobody looks or edits without signing in."""
        with closing(connect(self.path)) as connection:
            return connection.execute("SELECT 1 FROM account LIMIT 1").fetchone() is not None

    def listed(self) -> list[Account]:
        """Return all accounts by name."""
        with closing(connect(self.path)) as connection:
            rows = connection.execute("SELECT name, role, version, created FROM account ORDER BY name").fetchall()
        return [Account(str(name), str(role), int(version), float(created)) for name, role, version, created in rows]

    def add(self, name: str, role: str, password: str) -> None:
        """Add an account. Raises PeopleError."""
        name = _tidy(name)
        _check_password(password)
        with closing(connect(self.path)) as connection, connection:
            try:
                connection.execute(
                    "INSERT INTO account (name, folded, role, hash, version, created) VALUES (?, ?, ?, ?, 1, ?)",
                    (name, name.casefold(), role, self._hasher.hash(password), time.time()),
                )
            except sqlite3.IntegrityError as error:
                raise PeopleError(Texts.EXISTS.format(name=name)) from error

    def set_password(self, name: str, password: str) -> None:
        """Set a new password and end the account's sessions. Raises PeopleError."""
        _check_password(password)
        with closing(connect(self.path)) as connection, connection:
            done = connection.execute(
                "UPDATE account SET hash = ?, version = version + 1 WHERE folded = ?",
                (self._hasher.hash(password), name.strip().casefold()),
            )
            if not done.rowcount:
                raise PeopleError(Texts.NO_ACCOUNT.format(name=name))

    def remove(self, name: str) -> None:
        """Remove an account and end its sessions. Raises PeopleError."""
        with closing(connect(self.path)) as connection, connection:
            done = connection.execute("DELETE FROM account WHERE folded = ?", (name.strip().casefold(),))
            if not done.rowcount:
                raise PeopleError(Texts.NO_ACCOUNT.format(name=name))

    def find(self, name: str) -> Account | None:
        """Return the account of a name in any case, or None."""
        folded = name.strip().casefold()
        return next((account for account in self.listed() if account.name.casefold() == folded), None)

    def sign_in(self, name: str, password: str) -> Account | None:
        """Return the account if the password is right, else None."""
        with closing(connect(self.path)) as connection:
            found = connection.execute(
                "SELECT hash FROM account WHERE folded = ?", (name.strip().casefold(),)
            ).fetchone()
        try:
            with self._turn:
                self._hasher.verify(found[0] if found else self._nobody, password[:1000])
        except (VerificationError, InvalidHashError):
            return None
        return self.find(name)

    # One-time links

    def make_link(self) -> str:
        """Return the secret of a new link that signs one browser in as staff."""
        secret = secrets.token_urlsafe(32)
        with closing(connect(self.path)) as connection, connection:
            connection.execute("DELETE FROM staff_link WHERE used IS NULL AND made < ?", (time.time() - LINK_SECONDS,))
            connection.execute("INSERT INTO staff_link (digest, made) VALUES (?, ?)", (_digest(secret), time.time()))
        return secret

    def use_link(self, secret: str) -> int | None:
        """Use a link up and return its session's number; None for a used, stale or unknown one."""
        now = time.time()
        with closing(connect(self.path)) as connection, connection:
            done = connection.execute(
                "UPDATE staff_link SET used = ? WHERE digest = ? AND used IS NULL AND made >= ?",
                (now, _digest(secret), now - LINK_SECONDS),
            )
            if not done.rowcount:
                return None
            found = connection.execute("SELECT number FROM staff_link WHERE digest = ?", (_digest(secret),)).fetchone()
        return int(found[0])

    def link_is_valid(self, number: int) -> bool:
        """Return True if a session that began with a link is still good."""
        with closing(connect(self.path)) as connection:
            found = connection.execute(
                "SELECT 1 FROM staff_link WHERE number = ? AND used >= ?", (number, time.time() - SESSION_SECONDS)
            ).fetchone()
        return found is not None

    def revoke_links(self) -> int:
        """End all links and the sessions that began with one; return their number."""
        with closing(connect(self.path)) as connection, connection:
            return connection.execute("DELETE FROM staff_link").rowcount


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _tidy(name: str) -> str:
    name = " ".join(name.split())
    if not _NAME.fullmatch(name):
        raise PeopleError(Texts.BAD_NAME)
    return name


def _check_password(password: str) -> None:
    if len(password) < LEAST_PASSWORD:
        raise PeopleError(Texts.SHORT_PASSWORD.format(least=LEAST_PASSWORD))
    if len(password) > 1000:
        raise PeopleError(Texts.LONG_PASSWORD)
