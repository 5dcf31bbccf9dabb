"""JSON as the outbox keeps it: checked, canonical, digested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import cast

from outbox import texts
from outbox.errors import OutboxDataError, OutboxTextError
from outbox.records import Json

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

DEEPEST = 32
"""Most levels of lists and dictionaries; a report has three."""


def canonical(value: Json | Mapping[str, Json] | Mapping[str, str], where: str) -> str:
    """Return the one text of this value: `{"b": 1, "a": "я"}` gives `{"a":"я","b":1}`.

    Keys are sorted, spaces left out, characters written as they are. `where` names the value in messages. Raises
    OutboxDataError for floats, NUL, lone surrogates, keys other than strings, other types, and more than 32 levels.
    """
    plain = dict(value) if isinstance(value, Mapping) else value  # the outermost mapping may be a read-only view
    _check(plain, where, 0)
    try:
        text = _ENCODER.encode(plain)
        text.encode()
    except UnicodeEncodeError as error:
        raise OutboxTextError(texts.DATA_SURROGATE.format(where=where)) from error
    except ValueError as error:  # an integer of more than 4,300 digits
        raise OutboxDataError(texts.DATA_TYPE.format(kind="int", where=where)) from error
    return text


def parsed(text: str) -> Json:
    """Return the value of a canonical text."""
    return cast("Json", json.loads(text))


def parsed_mapping(text: str) -> dict[str, Json]:
    """Return the dictionary of a canonical text of one."""
    return cast("dict[str, Json]", json.loads(text))


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def checked_words(text: str, where: str) -> str:
    """Return the text. Raises OutboxDataError for NUL and lone surrogates, which PostgreSQL and UTF-8 cannot hold."""
    if "\0" in text:
        raise OutboxTextError(texts.DATA_NUL.format(where=where))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise OutboxTextError(texts.DATA_SURROGATE.format(where=where)) from error
    return text


def _check(value: object, where: str, depth: int) -> None:
    """Raise OutboxDataError for the first part of the value that cannot be kept."""
    kind = type(value)
    if kind is str:
        if "\0" in cast("str", value):
            raise OutboxTextError(texts.DATA_NUL.format(where=where))
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
