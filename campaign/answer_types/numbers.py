"""Whole and decimal numbers, as Russian readers type them. Exact: int and Decimal, never float."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import ClassVar, NamedTuple

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, number_text, visible
from campaign.answer_types.not_numbers import date_shown, not_a_number, two_numbers
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Cell, Json, ShownDate, Typed, Value
from campaign.words import DASHES

_NUMBER = re.compile(
    rf"(?P<sign>[{DASHES}+]?) ?(?P<whole>[0-9]{{1,3}}(?: [0-9]{{3}})+|[0-9]+)(?:(?P<point>[.,])(?P<places>[0-9]+))?"
)
# «1.234» and «12,000» mean thousands in one country and a fraction in another; «0,125» can only be a fraction.
_THOUSANDS = re.compile(rf"[{DASHES}+]? ?[1-9][0-9]{{0,2}}[.,][0-9]{{3}}")
_TWO = re.compile("[0-9]\\s*[\t\r\n\x85\u2028\u2029]\\s*[^\\s]")
# As the outbox keeps numbers, one notation for each: «007» is a text, answered when the question had another type.
_KEPT_WHOLE = re.compile("-?(?:0|[1-9][0-9]{0,19})")
_KEPT_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,19})(?:\.[0-9]{1,20})?")
LONGEST_NUMBER = 20  # digits; well inside the 28 in which Decimal counts exactly
GROUP = 3  # digits of a group of thousands
LONGEST_PLAIN = 15
WHOLE_MAXIMUM = 10**9
WHOLE_CELL = 10**15  # up to here a double holds every whole number
DECIMAL_PLACES = 2


class Bounds(NamedTuple):
    """What a question for a number takes. places: digits after the comma."""

    minimum: int | Decimal
    maximum: int | Decimal
    places: int


class WholeNumber(AnswerType):
    """«1 234» is 1234, 12.0 is 12; 12.5 and «12 чел.» are refused with a hint."""

    name = "integer"
    numeric = True
    accepts = frozenset({"minimum", "maximum", "cumulative", "unit"})
    whole: ClassVar[bool] = True

    def parse(self, question: Question, text: str) -> Value:
        return self.fitting(question, parse_number(text, self.bounds(question).places))

    def fitting(self, question: Question, number: Decimal) -> Value:
        """Return the number as the question's value. Raises AnswerError."""
        if number != number.to_integral_value():
            raise AnswerError(AnswerCode.NOT_WHOLE, texts.NOT_WHOLE, texts.WHOLE_ADVICE)
        return check_limits(question, int(number))

    def bounds(self, question: Question) -> Bounds:
        """Return what the question takes; the form's live totals go by it, too."""
        return bounds(question, 0)

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
        # The same as by way of its text: most cells are whole numbers, and the first refresh reads thousands.
        if type(cell) is int and self.whole and -WHOLE_CELL < cell < WHOLE_CELL:
            return check_limits(question, cell)
        if isinstance(cell, bool):
            raise AnswerError(AnswerCode.NOT_A_NUMBER, texts.NOT_A_NUMBER, texts.ONLY_DIGITS)
        if isinstance(cell, ShownDate):
            raise date_shown(cell)
        if isinstance(cell, int | float):
            number = Decimal(number_text(cell))
            if number.adjusted() >= LONGEST_NUMBER or not number.is_finite():
                raise AnswerError(AnswerCode.TOO_MANY_DIGITS, texts.TOO_MANY_DIGITS, texts.EXTRA_DIGITS)
            return self.fitting(question, number)
        return super().read_cell(question, cell)

    def read_json(self, stored: Json) -> Value:
        if type(stored) is int:
            return stored
        if isinstance(stored, str) and _KEPT_WHOLE.fullmatch(stored):
            return int(stored)
        raise TypeError(f"{self.name} reads no such {type(stored).__name__}")

    def typed(self, question: Question, value: Value) -> Typed:
        if isinstance(value, str):
            return value
        text = str(self.to_json(value)).replace(".", ",")
        return f"{text}0" if _THOUSANDS.fullmatch(text) else text  # so that a fraction is not asked about again

    def shown(self, question: Question, value: Value) -> str:
        return texts.number(value) if isinstance(value, int | Decimal) else str(value)

    def blank_advice(self) -> str:
        return texts.FILL_NUMBER


