"""A date: «30.05.2023», «30 05 2023», «30052023», the browser's 2023-05-30, or the serial number of a date cell."""

from __future__ import annotations

import re
from datetime import date, timedelta

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, visible
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import SERIAL_ORIGIN, Cell, Json, Typed, Value

_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)

_PARTED = re.compile("([0-9]{1,2})(?: ?[.,/-] ?| )([0-9]{1,2})(?: ?[.,/-] ?| )([0-9]{4})")
# As a telephone's keyboard of digits gives it. No year first: «20230530» has no 23rd month, and is refused.
_DIGITS = re.compile("([0-9]{2})([0-9]{2})([0-9]{4})")
_ISO = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")


class Day(AnswerType):
    name = "date"

    def parse(self, question: Question, text: str) -> Value:
        day = read_day(text)
        if day is None:
            raise AnswerError(AnswerCode.NOT_A_DATE, texts.NOT_A_DATE, texts.DATE_ADVICE)
        return day

    def read_cell(self, question: Question, cell: Cell) -> Value | None:
        if isinstance(cell, bool):
            raise AnswerError(AnswerCode.NOT_A_DATE, texts.NOT_A_DATE, texts.DATE_ADVICE)
        if isinstance(cell, int | float):
            if not 2 <= cell < (_LAST - SERIAL_ORIGIN).days + 1 or not float(cell).is_integer():
                raise AnswerError(AnswerCode.NOT_A_DATE, texts.NOT_A_DATE, texts.DATE_ADVICE)
            return SERIAL_ORIGIN + timedelta(days=int(cell))
        return super().read_cell(question, cell)

    def to_json(self, value: Value) -> Json:
        return value.isoformat() if isinstance(value, date) else str(value)

    def read_json(self, stored: Json) -> Value:
        if not isinstance(stored, str):
            raise TypeError(f"{self.name} reads no {type(stored).__name__}")
        day = date.fromisoformat(stored)
        if stored != day.isoformat() or not _FIRST <= day <= _LAST:
            raise ValueError("no date that an answer can be")
        return day

    def typed(self, question: Question, value: Value) -> Typed:
        return self.shown(question, value)

    def shown(self, question: Question, value: Value) -> str:
        return texts.day(value) if isinstance(value, date) else str(value)


def read_day(text: str) -> date | None:
    """Return the date that the whole text is, as a reader sees it; None for any other text."""
    text = visible(text)
    russian = _PARTED.fullmatch(text) or _DIGITS.fullmatch(text)
    iso = _ISO.fullmatch(text)
    parts = russian.groups()[::-1] if russian else iso.groups() if iso else None
    if parts is None:
        return None
    try:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None
