"""Figures that stand beside other reports: a column, or some of them, was sorted or shifted by itself. Pure.

Each such row would be a correction by staff, and each municipality would get another one's figure. Sorting leaves a
column with the same values as before, in other rows; corrections do not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from outbox.records import Json, StaffEdit
from sync.manual_edits.detect import Key

LEAST_ROWS = 3
MOVED_PART = 3
"""At least one row in so many has another figure; equal figures hide that they moved."""
SHIFTED_PART = (4, 5)
"""Of the rows have another figure where a column was shifted, or rows of staff were sorted along."""
MANY = 8
"""Of so many changed rows one value may be new: equal figures below each other hide how far a column was shifted."""


def find_moved(
    edits: Mapping[Key, StaffEdit],
    known: Mapping[Key, StaffEdit],
    rows: int,
    *,
    before: Mapping[str, frozenset[str]],
) -> dict[str, frozenset[str]]:
    """Return column id → ids of submissions with another one's value, as of one read.

    edits:  the differences of this read, as `detect.compare` gives them
    known:  the journal of edits so far, as of the last good read
    rows:   how many submissions are delivered
    before: what an earlier read found: it stays until none of its rows differs
    """
    strangers = sum(edit.kind == "added" for edit in edits.values())
    found: dict[str, frozenset[str]] = {}
    for column, changes in _changes(edits, known).items():
        still = before.get(column, frozenset()) & changes.keys()
        if still or _same_values(changes, rows, strangers):
            found[column] = still or frozenset(changes)
    return found


def _changes(
    edits: Mapping[Key, StaffEdit], known: Mapping[Key, StaffEdit]
) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return column id → submission id → value at the last good read and now, where they differ."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for (one, column), edit in edits.items():
        if column is None or edit.kind not in ("changed", "restored"):
            continue
        last = known.get((one, column))
        was = last.now if last is not None and last.kind == "changed" else edit.was
        if was != edit.now:
            found.setdefault(column, {})[one] = _text(was), _text(edit.now)
    return found


def _same_values(changes: Mapping[str, tuple[str, str]], rows: int, strangers: int) -> bool:
    """Return True if the values are the same as before, in other rows."""
    count = len(changes)
    if count < LEAST_ROWS or count * MOVED_PART < rows:
        return False
    new = Counter(now for _was, now in changes.values()) - Counter(was for was, _now in changes.values())
    numerator, denominator = SHIFTED_PART
    # A shift brings one value over the edge; a sort brings those of rows that staff added.
    shifted = count * denominator >= rows * numerator
    most = min(1 + strangers, count // 4) if shifted else min(1, count // MANY)
    return new.total() <= most


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
