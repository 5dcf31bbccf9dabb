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
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from scripts import texts
from scripts.soak import api, desk, files, form, formulas, grid, programs
from scripts.soak.memory import FORMULAS, memory
from scripts.soak.stage import Stage, StageError, started
from scripts.soak.tally import LISTED, NO_ANSWER, SLOW_SECONDS, Tally

MINUTES = 30.0
SENDERS = 7
MOST_MISTAKES = 40
OWN_MISTAKE = re.compile(r"(page|request|job|thread) failed|Traceback|Error\b.*\.py:\d+")
BEGINNING = 0.2
"""Share of the time after which memory is called that of the beginning: every page has been asked for once by then."""
GROWTH_SHARE = 0.2
"""From the middle to the end a process may grow by so much."""
GROWTH_FLOOR = 24.0
"""Megabytes of growth that are none: pages that the allocator keeps."""


@dataclass
class Report:
    """What came of a soak. memory: process → megabytes at the beginning, in the middle, at the end."""

    tally: Tally
    memory: dict[str, list[float]] = field(default_factory=dict)

    @property
    def grown(self) -> list[str]:
        """The processes with a memory that is not level."""
        return [
            name
            for name, (_beginning, middle, end) in self.memory.items()
            if name != FORMULAS and end - middle > max(GROWTH_FLOOR, GROWTH_SHARE * middle)
        ]

    @property
    def good(self) -> bool:
        return not (self.tally.faults or self.tally.slow or self.grown)


def run(folder: Path, minutes: float, seed: int) -> Report:
    """Start the rehearsal, send for so long, and look. Raises StageError."""
    seconds = minutes * 60
    with started(folder) as stage, ProcessPoolExecutor(SENDERS, mp_context=get_context("spawn")) as pool:
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


def table(report: Report) -> str:
    """Return the report as people read it."""
    calls, labels = report.tally.calls, sorted({label for label, _status in report.tally.calls})
    lines = [texts.SOAK_CALLS, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for label in labels:
        counts = [sum(n for (one, status), n in calls.items() if one == label and status // 100 == k) for k in range(6)]
        lines.append(
            f"| `{label}` | {counts[2]} | {counts[3]} | {counts[4]} | {counts[5]} | {counts[0]} | "
            f"{report.tally.longest[label]:.2f} |"
        )
    total = [sum(n for (_, status), n in calls.items() if status // 100 == kind) for kind in range(6)]
    lines.append(f"| {texts.SOAK_ALL} | {total[2]} | {total[3]} | {total[4]} | {total[5]} | {total[0]} | |")
    lines += ["", texts.SOAK_MEMORY, "| --- | ---: | ---: | ---: | ---: |"]
    for name, (beginning, middle, end) in report.memory.items():
        change = f"{(end - middle) / middle:+.0%}" if middle else "–"
        lines.append(f"| {name} | {beginning:.0f} | {middle:.0f} | {end:.0f} | {change} |")
    lines += ["", texts.SOAK_LISTED.format(seconds=SLOW_SECONDS)]
    lines += [f"- `{pattern.pattern}`: {seconds:g} с, {why}" for pattern, seconds, why in LISTED]
    return "\n".join(lines)


def verdict(report: Report, seed: int) -> str:
    """Return what is wrong, each thing with what was sent; or that nothing is."""
    lines = [*report.tally.faults, *report.tally.slow]
    lines += [texts.SOAK_GROWN.format(name=name, share=GROWTH_SHARE) for name in report.grown]
    bad = sum(n for (_, status), n in report.tally.calls.items() if status == NO_ANSWER or status >= 500)
    if report.good:
        return texts.SOAK_GOOD
    said = texts.SOAK_BAD.format(bad=bad, slow=len(report.tally.slow), grown=len(report.grown), seed=seed)
    return "\n".join([*lines, said])


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
