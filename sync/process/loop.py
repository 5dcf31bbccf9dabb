"""The schedule: the worker's jobs by the clock, until a signal comes. Imported by `sync` alone.

`schedule` names the next run of each job by the wall clock; a clock that is set back would leave the jobs asleep, so
they are scheduled anew whenever the two clocks part.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import schedule
import structlog

from outbox.errors import LeaseLost
from sync.lease import Held
from sync.process.metrics import Metrics
from sync.process.worker import Worker

POLL_SECONDS = 0.5
"""How often the outbox is asked what waits; a question to our own database."""
STANDBY_SECONDS = 2.0
MEASURE_SECONDS = 5.0
CLOCK_STEP_SECONDS = 2.0

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
    """The job as the schedule calls it: `schedule` would end with any exception, and the service with it."""

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
    wall: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Run each job every so many seconds until `ended`. A job's exception ends it."""
    scheduler = _scheduled(jobs)
    apart = wall() - monotonic()
    while not ended():
        scheduler.run_pending()
        if abs(wall() - monotonic() - apart) > CLOCK_STEP_SECONDS:
            log.warning("the clock was set", seconds=round(wall() - monotonic() - apart))
            scheduler, apart = _scheduled(jobs), wall() - monotonic()
        idle = scheduler.idle_seconds
        sleep(min(1.0, max(0.01, idle if idle is not None else 1.0)))


def _scheduled(jobs: Sequence[Job]) -> schedule.Scheduler:
    scheduler = schedule.Scheduler()
    for seconds, work in jobs:
        # `schedule` says int and computes with timedelta, which takes parts of a second as well
        scheduler.every(seconds).seconds.do(work)  # type: ignore[arg-type]
    scheduler.run_all()
    return scheduler
