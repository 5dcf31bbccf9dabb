"""A submission as a row with the ministry's corrections, as the journal of staff edits keeps them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from campaign import Campaign, Question
from campaign.answer_types.base import number_text
from campaign.values import Value
from outbox.records import Json, StaffEdit, Submission
from sync.manual_edits.conflicting_rows import journalled_conflicts
from sync.manual_edits.detect import Key
from sync.records import table
from sync.records.cells import CellValue
from sync.records.rows import cells_of

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
Corrections = Mapping[str, Mapping[str, Json]]
"""Submission id → column id → the ministry's answer as the outbox keeps it; None where it emptied the cell."""


def corrections_in(edits: Mapping[Key, StaffEdit]) -> Corrections:
    """Return the corrections that the latest edits hold; none of rows with one ID that differ."""
    conflicting = journalled_conflicts(edits)
    found: dict[str, dict[str, Json]] = {}
    for (one, column), edit in edits.items():
        if column is not None and edit.kind == "changed" and column not in conflicting.get(one, ()):
            found.setdefault(one, {})[column] = edit.now
    return found


def corrected_cells(
    campaign: Campaign, submission: Submission, corrections: Mapping[str, Json]
) -> dict[str, CellValue]:
    """Return column id → cell of the row as the ministry left it; blank cells are left out."""
    cells = cells_of(campaign, submission)
    questions = {question.id: question for question in campaign.sheet_questions} if corrections else {}
    for column, now in corrections.items():
        question = questions.get(column)
        if question is None and column != table.REASONS:
            continue  # the campaign file has dropped it
        cells.pop(column, None)
        if now is not None and now != "":
            cells[column] = edited_cell(question, now) if question else str(now)
    return cells


def edited_cell(question: Question, now: Json) -> CellValue:
    """Return the typed cell of a journalled value. One that the question refuses is a number if it reads so, else text.

    As a text, a number would be shown with a point, in «Замечания» too.
    """
    try:
        value: Value = question.answer_type.read_json(now)
        return question.answer_type.write_cell(question, value)
    except (TypeError, ValueError, ArithmeticError):
        text = str(now)
        plain = NUMBER.fullmatch(text) and number_text(float(text)) == text  # else a digit would be lost
        return Decimal(text) if plain else text
