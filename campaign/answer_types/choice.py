"""One of several options, and several of them. Values are option ids; cells and people see titles."""

from __future__ import annotations

from collections.abc import Sequence

from campaign import texts
from campaign.answer_types.base import AnswerType, Option, Question, clean, strings
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Cell, Json, Typed, Value
from campaign.words import odd_sign, plain

SEPARATOR = "; "


class OneOf(AnswerType):
    name = "one_of"
    accepts = frozenset({"options"})

    def parse(self, question: Question, text: str) -> Value:
        return option_id(question, text)

    def shown(self, question: Question, value: Value) -> str:
        return option_title(question, str(value))

    def read_json(self, stored: Json) -> Value:
        # The one that was chosen, where the question allowed for several.
        return strings(stored)[0] if isinstance(stored, list) and len(stored) == 1 else super().read_json(stored)

    def blank_advice(self) -> str:
        return texts.CHOOSE_ONE


class Several(OneOf):
    """Kept in the order of the campaign file, each once; one cell holds them joined by «; »."""

    name = "several"
    many = True

    def parse(self, question: Question, text: str) -> Value:
        return self._ordered(question, text.split(";"))

    def read_typed(self, question: Question, typed: Typed) -> Value | None:
        texts_typed = [typed] if isinstance(typed, str) else typed
        return self._ordered(question, [clean(t) for t in texts_typed]) or None

    def read_cell(self, question: Question, cell: Cell) -> Value | None:
        return super().read_cell(question, cell) or None

    def _ordered(self, question: Question, pieces: list[str]) -> tuple[str, ...]:
        chosen = {option_id(question, piece) for piece in pieces if piece.strip()}
        return tuple([option.id for option in question.options if option.id in chosen])

    def to_json(self, value: Value) -> Json:
        return list(value) if isinstance(value, tuple) else [str(value)]

    def read_json(self, stored: Json) -> Value:
        return strings(stored if isinstance(stored, list) else [stored])

    def typed(self, question: Question, value: Value) -> Typed:
        return value if isinstance(value, tuple) else (str(value),)

    def shown(self, question: Question, value: Value) -> str:
        ids = value if isinstance(value, tuple) else (str(value),)
        return SEPARATOR.join(option_title(question, option) for option in ids)

    def blank_advice(self) -> str:
        return texts.CHOOSE_SOME


def option_id(question: Question, text: str) -> str:
    """Return the id of the option that `text` names, by id or by title. Raises AnswerError."""
    found = question.option_ids.get(text.strip()) or question.option_ids.get(plain(text))
    if found is not None:
        return found
    signs = ((option.title, odd_sign(text, option.title)) for option in question.options)
    advice = next((texts.option_sign(title, sign) for title, sign in signs if sign), texts.UNKNOWN_OPTION_ADVICE)
    raise AnswerError(AnswerCode.UNKNOWN_OPTION, texts.UNKNOWN_OPTION, advice)


def option_ids(options: Sequence[Option]) -> dict[str, str]:
    """Return the names by which an option may be called: name → id.

    Ids and titles as the file has them, ids first, then both as `plain` makes them.
    """
    by_plain = {plain(name): o.id for o in reversed(options) for name in (o.title, o.id)}
    return by_plain | {o.title: o.id for o in options} | {o.id: o.id for o in options}


def option_title(question: Question, option: str) -> str:
    """Return the title of an option; its id where the file no longer has it, so that old answers stay readable."""
    return next((o.title for o in question.options if o.id == option), option)
