"""What the ministry changed in «Ответы»: the differences between the submissions and the tab as read. Pure.

Little is read where nothing differs: an unedited row has the digest that the outbox keeps, and payloads are asked for
only for rows with another digest that the last look didn't meet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from campaign import Campaign, Cell
from campaign.reasons import holds_reasons, reasons_text
from outbox.records import NO_REASONS, Json, StaffEdit, StaffEditKind, SubmissionIdentity
from sync.counting.manual_rows import PREFIX as MANUAL
from sync.counting.manual_rows import manual_row_keys
from sync.counting.matching import oktmo_text
from sync.manual_edits.cell_answers import cell_json, holds_submitted, plain_text
from sync.manual_edits.conflicting_rows import ConflictingRows, find_conflicting_rows
from sync.manual_edits.row_digests import row_digests
from sync.records import table
from sync.records.table import AnswersTable, Record

Key = tuple[str, str | None]
"""Submission id or key of a manual row, and the column; None for the row as a whole."""

Difference = tuple[str, Json, Json]
"""Question id, submitted answer, answer in the cell."""


class Memory:
    """Results of the last look, for one campaign and one process.

    differences: submission id and digest of its row → differences
    explained:   explanations as the outbox keeps them and a cell's text → whether the text holds them
    """

    def __init__(self) -> None:
        self.differences: dict[tuple[str, str], tuple[Difference, ...]] = {}
        self.explained: dict[tuple[str, str], bool] = {}


@dataclass
class _Edits:
    """Edits of this read. One that the journal has already keeps the time of its first sight."""

    spreadsheet_id: str
    seen_at: datetime
    known: Mapping[Key, StaffEdit]
    found: dict[Key, StaffEdit] = field(default_factory=dict)

    def note(self, key: Key, submission_id: str | None, oktmo: str, kind: StaffEditKind, was: Json, now: Json) -> None:
        edit = StaffEdit(
            spreadsheet_id=self.spreadsheet_id,
            submission_id=submission_id,
            row_key=key[0],
            oktmo=oktmo,
            question=key[1],
            kind=kind,
            was=was,
            now=now,
            seen_at=self.seen_at,
        )
        before = self.known.get(key)
        self.found[key] = replace(edit, seen_at=before.seen_at) if before and same(edit, before) else edit

    def of(self, identity: SubmissionIdentity, column: str | None, kind: StaffEditKind, was: Json, now: Json) -> None:
        self.note((identity.id, column), identity.id, identity.oktmo, kind, was, now)


def compare(
    campaign: Campaign,
    rows: AnswersTable,
    record: Record,
    known: Mapping[Key, StaffEdit],
    *,
    spreadsheet_id: str,
    seen_at: datetime,
    memory: Memory | None = None,
) -> dict[Key, StaffEdit]:
    """Return every difference as of this read. Values are as the outbox keeps them; an unreadable cell is its text.

    known:   the latest journal entry of each key; a difference that is gone since then comes back as `restored`, once
    seen_at: time of the read, for what is new since `known`
    memory:  results of the last look, brought up to this one

    Where rows with one `ID` differ, their columns are noted as `conflicting_rows` describes, and not one by one.
    """
    by_id: dict[Cell, SubmissionIdentity] = {submission.id: submission for submission in record.submissions}
    memory = Memory() if memory is None else memory
    edits = _Edits(spreadsheet_id, seen_at, known)
    for one in sorted(record.delivered.keys() - set(rows.columns[table.ID]), key=record.delivered.__getitem__):
        if one in by_id:
            edits.of(by_id[one], None, "deleted", by_id[one].receipt, None)
    conflicting = find_conflicting_rows(campaign, rows, by_id)
    for one, columns in conflicting.items():
        edits.of(by_id[one], None, "changed", by_id[one].receipt, dict(columns))
    for one, column, was, now in (
        *_answer_differences(campaign, rows, record, by_id, memory),
        *_reason_differences(campaign, rows, by_id, memory),
    ):
        if column not in conflicting.get(one, ()):
            edits.of(by_id[one], column, "changed", was, now)
    for row_key, oktmo, content in _manual_rows(campaign, rows, by_id):
        edits.note((row_key, None), None, oktmo, "added", None, content)
    for key, edit in known.items():
        if key not in edits.found and edit.kind != "restored" and not _is_moot(edit, edits.found, conflicting):
            kind: StaffEditKind = "deleted" if edit.kind == "added" else "restored"
            edits.note(key, edit.row_key if edit.row_key in by_id else None, edit.oktmo, kind, edit.now, edit.was)
    return edits.found


def _is_moot(edit: StaffEdit, found: Mapping[Key, StaffEdit], conflicting: ConflictingRows) -> bool:
    """Return True if nothing can be known of the cell now: its row is gone as a whole, or several differ in it."""
    if edit.row_key in conflicting:
        return edit.question in conflicting[edit.row_key]
    return (edit.row_key, None) in found or (edit.kind == "deleted" and edit.row_key.startswith(MANUAL))


def same(edit: StaffEdit, known: StaffEdit | None) -> bool:
    """Return True if the journal holds this already."""
    return known is not None and (edit.kind, edit.was, edit.now) == (known.kind, known.was, known.now)


def _answer_differences(
    campaign: Campaign,
    rows: AnswersTable,
    record: Record,
    by_id: Mapping[Cell, SubmissionIdentity],
    memory: Memory,
) -> Iterator[tuple[str, str, Json, Json]]:
    """Yield submission id, question id, submitted answer and the cell's, for every cell that differs."""
    identities = map(by_id.get, rows.columns[table.ID])
    differing = {
        position: (identity.id, digest)
        for position, (identity, digest) in enumerate(zip(identities, row_digests(campaign, rows), strict=True))
        if identity is not None and identity.digest != digest
    }
    last, memory.differences = memory.differences, {}
    unseen = dict.fromkeys(key[0] for key in differing.values() if key not in last)
    stored = record.payloads(list(unseen)) if unseen else {}
    for position, key in differing.items():
        found = last[key] if key in last else tuple(_of_row(campaign, rows, position, stored[key[0]].answers))
        memory.differences[key] = found
        for question, was, now in found:
            yield key[0], question, was, now


