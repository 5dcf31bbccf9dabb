"""Deliveries: which submissions are in which spreadsheet, and the frozen flush that takes them there exactly once.

Imports the outbox's own records and database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    delete,
    exists,
    func,
    insert,
    select,
    union_all,
    update,
)

from outbox import texts
from outbox.database import Database, upsert
from outbox.errors import DeliveryConflict, OutboxDataError
from outbox.leases import check_lease
from outbox.payload import canonical, checked_words, parsed
from outbox.records import Delivery, Lease, SetAside, Submission, Waiting
from outbox.schema import deliveries, placements, progress, submissions
from outbox.submissions import parts, submission_of

OPEN, DELIVERED, SET_ASIDE = "open", "delivered", "set_aside"
ABANDONED = "abandoned"
RESERVED = "tabs"
"""Outcome of a sequence that a write of the summary tabs took."""

_C = placements.c
_D = deliveries.c


class Deliveries:
    """Per spreadsheet. A submission is pending, in the open delivery, delivered, or set aside; never two of these.

    At most one delivery a spreadsheet is open. Every method that takes a lease checks it inside its transaction and
    raises LeaseLost, having written nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, campaign: str, spreadsheet_id: str, limit: int) -> list[Submission]:
        """Up to `limit` submissions that wait for a delivery, by number."""
        query = _unplaced(spreadsheet_id, campaign, submissions).order_by(submissions.c.number).limit(limit)
        return self._database.read(lambda connection: [submission_of(row) for row in connection.execute(query)])

    def waiting(self, campaign: str, spreadsheet_id: str) -> Waiting:
        """What is accepted and not yet in the spreadsheet: pending or in the open delivery."""
        columns = (submissions.c.oktmo, submissions.c.accepted_at, submissions.c.received_real)
        being_sent = (
            select(*columns)
            .join(placements, placements.c.submission_id == submissions.c.id)
            .where(_placed(spreadsheet_id, OPEN), placements.c.campaign == campaign)
        )
        # One statement: a submission that is frozen between two would be counted twice or not at all.
        query = union_all(_unplaced(spreadsheet_id, campaign, *columns), being_sent)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return Waiting(
            count=len(rows),
            oldest_accepted_at=min((row.accepted_at for row in rows), default=None),
            oldest_received_real=min((row.received_real for row in rows), default=None),
            oktmos=frozenset(row.oktmo for row in rows),
        )

    def open(self, spreadsheet_id: str) -> Delivery | None:
        """The frozen delivery whose outcome is not final, if there is one."""
        return self._database.read(lambda connection: _open(connection, spreadsheet_id))

    def freeze(
        self,
        lease: Lease,
        spreadsheet_id: str,
        submission_ids: Sequence[str],
        build: Callable[[int, str], str],
        header: Sequence[str],
    ) -> Delivery:
        """Allot sequence and marker, call `build(sequence, marker)` for the body, store all in one transaction.

        `build` runs outside the transaction, must be pure, and may be called more than once. Raises DeliveryConflict
        when a delivery is open or a submission is not pending, OutboxDataError for an empty list or an unknown id.
        """
        ids = list(submission_ids)
        if not ids:
            raise OutboxDataError(texts.DATA_EMPTY_DELIVERY)
        marker = uuid4().hex
        head, id_list = canonical(list(header), "header"), canonical(list(ids), "submission_ids")
        while True:
            # The body is built before the transaction: building may take long, and the form must not wait for it.
            sequence = self._database.read(lambda connection: _next_sequence(connection, spreadsheet_id))
            row: dict[str, object] = {
                "spreadsheet_id": spreadsheet_id,
                "sequence": sequence,
                "marker": marker,
                "attempts": 0,
                "marker_dropped": False,
                "header": head,
                "submission_ids": id_list,
                "body": checked_words(build(sequence, marker), "body"),
            }
            frozen = self._database.write(partial(self._keep, lease, row, ids))
            if frozen is not None:
                return frozen

    def reserve(self, lease: Lease, spreadsheet_id: str) -> tuple[int, str]:
        """Take the next sequence and a marker for a write that delivers nothing; closed at once, so none is open."""

        def take(connection: Connection) -> tuple[int, str]:
            now = self._database.now()
            check_lease(connection, lease, now)
            self._database.serialise(connection, f"deliveries {spreadsheet_id}")
            sequence, marker = _next_sequence(connection, spreadsheet_id), uuid4().hex
            row: dict[str, object] = {
                "spreadsheet_id": spreadsheet_id,
                "sequence": sequence,
                "marker": marker,
                "attempts": 1,
                "created_real": now,
                "finished_real": now,
                "outcome": RESERVED,
                "marker_dropped": False,
                "header": canonical([], "header"),
                "submission_ids": canonical([], "submission_ids"),
                "body": "",
            }
            connection.execute(insert(deliveries), row)
            return sequence, marker

        return self._database.write(take)

    def attempted(self, lease: Lease, delivery: Delivery) -> Delivery:
        """Count an attempt (call it before sending); gives the delivery with the new count."""

        def count(connection: Connection) -> Delivery:
            row = self._locked(connection, lease, delivery)
            return _change(connection, row, attempts=row.attempts + 1)

        return self._database.write(count)

    def finish(self, lease: Lease, delivery: Delivery, outcome: str = "delivered") -> Delivery:
        """The rows are in the spreadsheet: close the delivery and mark its submissions delivered."""

        def close(connection: Connection) -> Delivery:
            row = self._locked(connection, lease, delivery)
            now = self._database.now()
            mine = _C.sequence == delivery.sequence
            here = _placed(delivery.spreadsheet_id, OPEN) & mine
            connection.execute(update(placements).where(here).values(state=DELIVERED, placed_real=now))
            return _change(connection, row, outcome=outcome, finished_real=now)

        return self._database.write(close)

    def abandon(self, lease: Lease, delivery: Delivery, reason: str) -> Delivery:
        """The spreadsheet refused for certain: close the delivery; its submissions are pending again."""

        def close(connection: Connection) -> Delivery:
            row = self._locked(connection, lease, delivery)
            mine = _placed(delivery.spreadsheet_id, OPEN) & (_C.sequence == delivery.sequence)
            _let_wait(connection, mine)
            return _change(connection, row, outcome=ABANDONED, reason=reason, finished_real=self._database.now())

        return self._database.write(close)

    def set_aside(self, lease: Lease, spreadsheet_id: str, submission_ids: Sequence[str], reason: str) -> None:
        """Take pending submissions out of the queue. Raises DeliveryConflict when one is not pending."""
        ids = list(submission_ids)

        def put(connection: Connection) -> None:
            check_lease(connection, lease, self._database.now())
            self._database.serialise(connection, f"deliveries {spreadsheet_id}")
            rest: dict[str, object] = {"state": SET_ASIDE, "sequence": None, "reason": reason}
            self._place(connection, spreadsheet_id, ids, rest)

        if ids:
            self._database.write(put)

    def put_back(self, submission_id: str, spreadsheet_id: str | None = None) -> bool:
        """Let a submission that was set aside (in this or any spreadsheet) wait again; False when none was."""

        def put(connection: Connection) -> bool:
            mine = (_C.submission_id == submission_id) & (_C.state == SET_ASIDE)
            if spreadsheet_id is not None:
                mine &= _C.spreadsheet_id == spreadsheet_id
            places = (
                connection.execute(select(_C.spreadsheet_id).where(mine).order_by(_C.spreadsheet_id)).scalars().all()
            )
            for place in places:
                self._database.serialise(connection, f"deliveries {place}")
            return _let_wait(connection, mine)

        return self._database.write(put)

    def withdraw(self, spreadsheet_id: str, submission_ids: Sequence[str]) -> bool:
        """Let delivered submissions wait again, because their rows are gone; False when none was delivered."""

        def take(connection: Connection) -> bool:
            self._database.serialise(connection, f"deliveries {spreadsheet_id}")
            there = _placed(spreadsheet_id, DELIVERED)
            taken = [_let_wait(connection, there & _C.submission_id.in_(part)) for part in parts(submission_ids)]
            return any(taken)

        return self._database.write(take)

    def set_aside_list(self, campaign: str, spreadsheet_id: str) -> list[SetAside]:
        """What was set aside, by number."""
        query = (
            select(submissions, _C.reason, _C.placed_real)
            .join(placements, _C.submission_id == submissions.c.id)
            .where(_placed(spreadsheet_id, SET_ASIDE), _C.campaign == campaign)
            .order_by(submissions.c.number)
        )
        return self._database.read(
            lambda connection: [
                SetAside(submission_of(row), row.reason, row.placed_real) for row in connection.execute(query)
            ]
        )

    def delivered_ids(self, campaign: str, spreadsheet_id: str) -> Mapping[str, int]:
        """The sequence of its delivery for each delivered submission id."""
        query = select(_C.submission_id, _C.sequence).where(_placed(spreadsheet_id, DELIVERED), _C.campaign == campaign)
        return self._database.read(
            lambda connection: {row.submission_id: row.sequence for row in connection.execute(query)}
        )

    def finished(self, spreadsheet_id: str, limit: int) -> list[Delivery]:
        """The last closed deliveries (delivered and abandoned), newest first."""
        query = (
            select(deliveries)
            .where(_D.spreadsheet_id == spreadsheet_id, _D.finished_real.is_not(None))
            .order_by(_D.sequence.desc())
            .limit(limit)
        )
        return self._database.read(lambda connection: [_delivery(row) for row in connection.execute(query)])

    def old_markers(
        self, spreadsheet_id: str, keep_last: int = 200, older_than: timedelta = timedelta(hours=24)
    ) -> list[int]:
        """Sequences whose marker may be removed from the spreadsheet, oldest first.

        Delivered, marker not yet dropped, finished longer ago than `older_than` and not among the last `keep_last`.
        """
        edge = self._database.now() - older_than
        arrived = (_D.spreadsheet_id == spreadsheet_id) & _D.finished_real.is_not(None) & (_D.outcome != ABANDONED)
        last = select(_D.sequence).where(arrived).order_by(_D.sequence.desc()).limit(keep_last)
        query = (
            select(_D.sequence)
            .where(arrived, _D.marker_dropped.is_(False), _D.finished_real < edge, _D.sequence.not_in(last))
            .order_by(_D.sequence)
        )
        return self._database.read(lambda connection: list(connection.execute(query).scalars()))

    def marker_dropped(self, lease: Lease, spreadsheet_id: str, sequences: Sequence[int]) -> None:
        """Note that these markers are gone from the spreadsheet; their bodies are emptied."""
        gone = list(sequences)

        def drop(connection: Connection) -> None:
            check_lease(connection, lease, self._database.now())
            for sequence in gone:
                here = (_D.spreadsheet_id == spreadsheet_id) & (_D.sequence == sequence) & _D.finished_real.is_not(None)
                connection.execute(update(deliveries).where(here).values(marker_dropped=True, body=""))

        self._database.write(drop)

    def _keep(
        self, lease: Lease, row: Mapping[str, object], ids: Sequence[str], connection: Connection
    ) -> Delivery | None:
        """Store the delivery; None when its sequence has been taken meanwhile."""
        spreadsheet_id = str(row["spreadsheet_id"])
        now = self._database.now()
        check_lease(connection, lease, now)
        self._database.serialise(connection, f"deliveries {spreadsheet_id}")
        opened = _open(connection, spreadsheet_id)
        if opened is not None:
            raise DeliveryConflict(texts.DELIVERY_OPEN.format(sequence=opened.sequence))
        if _next_sequence(connection, spreadsheet_id) != row["sequence"]:
            return None
        rest: dict[str, object] = {"state": OPEN, "sequence": row["sequence"], "reason": None}
        self._place(connection, spreadsheet_id, ids, rest)
        connection.execute(insert(deliveries), {**row, "created_real": now})
        return _open(connection, spreadsheet_id)

    def _place(
        self, connection: Connection, spreadsheet_id: str, ids: Sequence[str], rest: Mapping[str, object]
    ) -> None:
        """Give pending submissions a place. Raises DeliveryConflict when one has a place already."""
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
        now = self._database.now()
        rows = [
            {"spreadsheet_id": spreadsheet_id, "submission_id": one, "placed_real": now, **rest}
            | {"campaign": campaign, "number": number}
            for one, (campaign, number) in found.items()
        ]
        connection.execute(insert(placements), rows)
        for campaign in {campaign for campaign, _ in found.values()}:
            _go_on(connection, spreadsheet_id, campaign)

    def _locked(self, connection: Connection, lease: Lease, delivery: Delivery) -> Row[*tuple[Any, ...]]:
        """The row of the open delivery, held until the end of the transaction, after a look at the lease."""
        check_lease(connection, lease, self._database.now())
        self._database.serialise(connection, f"deliveries {delivery.spreadsheet_id}")
        here = (_D.spreadsheet_id == delivery.spreadsheet_id) & (_D.sequence == delivery.sequence)
        query = select(deliveries).where(here, _D.finished_real.is_(None)).with_for_update()
        row = connection.execute(query).first()
        if row is None or row.marker != delivery.marker:
            raise DeliveryConflict(texts.DELIVERY_NOT_OPEN.format(sequence=delivery.sequence))
        return row


