"""The log of operations that a checker reads: what was asked, in which order, how it ended. Imports nothing of ours."""

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass

KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Operation:
    """`seq`: order of completion, from 1. `time`: Unix seconds at the start. `status`: of the answer, 0 when none was
    sent (reset, hang). `committed`: whether the state was changed.
    """

    seq: int
    time: float
    method: str
    kind: str
    spreadsheet: str
    rows: int
    status: int
    fault: str
    committed: bool
    milliseconds: float


class Operations:
    """In memory, the last `KEPT`."""

    def __init__(self) -> None:
        self._held: deque[Operation] = deque(maxlen=KEPT)
        self._seq = 0
        self._lock = threading.Lock()

    def add(
        self,
        started: float,
        method: str,
        kind: str,
        spreadsheet: str,
        rows: int,
        status: int,
        fault: str,
        committed: bool,
    ) -> None:
        """Notes one finished request."""
        spent = round((time.time() - started) * 1000, 3)
        with self._lock:
            self._seq += 1
            self._held.append(
                Operation(self._seq, started, method, kind, spreadsheet, rows, status, fault, committed, spent)
            )

    def since(self, seq: int, limit: int) -> list[dict[str, object]]:
        """The operations after `seq`, oldest first, at most `limit`."""
        with self._lock:
            found = [operation for operation in self._held if operation.seq > seq]
        return [asdict(operation) for operation in found[:limit]]

    def counts(self) -> dict[str, int]:
        """How many of each kind, of those that are kept."""
        with self._lock:
            kinds = [operation.kind for operation in self._held]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    def clear(self) -> None:
        """Forgets all; numbers go on."""
        with self._lock:
            self._held.clear()
