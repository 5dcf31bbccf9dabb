"""Tokens of programs that read reports over HTTP. Of a token only a digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from outbox.database import Database
from outbox.schema import api_tokens as table

PREFIX = "svod_"
"""What every token begins with, so that a search for leaked secrets finds it."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it is kept. contacts: it reads clerks' names, phones and e-mail too. Times are real."""

    id: int
    name: str
    contacts: bool
    created_real: datetime
    expires_real: datetime


class ApiTokens:
    """Tokens that are good until they expire or are deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, lasts: timedelta, *, contacts: bool) -> tuple[ApiToken, str]:
        """Make a token. Return its record and the secret itself, which nobody can read again."""
        secret = PREFIX + secrets.token_urlsafe(32)

        def keep(connection: Connection) -> ApiToken:
            now = self._database.now()
            row = {"name": name, "contacts": contacts, "created_real": now, "expires_real": now + lasts}
            made = connection.execute(insert(table).returning(table.c.id), {**row, "digest": _digest(secret)})
            return ApiToken(made.scalar_one(), name, contacts, now, now + lasts)

        return self._database.write(keep), secret

    def all(self) -> list[ApiToken]:
        """Return all tokens, the expired too, in the order of their making."""
        query = select(table).order_by(table.c.id)
        return self._database.read(lambda connection: [_token(row) for row in connection.execute(query)])

    def find(self, secret: str) -> ApiToken | None:
        """Return the token that is good now; None for one that is unknown, expired or deleted."""
        query = select(table).where(table.c.digest == _digest(secret), table.c.expires_real > self._database.now())
        row = self._database.read(lambda connection: connection.execute(query).first())
        return None if row is None else _token(row)

    def revoke(self, number: int) -> bool:
        """Delete a token. Return False where there is none of this id."""
        query = delete(table).where(table.c.id == number)
        return self._database.write(lambda connection: connection.execute(query).rowcount == 1)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _token(row: Row[*tuple[Any, ...]]) -> ApiToken:
    return ApiToken(row.id, row.name, row.contacts, row.created_real, row.expires_real)
