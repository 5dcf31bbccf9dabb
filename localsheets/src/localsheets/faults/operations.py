"""The log of operations: what was asked, in which order, with which outcome."""

import sys
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass

KEPT = 50_000
LONGEST_ID = 100  # characters of a spreadsheet's id that are kept; a path may hold any


@dataclass(frozen=True, slots=True)
class Operation:
    """One request in the log.

    seq:       order of completion, from 1
    time:      Unix seconds at the start
    status:    of the answer; 0 if none was sent (reset, hang)
    committed: True if the state was changed
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
    """The last `KEPT` operations, in memory."""

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
        """Log one finished request. Equal texts are kept once: there are many requests and few spreadsheets."""
        spent = round((time.time() - started) * 1000, 3)
        method, kind, spreadsheet = sys.intern(method), sys.intern(kind), sys.intern(spreadsheet[:LONGEST_ID])
        with self._lock:
            self._seq += 1
            self._held.append(
                Operation(self._seq, started, method, kind, spreadsheet, rows, status, fault, committed, spent)
            )

    def since(self, seq: int, limit: int) -> list[dict[str, object]]:
        """Return at most `limit` operations after `seq`, oldest first."""
        with self._lock:
            found = [operation for operation in self._held if operation.seq > seq]
        return [asdict(operation) for operation in found[:limit]]

    def counts(self) -> dict[str, int]:
        """Return the number of kept operations of each kind."""
        with self._lock:
            kinds = [operation.kind for operation in self._held]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    def clear(self) -> None:
        """Forget all operations; the numbering goes on."""
        with self._lock:
            self._held.clear()
