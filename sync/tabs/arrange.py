"""Bringing back the rows and columns of a tab that staff may sort: whole rows move, so notes stay beside theirs.

Pure arithmetic over keys; imported by `sync.tabs` alone.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sync.tabs.written import Request

Dimension = Literal["ROWS", "COLUMNS"]


@dataclass(frozen=True, slots=True)
class Move:
    """One row (or column) taken from `source` and put before what stood at `destination`, as `moveDimension` counts:
    both are indexes before the move.
    """

    source: int
    destination: int


@dataclass(frozen=True, slots=True)
class Insert:
    """`count` blank rows (or columns) before what stands at `index`."""

    index: int
    count: int


Step = Move | Insert


@dataclass(frozen=True)
class Arrangement:
    """steps: in their order; origin: for each wanted key the index that it had, None for one that is inserted."""

    steps: tuple[Step, ...]
    origin: tuple[int | None, ...]


def place_after(steps: Sequence[Step], place: int) -> int:
    """Where that which stood at `place` stands after the steps."""
    for step in steps:
        if isinstance(step, Insert):
            place += step.count if place >= step.index else 0
        elif place == step.source:
            place = step.destination - (step.destination > step.source)
        else:
            place += (step.destination <= place) - (step.source < place)
    return place


def arrange(present: Sequence[str | None], wanted: Sequence[str]) -> Arrangement:
    """How `wanted` come to stand first, in their order, and all else below them in its own order.

    present: the key of each row, None for a row that is not ours. Of equal keys the first is ours.
    """
    first = {}
    for index, key in enumerate(present):
        if key is not None and key not in first:
            first[key] = index
    place = {key: i for i, key in enumerate(wanted)}
    # What each row is now: an index into `wanted`, or -1 for what is not ours.
    now = [place[key] if key in place and first[key] == index else -1 for index, key in enumerate(present)]
    there = {number for number in now if number >= 0}
    steps: list[Step] = list(_foreign_down(now))
    steps += _sorted_back(now)
    steps += _missing(now, len(wanted))
    return Arrangement(tuple(steps), tuple(first[key] if place[key] in there else None for key in wanted))


def _foreign_down(now: list[int]) -> Iterator[Step]:
    """Rows that are not ours and stand between ours go below the last of ours, in their order."""
    end = max((i for i, number in enumerate(now) if number >= 0), default=-1) + 1
    index, ours = 0, sum(1 for number in now if number >= 0)
    while index < ours:
        if now[index] < 0:
            yield Move(index, end)
            now.insert(end - 1, now.pop(index))
        else:
            index += 1


def _sorted_back(now: list[int]) -> Iterator[Step]:
    """Those outside a longest ascending run move behind the one that they follow; the others stay."""
    ours = [number for number in now if number >= 0]
    staying = set(longest_ascending(ours))
    for number in sorted(set(ours) - staying):
        source = now.index(number)
        behind = max((i for i, other in enumerate(now) if 0 <= other < number and other in staying), default=-1)
        destination = behind + 1
        yield Move(source, destination)
        now.pop(source)
        now.insert(destination if destination <= source else destination - 1, number)
        staying.add(number)


def _missing(now: list[int], size: int) -> Iterator[Step]:
    ours = [number for number in now if number >= 0]
    if not now:
        return
    there = set(ours)
    index = 0
    while index < size:
        if index in there:
            index += 1
            continue
        count = 1
        while index + count < size and index + count not in there:
            count += 1
        if index < len(now):  # below everything there is nothing to push down
            yield Insert(index, count)
        now[index:index] = range(index, index + count)
        index += count


def longest_ascending(numbers: Sequence[int]) -> list[int]:
    """A longest strictly ascending subsequence."""
    tails: list[int] = []
    tail_at: list[int] = []
    before: list[int] = []
    for i, number in enumerate(numbers):
        at = bisect.bisect_left(tails, number)
        before.append(tail_at[at - 1] if at else -1)
        if at == len(tails):
            tails.append(number)
            tail_at.append(i)
        else:
            tails[at] = number
            tail_at[at] = i
    found: list[int] = []
    i = tail_at[-1] if tail_at else -1
    while i >= 0:
        found.append(numbers[i])
        i = before[i]
    return found[::-1]


def step_requests(sheet_id: int, dimension: Dimension, steps: Sequence[Step]) -> Iterator[Request]:
    """The steps as requests."""
    for step in steps:
        if isinstance(step, Move):
            yield {
                "moveDimension": {
                    "source": _span(sheet_id, dimension, step.source, step.source + 1),
                    "destinationIndex": step.destination,
                }
            }
        else:
            yield {
                "insertDimension": {
                    "range": _span(sheet_id, dimension, step.index, step.index + step.count),
                    "inheritFromBefore": step.index > 0,
                }
            }


def _span(sheet_id: int, dimension: Dimension, start: int, end: int) -> Request:
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}
