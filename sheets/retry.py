"""When to try again, decided by a pure function; callers sleep."""

from __future__ import annotations

from dataclasses import dataclass

from sheets.errors import OutcomeUnknown, SheetsError, TransientError, Unreachable


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The waits between attempts.

    first, longest: seconds; the wait doubles from `first` up to `longest`
    unreachable:    the longest wait while nobody answers at the address, seconds
    attempts:       None for no limit
    """

    first: float = 1.0
    longest: float = 60.0
    unreachable: float = 5.0
    attempts: int | None = None


def next_wait(policy: RetryPolicy, failures: int, error: SheetsError, chance: float) -> float | None:
    """Return the seconds to wait after the `failures`-th failure in a row (1, 2, …); None to give up.

    chance: a random number from 0 to 1, which spreads the wait over its upper half, so that workers that failed
    together do not return together. The wait is at least the server's `Retry-After`, up to ten times `longest`.
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
