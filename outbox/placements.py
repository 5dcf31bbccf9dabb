"""Placements: the place of a submission in a spreadsheet. Without a placement a submission is pending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, delete, exists, func, insert, select, update

from outbox import texts
from outbox.database import upsert
from outbox.errors import DeliveryConflict, OutboxDataError
from outbox.schema import placements, progress, submissions
from outbox.submissions import parts

OPEN, DELIVERED, SET_ASIDE = "open", "delivered", "set_aside"
"""States of a placement."""

_C = placements.c


def placed(spreadsheet_id: str, state: str) -> ColumnElement[bool]:
    """Return the condition for the placements of a spreadsheet in this state."""
    return (_C.spreadsheet_id == spreadsheet_id) & (_C.state == state)


def unplaced(spreadsheet_id: str, campaign: str, *columns: Table | Column[Any]) -> Select[*tuple[Any, ...]]:
    """Return the query for submissions without a place; `progress` bounds the search from below."""
    below = (
        select(progress.c.placed_below)
        .where(progress.c.spreadsheet_id == spreadsheet_id, progress.c.campaign == campaign)
        .scalar_subquery()
    )
    place = exists().where(_C.spreadsheet_id == spreadsheet_id, _C.submission_id == submissions.c.id)
    return select(*columns).where(
        submissions.c.campaign == campaign, submissions.c.number >= func.coalesce(below, 0), ~place
    )


def _move_progress(connection: Connection, spreadsheet_id: str, campaign: str) -> None:
    """Keep the number below which every submission has a place."""
    # In this order: a submission that arrives between the two queries has a number above all placed ones.
    waiting = unplaced(spreadsheet_id, campaign, submissions.c.number).order_by(submissions.c.number).limit(1)
    below = connection.execute(waiting).scalar()
    if below is None:
        last = select(func.max(_C.number)).where(_C.spreadsheet_id == spreadsheet_id, _C.campaign == campaign)
        below = (connection.execute(last).scalar() or 0) + 1
    row = {"spreadsheet_id": spreadsheet_id, "campaign": campaign, "placed_below": below}
    upsert(connection, progress, row)


def let_wait(connection: Connection, which: ColumnElement[bool]) -> bool:
    """Delete these placements, so that their submissions are pending again. Return False when there are none."""
    query = select(_C.spreadsheet_id, _C.campaign, func.min(_C.number).label("first")).where(which)
    rows = connection.execute(query.group_by(_C.spreadsheet_id, _C.campaign)).all()
    connection.execute(delete(placements).where(which))
    for row in rows:
        here = (progress.c.spreadsheet_id == row.spreadsheet_id) & (progress.c.campaign == row.campaign)
        back = update(progress).where(here, progress.c.placed_below > row.first)
        connection.execute(back.values(placed_below=row.first))
    return bool(rows)


def place(
    connection: Connection, spreadsheet_id: str, ids: Sequence[str], now: datetime, rest: Mapping[str, object]
) -> None:
    """Give pending submissions a place, with these values of the other columns.

    Raises DeliveryConflict for one that has a place already, OutboxDataError for one that is unknown or named twice.
    """
    found: dict[str, tuple[str, int]] = {}
    for part in parts(ids):
        query = select(submissions.c.id, submissions.c.campaign, submissions.c.number)
        for one, campaign, number in connection.execute(query.where(submissions.c.id.in_(part))):
            found[one] = (campaign, number)
        taken = select(_C.submission_id).where(_C.spreadsheet_id == spreadsheet_id, _C.submission_id.in_(part))
        for one in connection.execute(taken).scalars():
            raise DeliveryConflict(texts.DELIVERY_NOT_PENDING.format(id=one))
    unknown = [one for one in ids if one not in found]
    if unknown:
        raise OutboxDataError(texts.DATA_UNKNOWN_SUBMISSION.format(id=unknown[0]))
    if len(found) < len(ids):
        raise OutboxDataError(texts.DATA_TWICE)
    rows = [
        {"spreadsheet_id": spreadsheet_id, "submission_id": one, "placed_real": now, **rest}
        | {"campaign": campaign, "number": number}
        for one, (campaign, number) in found.items()
    ]
    connection.execute(insert(placements), rows)
    for campaign in {campaign for campaign, _ in found.values()}:
        _move_progress(connection, spreadsheet_id, campaign)
