"""The schedule: the worker's jobs, one after another, until a signal comes.

It goes by the monotonic clock alone: no time zone, no change to winter time and no clock that is set makes it rest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import structlog

from outbox.errors import LeaseLost
from sync.lease import Held
from sync.process.metrics import Metrics
from sync.process.worker import Worker

POLL_SECONDS = 0.5
"""How often the outbox is asked what waits; a question to our own database."""
STANDBY_SECONDS = 2.0
MEASURE_SECONDS = 5.0
LONGEST_SLEEP, SHORTEST_SLEEP = 1.0, 0.01

log = structlog.get_logger("sync.process.loop")
Job = tuple[float, Callable[[], None]]


def run(worker: Worker, held: Held, metrics: Metrics, stop: threading.Event) -> None:
    """Work until `stop` is set or the lease is lost. A call in flight is finished first."""
    settings = worker.context.campaign.schedule
    poll = min(POLL_SECONDS, settings.delivery_seconds, settings.refresh_seconds)
    metrics.active.set(1)
    try:
        jobs = [(poll, worker.deliver), (poll, worker.refresh), (MEASURE_SECONDS, worker.measure)]
        run_jobs(
            [(seconds, guarded(job)) for seconds, job in jobs],
            lambda: stop.is_set() or held.lost.is_set(),
            stop.wait,
        )
    except LeaseLost:
        log.warning("lease lost, on standby")
    finally:
        metrics.active.set(0)


def guarded(job: Callable[[], None]) -> Callable[[], None]:
    """The job as the schedule calls it: one that fails is logged, and the others go on."""

    def call() -> None:
        try:
            job()
        except LeaseLost:
            raise
        except Exception:
            log.exception("job failed", job=getattr(job, "__name__", ""))

    return call


def run_jobs(
    jobs: Sequence[Job],
    ended: Callable[[], bool],
    sleep: Callable[[float], object],
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Run each job at once and then so many seconds after its last run, until `ended`. A job's exception ends it."""
    due = [monotonic()] * len(jobs)
    while not ended():
        for index, (seconds, work) in enumerate(jobs):
            if monotonic() >= due[index] and not ended():
                work()
                due[index] = monotonic() + seconds
        sleep(min(LONGEST_SLEEP, max(SHORTEST_SLEEP, min(due) - monotonic())))
