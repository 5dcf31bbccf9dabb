"""The signals of the worker's process: SIGTERM and SIGINT end it, SIGHUP has it look at the campaigns' files again."""

from __future__ import annotations

import signal
import time
from types import TracebackType
from typing import Self

ENDS = (signal.SIGTERM, signal.SIGINT)
POLL_SECONDS = 0.2


class Signals:
    """What was asked of the process while the block runs. For the main thread.

    The handlers set plain flags, which `wait` polls: a lock that the interrupted thread holds would stop them for ever.
    """

    def __init__(self) -> None:
        self.stopped = False
        self._again = False

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._end) for number in ENDS}
        self._before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._look_again)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a signal came."""
        until = time.monotonic() + seconds
        while not (self.stopped or self._again) and time.monotonic() < until:
            time.sleep(POLL_SECONDS)

    def take_reload(self) -> bool:
        """Return True once for each request to look at the files again."""
        asked, self._again = self._again, False
        return asked

    def _end(self, *_: object) -> None:
        self.stopped = True

    def _look_again(self, *_: object) -> None:
        self._again = True
