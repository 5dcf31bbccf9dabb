"""pydantic's findings in Russian words: what is expected at a key of the campaign file."""

import math
from collections.abc import Callable, Mapping, Sized
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from campaign import texts
from campaign.model import ITEM_KINDS, Campaign
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


def expected_words(details: ErrorDetails, model: type[BaseModel] = Campaign) -> str:
    """Return what the file should have there, in Russian. model: of the whole file"""
    if details["type"] == "extra_forbidden":
        return texts.KEY_UNKNOWN.format(hint=_hint(details, model))
    found = details["input"]
    if isinstance(found, float) and not math.isfinite(found):
        return texts.EXPECTED_NUMBER
    words = _WORDS.get(details["type"])
    if words is None:
        return texts.OTHER_VALUE
    expected = words(details.get("ctx", {}))
    return number_words(found, expected) if details["type"] in _NUMBERS else expected


def false_alarm(details: ErrorDetails) -> bool:
    """Return True if a list is called too short only because its items were refused: each has its own mistake."""
    found = details["input"]
    return details["type"] == "too_short" and isinstance(found, Sized) and len(found) >= details["ctx"]["min_length"]


def _hint(details: ErrorDetails, model: type[BaseModel]) -> str:
    """Return words with the nearest key of the same mapping, else of the whole file."""
    *place, key = details["loc"]
    here, everywhere = _keys_at(tuple(place), model), _known_keys(model)
    return nearest(str(key), here - {str(key)}) or nearest(str(key), everywhere - {str(key)})


def _keys_at(location: tuple[FileKey, ...], model: type[BaseModel]) -> set[str]:
    """Return the keys that the mapping at this place of the file may have."""
    schema = model.model_json_schema()
    models = schema["$defs"]
    here: list[dict[str, Any]] = [schema]
    for part in location:
        if part in ITEM_KINDS:  # pydantic's, not the file's: which of the kinds it is
            here = [model for model in here if model.get("title") == ITEM_KINDS[part]]
            continue
        inside = [
            model.get("properties", {}).get(part) if isinstance(part, str) else model.get("items") for model in here
        ]
        here = [model for found in inside if found for model in _models(found, models)]
    return {key for model in here for key in model.get("properties", {})}


def _models(schema: dict[str, Any], models: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the schemas behind a reference or a union; else the schema itself."""
    if "$ref" in schema:
        return [models[schema["$ref"].rpartition("/")[2]]]
    several = schema.get("anyOf") or schema.get("oneOf")
    return [one for part in several for one in _models(part, models)] if several else [schema]


def _known_keys(model: type[BaseModel]) -> set[str]:
    """Return every key that the file may have anywhere: good enough for «может быть, …?»."""

    def collect(schema: object) -> set[str]:
        if isinstance(schema, dict):
            found = set(schema.get("properties", {}))
            return found.union(*(collect(part) for part in schema.values()))
        if isinstance(schema, list):
            return set().union(*(collect(part) for part in schema))
        return set()

    return collect(model.model_json_schema())
