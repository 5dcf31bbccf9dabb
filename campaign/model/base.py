"""The common base of the file's models: frozen, strict, with Russian words for mistakes."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from campaign import texts
from campaign.answer_types.numbers import thousands_or_fraction

LONGEST_NUMBER = 20
"""Most digits of a number in the file; a longer one comes as text."""
_DIGITS = re.compile("[-+]?[0-9_]+")


def matches(pattern: str, expected: str) -> BeforeValidator:
    """Return a validator of texts. A code without quotes, which YAML reads as a number, gets the same words."""

    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise PydanticCustomError("expected", "{expected}", {"expected": expected})
        return value

    return BeforeValidator(check)


def number_words(found: object, expected: str) -> str:
    """Return what is expected where no number was found."""
    ways = thousands_or_fraction(found) if isinstance(found, str) else None
    if ways is not None:
        return texts.NUMBER_AMBIGUOUS.format(thousands=ways[0], fraction=ways[1])
    if isinstance(found, str) and _DIGITS.fullmatch(found):
        if len(found) > LONGEST_NUMBER:
            return texts.NUMBER_TOO_LONG.format(digits=LONGEST_NUMBER)
        return texts.NUMBER_BARE.format(expected=expected)
    return expected


def expected(text: str) -> PydanticCustomError:
    """Return the error for a mistake in the file. text: what is expected, Russian."""
    return PydanticCustomError("expected", "{expected}", {"expected": text})


def expected_at(key: str, text: str) -> PydanticCustomError:
    """Return the same error for one key of the model that is being checked."""
    return PydanticCustomError("expected_at", "{expected}", {"expected": text, "key": key})


def _exact(limit: object) -> int | Decimal:
    """Return an exact limit for YAML's float. Refuses every other type: a union would report a mistake a member."""
    if isinstance(limit, float) and math.isfinite(limit):
        return Decimal(str(limit))
    if isinstance(limit, int | Decimal) and not isinstance(limit, bool):
        return limit
    raise expected(number_words(limit, texts.EXPECTED_NUMBER))


Limit = Annotated[int | Decimal, BeforeValidator(_exact)]
Filled = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
LONGEST_ID = 64
Id = Annotated[str, matches(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_ID - 1}}}", texts.EXPECTED_ID)]
Oktmo = Annotated[str, matches(r"[0-9]{8}", texts.EXPECTED_OKTMO)]
TabTitle = Annotated[str, matches(r"[^\n\r\x00]{1,100}", texts.EXPECTED_TAB)]
_ADDRESS = re.compile(r"(?:https?://[^\s/]+/spreadsheets/d/)?([A-Za-z0-9_-]{10,100})(?:[/?#]\S*)?")


def _spreadsheet_id(value: object) -> object:
    found = _ADDRESS.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise expected(texts.EXPECTED_SPREADSHEET)
    return found[1]


SpreadsheetId = Annotated[str, BeforeValidator(_spreadsheet_id)]
Email = Annotated[str, matches(r"[^\s@]+@[^\s@]+\.[^\s@]+", texts.EXPECTED_EMAIL)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)
