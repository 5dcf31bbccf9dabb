"""Remarks on what the ministry changed in the spreadsheet: corrections that count, and those that a new version lost.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from campaign import Campaign, Cell, Problem, Question
from campaign.answers import shorten
from campaign.codes import RowCode
from campaign.values import SERIAL_ORIGIN
from outbox.records import Correction, Json, StaffEdit, SubmissionIdentity
from sync.manual_edits.cell_answers import cell_json
from sync.records import table
from sync.records.remarks import Remark, RowRef
from sync.texts import problems as texts
from sync.texts.worker import REASONS

MOST_OLD = 50
AROUND = timedelta(days=366)
"""How far from the campaign's time a date is one that staff may have typed."""
LONGEST_SERIAL = 6  # digits; the day 999999 is in the year 4637
_FRACTION = re.compile(r"-?[0-9]+\.[0-9]+")


def corrections_of(edits: Sequence[StaffEdit]) -> tuple[Correction, ...]:
    """Return the answers of one row that differ now from what was submitted."""
    answers = (edit for edit in _changed(edits) if edit.question != table.REASONS)
    return tuple(Correction(e.question, e.was, e.now) for e in answers if e.question is not None)


def correction_remarks(campaign: Campaign, ref: RowRef, edits: Sequence[StaffEdit], *, counted: bool) -> list[Remark]:
    """Return a remark for every corrected cell of the row that counts. counted: True if it has no error."""
    remarks = []
    for edit in _changed(edits):
        question = campaign.by_id.get(edit.question or "")
        if edit.question == table.REASONS:
            remarks.append(_reasons_remark(ref, edit))
        if question is None:
            continue
        was, now = answer_text(question, edit.was), answer_text(question, edit.now)
        counts = texts.CORRECTED_COUNTS if counted else texts.CORRECTED_NOT_COUNTED
        message = texts.CORRECTED.format(was=quoted(was), now=quoted(now), counts=counts)
        advice = texts.CORRECTED_ADVICE
        if question.numeric and (day := _like_date(campaign, edit.now)):
            advice += " " + texts.CORRECTED_LIKE_DATE.format(day=day.strftime("%d.%m.%Y"))
        problem = Problem(RowCode.CORRECTED, "warning", question.id, message, advice, now)
        remarks.append(ref.remark(problem, question.header))
    return remarks


def _reasons_remark(ref: RowRef, edit: StaffEdit) -> Remark:
    was, now = (shorten(str(value)) if value else "" for value in (edit.was, edit.now))
    message = texts.REASONS_EDITED.format(was=quoted(was), now=quoted(now))
    problem = Problem(RowCode.REASONS_EDITED, "warning", None, message, texts.REASONS_EDITED_ADVICE, now)
    return ref.remark(problem, REASONS)


def _like_date(campaign: Campaign, figure: Json) -> date | None:
    """Return the date of which the figure is the serial number, if it is near the campaign's time; else None."""
    text = str(figure)
    if len(text) > LONGEST_SERIAL or not (text.isascii() and text.isdigit()):
        return None
    day = SERIAL_ORIGIN + timedelta(days=int(text))
    early, late = campaign.about.opens.date() - day, day - campaign.last_deadline.date()
    return day if max(early, late) <= AROUND else None


def is_lost(edit: StaffEdit, newer: SubmissionIdentity) -> bool:
    """Return True if the version after the edited one was sent over the edit.

    An edit seen later was made in a row that had been superseded already, and lost nothing.
    """
    return edit.kind == "changed" and edit.seen_at <= newer.accepted_at


