"""Rows with one `ID` that differ: nobody knows which of them holds the ministry's answers. Pure.

The journal of staff edits keeps them as a change of the whole row (question None): the cells of each differing column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from campaign import Campaign, Cell
from outbox.records import Json, StaffEdit
from sync.manual_edits.cell_answers import cell_json, plain_text
from sync.records import table
from sync.records.table import AnswersTable

ConflictingRows = dict[str, dict[str, Json]]
"""Submission id → differing column → its cells, from the top."""


def find_conflicting_rows(campaign: Campaign, rows: AnswersTable, known: Collection[Cell]) -> ConflictingRows:
    """Return the submissions of `known` with rows that differ."""
    ids = rows.columns[table.ID]
    if len(set(ids)) == len(ids):
        return {}
    positions: dict[Cell, list[int]] = {one: [] for one, count in Counter(ids).items() if count > 1 and one in known}
    for position, one in enumerate(ids):
        if one in positions:
            positions[one].append(position)
    found = {str(one): _differing(campaign, rows, places) for one, places in positions.items()}
    return {one: columns for one, columns in found.items() if columns}


def _differing(campaign: Campaign, rows: AnswersTable, positions: Sequence[int]) -> dict[str, Json]:
    columns: dict[str, list[Json]] = {}
    for question in campaign.sheet_questions:
        cells = rows.columns.get(question.id)
        if cells is not None:
            columns[question.id] = [cell_json(question, cells[position]) for position in positions]
    reasons = rows.columns.get(table.REASONS)
    if reasons is not None:
        columns[table.REASONS] = [plain_text(reasons[position]) for position in positions]
    return {column: cells for column, cells in columns.items() if any(cell != cells[0] for cell in cells)}


def journalled_conflicts(edits: Mapping[tuple[str, str | None], StaffEdit]) -> ConflictingRows:
    """Return the submissions with rows that differed at the last look. edits: the latest of the journal."""
    return {
        key: dict(edit.now)
        for (key, question), edit in edits.items()
        if question is None and edit.kind == "changed" and isinstance(edit.now, dict)
    }
