"""Rows with one ID that differ: which answers, and what each row says. Nobody knows which row is the ministry's word.

Kept in the journal of staff edits as a change of the row as a whole (question None): for each differing column what its
rows say. Pure; imported by `sync` alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping

from campaign import Campaign, Cell, Question
from outbox.records import Json, StaffEdit
from sync.records import table
from sync.records.table import AnswersTable

Apart = dict[str, dict[str, Json]]
"""Submission id → differing column → what each of its rows says, from the top."""


def rows_apart(
    campaign: Campaign,
    rows: AnswersTable,
    known: Collection[Cell],
    cell_json: Callable[[Question, Cell], Json],
    cell_text: Callable[[Cell], str],
) -> Apart:
    """The submissions of `known` whose rows differ. cell_text: of a cell that is no question's, "" when blank."""
    ids = rows.columns[table.ID]
    if len(set(ids)) == len(ids):
        return {}
    several: dict[Cell, list[int]] = {one: [] for one, count in Counter(ids).items() if count > 1 and one in known}
    for row, one in enumerate(ids):
        if one in several:
            several[one].append(row)
    found = {str(one): _differing(campaign, rows, places, cell_json, cell_text) for one, places in several.items()}
    return {one: columns for one, columns in found.items() if columns}


def _differing(
    campaign: Campaign,
    rows: AnswersTable,
    places: list[int],
    cell_json: Callable[[Question, Cell], Json],
    cell_text: Callable[[Cell], str],
) -> dict[str, Json]:
    said: dict[str, list[Json]] = {}
    for question in campaign.sheet_questions:
        cells = rows.columns.get(question.id)
        if cells is not None:
            said[question.id] = [cell_json(question, cells[row]) for row in places]
    reasons = rows.columns.get(table.REASONS)
    if reasons is not None:
        said[table.REASONS] = [cell_text(reasons[row]) for row in places]
    return {column: cells for column, cells in said.items() if any(cell != cells[0] for cell in cells)}


def journalled(edits: Mapping[tuple[str, str | None], StaffEdit]) -> Apart:
    """Of the latest entries of the journal, the submissions whose rows differed at the last look."""
    return {
        key: dict(edit.now)
        for (key, question), edit in edits.items()
        if question is None and edit.kind == "changed" and isinstance(edit.now, dict)
    }
