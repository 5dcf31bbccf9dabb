"""Calls that are repeated while their failure may pass, for commands that a person started."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from sheets import OutcomeUnknown, RetryPolicy, TransientError, next_wait

MOST_FAILURES = 3
POLICY = RetryPolicy(first=1.0, longest=60.0, attempts=MOST_FAILURES)
T = TypeVar("T")


def retry(call: Callable[[], T], sleep: Callable[[float], object]) -> T:
    """Return the value of `call`, repeated after TransientError and OutcomeUnknown. Raises the last try's error."""
    failures = 0
    while True:
        try:
            return call()
        except (TransientError, OutcomeUnknown) as error:
            failures += 1
            wait = next_wait(POLICY, failures, error, random.random())  # noqa: S311 - a wait
            if wait is None:
                raise
            sleep(wait)
