"""The budget of calls: how many reads and writes a minute are sent, counted over the last minute.

Imports this package's errors and texts. Source of the quotas (60 a minute a user, reads and writes apart):
https://developers.google.com/workspace/sheets/api/limits
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Literal, TypeAlias

from sheets import texts
from sheets.errors import BudgetSpent

CallKind: TypeAlias = Literal["read", "write"]
MINUTE = 60.0


class CallBudget:
    """At most so many reads and writes in any sixty seconds. One budget a spreadsheet and process; one thread.

    clock: seconds that only grow (`time.monotonic`).
    """

    def __init__(self, reads: int, writes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits: dict[CallKind, int] = {"read": reads, "write": writes}
        self._sent: dict[CallKind, deque[float]] = {"read": deque(), "write": deque()}
        self._clock = clock

    def wait(self, kind: CallKind, calls: int = 1) -> float:
        """Seconds until `calls` calls of this kind may be sent; 0 when they may be sent now.

        Ask with a larger `calls` than needed to leave the rest to somebody else (a refresh leaves it to deliveries).
        """
        now, sent = self._clock(), self._sent[kind]
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        over = len(sent) + min(calls, self._limits[kind]) - self._limits[kind]
        return 0.0 if over <= 0 else sent[over - 1] + MINUTE - now

    def take(self, kind: CallKind) -> None:
        """Count a call that is about to be sent. Raises BudgetSpent when it may not be."""
        wait = self.wait(kind)
        if wait > 0:
            raise BudgetSpent(texts.BUDGET_SPENT.format(seconds=math.ceil(wait)), wait)
        self._sent[kind].append(self._clock())
