"""The worker of a roll-up: reads its sources one by one, each every ten minutes at most, and keeps its spreadsheet."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from outbox.errors import LeaseLost, OutboxError
from outbox.records import Lease
from sheets import (
    BudgetSpent,
    CallBudget,
    OutcomeUnknown,
    RequestRefused,
    RetryPolicy,
    SheetsError,
    TransientError,
    next_wait,
)
from sync.context import RollupContext
from sync.errors import WorkerError
from sync.process.metrics import Metrics
from sync.process.trouble import keep_trouble
from sync.process.worker import AGAIN_SECONDS, LOOK_LATER, RESERVED_CALLS
from sync.rollup.collect import Sources
from sync.rollup.publish import RollupRefresher, prepare
from sync.rollup.summary import RollupSummary, summarise
from sync.texts import worker as texts

SHOW_SECONDS = 60.0
"""While sources are still being read, what was read is shown so often."""
STAMP_EVERY = timedelta(minutes=10)
PREPARING_READS, PREPARING_WRITES = 3, 1
READS, WRITES = 2, 2
"""Of a refresh; the second of each where staff moved something meanwhile."""
SHOWN = "rollup_shown"
"""Note of the time of the last refresh."""

log = structlog.get_logger("sync.process.rollup_worker")


class RollupWorker:
    """Reads and refreshes, remembers what is wrong. One thread.

    `step` never raises but for LeaseLost: a failure is logged, kept for `status` and the journal, and tried again
    later. host: where the spreadsheets of others are opened in a browser
    """

    def __init__(
        self,
        context: RollupContext,
        budget: CallBudget,
        lease: Lease,
        metrics: Metrics,
        sources: Sources,
        host: str,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.context = context
        self.sources = sources
        self.trouble: str | None = None
        self._budget = budget
        self._lease = lease
        self._metrics = metrics
        self._host = host
        self._chance = chance
        self._policy = RetryPolicy(first=1.0, longest=60.0)
        self._refresher: RollupRefresher | None = None
        self._shown_at = context.monotonic()
        self._not_before = float("-inf")
        self._failures = 0
        self._first = True  # a trouble that an earlier worker left may be over

    def step(self) -> None:
        """Read one source or refresh, whatever is due. Raises LeaseLost alone."""
        if self.context.monotonic() < self._not_before:
            return
        try:
            if self.refresh_due():
                self._refresh_within_budget()
            else:
                self._read_within_budget()
        except LeaseLost:
            raise
        except BudgetSpent as error:
            self._not_before = self.context.monotonic() + (error.retry_after or 1.0)
        except (SheetsError, OutboxError, WorkerError) as error:
            self._failed(error, str(error))
        except Exception as error:  # a mistake of ours must not end the service
            log.exception("job failed")
            self._failed(error, texts.UNEXPECTED.format(error=type(error).__name__))
        finally:
            self._budget.release()

    def refresh_due(self) -> bool:
        """Return True if all that was due has been read and is not shown, or it is time for the stamp."""
        since = self.context.monotonic() - self._shown_at
        unshown = self.sources.unshown and (self.sources.due() is None or since >= SHOW_SECONDS)
        return unshown or since >= STAMP_EVERY.total_seconds()

    def read_now(self, key: str) -> None:
        """Read one source, whatever the clock says. Raises BudgetSpent, OutboxError, LeaseLost."""
        self.sources.read(key, self._lease)

    def refresh_now(self) -> datetime:
        """Refresh once, whatever the clock says, and return the campaign time of it. Raises as `step` does not."""
        if self._refresher is None:
            seen = prepare(self.context, self._lease)
            self._refresher = RollupRefresher(self.context, seen, self._host, STAMP_EVERY)
        as_of = self.context.now()
        with self._metrics.seconds.labels(self.context.owner, "refresh").time():
            wrote = self._refresher.refresh(self._lease, self._summary)
        self.sources.unshown = False
        self._shown_at = self.context.monotonic()
        self._metrics.refreshes.labels(self.context.owner, "wrote" if wrote else "read").inc()
        self._metrics.refreshed_at.labels(self.context.owner).set(time.time())
        self.context.outbox.bindings.remember(self.context.spreadsheet.id, SHOWN, as_of.isoformat(), lease=self._lease)
        return as_of

    def measure(self) -> None:
        """Bring the gauge of calls up to date."""
        self._metrics.calls.labels(self.context.owner).set(self.context.spreadsheet.calls)

    def remember_trouble(self, words: str | None) -> None:
        """Keep what is wrong now for `status`; None for nothing."""
        self.trouble = words
        keep_trouble(self.context, words)

    def _summary(self, as_of: datetime, read_at: datetime) -> RollupSummary:
        context = self.context
        return summarise(
            context.rollup,
            self.sources.states,
            as_of=as_of,
            read_at=read_at,
            rehearsal=context.clock.rehearsal,
            journal=context.outbox.journal.last(context.owner, context.spreadsheet.id),
        )

    def _read_within_budget(self) -> None:
        key = self.sources.due()
        if key is None:
            return
        reads = self.sources.reads(key)
        if reads and self._budget.wait("source", reads=reads, spare=RESERVED_CALLS, later=LOOK_LATER) > 0:
            return
        self.read_now(key)

    def _refresh_within_budget(self) -> None:
        reads, writes = (READS, WRITES) if self._refresher else (PREPARING_READS + READS, PREPARING_WRITES + WRITES)
        if self._budget.wait("refresh", reads=reads, writes=writes, later=LOOK_LATER) > 0:
            return
        self.refresh_now()
        self._failures = 0
        if self.trouble is not None or self._first:
            self.remember_trouble(None)
            self._first = False

    def _failed(self, error: Exception, words: str) -> None:
        self._failures += 1
        wait = AGAIN_SECONDS
        if isinstance(error, TransientError | OutcomeUnknown):
            wait = next_wait(self._policy, self._failures, error, self._chance()) or AGAIN_SECONDS
        self._not_before = self.context.monotonic() + wait
        if isinstance(error, RequestRefused | OutcomeUnknown):
            self._refresher = None  # reads and writes everything anew
        if words != self.trouble:
            try:
                self.context.journal("refresh", 0, 0, self.context.monotonic(), texts.FAILED, words)
            except OutboxError as failure:
                log.warning("journal not kept", error=type(failure).__name__)
            self.remember_trouble(words)
        self._metrics.failures.labels(self.context.owner, "refresh", type(error).__name__).inc()
        log.warning("job failed", error=type(error).__name__, failures=self._failures, wait=round(wait))