def _placed(spreadsheet_id: str, state: str) -> ColumnElement[bool]:
    return (_C.spreadsheet_id == spreadsheet_id) & (_C.state == state)


def _unplaced(spreadsheet_id: str, campaign: str, *columns: Table | Column[Any]) -> Select[*tuple[Any, ...]]:
    """Submissions without a place. `progress` spares a look at all that were placed long ago."""
    below = (
        select(progress.c.placed_below)
        .where(progress.c.spreadsheet_id == spreadsheet_id, progress.c.campaign == campaign)
        .scalar_subquery()
    )
    place = exists().where(_C.spreadsheet_id == spreadsheet_id, _C.submission_id == submissions.c.id)
    return select(*columns).where(
        submissions.c.campaign == campaign, submissions.c.number >= func.coalesce(below, 0), ~place
    )


def _go_on(connection: Connection, spreadsheet_id: str, campaign: str) -> None:
    """Note below which number every submission has a place."""
    # The order of the two matters: what arrives between them has a number beyond all that are placed.
    waiting = _unplaced(spreadsheet_id, campaign, submissions.c.number).order_by(submissions.c.number).limit(1)
    below = connection.execute(waiting).scalar()
    if below is None:
        last = select(func.max(_C.number)).where(_C.spreadsheet_id == spreadsheet_id, _C.campaign == campaign)
        below = (connection.execute(last).scalar() or 0) + 1
    row = {"spreadsheet_id": spreadsheet_id, "campaign": campaign, "placed_below": below}
    upsert(connection, progress, row)


