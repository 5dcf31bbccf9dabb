"""A mass loss: answers gone from so many rows at once that no edit of single reports can explain it. Pure.

A deleted or cleared column shows blanks in place of answers; deleted rows, a cleared tab, and cells that were shifted
away from «ID» show as rows that are gone. A loss that was found stays one until nothing of it is missing, or until the
ministry says that it was meant: reports that arrive meanwhile cannot turn it into edits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from campaign import Campaign
from campaign.columns import HEADERS
from outbox.records import NO_REASONS, Json, StaffEdit, Submission, SubmissionIdentity
from sync.counting.find import FoundRows
from sync.manual_edits.detect import Key
from sync.manual_edits.moved_figures import find_moved
from sync.records import table
from sync.records.table import Record
from sync.texts import loss as texts

LEAST_ROWS = 3
PART = (4, 5)
"""A loss is four fifths of the rows in which something stood, and at least LEAST_ROWS."""
ROWS = table.ID
"""The column id that stands for whole rows where people accept a loss."""


@dataclass(frozen=True)
class Loss:
    """What is lost.

    cells: column id → ids of submissions with a blank there
    rows:  submissions without a row
    moved: column id → ids of submissions with another one's value
    """

    cells: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rows: frozenset[str] = frozenset()
    moved: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.cells or self.rows or self.moved)

    def to_json(self) -> Json:
        """Return the note for the outbox; None for no loss."""
        if not self:
            return None
        return {"cells": _lists(self.cells), "rows": list[Json](sorted(self.rows)), "moved": _lists(self.moved)}

    @classmethod
    def from_json(cls, kept: Json) -> Loss:
        """Return the loss that `to_json` gave; none for anything else."""
        if not isinstance(kept, dict):
            return cls()
        return cls(_by_column(kept.get("cells")), _ids(kept.get("rows")), _by_column(kept.get("moved")))


def _lists(columns: Mapping[str, frozenset[str]]) -> Json:
    return {column: list[Json](sorted(ids)) for column, ids in sorted(columns.items())}


def _by_column(kept: Json) -> dict[str, frozenset[str]]:
    return {column: _ids(ids) for column, ids in kept.items()} if isinstance(kept, dict) else {}


def _ids(kept: Json) -> frozenset[str]:
    return frozenset(map(str, kept)) if isinstance(kept, list) else frozenset()


def find_loss(
    campaign: Campaign,
    record: Record,
    edits: Mapping[Key, StaffEdit],
    known: Mapping[Key, StaffEdit],
    *,
    before: Loss,
    accepted: frozenset[str],
) -> Loss:
    """Return what is lost as of one read.

    edits:    the differences of this read, as `detect.compare` gives them
    known:    the journal of edits so far: what it holds as blank or deleted did not stand at the last good read
    before:   the loss that an earlier read found
    accepted: column ids (ROWS for whole rows) that the ministry gave up
    """
    aside = {item.submission.id for item in record.set_aside}
    coming = {one for one in before.rows if one not in record.delivered and one not in aside}
    counting = _counting(record, coming)

    stood = [one for one in counting if not _is_gone(known, one)]
    missing = frozenset(one for one in stood if _is_gone(edits, one))
    rows = missing if _is_mass(len(missing), len(stood)) else frozenset()
    rows |= {one for one in before.rows if one in counting and (one in coming or _is_gone(edits, one))}

    blanks = _mass_of_blanks(record, counting, [one for one in stood if one not in missing], edits, known)
    for column, ids in before.cells.items():
        still = {one for one in ids if one in counting and (_is_blank(edits, one, column) or _is_gone(edits, one))}
        blanks[column] = blanks.get(column, frozenset()) | still
    columns = (*(question.id for question in campaign.sheet_questions), table.REASONS)
    cells = {column: blanks[column] for column in columns if blanks.get(column) and column not in accepted}

    moved = find_moved(edits, known, len(record.delivered), before=before.moved)
    kept = {column: ids for column, ids in moved.items() if column not in cells and column not in accepted}
    return Loss(cells, frozenset() if ROWS in accepted else rows, kept)


def _is_gone(edits: Mapping[Key, StaffEdit], one: str) -> bool:
    """Return True if the row of a submission is deleted."""
    edit = edits.get((one, None))
    return edit is not None and edit.kind == "deleted"


def _is_blank(edits: Mapping[Key, StaffEdit], one: str, column: str) -> bool:
    """Return True if a cell of a submission is blank where an answer was submitted."""
    edit = edits.get((one, column))
    return edit is not None and edit.kind == "changed" and edit.now is None


def _mass_of_blanks(
    record: Record,
    counting: Mapping[str, SubmissionIdentity],
    there: Sequence[str],
    edits: Mapping[Key, StaffEdit],
    known: Mapping[Key, StaffEdit],
) -> dict[str, frozenset[str]]:
    """Return column id → the submissions with a new blank there, of the columns in which they are a mass.

    there: ids of the submissions with a row, now and at the last good read
    """
    new: dict[str, set[str]] = {}
    for one, column in edits:
        if column and one in counting and _is_blank(edits, one, column) and not _is_blank(known, one, column):
            new.setdefault(column, set()).add(one)
    suspects = {column: ids for column, ids in new.items() if len(ids) >= LEAST_ROWS}
    stored = record.payloads(there) if suspects else {}
    found: dict[str, frozenset[str]] = {}
    for column, ids in suspects.items():
        answered = [one for one in there if _has_answer(column, counting[one], stored.get(one))]
        full = [one for one in answered if not _is_blank(known, one, column)]
        if _is_mass(len(ids), len(full)):
            found[column] = frozenset(ids)
    return found


def _has_answer(column: str, identity: SubmissionIdentity, stored: Submission | None) -> bool:
    if column == table.REASONS:
        return identity.reasons != NO_REASONS
    return stored is not None and stored.answers.get(column) is not None


def torn_rows(found: FoundRows) -> int:
    """Return how many rows stand beside another report's `ID`, if they are a mass: a column was sorted by itself."""
    with_id = sum(one is not None for one in found.identities)
    with_id += sum(one.by_id is not None for one in found.contradictory.values())
    return found.torn if _is_mass(found.torn, with_id) else 0


