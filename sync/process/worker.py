"""The worker of one spreadsheet while it holds the lease: its two jobs, and what follows when one fails.

`sync.process.loop` runs the jobs by the clock, `sync.process.once` one after the other.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import structlog

from outbox.errors import LeaseLost, OutboxError
from outbox.records import Lease
from sheets import (
    CallBudget,
    OutcomeUnknown,
    RequestRefused,
    RetryPolicy,
    SheetsError,
    TabMissing,
    TransientError,
    next_wait,
)
from sync.context import AnswersTab, Context
from sync.delivery.batch import Rows
from sync.delivery.deliver import Deliverer, Step
from sync.errors import Foreign, HeadersBroken, MassLoss, Stopped, WorkerError
from sync.process.due import Moments, Pace, delivery_due
from sync.process.looks import Looks
from sync.process.metrics import Metrics
from sync.process.requeued_rows import RequeuedRows
from sync.process.restore_asked import answer, asked
from sync.process.trouble import keep_trouble
from sync.process.watch import Watch
from sync.publication.notice import show_notice
from sync.publication.prepare import prepare
from sync.publication.refresh import Refreshed, Refresher
from sync.texts import worker as texts

AGAIN_SECONDS = 60.0
BUSY_SECONDS = 5.0
RESERVED_CALLS = 3
"""A refresh leaves this many calls of each kind to deliveries."""
PREPARING_READS, PREPARING_WRITES = 4, 1
"""The most that the preparation of a spreadsheet asks for, but for what staff break meanwhile."""
SHOW_LATER, LOOK_LATER = 10.0, 300.0
"""Where the budget is short, a refresh gives way to deliveries that came up to so many seconds after it; a look without
a cause to all other calls of five minutes."""

log = structlog.get_logger("sync.process.worker")


@dataclass
class Prepared:
    """The spreadsheet as found ready for work."""

    answers: AnswersTab
    deliverer: Deliverer
    refresher: Refresher


@dataclass
class Job:
    """A job between its runs.

    not_before: monotonic time before which it may not run
    failures:   failures in a row
    trouble:    words for people about the last failure; None while it runs well
    """

    name: Literal["deliver", "refresh"]
    not_before: float = float("-inf")
    failures: int = 0
    trouble: str | None = None


class Worker:
    """Delivers, refreshes, remembers what is wrong. One thread.

    A job never raises but for LeaseLost: a failure is logged, shown (status, journal, «Свод» where it can be) and
    tried again later; the other job goes on.
    """

    def __init__(
        self,
        context: Context,
        budget: CallBudget,
        lease: Lease,
        metrics: Metrics,
        *,
        chance: Callable[[], float] = random.random,
        rows: Rows | None = None,
        publishes: bool = True,
        watch: Watch | None = None,
    ) -> None:
        """watch: tells whether the spreadsheet changed, where there are several campaigns."""
        schedule = context.campaign.schedule
        self.context = context
        self.moments = Moments()
        self.trouble: str | None = None
        self._budget = budget
        self._lease = lease
        self._metrics = metrics
        self._chance = chance
        self._submitted = rows or RequeuedRows(context)
        self._publishes = publishes
        self._pace = Pace(schedule.delivery_seconds, schedule.refresh_seconds, schedule.staff_edits_seconds)
        self._policy = RetryPolicy(first=1.0, longest=60.0)
        self._timeout = schedule.call_timeout_seconds
        self._stamp_every = timedelta(minutes=schedule.stamp_minutes)
        self._prepared: Prepared | None = None
        # Until then an older write of the tabs, by this worker or the one before it, may still land over a newer one.
        self._doubt: float | None = context.monotonic() + self._timeout
        self._delivery, self._refreshing = Job("deliver"), Job("refresh")
        self._stopped_until = float("-inf")  # while nothing can be done in the spreadsheet, neither job runs
        self._notice: str | None = None
        self._unsettled = False  # until all has been written once more
        self._looks = Looks(context, self._pace, watch)

    def prepare(self) -> Prepared:
        """Return the spreadsheet ready for work, prepared if need be. Raises as `sync.publication.prepare.prepare`."""
        if self._prepared is None:
            answers, seen = prepare(self.context, self._lease)
            deliverer = Deliverer(
                self.context,
                answers,
                timeout=self._timeout,
                policy=self._policy,
                chance=self._chance,
                rows=self._submitted,
            )
            refresher = Refresher(self.context, answers, seen, stamp_every=self._stamp_every, publishes=self._publishes)
            self._prepared = Prepared(answers, deliverer, refresher)
            if self._delivery.trouble is None and self._refreshing.trouble is None:
                self.remember_trouble(None)  # what a worker before this one left
        return self._prepared

    def deliver(self) -> None:
        """Run the delivery job: one step when it is due."""
        if self._may(self._delivery) and delivery_due(self._pace, self.moments, self.context.monotonic()):
            self._run_safely(self._delivery, self._deliver)

    def refresh(self) -> None:
        """Run the refresh job: one refresh when it is due."""
        if not self._may(self._refreshing):
            return
        if self._doubt is not None and self.context.monotonic() >= self._doubt and self._prepared is not None:
            self._doubt, self._prepared, self._unsettled = None, None, True  # write everything once more
        self._run_safely(self._refreshing, self._refresh)

    def restore(self) -> None:
        """Answer the desk's request to put something back, if there is one and the budget has a read for it.

        It waits for nothing else: it is most needed when a refresh is stopped by a loss.
        """
        try:
            request = asked(self.context)
            if request is not None and self._budget.wait("restore", reads=1, later=SHOW_LATER) == 0:
                answer(self.context, request)
        except OutboxError as error:
            log.warning("restore not answered", error=type(error).__name__)
        finally:
            self._budget.release()

    def step(self) -> Step:
        """Take one step of delivery, whatever the clock says."""
        step = self.prepare().deliverer.step(self._lease)
        if step.kind in ("delivered", "moved", "set_aside"):
            self.moments.note_delivery(self.context.monotonic())
        elif step.kind == "refused":
            self.moments.delivered = self.context.monotonic()
        if step.kind == "delivered":
            self._metrics.delivered.labels(self.context.campaign.id).inc(step.rows)
        if step.error is not None:  # returned and not raised: `_failed` never sees it
            self._count_failure("deliver", step.error)
        return step

    def refresh_now(self) -> Refreshed:
        """Refresh once, whatever the clock says."""
        refreshed = self.prepare().refresher.refresh(self._lease)
        self._notice, self._unsettled = None, False
        self.moments.note_refresh(self.context.monotonic())
        campaign = self.context.campaign.id
        self._metrics.refreshes.labels(campaign, "wrote" if refreshed.wrote else "read").inc()
        self._metrics.refreshed_at.labels(campaign).set(time.time())
        return refreshed

    def look_again(self) -> None:
        """Forget what the tabs hold, after a write of unknown outcome: the next refresh reads and writes them anew."""
        self._prepared = None
        self._doubt = self.context.monotonic() + self._timeout

    def _deliver(self) -> None:
        if not self._waiting():  # one question to the outbox, twice a second for each campaign
            self._report(self._delivery, None)
            return
        if self._budget.wait("deliver", writes=1) > 0:
            return
        step = self.step()
        if step.error is not None:
            self._report(self._delivery, str(step.error))
        elif step.kind != "waiting":
            self._report(self._delivery, None)

    def _refresh(self) -> None:
        spare = RESERVED_CALLS if self._waiting() else 0
        if self._budget.wait("refresh", reads=1, writes=1, spare=spare, later=self._later(self._refreshing)) > 0:
            return
        if self._looks.nothing_new(self.moments):
            self.moments.note_refresh(self.context.monotonic())
            return
        self._looks.note_reading()
        refreshed = self.refresh_now()
        self._looks.note_read(refreshed.rows, waiting=self._waiting())
        if self._looks.frozen():  # the time of its last refresh is no sign of trouble
            self._metrics.refreshed_at.remove_by_labels({"campaign": self.context.campaign.id})
            log.info("frozen")
        self._report(self._refreshing, None)

    def _may(self, job: Job) -> bool:
        return self.context.monotonic() >= max(job.not_before, self._stopped_until)

    def _run_safely(self, job: Job, work: Callable[[], None]) -> None:
        """Run the job; turn a failure into a wait and words for people. Raises LeaseLost alone."""
        try:
            if not self._is_due(job) or not self._may_prepare(job):
                return
            with self._metrics.seconds.labels(self.context.campaign.id, job.name).time():
                self.prepare()
                work()
        except LeaseLost:
            raise
        except (SheetsError, OutboxError, WorkerError) as error:
            self._failed(job, error)
        except Exception as error:  # a mistake of ours must not end the service: log it, go on
            log.exception("job failed", job=job.name)
            self._failed(job, error)
        else:
            job.failures = 0
        finally:
            self._budget.release()

    def _is_due(self, job: Job) -> bool:
        """Return True if there is something to do: a refresh is due, or the spreadsheet is not left alone for good."""
        if job is self._refreshing:
            return self._unsettled or self._looks.due(self.moments)
        return self._prepared is not None or not self._looks.frozen() or self._waiting() > 0

    def _may_prepare(self, job: Job) -> bool:
        """Return True if the spreadsheet is prepared, or the budget has the calls for that."""
        if self._prepared is not None:
            return True
        later = self._later(job)
        return self._budget.wait("prepare", reads=PREPARING_READS, writes=PREPARING_WRITES, later=later) == 0

    def _later(self, job: Job) -> float:
        """Return by how many seconds the job's calls come after a delivery's, where the budget is short."""
        if job is self._delivery and self._waiting():
            return 0.0
        return SHOW_LATER if self.moments.unshown is not None else LOOK_LATER

    def _waiting(self) -> int:
        return self.context.outbox.deliveries.waiting(*self._ids()).count

    def _failed(self, job: Job, error: Exception) -> None:
        job.failures += 1
        self._count_failure(job.name, error)
        wait = self._wait_after(job, error)
        again = self.context.monotonic() + wait
        if self._prepared is None or _stops_all(error):
            self._stopped_until = again
        else:
            job.not_before = again
        if isinstance(error, RequestRefused | OutcomeUnknown) and job is self._refreshing:
            self.look_again()
        self._report(job, _words(error))
        self.show(error)
        kind = type(error).__name__
        log.warning("job failed", job=job.name, error=kind, failures=job.failures, wait=round(wait))

    def show(self, error: Exception) -> None:
        """Show on every owned tab why it is not refreshed, once, unless writing there is part of the trouble."""
        if isinstance(error, Foreign) or not isinstance(error, Stopped):
            return
        words = str(error)
        if words == self._notice:
            return
        try:
            if self._budget.wait("notice", reads=2, writes=1) == 0 and show_notice(self.context, words):
                self._notice = words
                self._prepared = None  # the tabs are written anew as soon as they can be
        except (SheetsError, OutboxError) as failure:
            log.warning("notice not shown", error=type(failure).__name__)
        finally:
            self._budget.release()

    def _wait_after(self, job: Job, error: Exception) -> float:
        """Return the seconds until the failed job may run again."""
        if isinstance(error, HeadersBroken | MassLoss):
            return min(self._pace.look, 2.5 * self._pace.refresh)
        if isinstance(error, Stopped):
            return min(AGAIN_SECONDS, self._pace.look)
        if isinstance(error, TransientError | OutcomeUnknown):
            return next_wait(self._policy, job.failures, error, self._chance()) or AGAIN_SECONDS
        if isinstance(error, OutboxError):
            return BUSY_SECONDS
        if isinstance(error, RequestRefused):  # staff deleted a tab: mended at once; the second time not so soon
            return min(AGAIN_SECONDS, self._pace.refresh * 2.0 ** (job.failures - 1))
        return AGAIN_SECONDS

    def _report(self, job: Job, words: str | None) -> None:
        """Keep what is wrong with the job for `status` and the journal, each only when it changes."""
        if words == job.trouble:
            return
        job.trouble = words
        if words is not None:
            self._journal(job, words)
        self.remember_trouble(self._delivery.trouble or self._refreshing.trouble)

    def remember_trouble(self, words: str | None) -> None:
        """Keep what is wrong now for `status`; None for nothing."""
        self.trouble = words
        keep_trouble(self.context, words)

    def _journal(self, job: Job, words: str) -> None:
        kind = "delivery" if job is self._delivery else "refresh"
        try:
            self.context.journal(kind, 0, 0, self.context.monotonic(), texts.FAILED, words)
        except OutboxError as error:
            log.warning("journal not kept", error=type(error).__name__)

    def _ids(self) -> tuple[str, str]:
        return self.context.campaign.id, self.context.spreadsheet.id

    def measure(self) -> None:
        """Bring the gauges up to date."""
        campaign, metrics = self.context.campaign.id, self._metrics
        waiting = self.context.outbox.deliveries.waiting(*self._ids())
        metrics.waiting.labels(campaign).set(waiting.count)
        oldest = waiting.oldest_received_real
        metrics.oldest.labels(campaign).set(time.time() - oldest.timestamp() if oldest else 0)
        metrics.set_aside.labels(campaign).set(len(self.context.outbox.deliveries.set_aside_list(*self._ids())))
        metrics.calls.labels(campaign).set(self.context.spreadsheet.calls)

    def _count_failure(self, job: str, error: Exception) -> None:
        self._metrics.failures.labels(self.context.campaign.id, job, type(error).__name__).inc()


def _words(error: Exception) -> str:
    """Return the words for people about the error of a job."""
    if isinstance(error, TabMissing):
        return texts.TAB_MISSING.format(what=error)
    known = isinstance(error, SheetsError | OutboxError | WorkerError)
    return str(error) if known else texts.UNEXPECTED.format(error=type(error).__name__)


def _stops_all(error: Exception) -> bool:
    """Return True if the error stops both jobs.

    Broken headers do not: an open delivery may still be settled. Nor does a mass loss: new rows are appended whole, so
    they can neither hide it nor be harmed by it.
    """
    return isinstance(error, Stopped) and not isinstance(error, HeadersBroken | MassLoss)
