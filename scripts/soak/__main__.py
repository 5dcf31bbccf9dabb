"""`make soak`: a rehearsal of its own takes hostile input for some minutes; then its answers and memory are judged.

Seven processes send at once: fuzz of the form, of the files that it takes, of the desk, of the reading API, of the
grid, of the spreadsheet's API, and hostile formulas. Exits 0 when nothing was answered 5xx or not at all, nothing took
longer than it may, and memory is level; 1 when not; 2 when it did not start.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from scripts import texts
from scripts.soak import api, desk, files, form, formulas, grid, programs
from scripts.soak.memory import memory
from scripts.soak.report import Report, table, verdict
from scripts.soak.stage import Stage, StageError, started
from scripts.soak.tally import Tally

MINUTES = 30.0
SENDERS = 7
MOST_MISTAKES = 40
OWN_MISTAKE = re.compile(r"(page|request|job|thread) failed|Traceback|Error\b.*\.py:\d+")
BEGINNING = 0.2
"""Share of the time after which memory is called that of the beginning: every page has been asked for once by then."""


def run(folder: Path, minutes: float, seed: int) -> Report:
    """Start the rehearsal, send for so long, and look. Raises StageError."""
    seconds = minutes * 60
    context = get_context("forkserver")
    context.set_forkserver_preload([sender.__name__ for sender in (api, desk, files, form, formulas, grid, programs)])
    with started(folder) as stage, ProcessPoolExecutor(SENDERS, mp_context=context) as pool:
        links = stage.links()
        began = time.monotonic()
        sending = [
            pool.submit(form.fuzz, stage, links, seed, seconds),
            pool.submit(files.fuzz, stage, links, seed, seconds),
            pool.submit(desk.fuzz, stage, links, seed, seconds),
            pool.submit(programs.fuzz, stage, seed, seconds),
            pool.submit(grid.fuzz, stage, seed, seconds),
            pool.submit(api.fuzz, stage, seed, seconds),
            pool.submit(formulas.fuzz, stage, seed, seconds),
        ]
        looks = []
        for share in (BEGINNING, 0.5, 1.0):
            time.sleep(max(0.0, began + share * seconds - time.monotonic()))
            looks.append(_look(stage, share))
        report = Report(Tally())
        for one in sending:
            report.tally.add(one.result())
    names = sorted({name for look in looks for name in look})
    report.memory = {name: [look.get(name, 0.0) for look in looks] for name in names}
    return report


def _look(stage: Stage, share: float) -> dict[str, float]:
    found = memory(stage.pid)
    held = ", ".join(f"{name} {megabytes:.0f}" for name, megabytes in found.items())
    print(texts.SOAK_LOOK.format(share=round(share * 100), held=held), flush=True)
    return found


def own_mistakes(folder: Path) -> list[str]:
    """Return what the processes logged of unexpected exceptions, kind and place; the folder is about to go."""
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.log"))]
    return [line for log in logs for line in log.splitlines() if OWN_MISTAKE.search(line)][:MOST_MISTAKES]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=texts.SOAK_ABOUT)
    parser.add_argument("--minutes", type=float, default=MINUTES, help=texts.SOAK_MINUTES)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help=texts.FAULTS_SEED)  # noqa: S311
    asked = parser.parse_args(arguments)
    print(texts.SOAK_START.format(minutes=asked.minutes, seed=asked.seed), flush=True)
    with tempfile.TemporaryDirectory(prefix="svod-soak-") as folder:
        try:
            report = run(Path(folder), asked.minutes, asked.seed)
        except StageError as error:
            print(error, file=sys.stderr)
            return 2
        failed = [] if report.good else own_mistakes(Path(folder))
    print("\n".join(failed), file=sys.stderr)
    print(table(report))
    print(texts.SOAK_LOAD.format(load=os.getloadavg()[1], cores=os.cpu_count()))
    print(verdict(report, asked.seed))
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
