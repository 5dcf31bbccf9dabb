"""When to try again: a decision made by a pure function, no sleeping here. Imports this package's errors."""

from __future__ import annotations

from dataclasses import dataclass

from sheets.errors import OutcomeUnknown, SheetsError, TransientError, Unreachable


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """first, longest: seconds; the wait doubles from `first` up to `longest`, but for an address where nobody answers
    only up to `unreachable`. attempts: None for without end."""

    first: float = 1.0
    longest: float = 60.0
    unreachable: float = 5.0
    attempts: int | None = None


def next_wait(policy: RetryPolicy, failures: int, error: SheetsError, chance: float) -> float | None:
    """Seconds to wait after the `failures`-th failure in a row (1, 2, …); None to give up.

    chance: a random number from 0 to 1; the wait is spread over its upper half, so that several workers that failed
    together do not come back together. What the server asked for (`Retry-After`) is never undercut, and never
    followed for more than ten times `longest`.
    """
    if not isinstance(error, TransientError | OutcomeUnknown):
        return None
    if policy.attempts is not None and failures >= policy.attempts:
        return None
    longest = policy.unreachable if isinstance(error, Unreachable) else policy.longest
    ceiling = min(longest, policy.first * 2.0 ** min(failures - 1, 30))
    wait = ceiling * (0.5 + 0.5 * chance)
    if error.retry_after is not None:
        wait = max(wait, min(error.retry_after, policy.longest * 10))
    return wait
