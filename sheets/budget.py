"""The budget of calls: limits on reads and writes a minute, counted over the last minute and shared by threads.

Source of the quotas (60 a minute for a user, reads and writes apart):
https://developers.google.com/workspace/sheets/api/limits

Fair among those that share it: who asks and has to wait gets a place in the queue, and nobody who came later is given a
call that one further ahead still needs. A place counts from the moment of the first question, plus `later` seconds.
After a `burst` the calls are spread over the minute, or who comes after it would wait for the rest of that minute.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sheets import texts
from sheets.errors import BudgetSpent

CallKind: TypeAlias = Literal["read", "write"]
KINDS: tuple[CallKind, ...] = ("read", "write")
MINUTE = 60.0
ASKING = 5.0
"""Seconds after its last question in which a place in the queue keeps others back: its owner may be stuck in a call."""
AGAIN = 1.0
"""Seconds to wait for calls that others hold, and may give back at any moment."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the queue. rank: the lower, the earlier; since, asked: of the first and the last question."""

    rank: tuple[float, int]
    since: float
    asked: float
    needed: dict[CallKind, int]


@dataclass
class _Quota:
    """What all shares of a budget have in common."""

    limits: dict[CallKind, int]
    burst: int | None
    clock: Callable[[], float]
    lock: threading.Lock = field(default_factory=threading.Lock)
    sent: dict[CallKind, deque[float]] = field(default_factory=lambda: {kind: deque() for kind in KINDS})
    held: dict[tuple[Hashable, CallKind], int] = field(default_factory=dict)
    places: dict[tuple[Hashable, str], _Place] = field(default_factory=dict)
    came: int = 0
    spent_until: dict[CallKind, float] = field(default_factory=lambda: dict.fromkeys(KINDS, float("-inf")))
    """When all calls sent so far would have been sent if they had been spread evenly."""

    def forget_old(self, now: float) -> None:
        for sent in self.sent.values():
            while sent and sent[0] <= now - MINUTE:
                sent.popleft()
        self.places = {key: place for key, place in self.places.items() if place.asked > now - MINUTE}

    def wait(self, kind: CallKind, needed: int, share: Hashable, now: float) -> float:
        """Return the seconds until `needed` more calls may be sent, beside those sent and those that others hold."""
        needed += sum(calls for (owner, what), calls in self.held.items() if what == kind and owner is not share)
        sent, limit = self.sent[kind], self.limits[kind]
        missing = len(sent) + needed - limit
        wait = 0.0
        if missing > 0:
            wait = sent[missing - 1] + MINUTE - now if missing <= len(sent) else AGAIN
        if self.burst is not None:
            ahead_of_time = max(self.spent_until[kind] - now, 0.0)
            wait = max(wait, ahead_of_time + (needed - self.burst) * MINUTE / limit)
        return wait

    def send(self, kind: CallKind, now: float) -> None:
        self.sent[kind].append(now)
        self.spent_until[kind] = max(self.spent_until[kind], now) + MINUTE / self.limits[kind]


class CallBudget:
    """Limits the reads and the writes in any sixty seconds. Each thread has a share of its own, see `share`.

    clock: monotonic seconds. burst: calls of a kind that may be sent at once; None for all of them
    """

    def __init__(
        self, reads: int, writes: int, clock: Callable[[], float] = time.monotonic, *, burst: int | None = None
    ) -> None:
        self._quota = _Quota({"read": reads, "write": writes}, burst, clock)

    def share(self) -> CallBudget:
        """Return another door to the same budget, for another thread."""
        other = CallBudget.__new__(CallBudget)
        other._quota = self._quota
        return other

    def set_limits(self, reads: int, writes: int, *, burst: int | None = None) -> None:
        """Change the limits for all shares."""
        with self._quota.lock:
            self._quota.limits, self._quota.burst = {"read": reads, "write": writes}, burst

    def wait(self, purpose: str, *, reads: int = 0, writes: int = 0, spare: int = 0, later: float = 0.0) -> float:
        """Return the seconds until these calls may be sent; 0 if they may be sent now, and then they are held.

        Held calls are nobody else's until they are taken, or given back by `release`. After another answer ask again,
        at least every `ASKING` seconds, to keep the place in the queue.

        purpose: what the calls are for; each has a place of its own. spare: calls of each kind that have to be left to
        others. later: seconds by which the place comes after that of others who asked at the same time.
        """
        quota, wanted = self._quota, {"read": reads, "write": writes}
        with quota.lock:
            now, key = quota.clock(), (self, purpose)
            quota.forget_old(now)
            for kind in KINDS:
                quota.held.pop((self, kind), None)
            before = quota.places.pop(key, None)
            quota.came += before is None
            since = now if before is None else before.since
            rank = (since + later, quota.came if before is None else before.rank[1])
            needed: dict[CallKind, int] = {
                kind: min(wanted[kind] + spare, quota.burst or quota.limits[kind]) for kind in KINDS if wanted[kind]
            }
            waits = [self._wait(kind, calls, rank, now) for kind, calls in needed.items()]
            if any(waits):
                quota.places[key] = _Place(rank, since, now, needed)
                return max(waits)
            for kind in needed:
                quota.held[self, kind] = min(wanted[kind], needed[kind])
            return 0.0

    def _wait(self, kind: CallKind, calls: int, rank: tuple[float, int], now: float) -> float:
        places = self._quota.places.values()
        ahead = sum(one.needed.get(kind, 0) for one in places if one.rank < rank and one.asked > now - ASKING)
        return self._quota.wait(kind, ahead + calls, self, now)

    def take(self, kind: CallKind) -> None:
        """Count a call that is about to be sent. Raises BudgetSpent if the budget does not allow it.

        A call that is not held needs no place in the queue: it ends a job that has begun.
        """
        quota = self._quota
        with quota.lock:
            now = quota.clock()
            quota.forget_old(now)
            if held := quota.held.pop((self, kind), 0):
                quota.held[self, kind] = held - 1
            elif (wait := quota.wait(kind, 1, self, now)) > 0:
                raise BudgetSpent(texts.BUDGET_SPENT.format(seconds=math.ceil(wait)), wait)
            quota.send(kind, now)

    def release(self) -> None:
        """Give back the calls that this share holds."""
        with self._quota.lock:
            for kind in KINDS:
                self._quota.held.pop((self, kind), None)
