"""The parent's side of the child process that computes formulas."""

import contextlib
import json
import signal
import subprocess
import sys
import threading
from typing import Any

import structlog

_log = structlog.get_logger("localsheets.engine")


class JobFailedError(Exception):
    """The job went beyond the limits of the child or crashed it."""


class JobInterruptedError(Exception):
    """There is no verdict: the given seconds were over, or somebody killed the child."""


class Engine:
    """One child process, started with the first job and again after each end. Thread-safe; one job at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def compute(self, job: dict[str, Any], seconds: float) -> list[Any]:
        """Return the values of the job's formulas (see `child.compute`).

        The child limits the job's processor time itself; `seconds` limits the waiting, the start of a child included.

        Raises:
            JobFailedError: the formulas are to blame.
            JobInterruptedError: they are not.
        """
        if seconds <= 0:
            raise JobInterruptedError
        line = json.dumps(job).encode() + b"\n"
        with self._lock:
            process = self._running()
            if process.stdin is None or process.stdout is None:
                raise TypeError("the child has no pipes")
            late = threading.Event()

            def give_up() -> None:
                late.set()
                process.kill()

            timer = threading.Timer(seconds, give_up)
            timer.daemon = True
            timer.start()
            try:
                process.stdin.write(line)
                process.stdin.flush()
                answer = process.stdout.readline()
            except OSError:
                answer = b""
            finally:
                timer.cancel()
            if answer.endswith(b"\n"):
                values: list[Any] = json.loads(answer)
                return values
            code = self._end(process)
        _log.warning("formula engine ended", code=code, late=late.is_set())
        if late.is_set() or code == -signal.SIGKILL:
            raise JobInterruptedError
        raise JobFailedError

    def close(self) -> None:
        """End the child."""
        with self._lock:
            if self._process is not None:
                self._end(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end(self._process)
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "localsheets.engine.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a panic of the engine writes values there
            )
        return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        """Make sure that the child has ended, and return its exit code."""
        self._process = None
        # Closing the pipes writes what is left, into one that the child may have closed.
        with contextlib.suppress(OSError), process:
            try:
                process.wait(0.2)  # it is ending by itself
            except subprocess.TimeoutExpired:
                process.kill()
        return process.wait()
