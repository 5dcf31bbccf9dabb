"""The interface of answer types, and what several of them share."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Protocol

from campaign import texts
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Cell, Json, Typed, Value, WrittenCell
from campaign.words import CONTROL, unmarked

# Spaces of every kind, and the invisible marks that are pasted along with them.
_SPACES = re.compile("[\\s\u00ad\u200b\u200e\u200f\u2060\ufeff]+")
# Around an answer: marks of writing direction among them. Those that an emoji may need stay in texts.
_OUTER_MARKS = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
# Blanks within a line: a line break separates.
_BLANKS = re.compile("[^\\S\r\n\x85\u2028\u2029]+")
_OUTER = _OUTER_MARKS + "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())

LONGEST = 50_000
"""UTF-16 units that a cell of a Google spreadsheet holds: no longer answer of any type can be delivered."""

_TYPED = (int, Decimal, date)
_PLAIN = (int, str)  # bool is an int; a union would be made anew at each call


class Option(Protocol):
    """One option of a choice, as an answer type sees it."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...


class Question(Protocol):
    """The part of a question that answer types need; `campaign.model.Question` has it."""

    @property
    def minimum(self) -> int | Decimal | None: ...
    @property
    def maximum(self) -> int | Decimal | None: ...
    @property
    def places(self) -> int | None: ...
    @property
    def max_length(self) -> int | None: ...
    @property
    def max_items(self) -> int | None: ...
    @property
    def options(self) -> Sequence[Option]: ...
    @property
    def option_ids(self) -> Mapping[str, str]: ...


class AnswerType(ABC):
    """One kind of answer: its conversions between form, outbox, spreadsheet and people.

    The campaign file may give a question another type while answers are there. So `typed`, `shown` and `write_cell`
    take, beside their own values, the text of an answer that `read_json` refuses, and leave it unchanged.

    name:    the word of the campaign file
    numeric: allowed in expressions, and summed in totals
    accepts: keys of the campaign file for this type, beyond those of every question
    """

    name: ClassVar[str]
    numeric: ClassVar[bool] = False
    accepts: ClassVar[frozenset[str]] = frozenset()
    many: ClassVar[bool] = False
    """True if the form sends several values under one name."""
    uploaded: ClassVar[bool] = False
    """True if the outbox keeps what was answered apart from the form's fields."""

    @abstractmethod
    def parse(self, question: Question, text: str) -> Value:
        """Return the value of a non-blank text, from the form or from a text cell. Raises AnswerError."""

    def read_typed(self, question: Question, typed: Typed) -> Value | None:
        """Return the value of what the form sent; None for blank. Raises AnswerError."""
        text = clean(typed if isinstance(typed, str) else "\n".join(typed))
        return self.parse(question, text) if text else None

    def read_cell(self, question: Question, cell: Cell) -> Value | None:
        """Return the value of an unformatted cell; None for blank. Raises AnswerError."""
        if cell is None:
            return None
        text = clean(cell if isinstance(cell, str) else number_text(cell))
        return self.parse(question, text) if text else None

    def write_cell(self, question: Question, value: Value) -> WrittenCell:
        """Return the typed cell for the spreadsheet: a number or a date, else what people read."""
        return value if isinstance(value, _TYPED) else self.shown(question, value)

    def to_json(self, value: Value) -> Json:
        """Return the value for the outbox; `read_json` is the inverse."""
        if isinstance(value, _PLAIN):
            return value
        raise TypeError(f"{self.name} keeps no {type(value).__name__}")

    def read_json(self, stored: Json) -> Value:
        """Return the value that the outbox keeps.

        Raises TypeError or ValueError for an answer that only another type can have kept.
        """
        if isinstance(stored, str):
            return stored
        if type(stored) is int:  # the question was one for a number then
            return str(stored)
        raise TypeError(f"{self.name} reads no {type(stored).__name__}")

    def typed(self, question: Question, value: Value) -> Typed:
        """Return the content of the form's field for this value; `read_typed` is the inverse."""
        return str(value)

    def shown(self, question: Question, value: Value) -> str:
        """Return the value as people read it, in receipts, letters and remarks."""
        return str(value)

    def blank_advice(self) -> str:
        """Return what to do about a required answer that is blank."""
        return texts.FILL


def clean(text: str) -> str:
    """Return the text without outer blanks and marks.

    Every type reads through this function, before any pattern of its own. Raises AnswerError for more characters than a
    cell of a spreadsheet holds, and for characters that no store takes.
    """
    check_length(text, LONGEST)
    text = text.replace("\x0b", "\n")  # the line break of slides
    if CONTROL.search(text):
        raise AnswerError(AnswerCode.BAD_CHARACTERS, texts.BAD_CHARACTERS, texts.BAD_CHARACTERS_ADVICE)
    return text.strip(_OUTER)


def one_spaced(text: str) -> str:
    """Return the text with every run of blanks as one space."""
    return _SPACES.sub(" ", text).strip()


def visible(text: str) -> str:
    """Return a figure or a date as a reader sees it: no invisible marks, every run of blanks in a line as one space."""
    return _BLANKS.sub(" ", unmarked(text)).strip()


def number_text(value: int | float) -> str:
    """Return a number or boolean cell as text.

    Of a float its 15 significant digits, as spreadsheets show it: 28.999999999999996 is what `=100*29%` gives.
    """
    if isinstance(value, bool):
        return texts.YES if value else texts.NO
    number = Decimal(format(value, ".15g") if isinstance(value, float) else value)
    if not number.is_finite():
        return repr(value)
    return str(int(number)) if number == number.to_integral_value() else format(number, "f")


def strings(stored: Sequence[Json]) -> tuple[str, ...]:
    """Return the texts of a JSON list. Raises TypeError for any other item."""
    if not all(isinstance(item, str) for item in stored):
        raise TypeError("not a list of texts")
    return tuple(map(str, stored))


def check_length(text: str, limit: int) -> None:
    """Raises AnswerError when the text is longer than `limit` characters."""
    if len(text) > limit:
        raise AnswerError(AnswerCode.TOO_LONG, *texts.too_long(len(text), limit))
