"""pydantic's findings in Russian words: what is expected at a key of the campaign file. Imported by `campaign.load`."""

import math
from collections.abc import Callable, Mapping, Sized
from typing import Any

from pydantic_core import ErrorDetails

from campaign import texts
from campaign.model import Campaign
from campaign.model.base import number_words
from campaign.model.compile import nearest

FileKey = str | int


_NUMBERS = frozenset({"int_type", "float_type"})


def _options(context: Mapping[str, Any]) -> str:
    return texts.EXPECTED_ONE_OF.format(options=str(context.get("expected", "")).replace("'", "").replace(" or ", ", "))


def _limit(limit: object) -> object:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: texts.KEY_MISSING,
    "string_type": lambda _: texts.EXPECTED_TEXT,
    "string_too_short": lambda _: texts.EXPECTED_FILLED,
    "string_too_long": lambda c: texts.EXPECTED_MAX.format(limit=c.get("max_length")),
    "int_type": lambda _: texts.EXPECTED_INTEGER,
    "int_from_float": lambda _: texts.EXPECTED_INTEGER,
    "float_type": lambda _: texts.EXPECTED_NUMBER,
    "finite_number": lambda _: texts.EXPECTED_NUMBER,
    "bool_type": lambda _: texts.EXPECTED_BOOL,
    "tuple_type": lambda _: texts.EXPECTED_LIST,
    "too_short": lambda _: texts.EXPECTED_NONEMPTY_LIST,
    "dict_type": lambda _: texts.EXPECTED_MAPPING,
    "mapping_type": lambda _: texts.EXPECTED_MAPPING,
    "model_type": lambda _: texts.EXPECTED_MAPPING,
    "model_attributes_type": lambda _: texts.EXPECTED_MAPPING,
    "literal_error": _options,
    "greater_than_equal": lambda c: texts.EXPECTED_MIN.format(limit=_limit(c.get("ge"))),
    "less_than_equal": lambda c: texts.EXPECTED_MAX.format(limit=_limit(c.get("le"))),
    "expected": lambda c: str(c.get("expected")),
    "expected_at": lambda c: str(c.get("expected")),
}


def expected_words(details: ErrorDetails) -> str:
    """What the file should hold there, in Russian."""
    if details["type"] == "extra_forbidden":
        return texts.KEY_UNKNOWN.format(hint=nearest(str(details["loc"][-1]), _known_keys()))
    found = details["input"]
    if isinstance(found, float) and not math.isfinite(found):
        return texts.EXPECTED_NUMBER
    words = _WORDS.get(details["type"])
    if words is None:
        return texts.OTHER_VALUE
    expected = words(details.get("ctx", {}))
    return number_words(found, expected) if details["type"] in _NUMBERS else expected


def false_alarm(details: ErrorDetails) -> bool:
    """Whether a list is called empty because what stands in it was refused: that is told of each already."""
    found = details["input"]
    return details["type"] == "too_short" and isinstance(found, Sized) and len(found) >= details["ctx"]["min_length"]


def _known_keys() -> set[str]:
    """Every key that the file may have anywhere: good enough for «может быть, …?»."""

    def collect(schema: object) -> set[str]:
        if isinstance(schema, dict):
            found = set(schema.get("properties", {}))
            return found.union(*(collect(part) for part in schema.values()))
        if isinstance(schema, list):
            return set().union(*(collect(part) for part in schema))
        return set()

    return collect(Campaign.model_json_schema())
