"""Column types that make both databases keep the same thing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from outbox import texts
from outbox.errors import OutboxDataError
from outbox.payload import checked_words

WIDE = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit whole number; SQLite numbers rows by itself only in a column of type INTEGER."""


class UtcTime(TypeDecorator[datetime]):
    """An aware time, to the microsecond; comes back in UTC.

    On SQLite a text of fixed width, so that it sorts.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = DateTime(timezone=True) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        in_utc = utc(value)
        return in_utc if dialect.name == "postgresql" else in_utc.isoformat(timespec="microseconds")

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return None if value is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """A text without NUL and lone surrogates: PostgreSQL and UTF-8 can't keep them, so SQLite doesn't either."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(checked_words(value, "text"))  # a plain text, of a StrEnum too


def utc(value: datetime) -> datetime:
    """Return the same moment in UTC. Raises OutboxDataError for a time without a zone."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise OutboxDataError(texts.NAIVE_TIME.format(value=value.isoformat()))
    return value.astimezone(UTC)
