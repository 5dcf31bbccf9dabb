"""The child process: computes formulas, one job a line.

A job and its answer are each one line of JSON on the standard input and output. The process ends at the end of its
input, and by any error, panic of the engine or limit: whoever sent the job starts another one.
"""

import contextlib
import json
import math
import resource
import signal
import sys
from typing import Any

import ironcalc

CPU_SECONDS = 2.0  # a job
MEMORY = 1 << 30
STACK = 8 << 20
MAX_TEXT = 50_000  # characters of a result, as of any cell
MAX_ANSWER = 16_000_000


def _limit(what: int, most: int) -> None:
    with contextlib.suppress(OSError, ValueError):  # macOS refuses some
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def compute(job: dict[str, Any]) -> list[object]:
    """Return the value of each of the job's formulas; an error value is `{"error": "#REF!"}`.

    tabs:     number of tabs, named T0, T1, …
    cells:    [[tab, row, column, value], …], counted from 1 but for the tab
    formulas: [[tab, row, column, text], …]
    zone:     time zone of TODAY and NOW
    """
    zone = job["zone"] if job["zone"] in ironcalc.get_all_timezones() else "UTC"
    engine = ironcalc.create("formulas", "en", zone, "en")
    engine.rename_sheet(0, "T0")
    for tab in range(1, job["tabs"]):
        engine.add_sheet(f"T{tab}")
    for tab, row, column, value in job["cells"]:
        if isinstance(value, bool):
            engine.update_cell_with_bool(tab, row, column, value)
        elif isinstance(value, str):
            engine.update_cell_with_text(tab, row, column, value)
        elif isinstance(value, dict):
            engine.set_user_input(tab, row, column, value["error"])
        else:
            engine.update_cell_with_number(tab, row, column, float(value))
    for tab, row, column, text in job["formulas"]:
        engine.set_user_input(tab, row, column, text)
    engine.evaluate()
    return [_answered(engine.get_cell_value(*formula[:3])) for formula in job["formulas"]]


def _answered(value: object) -> object:
    if isinstance(value, str) and value.startswith("#"):
        return {"error": value}
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return {"error": "#VALUE!"}
    if isinstance(value, float) and not math.isfinite(value):
        return {"error": "#NUM!"}
    return value


def main() -> None:
    """Answer jobs until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the input
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_STACK, STACK)
    _limit(resource.RLIMIT_AS, MEMORY)
    for line in sys.stdin.buffer:
        # Counts processor time, also in native code, and by default ends the process.
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        answer = json.dumps(compute(json.loads(line))).encode()
        if len(answer) > MAX_ANSWER:
            raise MemoryError("the results are too long")
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