class DecimalNumber(WholeNumber):
    """«1,5» and «1.5» are 1.5; kept as text in JSON so that it stays exact."""

    name = "decimal"
    accepts = WholeNumber.accepts | {"places"}
    whole = False

    def fitting(self, question: Question, number: Decimal) -> Value:
        places = self.bounds(question).places
        if number != round(number, places):
            raise AnswerError(AnswerCode.TOO_MANY_PLACES, texts.TOO_MANY_PLACES, texts.places_advice(places))
        return check_limits(question, number.normalize() + 0)

    def bounds(self, question: Question) -> Bounds:
        return bounds(question, DECIMAL_PLACES if question.places is None else question.places)

    def to_json(self, value: Value) -> Json:
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    def read_json(self, stored: Json) -> Value:
        if type(stored) is int or (isinstance(stored, str) and _KEPT_DECIMAL.fullmatch(stored)):
            return Decimal(stored)
        raise TypeError(f"{self.name} reads no such {type(stored).__name__}")


def parse_number(text: str, places: int = 0) -> Decimal:
    """Return the number that the whole text is, as a reader sees it. Raises AnswerError with what to do.

    «500.» is refused: it may be the end of a sentence, or a decimal that lost its second half. «1,234» is always asked
    about. places: digits after the comma that the question takes, for the advice
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        if _TWO.search(text):
            raise two_numbers()
        text = visible(text)
        match = _NUMBER.fullmatch(text)
    if match is None:
        raise not_a_number(text)
    if _THOUSANDS.fullmatch(text):
        raise _asked(match, places)
    whole = match["whole"].replace(" ", "")
    if len(whole) > LONGEST_NUMBER or len(match["places"] or "") > LONGEST_NUMBER:
        raise AnswerError(AnswerCode.TOO_MANY_DIGITS, texts.TOO_MANY_DIGITS, texts.EXTRA_DIGITS)
    return Decimal(f"{_sign(match)}{whole}.{match['places'] or 0}")


def thousands_or_fraction(text: str) -> tuple[str, str] | None:
    """Return both plain spellings of a text like «1.500» («1500» and «1.5»); None for any other text."""
    match = _NUMBER.fullmatch(text)
    if match is None or not _THOUSANDS.fullmatch(text):
        return None
    whole, digits = match["whole"], match["places"].rstrip("0")
    fraction = f"{whole}.{digits if len(digits) < GROUP else digits + '0'}" if digits else whole
    return f"{_sign(match)}{whole}{match['places']}", f"{_sign(match)}{fraction}"


def _asked(match: re.Match[str], places: int) -> AnswerError:
    thousands, fraction = thousands_or_fraction(match.string) or ("", "")
    fits = len(match["places"].rstrip("0")) <= places
    words = texts.thousands_or_fraction(
        match["point"], texts.number(int(thousands)), fraction.replace(".", ",") if fits else None, places
    )
    return AnswerError(AnswerCode.NUMBER_GROUPS, *words)


def _sign(match: re.Match[str]) -> str:
    return "-" if match["sign"] not in ("", "+") else ""


def bounds(question: Question, places: int) -> Bounds:
    """Return the limits of a question: 0 … 10⁹ where the file has none."""
    maximum = WHOLE_MAXIMUM if question.maximum is None else question.maximum
    return Bounds(question.minimum or 0, maximum, places)


def check_limits(question: Question, number: int | Decimal) -> int | Decimal:
    """Return the number. Raises AnswerError outside the question's limits."""
    minimum = question.minimum or 0
    maximum = WHOLE_MAXIMUM if question.maximum is None else question.maximum
    if minimum <= number <= maximum:
        return number
    if number < minimum == 0:
        raise AnswerError(AnswerCode.NEGATIVE, texts.NEGATIVE, texts.NEGATIVE_ADVICE)
    if number < minimum:
        raise AnswerError(AnswerCode.BELOW_MINIMUM, *texts.below_minimum(minimum))
    raise AnswerError(AnswerCode.ABOVE_MAXIMUM, *texts.above_maximum(maximum))
