"""What a database holds, as far as a backup counts it and a restore compares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, NonNegativeInt
from sqlalchemy import Connection, Table, Text, cast, func, inspect, select

from outbox.schema import addresses, attachments, deliveries, drafts, extensions, links, metadata, submissions
from outbox.submissions import highest_number


class Counts(BaseModel):
    """Rows of one campaign."""

    model_config = ConfigDict(frozen=True, strict=True)

    submissions: NonNegativeInt = 0
    drafts: NonNegativeInt = 0
    links: NonNegativeInt = 0
    attachments: NonNegativeInt = 0


@dataclass(frozen=True)
class Contents:
    """The reports and settings of municipalities in a database.

    ids: of submissions; highest: the highest receipt number that was given or passed over, by campaign
    links, extensions: the whole rows, OKTMO second; `links` holds the personal addresses too
    """

    campaigns: Mapping[str, Counts]
    ids: frozenset[str]
    highest: Mapping[str, int]
    links: frozenset[tuple[str, str, int, bool]]
    extensions: frozenset[tuple[str, str, str]]
    spreadsheets: tuple[str, ...]


EMPTY = Contents({}, frozenset(), {}, frozenset(), frozenset(), ())


def present_tables(connection: Connection) -> list[str]:
    """Return the names of the outbox's tables that the database has."""
    known = {*metadata.tables, "alembic_version"}
    return [name for name in inspect(connection).get_table_names() if name in known]


def read_contents(connection: Connection) -> Contents:
    """Return what the database holds; `EMPTY` if it has no tables."""
    tables = present_tables(connection)
    if submissions.name not in tables:
        return EMPTY
    kept = [table for table in (links, addresses) if table.name in tables]
    counted = {
        table: _counts(connection, table) for table in (submissions, drafts, links, attachments) if table.name in tables
    }
    campaigns = sorted({campaign for found in counted.values() for campaign in found})
    untyped = cast(extensions.c.until, Text)
    return Contents(
        campaigns={
            campaign: Counts(**{table.name: found.get(campaign, 0) for table, found in counted.items()})
            for campaign in campaigns
        },
        ids=frozenset(connection.execute(select(submissions.c.id)).scalars()),
        highest={campaign: highest_number(connection, campaign) for campaign in campaigns},
        links=frozenset(tuple(row) for table in kept for row in connection.execute(select(*table.c))),
        extensions=frozenset(
            tuple(row) for row in connection.execute(select(extensions.c.campaign, extensions.c.oktmo, untyped))
        ),
        spreadsheets=tuple(
            connection.execute(select(deliveries.c.spreadsheet_id).distinct().order_by(deliveries.c.spreadsheet_id))
            .scalars()
            .all()
        ),
    )


def _counts(connection: Connection, table: Table) -> dict[str, int]:
    query = select(table.c.campaign, func.count().label("rows")).group_by(table.c.campaign)
    return {row.campaign: row.rows for row in connection.execute(query)}
