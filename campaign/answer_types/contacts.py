"""Phone and e-mail of the person who answers."""

from __future__ import annotations

import re

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, one_spaced
from campaign.errors import AnswerError
from campaign.values import Value

_PHONE_SIGNS = re.compile(r"[+()0-9\-\u2010-\u2014 .,;/]+|доб\.?|вн\.?|ext\.?", re.IGNORECASE)
_NO_DIGITS = re.compile("[^0-9]+")
# A plausible address, not RFC 5322: whether it exists only a letter can tell.
_EMAIL = re.compile(r"[^\s@<>\"'(),:;\\\[\]]{1,64}@(?=.{4,255}$)[^\s@.<>\"'(),:;\\\[\]]+(\.[^\s@.<>\"'(),:;\\\[\]]+)+")


class Phone(AnswerType):
    """Kept as typed: extensions and habits differ; only that it can be dialled is checked."""

    name = "phone"

    def parse(self, question: Question, text: str) -> Value:
        text = one_spaced(text)
        digits = len(_NO_DIGITS.sub("", text))
        if not 10 <= digits <= 20 or len(text) > 60 or _PHONE_SIGNS.sub("", text):
            raise AnswerError("not_a_phone", texts.NOT_A_PHONE, texts.PHONE_ADVICE)
        return text


class Email(AnswerType):
    name = "email"

    def parse(self, question: Question, text: str) -> Value:
        if not _EMAIL.fullmatch(text):
            raise AnswerError("not_an_email", texts.NOT_AN_EMAIL, texts.EMAIL_ADVICE)
        return text
