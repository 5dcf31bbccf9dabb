"""When a mail that the server put off is tried again: one pure function."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=5)
"""Greylisting takes a second attempt after some minutes."""
LONGEST_WAIT = timedelta(hours=4)
MOST_ATTEMPTS = 20
"""Nearly three days: a mailbox that is full over a weekend gets its mail."""
JITTER = 0.25
"""The part of a wait by which it is shortened or lengthened, so that mails put off together do not come together."""


def next_attempt(attempts: int, now: datetime, chance: float) -> datetime | None:
    """Return the moment of the next attempt; None when there is no further one.

    attempts: made so far, 1 or more. chance: 0 to 1. The waits double: 5, 10, 20, 40 minutes … 4 hours.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 10)))
    return now + wait * (1 - JITTER + 2 * JITTER * chance)


def trouble_wait(failures: int, chance: float) -> timedelta:
    """Return how long nothing is sent after the server failed as a whole so many times in a row, 1 or more."""
    wait = min(timedelta(minutes=15), timedelta(seconds=15) * (1 << min(failures - 1, 10)))
    return wait * (1 - JITTER + 2 * JITTER * chance)
