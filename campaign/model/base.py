"""What all models of the campaign file share: frozen, strict, with Russian words. Imported by the models."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from campaign import texts


def matches(pattern: str, expected: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError("expected", "{expected}", {"expected": expected})
        return value

    return AfterValidator(check)


def expected(text: str) -> PydanticCustomError:
    """A mistake in the file: the Russian words of what is expected."""
    return PydanticCustomError("expected", "{expected}", {"expected": text})


def expected_at(key: str, text: str) -> PydanticCustomError:
    """The same, at one key of the model that is being checked."""
    return PydanticCustomError("expected_at", "{expected}", {"expected": text, "key": key})


Filled = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]
Id = Annotated[str, matches(r"[A-Za-z][A-Za-z0-9_]{0,63}", texts.EXPECTED_ID)]
Oktmo = Annotated[str, matches(r"[0-9]{8}", texts.EXPECTED_OKTMO)]
TabTitle = Annotated[str, matches(r"[^\n\r\x00]{1,100}", texts.EXPECTED_TAB)]
Email = Annotated[str, matches(r"[^\s@]+@[^\s@]+\.[^\s@]+", texts.EXPECTED_EMAIL)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)