def _let_wait(connection: Connection, which: ColumnElement[bool]) -> bool:
    """Take these placements away, so that their submissions are pending again; False when there are none."""
    query = select(_C.spreadsheet_id, _C.campaign, func.min(_C.number).label("first")).where(which)
    rows = connection.execute(query.group_by(_C.spreadsheet_id, _C.campaign)).all()
    connection.execute(delete(placements).where(which))
    for row in rows:
        here = (progress.c.spreadsheet_id == row.spreadsheet_id) & (progress.c.campaign == row.campaign)
        back = update(progress).where(here, progress.c.placed_below > row.first)
        connection.execute(back.values(placed_below=row.first))
    return bool(rows)


def _next_sequence(connection: Connection, spreadsheet_id: str) -> int:
    query = select(func.max(_D.sequence)).where(_D.spreadsheet_id == spreadsheet_id)
    return (connection.execute(query).scalar() or 0) + 1


def _open(connection: Connection, spreadsheet_id: str) -> Delivery | None:
    query = select(deliveries).where(_D.spreadsheet_id == spreadsheet_id, _D.finished_real.is_(None))
    row = connection.execute(query).first()
    return None if row is None else _delivery(row)


def _change(connection: Connection, row: Row[*tuple[Any, ...]], **values: object) -> Delivery:
    here = (_D.spreadsheet_id == row.spreadsheet_id) & (_D.sequence == row.sequence)
    connection.execute(update(deliveries).where(here).values(**values))
    return _delivery(connection.execute(select(deliveries).where(here)).one())


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    return Delivery(
        sequence=row.sequence,
        marker=row.marker,
        spreadsheet_id=row.spreadsheet_id,
        body=row.body,
        header=tuple(cast("list[str]", parsed(row.header))),
        submission_ids=tuple(cast("list[str]", parsed(row.submission_ids))),
        attempts=row.attempts,
        created_real=row.created_real,
        finished_real=row.finished_real,
        outcome=row.outcome,
        reason=row.reason,
    )
