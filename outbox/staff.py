"""Staff: who may sign in to the ministry's desk; their sessions, one-time links and recovery codes.

Of secrets that this module makes only digests are kept. Passwords are hashed, and codes checked, by the desk.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from outbox.database import Database
from outbox.records import Role, StaffAccount, StaffSession
from outbox.schema import staff_accounts as accounts
from outbox.schema import staff_links as links
from outbox.schema import staff_recovery_codes as codes
from outbox.schema import staff_sessions as sessions

SESSION_LASTS = timedelta(hours=12)
CODE_LASTS = timedelta(minutes=5)
"""How long a session waits for its code after the password."""
LINK_LASTS = timedelta(hours=24)


class Staff:
    """Accounts, and what their browsers hold. A session ends with its account, its password, or by signing out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Accounts

    def all(self) -> list[StaffAccount]:
        """Return all accounts, by name."""
        query = select(accounts).order_by(accounts.c.folded)
        return self._database.read(lambda connection: [_account(row) for row in connection.execute(query)])

    def find(self, name: str) -> StaffAccount | None:
        """Return the account of a name, in any case; None where there is none."""
        query = select(accounts).where(accounts.c.folded == folded(name))
        row = self._database.read(lambda connection: connection.execute(query).first())
        return None if row is None else _account(row)

    def add(self, name: str, role: Role, hashed: str | None) -> StaffAccount | None:
        """Add an account and return it; None where the name is taken. hashed: its password; None for none yet."""

        def keep(connection: Connection) -> StaffAccount | None:
            self._database.serialise(connection, "staff")
            if connection.execute(select(accounts.c.id).where(accounts.c.folded == folded(name))).first():
                return None
            now = self._database.now()
            made = connection.execute(
                insert(accounts).returning(accounts.c.id),
                {
                    "name": name,
                    "folded": folded(name),
                    "role": role,
                    "hash": hashed,
                    "totp_step": 0,
                    "created_real": now,
                },
            ).scalar_one()
            return StaffAccount(made, name, role, hashed, second=False, created_real=now)

        return self._database.write(keep)

    def remove(self, account: int) -> None:
        """Remove an account with its sessions, links and codes."""

        def forget(connection: Connection) -> None:
            for table in (codes, links, sessions):
                connection.execute(delete(table).where(table.c.account == account))
            connection.execute(delete(accounts).where(accounts.c.id == account))

        self._database.write(forget)

    def set_password(self, account: int, hashed: str) -> None:
        """Keep the hash of a new password, and end the account's sessions and links."""
        self._change(account, {"hash": hashed})

    def set_totp(self, account: int, secret: str | None, recovery: Sequence[str]) -> None:
        """Ask the account for codes of this secret from now on, or for none; end its sessions and links.

        recovery: secrets that do once in place of a code
        """
        self._change(account, {"totp": secret, "totp_step": 0}, recovery)

    def _change(self, account: int, values: dict[str, object], recovery: Sequence[str] | None = None) -> None:
        def change(connection: Connection) -> None:
            connection.execute(update(accounts).where(accounts.c.id == account).values(values))
            connection.execute(delete(sessions).where(sessions.c.account == account))
            connection.execute(delete(links).where(links.c.account == account))
            if recovery is not None:
                connection.execute(delete(codes).where(codes.c.account == account))
                rows = [{"account": account, "digest": digest(one)} for one in recovery]
                if rows:
                    connection.execute(insert(codes), rows)

        self._database.write(change)

    # Codes

    def totp_secret(self, account: int) -> str | None:
        """Return the secret of the account's codes; None where none are asked for."""
        query = select(accounts.c.totp).where(accounts.c.id == account)
        return self._database.read(lambda connection: connection.execute(query).scalar())

    def use_step(self, account: int, step: int) -> bool:
        """Use up the code of a step of 30 seconds. Return False where it, or a later one, was used before."""
        query = update(accounts).where(accounts.c.id == account, accounts.c.totp_step < step).values(totp_step=step)
        return self._database.write(lambda connection: connection.execute(query).rowcount == 1)

    def use_recovery(self, account: int, secret: str) -> bool:
        """Use up a recovery code. Return False for one that is not kept."""
        query = delete(codes).where(codes.c.account == account, codes.c.digest == digest(secret))
        return self._database.write(lambda connection: connection.execute(query).rowcount == 1)

    # One-time links

    def make_link(self, account: int) -> str:
        """Return the secret of a new link, which signs one browser in within LINK_LASTS."""
        secret = secrets.token_urlsafe(32)

        def keep(connection: Connection) -> None:
            now = self._database.now()
            connection.execute(delete(links).where(links.c.expires_real < now))
            row = {"digest": digest(secret), "account": account, "expires_real": now + LINK_LASTS}
            connection.execute(insert(links), row)

        self._database.write(keep)
        return secret

    def link_is_good(self, secret: str) -> bool:
        """Return True if the link would sign a browser in now. It stays unused."""
        query = select(links.c.digest).where(links.c.digest == digest(secret))
        query = query.where(links.c.expires_real >= self._database.now())
        return self._database.read(lambda connection: connection.execute(query).first()) is not None

    # Sessions

    def begin(self, account: StaffAccount) -> str | None:
        """Begin a session after the right password and return its token; None if the account changed meanwhile.

        Where a code is asked for the session opens nothing until `complete`.
        """

        def start(connection: Connection) -> str | None:
            row = connection.execute(select(accounts).where(accounts.c.id == account.id).with_for_update()).first()
            if row is None or row.hash is None or row.hash != account.hash:
                return None
            return self._insert(connection, row, by_link=False)

        return self._database.write(start)

    def begin_with_link(self, secret: str) -> tuple[str, bool] | None:
        """Use a link up; return its session's token and whether a code is asked for. None for a bad link."""

        def start(connection: Connection) -> tuple[str, bool] | None:
            used = delete(links).where(links.c.digest == digest(secret), links.c.expires_real >= self._database.now())
            account = connection.execute(used.returning(links.c.account)).scalar()
            if account is None:
                return None
            row = connection.execute(select(accounts).where(accounts.c.id == account)).one()
            return self._insert(connection, row, by_link=True), row.totp is not None

        return self._database.write(start)

    def waiting(self, token: str) -> int | None:
        """Return the account of a session that waits for its code; None for every other."""
        query = select(sessions.c.account).where(sessions.c.digest == digest(token), sessions.c.waits)
        query = query.where(sessions.c.began_real >= self._database.now() - CODE_LASTS)
        return self._database.read(lambda connection: connection.execute(query).scalar())

    def complete(self, token: str) -> str | None:
        """Put a new session in place of one that waited, and return its token; None if that has gone meanwhile."""
        fresh = secrets.token_urlsafe(32)
        query = update(sessions).where(sessions.c.digest == digest(token), sessions.c.waits)
        query = query.values(digest=digest(fresh), began_real=self._database.now(), waits=False)
        return fresh if self._database.write(lambda connection: connection.execute(query).rowcount) else None

    def session(self, token: str) -> StaffSession | None:
        """Return the session of a token; None for one that has ended or waits for its code."""
        query = select(accounts, sessions.c.by_link).join(sessions, sessions.c.account == accounts.c.id)
        query = query.where(_goes_on(token), sessions.c.began_real >= self._database.now() - SESSION_LASTS)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return None if row is None else StaffSession(_account(row), row.by_link)

    def end(self, token: str) -> None:
        """End a session, for every copy of its cookie."""
        query = delete(sessions).where(sessions.c.digest == digest(token))
        self._database.write(lambda connection: connection.execute(query))

    def _insert(self, connection: Connection, account: Row[Any], *, by_link: bool) -> str:
        now, token = self._database.now(), secrets.token_urlsafe(32)
        connection.execute(delete(sessions).where(sessions.c.began_real < now - SESSION_LASTS))
        row = {
            "digest": digest(token),
            "account": account.id,
            "began_real": now,
            "waits": account.totp is not None,
            "by_link": by_link,
        }
        connection.execute(insert(sessions), row)
        return token


def folded(name: str) -> str:
    """Return a name as names are compared."""
    return " ".join(name.split()).casefold()


def digest(secret: str) -> str:
    """Return a random secret as it is kept. A secret that a person chooses needs a slow hash instead."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _goes_on(token: str) -> ColumnElement[bool]:
    return (sessions.c.digest == digest(token)) & ~sessions.c.waits


def _account(row: Row[Any]) -> StaffAccount:
    return StaffAccount(row.id, row.name, row.role, row.hash, row.totp is not None, row.created_real)
