"""When things are due, and the schedule's loop: pure decisions and a clock of our own."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from outbox.errors import LeaseLost
from sync.process.due import Moments, Pace, delivery_due, refresh_due
from sync.process.loop import guarded, run_jobs

PACE = Pace(delivery=3, refresh=6, look=60)


def test_a_delivery_waits_for_the_one_before() -> None:
    moments = Moments()
    assert delivery_due(PACE, moments, 100)
    moments.note_delivery(100)
    assert not delivery_due(PACE, moments, 102.9)
    assert delivery_due(PACE, moments, 103)


def test_a_refresh_follows_the_first_delivery_that_is_not_shown() -> None:
    moments = Moments()
    assert refresh_due(PACE, moments, 0)
    moments.note_refresh(0)
    assert not refresh_due(PACE, moments, 59)
    moments.note_delivery(2)
    for later in (5, 5.5, 5.9):
        assert not refresh_due(PACE, moments, later)
        moments.note_delivery(later)
    assert refresh_due(PACE, moments, 6)  # later deliveries have not postponed it
    moments.note_refresh(6)
    assert not refresh_due(PACE, moments, 65)
    assert refresh_due(PACE, moments, 66)


def test_totals_appear_within_ten_seconds_of_a_submission_whenever_it_comes() -> None:
    for tenths in range(120):
        submitted, shown = 20 + tenths / 10, 0.0
        moments, delivered = Moments(delivered=20, refreshed=20), False
        now = submitted
        while not shown:
            if not delivered and delivery_due(PACE, moments, now):
                moments.note_delivery(now)
                delivered = True
            if refresh_due(PACE, moments, now) and delivered:
                shown = now
            now += 0.5  # the poll
        assert shown - submitted <= 9


class Clock:
    def __init__(self) -> None:
        self.wall = 1_700_000_000.0
        self.monotonic = 0.0


def test_the_jobs_go_on_when_the_wall_clock_is_set_back() -> None:
    clock = Clock()
    ran: list[float] = []

    def sleep(seconds: float) -> None:
        clock.monotonic += 1
        clock.wall += 1
        if len(ran) == 3:
            clock.wall -= 3600

    jobs: list[tuple[float, Callable[[], None]]] = [(0.001, lambda: ran.append(clock.monotonic))]
    run_jobs(jobs, lambda: len(ran) >= 6, sleep, lambda: clock.wall, lambda: clock.monotonic)
    assert len(ran) == 6


def test_nothing_runs_after_the_end() -> None:
    ran: list[int] = []
    run_jobs([(0.01, lambda: ran.append(1))], lambda: bool(ran), lambda seconds: None)
    assert ran == [1]


def test_a_job_that_fails_does_not_end_the_service() -> None:
    ran: list[str] = []

    def broken() -> None:
        ran.append("broken")
        raise ZeroDivisionError

    jobs = [(0.001, guarded(broken)), (0.001, guarded(lambda: ran.append("sound")))]
    run_jobs(jobs, lambda: ran.count("sound") >= 2, lambda seconds: time.sleep(0.005))
    assert ran.count("broken") >= 2


def test_a_lost_lease_ends_the_jobs() -> None:
    def lost() -> None:
        raise LeaseLost("spreadsheet")

    with pytest.raises(LeaseLost):
        run_jobs([(0.001, guarded(lost))], lambda: False, lambda seconds: None)
