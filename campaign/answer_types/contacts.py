"""Phone and e-mail of the person who answers."""

from __future__ import annotations

import re

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, clean, number_text, one_spaced
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Cell, Value
from campaign.words import DASHES, unmarked

_EXTENSION = r"доб\.|добавочный|доб|вн\.|внутренний|внутр\.|вн|ext\.?"
_PHONE_SIGNS = re.compile(rf"[+()0-9{DASHES} .,;/]+|{_EXTENSION}", re.IGNORECASE)
_ADDED = re.compile(_EXTENSION, re.IGNORECASE)
_SHORTEST = 5  # digits of a number without its code; fewer are an extension
_NO_DIGITS = re.compile("[^0-9]+")
# A plausible address, not RFC 5322: only a letter can show whether it exists.
_EMAIL = re.compile(r"[^\s@<>\"'(),:;\\\[\]]{1,64}@(?=.{4,255}$)[^\s@.<>\"'(),:;\\\[\]]+(\.[^\s@.<>\"'(),:;\\\[\]]+)+")

_AROUND_EMAILS = re.compile(r"[\s,;<>()\"']+")


class Phone(AnswerType):
    """Kept as typed, because extensions and habits differ. Checked is only that it can be dialled."""

    name = "phone"

    def parse(self, question: Question, text: str) -> Value:
        text = one_spaced(unmarked(text)).rstrip(",; ")
        if _several(text):
            raise AnswerError(AnswerCode.NOT_A_PHONE, texts.ONE_PHONE, texts.ONE_PHONE_ADVICE)
        return _dialled(text)

    def read_cell(self, question: Question, cell: Cell) -> Value | None:
        # Two numbers were once accepted together: such a row must not become a mistake.
        text = "" if cell is None else clean(number_text(cell) if isinstance(cell, int | float) else cell)
        return _dialled(one_spaced(unmarked(text))) if text else None


def _several(text: str) -> bool:
    """Return True if there are two numbers; the second may lack its code."""
    pieces = [piece for piece in re.split("[,;/]", text) if not _ADDED.search(piece)]
    return sum(len(_NO_DIGITS.sub("", piece)) >= _SHORTEST for piece in pieces) > 1


def _dialled(text: str) -> str:
    digits = len(_NO_DIGITS.sub("", text))
    if 10 <= digits <= 20 and len(text) <= 60 and not _PHONE_SIGNS.sub("", text):
        return text
    if digits >= 10:
        raise AnswerError(AnswerCode.NOT_A_PHONE, texts.ONE_PHONE, texts.ONE_PHONE_ADVICE)
    raise AnswerError(AnswerCode.NOT_A_PHONE, texts.NOT_A_PHONE, texts.PHONE_ADVICE)


class Email(AnswerType):
    name = "email"

    def parse(self, question: Question, text: str) -> Value:
        text = unmarked(text).rstrip(",; ")
        if not _EMAIL.fullmatch(text):
            if any(map(_EMAIL.fullmatch, _AROUND_EMAILS.split(text))):
                raise AnswerError(AnswerCode.NOT_AN_EMAIL, texts.ONE_EMAIL, texts.ONE_EMAIL_ADVICE)
            raise AnswerError(AnswerCode.NOT_AN_EMAIL, texts.NOT_AN_EMAIL, texts.EMAIL_ADVICE)
        return text
