"""What the ministry changed in the spreadsheet, as remarks: corrections that count, and those that a new version lost.

Finding the edits is `staff_edits`' affair. Pure; imported by `sync` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from campaign import Campaign, Problem, Question, Value
from campaign.answers import shorten
from outbox.records import Correction, Json, StaffEdit
from sync.remarks import Remark, Whose
from sync.texts import problems as texts


def corrections_of(edits: Sequence[StaffEdit]) -> tuple[Correction, ...]:
    """The cells of one row that differ now from what was submitted."""
    return tuple(Correction(e.question, e.was, e.now) for e in _changed(edits) if e.question is not None)


def correction_remarks(campaign: Campaign, whose: Whose, edits: Sequence[StaffEdit]) -> list[Remark]:
    """A line for every corrected cell of the row that counts."""
    remarks = []
    for edit in _changed(edits):
        question = campaign.by_id.get(edit.question or "")
        if question is None:
            continue
        now = _shown(question, edit.now)
        message = texts.CORRECTED.format(was=_shown(question, edit.was), now=now)
        problem = Problem("corrected", "warning", question.id, message, texts.CORRECTED_ADVICE, now)
        remarks.append(whose.remark(problem, question.header))
    return remarks


def lost_remarks(
    campaign: Campaign, whose: Whose, edits: Sequence[StaffEdit], values: Mapping[str, Value]
) -> list[Remark]:
    """A line for every correction of the version before that the new version does not keep."""
    remarks = []
    for edit in _changed(edits):
        question = campaign.by_id.get(edit.question or "")
        if question is None:
            continue
        value = values.get(question.id)
        new = None if value is None else question.answer_type.to_json(value)
        if new == edit.now:
            continue
        shown = _shown(question, new)
        message = texts.CORRECTION_LOST.format(
            was=_shown(question, edit.was), ministry=_shown(question, edit.now), now=shown
        )
        problem = Problem("correction_lost", "warning", question.id, message, texts.CORRECTION_LOST_ADVICE, shown)
        remarks.append(whose.remark(problem, question.header))
    return remarks


def _changed(edits: Sequence[StaffEdit]) -> Iterator[StaffEdit]:
    return (edit for edit in edits if edit.kind == "changed" and edit.was != edit.now)


def _shown(question: Question, stored: Json) -> str:
    """An answer as people read it; what the sheet holds may be no answer at all."""
    if stored is None or stored == "" or stored == []:
        return texts.NOTHING
    try:
        value = question.answer_type.read_json(stored)
    except (TypeError, ValueError, ArithmeticError):
        return f"«{shorten(str(stored))}»"
    if question.numeric and not isinstance(value, int | Decimal):
        return f"«{shorten(str(stored))}»"
    return f"«{shorten(question.answer_type.shown(question, value))}»"
