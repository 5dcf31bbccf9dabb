"""Waiting out a failure that may pass, for commands that a person started."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from sheets import OutcomeUnknown, RetryPolicy, TransientError, next_wait

MOST_FAILURES = 3
POLICY = RetryPolicy(first=1.0, longest=60.0, attempts=MOST_FAILURES)
T = TypeVar("T")


def patiently(call: Callable[[], T], sleep: Callable[[float], object]) -> T:
    """Return the call's value; a failure that may pass is waited for. Raises the error that stays."""
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