def _is_mass(lost: int, stood: int) -> bool:
    numerator, denominator = PART
    return lost >= LEAST_ROWS and lost * denominator >= stood * numerator


def _counting(record: Record, coming: Collection[str]) -> Mapping[str, SubmissionIdentity]:
    """Return the rows that count: of each municipality the highest version that was delivered, by submission id.

    coming: lost rows that are on their way back; until they stand in the tab the loss is not mended
    """
    highest: dict[str, SubmissionIdentity] = {}
    for submission in record.submissions:
        if submission.id in record.delivered or submission.id in coming:
            top = highest.get(submission.oktmo)
            if top is None or submission.version > top.version:
                highest[submission.oktmo] = submission
    return {submission.id: submission for submission in highest.values()}


def describe_loss(campaign: Campaign, loss: Loss, title: str) -> str:
    """Return what is lost and what to do, for people. title: of «Ответы»."""
    if not loss.cells and not loss.rows:
        names = [f"«{column_name(campaign, column)}»" for column in loss.moved]
        most = max(map(len, loss.moved.values()))
        return texts.MOVED.format(title=title, columns=", ".join(names), count=most, accept=names[0].strip("«»"))
    parts = list(_parts(campaign, loss))
    accept = column_name(campaign, next(iter(loss.cells))) if loss.cells else texts.ROWS
    return texts.LOSS.format(title=title, what="; ".join(parts), accept=accept)


def _parts(campaign: Campaign, loss: Loss) -> Iterator[str]:
    if loss.rows:
        yield texts.LOST_ROWS.format(count=len(loss.rows))
    shown = list(loss.cells)[: texts.MOST_COLUMNS]
    for column in shown:
        yield texts.LOST_COLUMN.format(header=column_name(campaign, column), count=len(loss.cells[column]))
    if len(loss.cells) > len(shown):
        yield texts.LOST_MORE.format(count=len(loss.cells) - len(shown))


def column_name(campaign: Campaign, column: str) -> str:
    """Return the header that the campaign file gives to a column of «Ответы»."""
    question = campaign.by_id.get(column)
    return question.header if question else HEADERS.get(column, column)
