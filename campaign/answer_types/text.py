"""One line of text, and several."""

from __future__ import annotations

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, check_length, one_spaced, strings
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Json, Value

TEXT_LENGTH = 500
LONG_TEXT_LENGTH = 5000


class Text(AnswerType):
    name = "text"
    accepts = frozenset({"max_length", "autocomplete"})

    def parse(self, question: Question, text: str) -> Value:
        if "\n" in text or "\r" in text:
            raise AnswerError(AnswerCode.ONE_LINE, texts.ONE_LINE, texts.ONE_LINE_ADVICE)
        text = one_spaced(text)
        check_length(text, question.max_length or TEXT_LENGTH)
        return text


class LongText(AnswerType):
    name = "long_text"
    accepts = frozenset({"max_length"})

    def parse(self, question: Question, text: str) -> Value:
        text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        check_length(text, question.max_length or LONG_TEXT_LENGTH)
        return text

    def read_json(self, stored: Json) -> Value:
        # Lines are such a text: links, where the question was one for them.
        return "\n".join(strings(stored)) if isinstance(stored, list) else super().read_json(stored)
