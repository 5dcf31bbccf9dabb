"""Cells of «Ответы» as answers: which answer a cell holds, and whether the worker wrote it for a submission. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from campaign import AnswerError, Cell, Question, read_cell, stored_text
from campaign.answer_types.base import number_text
from campaign.answer_types.choice import option_id
from campaign.values import WrittenCell
from outbox.records import Json
from sync.records.cells import serial
from sync.texts import problems as texts


def cell_json(question: Question, cell: Cell) -> Json:
    """Return the cell's answer as the outbox keeps it; None for a blank cell, the text of an unreadable one."""
    try:
        value = read_cell(question, cell)
    except AnswerError:
        return None if cell in (None, "") else unreadable_text(cell)
    return None if value is None else question.answer_type.to_json(value)


def unreadable_text(cell: Cell) -> str:
    """Return the text of a cell that is not an answer; a tick box as the sheet shows it."""
    return (texts.TRUE if cell else texts.FALSE) if isinstance(cell, bool) else _text(cell)


def plain_text(cell: Cell) -> str:
    """Return the text of a cell outside the questions: 1.0 as «1», a tick box as the sheet shows it, "" for blank."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return unreadable_text(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def holds_submitted(question: Question, submitted: Json, cell: Cell) -> bool:
    """Return True if the cell holds what the worker wrote for the submitted answer, though it reads otherwise today.

    The campaign file may have become narrower since: a lower maximum, fewer options or links. That is not an edit.
    """
    if submitted is None or cell is None or cell == "":
        return False
    try:
        written = question.answer_type.write_cell(question, question.answer_type.read_json(submitted))
    except (TypeError, ValueError, ArithmeticError):
        return _text(cell) == stored_text(submitted)  # the question's type was another one then
    return _text(cell) == _written_text(written) or _names_dropped_options(question, submitted, cell)


def _text(cell: Cell) -> str:
    """Return the cell as an answer's text: 1 and 1.0 alike, True as «да»."""
    return number_text(cell) if isinstance(cell, int | float) else str(cell)


def _written_text(written: WrittenCell) -> str:
    """Return what `_text` makes of the cell once it is written."""
    if isinstance(written, Decimal):
        return number_text(float(written))
    if isinstance(written, date):
        return number_text(serial(written))
    return number_text(written) if isinstance(written, int) else str(written)


def _names_dropped_options(question: Question, submitted: Json, cell: Cell) -> bool:
    """Return True if the cell differs from the submitted choice only in titles of options that the file has dropped.

    Nothing holds those titles any more, so each word that is not an option counts as one of them, up to as many as
    were chosen.
    """
    if question.type not in ("one_of", "several") or not isinstance(cell, str):
        return False
    sent = {str(one) for one in submitted} if isinstance(submitted, list) else {str(submitted)}
    kept = sent & {option.id for option in question.options}
    found, unknown = set(), 0
    for piece in cell.split(";") if question.answer_type.many else [cell]:
        if piece.strip():
            try:
                found.add(option_id(question, piece))
            except AnswerError:
                unknown += 1
    return kept != sent and found == kept and unknown == len(sent - kept)
