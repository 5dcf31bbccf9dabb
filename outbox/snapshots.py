"""ReportSnapshots: what the form asks at every request about one municipality, in one cheap statement.

Imports the outbox's own records, stores and database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from outbox.database import Database
from outbox.payload import parsed_mapping
from outbox.records import Link, MunicipalityStatus, Submission
from outbox.statuses import status_of

_COLUMNS = Submission._fields
_TIMES = tuple(_COLUMNS.index(name) for name in ("accepted_at", "received_real"))
_PAYLOADS = tuple(_COLUMNS.index(name) for name in ("answers", "contacts", "reasons", "previous"))
_LATE = _COLUMNS.index("late")
_BEFORE = 6
_QUERY = f"""
    SELECT l.version, l.revoked, e.until, p.as_of, t.oktmo, t.body, {", ".join("s." + name for name in _COLUMNS)}
    FROM (SELECT 1 AS one) AS o
    LEFT JOIN links AS l ON l.campaign = :campaign AND l.oktmo = :oktmo
    LEFT JOIN extensions AS e ON e.campaign = :campaign AND e.oktmo = :oktmo
    LEFT JOIN publications AS p ON p.campaign = :campaign
    LEFT JOIN standings AS t ON t.campaign = :campaign AND t.oktmo = :oktmo
    LEFT JOIN submissions AS s ON s.campaign = :campaign AND s.oktmo = :oktmo
        AND s.version = (SELECT MAX(version) FROM submissions WHERE campaign = :campaign AND oktmo = :oktmo)
"""  # noqa: S608 - put together from the schema's own names


@dataclass(frozen=True, slots=True)
class ReportSnapshot:
    """One municipality at one moment: the same as the stores' `current`, `extension`, `latest` and `get`."""

    link: Link
    extension: datetime | None
    latest: Submission | None
    status: MunicipalityStatus | None


class ReportSnapshots:
    """One statement, so that all of it is of one moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def at(self, campaign: str, oktmo: str) -> ReportSnapshot:
        """Link, extension, newest submission and status of a municipality. Raises OutboxUnavailable, OutboxBusy."""
        row = self._database.row(_QUERY, {"campaign": campaign, "oktmo": oktmo})
        version, revoked, until, as_of, published, body = row[:_BEFORE]
        link = Link(campaign, oktmo, 1 if version is None else cast("int", version), bool(revoked))
        status = None
        if published is not None and as_of is not None:
            status = status_of(oktmo, cast("str", body), _time(as_of))
        return ReportSnapshot(link, None if until is None else _time(until), _submission(row[_BEFORE:]), status)


def _submission(row: Sequence[object]) -> Submission | None:
    if row[0] is None:
        return None
    values: list[Any] = list(row)
    for place in _TIMES:
        values[place] = _time(values[place])
    for place in _PAYLOADS:
        if values[place] is not None:
            values[place] = parsed_mapping(values[place])
    values[_LATE] = bool(values[_LATE])
    return Submission(*values)  # whose fields are the columns


def _time(value: object) -> datetime:
    """SQLite keeps times as texts, PostgreSQL as times."""
    return datetime.fromisoformat(value) if isinstance(value, str) else cast("datetime", value).astimezone(UTC)