def _of_row(
    campaign: Campaign, rows: AnswersTable, position: int, submitted: Mapping[str, Json]
) -> Iterator[Difference]:
    for question in campaign.sheet_questions:
        cells = rows.columns.get(question.id)
        if cells is not None and question.calculated is None:  # what counts is calculated anew: see `check`
            was, now = submitted.get(question.id), cell_json(question, cells[position])
            if was != now and not holds_submitted(question, was, cells[position]):
                yield question.id, was, now


def _reason_differences(
    campaign: Campaign, rows: AnswersTable, by_id: Mapping[Cell, SubmissionIdentity], memory: Memory
) -> Iterator[tuple[str, str, Json, Json]]:
    """Yield submission id, column, the clerk's explanations and the cell, for every row that doesn't hold them.

    Words that staff add to them are no difference, nor is another title of the rule that asked: the file may give one.
    """
    cells: Sequence[Cell] = rows.columns.get(table.REASONS, ())
    last, memory.explained = memory.explained, {}
    for one, cell in zip(rows.columns[table.ID], cells, strict=False):
        identity = by_id.get(one)
        if identity is None or (cell in (None, "") and identity.reasons == NO_REASONS):
            continue
        key = identity.reasons, plain_text(cell)
        explained = memory.explained[key] = last[key] if key in last else _explains(campaign, *key)
        if not explained:
            submitted = reasons_text(campaign, json.loads(identity.reasons))
            yield identity.id, table.REASONS, submitted or None, key[1] or None


def _explains(campaign: Campaign, stored: str, text: str) -> bool:
    """Return True if the text holds the explanations, or is blank where none were given."""
    reasons: dict[str, str] = json.loads(stored)
    return holds_reasons(campaign, reasons, text) if reasons else not text


def _manual_rows(
    campaign: Campaign, rows: AnswersTable, by_id: Mapping[Cell, SubmissionIdentity]
) -> Iterator[tuple[str, str, Json]]:
    """Yield key, OKTMO ("" where it is not one of the campaign) and cells by column id of each row that staff added."""
    added = [position for position, one in enumerate(rows.columns[table.ID]) if one not in by_id]
    for position, key in manual_row_keys(rows, added).items():
        oktmo = oktmo_text(rows.columns[table.OKTMO][position])
        content: dict[str, Json] = {}
        for column, cells in rows.columns.items():
            if cells[position] not in (None, ""):
                question = campaign.by_id.get(column)
                content[column] = cell_json(question, cells[position]) if question else plain_text(cells[position])
        yield key, oktmo if oktmo in campaign.by_oktmo else "", content
