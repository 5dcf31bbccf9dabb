"""A list of entries. The answer keeps them all; their tab and the figures made of them stand in the spreadsheet."""

from __future__ import annotations

import json

from campaign.answer_types.base import AnswerType, Question
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.texts import repeats as texts
from campaign.values import Cell, Json, Typed, Value

REPEATS = "repeats"
USUAL_ENTRIES = 50
"""`max_entries` where the file has none."""
MOST_ENTRIES = 200
"""The highest `max_entries`."""


class Repeats(AnswerType):
    """The value is a tuple with the canonical JSON of each entry: question id → the answer as the outbox keeps it.

    `campaign.entries` reads what the form sent, question by question.
    """

    name = REPEATS
    many = True

    def parse(self, question: Question, text: str) -> Value:
        raise AnswerError(AnswerCode.NOT_ENTRIES, texts.NOT_ENTRIES, texts.NOT_ENTRIES_ADVICE)

    def read_typed(self, question: Question, typed: Typed) -> Value | None:
        return self.parse(question, "") if typed else None

    def read_cell(self, question: Question, cell: Cell) -> Value | None:
        return self.parse(question, "") if cell not in (None, "") else None

    def to_json(self, value: Value) -> Json:
        if isinstance(value, tuple):
            return [json.loads(entry) for entry in value]
        raise TypeError(f"{self.name} keeps no {type(value).__name__}")

    def read_json(self, stored: Json) -> Value:
        if isinstance(stored, list) and all(isinstance(entry, dict) for entry in stored):
            return tuple(entry_text(entry) for entry in stored if isinstance(entry, dict))
        raise TypeError(f"{self.name} reads no {type(stored).__name__}")

    def typed(self, question: Question, value: Value) -> Typed:
        """Return the keys of the entries in the form; the fields of each are beside them."""
        return tuple(str(number) for number in range(1, len(value) + 1)) if isinstance(value, tuple) else str(value)

    def shown(self, question: Question, value: Value) -> str:
        return texts.entries_count(len(value)) if isinstance(value, tuple) else str(value)

    def blank_advice(self) -> str:
        return texts.BLANK_ADVICE


def entry_text(entry: dict[str, Json]) -> str:
    """Return an entry in the value of an answer; `json.loads` is the inverse."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
