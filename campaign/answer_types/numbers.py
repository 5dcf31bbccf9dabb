"""Whole and decimal numbers, as Russian readers type them. Exact: int and Decimal, never float."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import ClassVar

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, visible
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Cell, Json, Typed, Value

_NUMBER = re.compile(
    r"(?P<sign>[-\u2212\u2013+]?) ?(?P<whole>[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,](?P<places>[0-9]+))?"
)
# Thousands as other languages group them.
_GROUPED = re.compile("[0-9]{1,3}[.,][0-9]{3}")
# As a spreadsheet shows them: #DIV/0!, #N/A, #REF!, #ДЕЛ/0!, #Н/Д.
_FORMULA_ERROR = re.compile("#[A-ZА-Я0-9/]{2,10}[!?]?")
_ONLY_NUMBER_SIGNS = re.compile(r"[-+\u2212\u20130-9.,\s]")
# As the outbox keeps numbers, one notation for each: «007» is a text, answered when the question had another type.
_KEPT_WHOLE = re.compile("-?(?:0|[1-9][0-9]{0,19})")
_KEPT_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,19})(?:\.[0-9]{1,20})?")
LONGEST_NUMBER = 20  # digits; well inside the 28 in which Decimal counts exactly
LONGEST_PLAIN = 15
WHOLE_MAXIMUM = 10**9
WHOLE_CELL = 10**15  # up to here a double holds every whole number
DECIMAL_PLACES = 2


class WholeNumber(AnswerType):
    """«1 234» is 1234, 12.0 is 12; 12.5 and «12 чел.» are refused with a hint."""

    name = "integer"
    numeric = True
    accepts = frozenset({"minimum", "maximum", "cumulative", "unit"})
    whole: ClassVar[bool] = True

    def parse(self, question: Question, text: str) -> Value:
        number = parse_number(text)
        if number != number.to_integral_value():
            advice = texts.WHOLE_GROUPS_ADVICE if _GROUPED.fullmatch(visible(text)) else texts.WHOLE_ADVICE
            raise AnswerError(AnswerCode.NOT_WHOLE, texts.NOT_WHOLE, advice)
        return check_limits(question, int(number))

    def read_typed(self, question: Question, typed: Typed) -> Value | None:
        # The form of nearly all answers; anything else is parsed.
        if (
            self.whole
            and isinstance(typed, str)
            and len(typed) <= LONGEST_PLAIN
            and typed.isascii()
            and typed.isdigit()
        ):
            return check_limits(question, int(typed))
        return super().read_typed(question, typed)

    def read_cell(self, question: Question, cell: Cell) -> Value | None:
        if isinstance(cell, bool):
            raise AnswerError(AnswerCode.NOT_A_NUMBER, texts.NOT_A_NUMBER, texts.ONLY_DIGITS)
        # The same as by way of its text: most cells are whole numbers, and the first refresh reads thousands.
        if self.whole and type(cell) is int and abs(cell) < WHOLE_CELL:
            return check_limits(question, cell)
        return super().read_cell(question, cell)

    def read_json(self, stored: Json) -> Value:
        if type(stored) is int:
            return stored
        if isinstance(stored, str) and _KEPT_WHOLE.fullmatch(stored):
            return int(stored)
        raise TypeError(f"{self.name} reads no such {type(stored).__name__}")

    def typed(self, question: Question, value: Value) -> Typed:
        return value if isinstance(value, str) else str(self.to_json(value)).replace(".", ",")

    def shown(self, question: Question, value: Value) -> str:
        return texts.number(value) if isinstance(value, int | Decimal) else str(value)

    def blank_advice(self) -> str:
        return texts.FILL_NUMBER


class DecimalNumber(WholeNumber):
    """«1,5» and «1.5» are 1.5; kept as text in JSON so that it stays exact."""

    name = "decimal"
    accepts = WholeNumber.accepts | {"places"}
    whole = False

    def parse(self, question: Question, text: str) -> Value:
        number = parse_number(text)
        places = DECIMAL_PLACES if question.places is None else question.places
        if number != round(number, places):
            raise AnswerError(AnswerCode.TOO_MANY_PLACES, texts.TOO_MANY_PLACES, texts.places_advice(places))
        return check_limits(question, number.normalize() + 0)

    def to_json(self, value: Value) -> Json:
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    def read_json(self, stored: Json) -> Value:
        if type(stored) is int or (isinstance(stored, str) and _KEPT_DECIMAL.fullmatch(stored)):
            return Decimal(stored)
        raise TypeError(f"{self.name} reads no such {type(stored).__name__}")


def parse_number(text: str) -> Decimal:
    """Return the number that the whole text is, as a reader sees it. Raises AnswerError with what to do.

    «500.» is refused: it may be the end of a sentence, or a decimal that lost its second half.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        two = "\t" in text.strip()  # a tab separates two cells that were pasted together
        text = visible(text)
        match = None if two else _NUMBER.fullmatch(text)
    if match is None:
        if _FORMULA_ERROR.fullmatch(text):
            raise AnswerError(AnswerCode.FORMULA_ERROR, texts.FORMULA_ERROR, texts.FORMULA_ERROR_ADVICE)
        if not re.search("[0-9]", text):
            raise AnswerError(AnswerCode.NOT_A_NUMBER, texts.NOT_A_NUMBER, texts.NO_FIGURE_ADVICE)
        if _ONLY_NUMBER_SIGNS.sub("", text):
            raise AnswerError(AnswerCode.WORDS_BESIDE_NUMBER, texts.WORDS_BESIDE_NUMBER, texts.ONLY_DIGITS)
        raise AnswerError(AnswerCode.NUMBER_GROUPS, texts.NUMBER_GROUPS, texts.NUMBER_GROUPS_ADVICE)
    whole = match["whole"].replace(" ", "")
    if len(whole) > LONGEST_NUMBER or len(match["places"] or "") > LONGEST_NUMBER:
        raise AnswerError(AnswerCode.TOO_MANY_DIGITS, texts.TOO_MANY_DIGITS, texts.EXTRA_DIGITS)
    sign = "-" if match["sign"] not in ("", "+") else ""
    return Decimal(f"{sign}{whole}.{match['places'] or 0}")


def check_limits(question: Question, number: int | Decimal) -> int | Decimal:
    """Return the number. Raises AnswerError outside the question's limits (0 … 10⁹ where the file has none)."""
    minimum = question.minimum or 0
    maximum = WHOLE_MAXIMUM if question.maximum is None else question.maximum
    if minimum <= number <= maximum:
        return number
    if number < minimum == 0:
        raise AnswerError(AnswerCode.NEGATIVE, texts.NEGATIVE, texts.NEGATIVE_ADVICE)
    if number < minimum:
        raise AnswerError(AnswerCode.BELOW_MINIMUM, *texts.below_minimum(minimum))
    raise AnswerError(AnswerCode.ABOVE_MAXIMUM, *texts.above_maximum(maximum))
