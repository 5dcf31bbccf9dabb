"""JSON as the outbox keeps it: checked, canonical, digested. Imports the outbox's errors, texts and records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TypeGuard, cast

from pydantic_core import PydanticSerializationError, from_json, to_json

from outbox import texts
from outbox.errors import OutboxDataError
from outbox.records import Json

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

_TEXT = frozenset({str})
_SIMPLE = frozenset({str, int, bool, type(None)})
_SIMPLE_OR_LIST = _SIMPLE | {list}
_NUL = "\\u0000"
"""As the encoder writes it; also what it makes of a backslash and these signs, so a hit is looked at."""

_LONGEST_NUMBER = 4300
"""Digits of the longest number that Python writes and reads; a longer text may hold one with more."""

DEEPEST = 32
"""Levels of lists and dictionaries that are kept; a report has three."""


def canonical(value: Json | Mapping[str, Json] | Mapping[str, str], where: str) -> str:
    """The one text of this value: keys sorted, no spaces, characters as they are.

    `where` names the value in the message. Raises OutboxDataError for floats, NUL, lone surrogates, keys that are
    no strings, other types, and more than 32 levels.
    """
    if value == {}:  # most reports have no reasons
        return "{}"
    plain = _plain(value)
    quick = _quick(plain)
    if quick is not None:
        return quick
    _check(plain, where, 0)
    try:
        text = _ENCODER.encode(plain)
        text.encode()
    except UnicodeEncodeError as error:
        raise OutboxDataError(texts.DATA_SURROGATE.format(where=where)) from error
    except ValueError as error:  # an integer of more than 4,300 digits
        raise OutboxDataError(texts.DATA_TYPE.format(kind="int", where=where)) from error
    return text


def parsed(text: str) -> Json:
    """The value of a text that `canonical` made."""
    return cast("Json", json.loads(text))


def parsed_mapping(text: str) -> dict[str, Json]:
    """The dictionary of a text that `canonical` made of one."""
    found: dict[str, Json] = {} if text == "{}" else from_json(text)
    return found


def digest(text: str) -> str:
    """SHA-256 of a canonical text, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def checked_words(text: str, where: str) -> str:
    """The text itself, if every store can keep it. Raises OutboxDataError for NUL and lone surrogates."""
    if "\0" in text:
        raise OutboxDataError(texts.DATA_NUL.format(where=where))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise OutboxDataError(texts.DATA_SURROGATE.format(where=where)) from error
    return text


def _plain(value: Json | Mapping[str, Json] | Mapping[str, str]) -> object:
    """json.dumps knows dict alone; the outermost mapping may be a read-only view."""
    return dict(value) if type(value) is not dict and isinstance(value, Mapping) else value


def _quick(value: object) -> str | None:
    """The same text at half the cost; None for all that must be looked at piece by piece."""
    if not _sound(value):
        return None
    try:
        text = to_json(dict(sorted(value.items()))).decode()
    except PydanticSerializationError:
        return None
    return None if _NUL in text or len(text) > _LONGEST_NUMBER else text


def _sound(value: object) -> TypeGuard[dict[str, Json]]:
    """Whether its types are a report's: texts, whole numbers, lists of texts."""
    if type(value) is not dict or not _TEXT.issuperset(map(type, value)):
        return False
    kinds = set(map(type, value.values()))
    if kinds <= _SIMPLE:
        return True
    return kinds <= _SIMPLE_OR_LIST and all(
        _SIMPLE.issuperset(map(type, item)) for item in value.values() if type(item) is list
    )


def _check(value: object, where: str, depth: int) -> None:
    kind = type(value)
    if kind is str:
        if "\0" in cast("str", value):
            raise OutboxDataError(texts.DATA_NUL.format(where=where))
    elif value is None or kind is int or kind is bool:
        pass
    elif depth >= DEEPEST:
        raise OutboxDataError(texts.DATA_DEEP.format(where=where))
    elif kind is list:
        for item in cast("list[object]", value):
            _check(item, where, depth + 1)
    elif kind is dict:
        for key, item in cast("Mapping[object, object]", value).items():
            if type(key) is not str:
                raise OutboxDataError(texts.DATA_TYPE.format(kind=type(key).__name__, where=where))
            _check(key, where, depth + 1)
            _check(item, where, depth + 1)
    else:
        raise OutboxDataError(texts.DATA_TYPE.format(kind=kind.__name__, where=where))
