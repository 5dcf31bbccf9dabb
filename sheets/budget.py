"""The budget of calls: limits on reads and writes a minute, counted over the last minute.

Source of the quotas (60 a minute for a user, reads and writes apart):
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
    """Limits the reads and the writes in any sixty seconds. One budget for a spreadsheet and process; one thread.

    clock: monotonic seconds.
    """

    def __init__(self, reads: int, writes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits: dict[CallKind, int] = {"read": reads, "write": writes}
        self._sent: dict[CallKind, deque[float]] = {"read": deque(), "write": deque()}
        self._clock = clock

    def wait(self, kind: CallKind, calls: int = 1) -> float:
        """Return the seconds until `calls` calls of this kind may be sent; 0 if they may be sent now.

        Ask for more `calls` than needed to leave the rest to others: a refresh leaves it to deliveries.
        """
        now, sent = self._clock(), self._sent[kind]
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        over = len(sent) + min(calls, self._limits[kind]) - self._limits[kind]
        return 0.0 if over <= 0 else sent[over - 1] + MINUTE - now

    def take(self, kind: CallKind) -> None:
        """Count a call that is about to be sent. Raises BudgetSpent if the budget does not allow it."""
        wait = self.wait(kind)
        if wait > 0:
            raise BudgetSpent(texts.BUDGET_SPENT.format(seconds=math.ceil(wait)), wait)
        self._sent[kind].append(self._clock())
