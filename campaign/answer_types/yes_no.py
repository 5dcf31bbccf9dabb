"""Yes or no."""

from __future__ import annotations

from campaign import texts
from campaign.answer_types.base import AnswerType, Question
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Json, Typed, Value, WrittenCell
from campaign.words import plain

_WORDS = {
    "да": True,
    "yes": True,
    "true": True,
    "истина": True,
    "нет": False,
    "no": False,
    "false": False,
    "ложь": False,
}


class YesNo(AnswerType):
    name = "yes_no"

    def parse(self, question: Question, text: str) -> Value:
        try:
            return _WORDS[plain(text)]
        except KeyError as error:
            raise AnswerError(AnswerCode.UNKNOWN_OPTION, texts.UNKNOWN_OPTION, texts.CHOOSE_ONE) from error

    def read_json(self, stored: Json) -> Value:
        if isinstance(stored, bool):
            return stored
        raise TypeError(f"{self.name} reads no {type(stored).__name__}")

    def write_cell(self, question: Question, value: Value) -> WrittenCell:
        return self.shown(question, value)

    def typed(self, question: Question, value: Value) -> Typed:
        return value if isinstance(value, str) else "yes" if value else "no"

    def shown(self, question: Question, value: Value) -> str:
        return value if isinstance(value, str) else texts.YES if value else texts.NO

    def blank_advice(self) -> str:
        return texts.CHOOSE_ONE
