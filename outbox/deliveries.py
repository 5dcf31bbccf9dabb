"""Deliveries: the frozen batches that take submissions to a spreadsheet, each of them exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Connection, Row, bindparam, func, insert, select, union_all, update

from outbox import texts
from outbox.database import Database, upsert
from outbox.errors import DeliveryConflict, OutboxDataError
from outbox.leases import check_lease
from outbox.payload import canonical, checked_words, parsed
from outbox.placements import DELIVERED, OPEN, SET_ASIDE, let_wait, place, placed, unplaced
from outbox.records import Delivery, Lease, SetAside, Submission, Waiting
from outbox.schema import deliveries, placements, submissions
from outbox.submissions import parts, row_of, submission_of

ABANDONED = "abandoned"
RESERVED = "tabs"
"""Outcome of a sequence that a write of the summary tabs took."""
ADOPTED = "adopted"
"""Outcome of a sequence that a lost outbox gave."""

_C = placements.c
_D = deliveries.c
_NEXT = select(func.coalesce(func.max(_D.sequence), 0) + 1).where(_D.spreadsheet_id == bindparam("spreadsheet_id"))
_OPEN = select(deliveries).where(_D.spreadsheet_id == bindparam("spreadsheet_id"), _D.finished_real.is_(None))


class Deliveries:
    """Per spreadsheet. A submission is pending, in the open delivery, delivered, or set aside; never two of these.

    At most one delivery a spreadsheet is open. Every method that takes a lease checks it inside its transaction and
    raises LeaseLost, having written nothing.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def pending(self, campaign: str, spreadsheet_id: str, limit: int) -> list[Submission]:
        """Return up to `limit` pending submissions, by number."""
        query = unplaced(spreadsheet_id, campaign, submissions).order_by(submissions.c.number).limit(limit)
        return self._database.read(lambda connection: [submission_of(row) for row in connection.execute(query)])

    def waiting(self, campaign: str, spreadsheet_id: str) -> Waiting:
        """Return how many submissions are pending or in the open delivery, since when, and of which municipalities."""
        columns = (submissions.c.oktmo, submissions.c.accepted_at, submissions.c.received_real)
        being_sent = (
            select(*columns)
            .join(placements, placements.c.submission_id == submissions.c.id)
            .where(placed(spreadsheet_id, OPEN), placements.c.campaign == campaign)
        )
        # One statement: a submission that is frozen between two would be counted twice or not at all.
        query = union_all(unplaced(spreadsheet_id, campaign, *columns), being_sent)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return Waiting(
            count=len(rows),
            oldest_accepted_at=min((row.accepted_at for row in rows), default=None),
            oldest_received_real=min((row.received_real for row in rows), default=None),
            oktmos=frozenset(row.oktmo for row in rows),
        )

    def open(self, spreadsheet_id: str) -> Delivery | None:
        """Return the delivery without a final outcome, or None."""
        return self._database.read(lambda connection: _open(connection, spreadsheet_id))

    def freeze(
        self,
        lease: Lease,
        spreadsheet_id: str,
        submission_ids: Sequence[str],
        build: Callable[[int, str], str],
        header: Sequence[str],
    ) -> Delivery:
        """Take a sequence and a marker, build the body with `build(sequence, marker)`, store all in one transaction.

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

    def last_sequence(self, spreadsheet_id: str) -> int:
        """Return the highest sequence given so far, 0 before the first."""
        return self._database.read(lambda connection: _next_sequence(connection, spreadsheet_id)) - 1

    def reserve(self, lease: Lease, spreadsheet_id: str) -> tuple[int, str]:
        """Return the next sequence and a marker for a write without submissions, kept as a closed delivery."""

        def take(connection: Connection) -> tuple[int, str]:
            now = self._database.now()
            check_lease(connection, lease, now)
            self._database.serialise(connection, f"deliveries {spreadsheet_id}")
            sequence, marker = _next_sequence(connection, spreadsheet_id), uuid4().hex
            connection.execute(insert(deliveries), _closed(spreadsheet_id, sequence, marker, RESERVED, now))
            return sequence, marker

        return self._database.write(take)

    def attempted(self, lease: Lease, delivery: Delivery) -> Delivery:
        """Count an attempt, before it is made. Return the delivery with the new count."""

        def count(connection: Connection) -> Delivery:
            row = self._locked(connection, lease, delivery)
            return _change(connection, row, attempts=row.attempts + 1)

        return self._database.write(count)

    def finish(self, lease: Lease, delivery: Delivery) -> Delivery:
        """Close the delivery and mark its submissions delivered: its rows are in the spreadsheet."""

        def close(connection: Connection) -> Delivery:
            row = self._locked(connection, lease, delivery)
            now = self._database.now()
            mine = _C.sequence == delivery.sequence
            here = placed(delivery.spreadsheet_id, OPEN) & mine
            connection.execute(update(placements).where(here).values(state=DELIVERED, placed_real=now))
            return _change(connection, row, outcome=DELIVERED, finished_real=now)

        return self._database.write(close)

    def abandon(self, lease: Lease, delivery: Delivery, reason: str) -> Delivery:
        """Close a delivery with rows that certainly are not in the spreadsheet; its submissions are pending again."""

        def close(connection: Connection) -> Delivery:
            row = self._locked(connection, lease, delivery)
            mine = placed(delivery.spreadsheet_id, OPEN) & (_C.sequence == delivery.sequence)
            let_wait(connection, mine)
            return _change(connection, row, outcome=ABANDONED, reason=reason, finished_real=self._database.now())

        return self._database.write(close)

    def set_aside(self, lease: Lease, spreadsheet_id: str, submission_ids: Sequence[str], reason: str) -> None:
        """Take pending submissions out of the queue. Raises DeliveryConflict when one is not pending."""
        ids = list(submission_ids)

        def put(connection: Connection) -> None:
            check_lease(connection, lease, self._database.now())
            self._database.serialise(connection, f"deliveries {spreadsheet_id}")
            rest: dict[str, object] = {"state": SET_ASIDE, "sequence": None, "reason": reason}
            place(connection, spreadsheet_id, ids, self._database.now(), rest)

        if ids:
            self._database.write(put)

    def requeue(self, submission_id: str, spreadsheet_id: str | None = None) -> bool:
        """Make a submission that was set aside (in this or any spreadsheet) pending. Return False when none was."""

        def put(connection: Connection) -> bool:
            mine = (_C.submission_id == submission_id) & (_C.state == SET_ASIDE)
            if spreadsheet_id is not None:
                mine &= _C.spreadsheet_id == spreadsheet_id
            places = (
                connection.execute(select(_C.spreadsheet_id).where(mine).order_by(_C.spreadsheet_id)).scalars().all()
            )
            for spreadsheet in places:
                self._database.serialise(connection, f"deliveries {spreadsheet}")
            return let_wait(connection, mine)

        return self._database.write(put)

    def withdraw(self, spreadsheet_id: str, submission_ids: Sequence[str]) -> bool:
        """Make delivered submissions pending, as their rows are gone. Return False when none was delivered."""

        def take(connection: Connection) -> bool:
            self._database.serialise(connection, f"deliveries {spreadsheet_id}")
            there = placed(spreadsheet_id, DELIVERED)
            taken = [let_wait(connection, there & _C.submission_id.in_(part)) for part in parts(submission_ids)]
            return any(taken)

        return self._database.write(take)

    def adopt(self, lease: Lease, spreadsheet_id: str, found: Sequence[Submission], markers: Mapping[int, str]) -> None:
        """Keep reports that a lost outbox brought to the spreadsheet as delivered, and its markers as this outbox's.

        found: of one campaign; markers: sequence → marker. Raises DeliveryConflict if the campaign has reports here.
        """
        campaign = found[0].campaign
        rows = [row_of(one) for one in found]

        def take(connection: Connection) -> None:
            now = self._database.now()
            check_lease(connection, lease, now)
            self._database.serialise(connection, f"submissions {campaign}")
            self._database.serialise(connection, f"deliveries {spreadsheet_id}")
            if connection.execute(select(submissions.c.id).where(submissions.c.campaign == campaign).limit(1)).first():
                raise DeliveryConflict(texts.ADOPT_NOT_EMPTY)
            connection.execute(insert(submissions), rows)
            for sequence, marker in markers.items():
                upsert(connection, deliveries, _closed(spreadsheet_id, sequence, marker, ADOPTED, now))
            rest: dict[str, object] = {"state": DELIVERED, "sequence": max(markers, default=0), "reason": None}
            place(connection, spreadsheet_id, [one.id for one in found], now, rest)

        self._database.write(take)

    def set_aside_list(self, campaign: str, spreadsheet_id: str) -> list[SetAside]:
        """Return the submissions that were set aside, by number."""
        query = (
            select(submissions, _C.reason, _C.placed_real)
            .join(placements, _C.submission_id == submissions.c.id)
            .where(placed(spreadsheet_id, SET_ASIDE), _C.campaign == campaign)
            .order_by(submissions.c.number)
        )
        return self._database.read(
            lambda connection: [
                SetAside(submission_of(row), row.reason, row.placed_real) for row in connection.execute(query)
            ]
        )

    def delivered_ids(self, campaign: str, spreadsheet_id: str) -> Mapping[str, int]:
        """Return the sequence of the delivery by submission id, of those delivered."""
        query = select(_C.submission_id, _C.sequence).where(placed(spreadsheet_id, DELIVERED), _C.campaign == campaign)
        return self._database.read(
            lambda connection: {row.submission_id: row.sequence for row in connection.execute(query)}
        )

    def old_markers(
        self, spreadsheet_id: str, keep_last: int = 200, older_than: timedelta = timedelta(hours=24)
    ) -> list[int]:
        """Return the sequences of markers that may be removed from the spreadsheet, oldest first.

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
        """Keep that these markers are gone from the spreadsheet; empty the bodies of their deliveries."""
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
        """Store the delivery, or return None when another one has taken its sequence meanwhile."""
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
        place(connection, spreadsheet_id, ids, self._database.now(), rest)
        connection.execute(insert(deliveries), {**row, "created_real": now})
        return _open(connection, spreadsheet_id)

    def _locked(self, connection: Connection, lease: Lease, delivery: Delivery) -> Row[*tuple[Any, ...]]:
        """Check the lease and return the row of the open delivery, locked until the end of the transaction."""
        check_lease(connection, lease, self._database.now())
        self._database.serialise(connection, f"deliveries {delivery.spreadsheet_id}")
        here = (_D.spreadsheet_id == delivery.spreadsheet_id) & (_D.sequence == delivery.sequence)
        query = select(deliveries).where(here, _D.finished_real.is_(None)).with_for_update()
        row = connection.execute(query).first()
        if row is None or row.marker != delivery.marker:
            raise DeliveryConflict(texts.DELIVERY_NOT_OPEN.format(sequence=delivery.sequence))
        return row


def _closed(spreadsheet_id: str, sequence: int, marker: str, outcome: str, now: datetime) -> dict[str, object]:
    """Return the row of a closed delivery without submissions."""
    return {
        "spreadsheet_id": spreadsheet_id,
        "sequence": sequence,
        "marker": marker,
        "attempts": 1,
        "created_real": now,
        "finished_real": now,
        "outcome": outcome,
        "marker_dropped": False,
        "header": canonical([], "header"),
        "submission_ids": canonical([], "submission_ids"),
        "body": "",
    }


def _next_sequence(connection: Connection, spreadsheet_id: str) -> int:
    return int(connection.execute(_NEXT, {"spreadsheet_id": spreadsheet_id}).scalar_one())


def _open(connection: Connection, spreadsheet_id: str) -> Delivery | None:
    row = connection.execute(_OPEN, {"spreadsheet_id": spreadsheet_id}).first()
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
