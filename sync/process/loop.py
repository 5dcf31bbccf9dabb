"""The schedule: the worker's jobs, one after another, until a signal comes.

`schedule` plans by local wall time, which winter time and a clock that is set turn back. A job that seems further away
than its interval shows that, and all are planned anew; what is due is decided by monotonic time (`due`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import schedule
import structlog

from outbox.errors import LeaseLost
from sync.lease import Held
from sync.process.metrics import Metrics
from sync.process.rollup_worker import RollupWorker
from sync.process.worker import Worker

POLL_SECONDS = 0.5
"""How often the outbox is asked what waits; a question to our own database."""
STANDBY_SECONDS = 2.0
MEASURE_SECONDS = 5.0
RESTORE_SECONDS = 2.0
"""How often the outbox is asked whether the desk wants something put back."""
LONGEST_SLEEP, SHORTEST_SLEEP = 1.0, 0.01
CLOCK_STEP_SECONDS = 2.0

log = structlog.get_logger("sync.process.loop")
Job = tuple[float, Callable[[], None]]


def run(worker: Worker, held: Held, metrics: Metrics, stop: threading.Event) -> None:
    """Work until `stop` is set or the lease is lost. A call in flight is finished first."""
    settings = worker.context.campaign.schedule
    poll = min(POLL_SECONDS, settings.delivery_seconds, settings.refresh_seconds)
    jobs = [
        (poll, worker.deliver),
        (poll, worker.refresh),
        (RESTORE_SECONDS, worker.restore),
        (MEASURE_SECONDS, worker.measure),
    ]
    _run_as_active(jobs, worker.context.owner, held, metrics, stop)


def run_rollup(worker: RollupWorker, held: Held, metrics: Metrics, stop: threading.Event) -> None:
    """The same for a roll-up."""
    jobs = [(POLL_SECONDS, worker.step), (MEASURE_SECONDS, worker.measure)]
    _run_as_active(jobs, worker.context.owner, held, metrics, stop)


def _run_as_active(jobs: Sequence[Job], owner: str, held: Held, metrics: Metrics, stop: threading.Event) -> None:
    active = metrics.active.labels(owner)
    active.set(1)
    try:
        run_jobs(
            [(seconds, run_safely(job)) for seconds, job in jobs],
            lambda: stop.is_set() or held.lost.is_set(),
            stop.wait,
        )
    except LeaseLost:
        log.warning("lease lost, on standby")
    finally:
        active.set(0)


def run_safely(job: Callable[[], None]) -> Callable[[], None]:
    """Return the job as the schedule calls it: one that fails is logged, and the others go on."""

    def call() -> None:
        try:
            job()
        except LeaseLost:
            raise
        except Exception:
            log.exception("job failed", job=getattr(job, "__name__", ""))

    return call


def run_jobs(jobs: Sequence[Job], ended: Callable[[], bool], sleep: Callable[[float], object]) -> None:
    """Run each job at once and then every so many seconds, until `ended`. A job's exception ends it."""
    scheduler, shortest = _scheduled(jobs), min(seconds for seconds, _ in jobs)
    while not ended():
        scheduler.run_pending()
        idle = scheduler.idle_seconds or 0.0
        if idle > shortest + CLOCK_STEP_SECONDS:
            log.warning("the wall clock was set back", seconds=round(idle))
            scheduler = _scheduled(jobs)
            continue
        sleep(min(LONGEST_SLEEP, max(SHORTEST_SLEEP, idle)))


def _scheduled(jobs: Sequence[Job]) -> schedule.Scheduler:
    scheduler = schedule.Scheduler()
    for seconds, work in jobs:
        # `schedule` says int and computes with timedelta, which takes parts of a second as well
        scheduler.every(seconds).seconds.do(work)  # type: ignore[arg-type]
    scheduler.run_all()
    return scheduler