def lost_remarks(
    campaign: Campaign, ref: RowRef, edits: Sequence[StaffEdit], cells: Mapping[str, Cell], *, counted: bool
) -> list[Remark]:
    """Return a remark for every correction of the version before that the new version does not keep.

    edits:   those that are lost (`is_lost`).
    cells:   question id → cell in the row of the new version.
    counted: True if that row has no error.
    """
    remarks = []
    for edit in _changed(edits):
        question = campaign.by_id.get(edit.question or "")
        if question is None:
            continue
        new = cell_json(question, cells.get(question.id))
        if new == edit.now:
            continue
        was, ministry, shown = (answer_text(question, stored) for stored in (edit.was, edit.now, new))
        counts = texts.LOST_COUNTS if counted else texts.LOST_NOT_COUNTED
        message = texts.CORRECTION_LOST.format(
            was=quoted(was), ministry=quoted(ministry), now=quoted(shown), counts=counts
        )
        problem = Problem(RowCode.CORRECTION_LOST, "warning", question.id, message, texts.CORRECTION_LOST_ADVICE, shown)
        remarks.append(ref.remark(problem, question.header))
    return remarks


def old_remarks(
    campaign: Campaign, edits: Sequence[StaffEdit], receipts: Mapping[str, str], newest: Collection[str]
) -> list[Remark]:
    """Return a remark for each edit of a superseded row, MOST_OLD at most: nothing depends on them.

    edits:    edits without another remark
    receipts: submission id → receipt
    newest:   ids of the highest versions; where such a row was deleted, manual rows stand for it
    """
    old = [e for e in edits if e.submission_id is not None]
    remarks = []
    for edit in [e for e in old if e.kind == "deleted" or (e.kind == "changed" and e.was != e.now)][:MOST_OLD]:
        municipality = campaign.by_oktmo.get(edit.oktmo)
        name = municipality.name if municipality else edit.oktmo
        ref = RowRef(edit.oktmo, name, receipts.get(edit.submission_id or "", ""), subject=edit.submission_id or "")
        question = campaign.by_id.get(edit.question or "")
        if edit.kind == "deleted" and edit.submission_id in newest and municipality is not None:
            advice = texts.DELETED_ADVICE.format(receipt=ref.receipt)
            remarks.append(ref.remark(Problem(RowCode.ROW_REPLACED, "warning", None, texts.REPLACED, advice)))
        elif edit.kind == "deleted":
            problem = Problem(RowCode.OLD_ROW_DELETED, "warning", None, texts.OLD_DELETED, texts.OLD_ADVICE)
            remarks.append(ref.remark(problem))
        elif question is not None:
            was, now = answer_text(question, edit.was), answer_text(question, edit.now)
            message = texts.OLD_CORRECTED.format(was=quoted(was), now=quoted(now))
            problem = Problem(RowCode.OLD_ROW_CORRECTED, "warning", question.id, message, texts.OLD_ADVICE, now)
            remarks.append(ref.remark(problem, question.header))
    return remarks


def _changed(edits: Sequence[StaffEdit]) -> Iterator[StaffEdit]:
    return (edit for edit in edits if edit.kind == "changed" and edit.was != edit.now)


def shown_answer(question: Question, stored: Json) -> str:
    """Return an answer as a sentence quotes it."""
    return quoted(answer_text(question, stored))


def quoted(text: str) -> str:
    """Return the text as a sentence quotes it; a blank one by a word."""
    return f"«{text}»" if text else texts.NOTHING


def answer_text(question: Question, stored: Json) -> str:
    """Return a stored answer as people read it, "" for a blank one; an unreadable cell is stored as its text."""
    if stored is None or stored == "" or stored == []:
        return ""
    try:
        value = question.answer_type.read_json(stored)
    except (TypeError, ValueError, ArithmeticError):
        return _no_answer(question, stored)
    if question.numeric and not isinstance(value, int | Decimal):
        return _no_answer(question, stored)
    return shorten(question.answer_type.shown(question, value))


def _no_answer(question: Question, stored: Json) -> str:
    text = str(stored)
    if question.numeric and _FRACTION.fullmatch(text):
        text = text.replace(".", ",")  # as it was typed, and as the cell shows it
    return shorten(text)
