"""What came of a soak, judged and in words. Imports none of its senders."""

from __future__ import annotations

from dataclasses import dataclass, field

from scripts import texts
from scripts.soak.memory import FORMULAS
from scripts.soak.tally import LISTED, NO_ANSWER, SLOW_SECONDS, Tally

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
