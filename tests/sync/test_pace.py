"""When things are due, and the schedule's loop: pure decisions and a clock of our own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from outbox.errors import LeaseLost
from sync.process.due import Moments, Pace, delivery_due, refresh_due
from sync.process.loop import run_jobs, run_safely

ROOT = Path(__file__).resolve().parents[2]
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


SCHEDULE = """
import os, time
from datetime import UTC, datetime, timedelta
from sync.process.loop import run_jobs

seen = []
while seen[:1] != [1]:  # again if a busy computer came to the first job only after the end of summer time
    end = datetime.now(UTC) + timedelta(hours=1, seconds=3)  # wall time of a zone an hour ahead
    leap_day = int(end.month > 2 and end.year % 4 == 0)  # such a rule counts no 29 February
    os.environ["TZ"] = f"STD0DST-1,J1/0,J{end.timetuple().tm_yday - leap_day}/{end:%H:%M:%S}"
    time.tzset()
    seen.clear()
    run_jobs([(0.05, lambda: seen.append(time.localtime().tm_isdst))], lambda: seen[-5:] == [0] * 5, time.sleep)
"""


@pytest.mark.slow
def test_the_end_of_summer_time_seconds_after_the_start_makes_nobody_rest() -> None:
    subprocess.run([sys.executable, "-c", SCHEDULE], cwd=ROOT, timeout=100, check=True)


def test_nothing_runs_after_the_end() -> None:
    ran: list[int] = []
    run_jobs([(0.01, lambda: ran.append(1))], lambda: bool(ran), lambda seconds: None)
    assert ran == [1]


def test_a_job_that_fails_does_not_end_the_service() -> None:
    ran: list[str] = []

    def broken() -> None:
        ran.append("broken")
        raise ZeroDivisionError

    jobs = [(0.001, run_safely(broken)), (0.001, run_safely(lambda: ran.append("sound")))]
    run_jobs(jobs, lambda: ran.count("sound") >= 2, lambda seconds: time.sleep(0.005))
    assert ran.count("broken") >= 2


def test_a_lost_lease_ends_the_jobs() -> None:
    def lost() -> None:
        raise LeaseLost("spreadsheet")

    with pytest.raises(LeaseLost):
        run_jobs([(0.001, run_safely(lost))], lambda: False, lambda seconds: None)
