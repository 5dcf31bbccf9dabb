"""Delivery: outbox → «Ответы», exactly once. A state machine that sends at most one request a step.

A batch is frozen in the outbox before the first attempt (sequence, marker, body); the same body is sent until the
marker is in the spreadsheet, whatever becomes of an attempt. docs/worker.md states the guarantees.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import structlog

from outbox.records import Delivery, Lease
from sheets import (
    Area,
    OutcomeUnknown,
    RequestRefused,
    RetryPolicy,
    SheetsError,
    TransientError,
    next_wait,
)
from sync.context import AnswersTab, Context
from sync.delivery.batch import MOST_ROWS, Rows, asks_for, batch_body, next_batch, rows_stand_right
from sync.errors import AnswersTabDeleted, ForeignMarker, Stopped
from sync.records.columns import drifted, locate
from sync.records.misplaced_rows import note_misplaced, read_misplaced
from sync.texts import worker as texts

StepKind: TypeAlias = Literal["idle", "waiting", "delivered", "moved", "refused", "set_aside", "failed"]
REFUSALS_IN_A_ROW = 3
REFUSED_SECONDS = 20.0
"""After which a row that was refused by itself is tried once more."""

LANDS_WITHIN = 180.0
"""Seconds after which an attempt of unknown outcome can no longer be applied: assumed of Google, not looked up."""

log = structlog.get_logger("sync.delivery.deliver")


@dataclass(frozen=True, slots=True)
class Step:
    """Result of one step.

    idle:      nothing waits
    waiting:   it is not time yet, or headers are broken
    delivered: `rows` are in the tab
    moved:     they are, under wrong headers, and are pending again
    refused:   the next step tries again: the same body while an earlier attempt may still land, else one of fewer rows
    set_aside: a row was taken out of the queue
    failed:    by `error`; the delivery stays open, and the next step goes on with it
    """

    kind: StepKind
    rows: int = 0
    error: SheetsError | None = None


class Deliverer:
    """Delivers pending submissions into one spreadsheet. State that must survive is in the outbox.

    timeout: seconds that one call may take; also the wait between the two looks for a marker
    rows:    makes rows of submissions; as they were sent by default
    """

    def __init__(
        self,
        context: Context,
        answers: AnswersTab,
        *,
        timeout: float,
        policy: RetryPolicy,
        chance: Callable[[], float] = random.random,
        rows: Rows | None = None,
    ) -> None:
        self._context = context
        self._rows = rows or Rows()
        self._answers = answers
        self._timeout = timeout
        self._policy = policy
        self._chance = chance
        self._failures = 0
        self._limit = MOST_ROWS
        self._aside: list[str] = []  # set aside since the last accepted row
        self._refused_alone: Sequence[str] = ()  # the submission that was refused in a batch of its own
        self._looks: int | None = None  # looks for the marker since the last attempt of unknown outcome
        self._unsent: int | None = None  # sequence of a delivery that its last attempt certainly did not apply
        self._may_land_until = float("-inf")  # of an attempt of unknown outcome
        self.not_before = float("-inf")

    @property
    def wait(self) -> float:
        """Seconds until the next step may send."""
        return max(0.0, self.not_before - self._context.monotonic())

    def step(self, lease: Lease) -> Step:
        """Do the next thing. Raises Stopped, PermanentError and LeaseLost; other failures are in the Step."""
        if self.wait > 0:
            return Step("waiting")
        outbox, spreadsheet_id = self._context.outbox, self._context.spreadsheet.id
        delivery = outbox.deliveries.open(spreadsheet_id)
        if delivery is None:
            frozen = self._freeze(lease)
            if isinstance(frozen, Step):
                return frozen
            delivery = frozen
        elif delivery.attempts and self._looks is None and self._unsent != delivery.sequence:
            self._outcome_unknown()  # sent by a worker before this one
        try:
            step = self._look(lease, delivery) if self._looks is not None else self._send(lease, delivery)
        except OutcomeUnknown as error:
            self._outcome_unknown()
            return self._failed(error)
        except TransientError as error:
            return self._failed(error)
        if step.kind != "failed":
            self._failures = 0
        return step

    def _outcome_unknown(self) -> None:
        self._looks, self._unsent = 0, None
        self._may_land_until = self._context.monotonic() + LANDS_WITHIN

    def _freeze(self, lease: Lease) -> Delivery | Step:
        context = self._context
        if not self._answers.columns.sound:
            return Step("waiting")
        self._rows.start()
        batch = next_batch(context, self._limit, self._rows.cells)
        if batch.unfit:
            for submission, reason in batch.unfit:
                context.outbox.deliveries.set_aside(lease, context.spreadsheet.id, [submission.id], reason)
                self._journal(1, 0, context.monotonic(), texts.SET_ASIDE, f"{submission.receipt}: {reason}")
                log.warning("submission set aside", receipt=submission.receipt, why="cell too long")
            if not batch.submissions:
                return Step("set_aside", len(batch.unfit))
        if not batch.submissions:
            return Step("idle")
        rows = [cells for cells in batch.rows if cells is not None]
        body = batch_body(rows, self._answers, read_misplaced(context))
        self._looks, self._unsent = None, None
        return context.outbox.deliveries.freeze(
            lease,
            context.spreadsheet.id,
            [submission.id for submission in batch.submissions],
            body,
            self._answers.columns.header,
        )

    def _send(self, lease: Lease, delivery: Delivery) -> Step:
        context = self._context
        started, calls = context.monotonic(), context.spreadsheet.calls
        delivery = context.outbox.deliveries.attempted(lease, delivery)
        try:
            reply = context.spreadsheet.write(delivery.body)
        except RequestRefused as error:
            return self._refused(lease, delivery, error)
        except OutcomeUnknown:
            raise
        except SheetsError:
            self._unsent = delivery.sequence
            raise
        header = reply.first_rows.get(self._answers.sheet_id)
        if header is None:
            return self._settle_by_reading(lease, delivery, started, calls)
        self._answers.columns = locate(header, self._answers.written)
        if drifted(locate(delivery.header, self._answers.written), self._answers.columns):
            return self._moved(lease, delivery, started, calls)
        return self._arrived(lease, delivery, started, calls, texts.DELIVERED)

    def _look(self, lease: Lease, delivery: Delivery) -> Step:
        """After an unknown outcome: look, wait as long as a call may take, look again, then send the same body."""
        context = self._context
        started, calls = context.monotonic(), context.spreadsheet.calls
        value = context.spreadsheet.marker(delivery.sequence)
        if _is_own_marker(value, delivery):
            return self._settle_by_reading(lease, delivery, started, calls)
        self._looks = (self._looks or 0) + 1
        if self._looks == 1:
            self.not_before = context.monotonic() + self._timeout
            return Step("waiting")
        self._looks, self._unsent = None, delivery.sequence
        return self._send(lease, delivery)

    def _settle_by_reading(self, lease: Lease, delivery: Delivery, started: float, calls: int) -> Step:
        """Look where the rows of a delivery stand that is in the spreadsheet, after the answer was lost."""
        context = self._context
        (block,) = context.spreadsheet.read([Area(self._answers.sheet_id)])
        columns = locate(block.cells[0] if block.cells else [], self._answers.written)
        self._answers.title, self._answers.columns = block.title, columns
        built = locate(delivery.header, self._answers.written)
        if drifted(built, columns) and not rows_stand_right(context, delivery, block, built, columns):
            return self._moved(lease, delivery, started, calls)
        return self._arrived(lease, delivery, started, calls, texts.DELIVERED_LATE)

    def _arrived(self, lease: Lease, delivery: Delivery, started: float, calls: int, result: str) -> Step:
        rows = len(delivery.submission_ids)
        self._context.outbox.deliveries.finish(lease, delivery)
        self._looks, self._unsent, self._aside = None, None, []
        self._limit = min(MOST_ROWS, self._limit * 2)
        self._journal(rows, self._context.spreadsheet.calls - calls, started, result)
        log.info("delivered", sequence=delivery.sequence, rows=rows, attempts=delivery.attempts)
        return Step("delivered", rows)

    def _moved(self, lease: Lease, delivery: Delivery, started: float, calls: int) -> Step:
        """Have the rows of a delivery written again, because they stand under wrong headers.

        The note comes first: a worker that dies in between must know which rows to leave out.
        """
        note_misplaced(self._context, delivery.submission_ids)
        self._context.outbox.deliveries.abandon(lease, delivery, texts.COLUMNS_MOVED)
        self._looks, self._unsent = None, None
        rows = len(delivery.submission_ids)
        self._journal(rows, self._context.spreadsheet.calls - calls, started, texts.MOVED)
        log.warning("columns moved under a delivery", sequence=delivery.sequence, rows=rows)
        return Step("moved", rows)

    def _refused(self, lease: Lease, delivery: Delivery, refusal: RequestRefused) -> Step:
        """Find out why a delivery was refused: it had arrived, the tab is gone or renamed, or a row is at fault."""
        context = self._context
        started, calls = context.monotonic(), context.spreadsheet.calls
        self._looks = 0  # until the look has answered, nobody knows
        seen = context.spreadsheet.describe()
        value = seen.markers.get(delivery.sequence)
        if _is_own_marker(value, delivery):
            return self._settle_by_reading(lease, delivery, started, calls)
        tab = seen.by_id(self._answers.sheet_id)
        rows = len(delivery.submission_ids)
        self._looks = None
        if tab is not None and context.monotonic() < self._may_land_until:
            # Under another sequence an earlier attempt and its repetition could both be applied.
            self._unsent = delivery.sequence
            self.not_before = context.monotonic() + REFUSED_SECONDS
            log.info("refused delivery kept", sequence=delivery.sequence)
            return Step("refused", rows)
        context.outbox.deliveries.abandon(lease, delivery, refusal.detail)
        if tab is None:
            raise AnswersTabDeleted(texts.ANSWERS_DELETED.format(title=self._answers.title)) from refusal
        self._answers.title = tab.title
        if not asks_for(delivery.body, tab.title):
            log.info("answers tab renamed", sequence=delivery.sequence)
            return Step("refused", rows)
        self._journal(rows, context.spreadsheet.calls - calls, started, texts.REFUSED, refusal.detail)
        log.warning("delivery refused", sequence=delivery.sequence, rows=rows)
        if rows > 1:
            self._limit = rows // 2
            return Step("refused", rows)
        if self._refused_alone != delivery.submission_ids:
            self._refused_alone = delivery.submission_ids
            self.not_before = context.monotonic() + REFUSED_SECONDS
            return Step("refused", rows)
        return self._set_aside(lease, delivery, refusal)

    def _set_aside(self, lease: Lease, delivery: Delivery, refusal: RequestRefused) -> Step:
        """Take a row that was refused twice by itself out of the queue, unless everything is refused."""
        context = self._context
        deliveries = context.outbox.deliveries
        if len(self._aside) + 1 >= REFUSALS_IN_A_ROW:
            for one in self._aside:  # three in a row and none accepted: the rows are not at fault
                deliveries.requeue(one, context.spreadsheet.id)
            self._aside = []
            raise Stopped(texts.ALL_REFUSED.format(detail=refusal.detail, title=self._answers.title)) from refusal
        reason = texts.ROW_REFUSED.format(detail=refusal.detail)
        deliveries.set_aside(lease, context.spreadsheet.id, delivery.submission_ids, reason)
        self._aside += delivery.submission_ids
        self._journal(1, 0, context.monotonic(), texts.SET_ASIDE, reason)
        log.warning("submission set aside", sequence=delivery.sequence, why="refused")
        return Step("set_aside", 1)

    def _failed(self, error: TransientError | OutcomeUnknown) -> Step:
        self._failures += 1
        wait = next_wait(self._policy, self._failures, error, self._chance())
        self.not_before = self._context.monotonic() + (self._policy.longest if wait is None else wait)
        log.warning("delivery failed", error=type(error).__name__, failures=self._failures, wait=round(self.wait, 1))
        return Step("failed", error=error)

    def _journal(self, rows: int, calls: int, started: float, result: str, detail: str = "") -> None:
        self._context.journal("delivery", rows, calls, started, result, detail)


def _is_own_marker(value: str | None, delivery: Delivery) -> bool:
    """Return True if this delivery left the marker of its sequence. Raises ForeignMarker where another writer did."""
    if value not in (None, delivery.marker):
        raise ForeignMarker(texts.FOREIGN_MARKER.format(sequence=delivery.sequence))
    return value == delivery.marker
