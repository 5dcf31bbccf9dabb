"""Two statements that SQLite's driver runs without SQLAlchemy's execution: a request's snapshot, a submission's insert.

SQLAlchemy builds them, and PostgreSQL runs them through it; the rows are the same. Processor time saved (2026-11-30):
62 µs a snapshot, 59 an insert (docs/measurements/outbox.md). It keeps the form within its limit beside *bare*.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Insert, Select
from sqlalchemy.dialects import sqlite

from outbox.sqlite_connections import driver_of

_DIALECT = sqlite.dialect(paramstyle="named")
_Conversion = Callable[[Any], Any]


class PlainStatement:
    """A statement with named parameters. Its text and the conversions of its values are made once."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert) -> None:
        self._statement = statement
        compiled = statement.compile(dialect=_DIALECT)
        self._text = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._parameters: list[tuple[str, _Conversion | None]] = [
            (name, compiled.binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
            for name in compiled.params
            if name not in self._constants
        ]
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self._row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        self._conversions: list[_Conversion | None] = [
            column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in columns
        ]

    def run(self, connection: Connection, values: Mapping[str, object]) -> None:
        """Run the statement. Raises sqlite3.Error, of PostgreSQL DBAPIError."""
        if connection.dialect.name == "sqlite":
            driver_of(connection).execute(self._text, self._bound(values))
        else:
            connection.execute(self._statement, values)

    def first(self, connection: Connection, values: Mapping[str, object]) -> Any:
        """Return the first row, each value under the name of its column; None without a row. Raises as `run` does."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self._statement, values).first()
        row = driver_of(connection).execute(self._text, self._bound(values)).fetchone()
        return row and self._row._make(map(_converted, self._conversions, row))

    def _bound(self, values: Mapping[str, object]) -> dict[str, object]:
        return self._constants | {name: _converted(convert, values[name]) for name, convert in self._parameters}


def _converted(convert: _Conversion | None, value: object) -> object:
    return value if convert is None else convert(value)
