"""What stands on which sheet: columns and lines made of the campaign's models, key by key.

A new scalar key of a model is a column, or a line of «Кампания», by itself.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from campaign.model import (
    Campaign,
    Figure,
    Line,
    Municipality,
    MunicipalityKind,
    Option,
    Question,
    Repeats,
    RuleText,
    Section,
    Table,
    TargetGroup,
)
from campaign.model.aggregate import Aggregate

VERSION_KEY = "workbook.version"
VERSION = 1
"""Of the workbook's layout. A workbook of another version is refused."""

TITLES, KEYS, FIRST = 1, 2, 3
"""Rows of a sheet: Russian titles with notes, keys, and the first row of data."""

Kind = Literal["text", "number", "yes_no", "choice", "aggregate"]
BEGIN_GROUP, END_GROUP, BEGIN_TABLE, FIGURE, END_TABLE, BEGIN_REPEAT, END_REPEAT = (
    "begin_group",
    "end_group",
    "begin_table",
    "figure",
    "end_table",
    "begin_repeat",
    "end_repeat",
)
SELECT: Mapping[str, str] = {"select_one": "one_of", "select_multiple": "several"}
"""XLSForm's word, which has the name of a list behind it → answer type."""
XLSFORM_NAMES: Mapping[str, str] = {"id": "name", "title": "label"}
"""Key of the file → column of «Вопросы» and «Варианты», where XLSForm has another word for it."""
HEADCOUNTS = "headcounts"
GROUP = "group"
LIST_NAME = "list_name"


@dataclass(frozen=True, slots=True)
class Column:
    """A scalar key of a model. options: the words that it may have, for a choice."""

    key: str
    kind: Kind
    options: tuple[str, ...] = ()
    default: object = None


def columns(model: type[BaseModel]) -> Iterator[Column]:
    """Yield the scalar keys of a model, as the file calls them. A required key with one possible word is left out."""
    for name, info in model.model_fields.items():
        if info.exclude:
            continue
        found = _kind(info.annotation)
        if found is not None and (found[0] != "choice" or len(found[1]) > 1 or not info.is_required()):
            default = None if info.is_required() else info.get_default(call_default_factory=False)
            yield Column(info.alias or name, *found, default)


def implied(model: type[BaseModel]) -> dict[str, str]:
    """Return the required keys of a model that can have but one word."""
    return {
        info.alias or name: get_args(info.annotation)[0]
        for name, info in model.model_fields.items()
        if info.is_required() and get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1
    }


def lines(model: type[BaseModel] = Campaign, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Column]]:
    """Yield the lines of «Кампания»: the path of each scalar key that stands in no list, and the key."""
    scalars = {column.key: column for column in columns(model)}
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key in scalars:
            yield (*path, key), scalars[key]
        for part in _leaves(info.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from lines(part, (*path, key))


def required_models(model: type[BaseModel] = Campaign, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the paths of the parts on «Кампания» that every campaign has: an empty one has mistakes of its own."""
    for name, info in model.model_fields.items():
        part = info.annotation
        if info.is_required() and isinstance(part, type) and issubclass(part, BaseModel):
            yield (*path, info.alias or name)
            yield from required_models(part, (*path, info.alias or name))


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]] | None:
    """Return the kind of a scalar, and its words; None for lists, mappings and models."""
    leaves = set(_leaves(annotation))
    options = tuple(leaf for leaf in _leaves(annotation) if isinstance(leaf, str))
    if options:
        return "choice", options
    if leaves == {Aggregate}:
        return "aggregate", ()
    if leaves == {bool}:
        return "yes_no", ()
    if leaves and leaves <= {int, float, Decimal}:
        return "number", ()
    return ("text", ()) if leaves == {str} else None


def _leaves(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _leaves(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _leaves(part)
    elif origin is Literal:
        yield from get_args(annotation)
    elif annotation is not type(None):
        yield annotation


def xlsform_name(key: str) -> str:
    """Return the key as «Вопросы» and «Варианты» call it."""
    return XLSFORM_NAMES.get(key, key)


def question_columns() -> tuple[Column, ...]:
    """Return the columns of «Вопросы»: those of XLSForm first, then the other keys of all kinds of rows."""
    found = {column.key: column for model in (Section, Question, Table, Figure, Repeats) for column in columns(model)}
    found["type"] = Column("type", "text")
    first = ("type", "id", "title", "hint", "required")
    return tuple(found[key] for key in (*first, *(key for key in found if key not in first)))


def group_columns() -> tuple[Column, ...]:
    """Return the columns of «Группы»: a row with a group's id begins a group, and each row is a line of it."""
    group = [Column(_of_group(column.key), column.kind, column.options) for column in columns(TargetGroup)]
    return (*group, *columns(Line))


def _of_group(key: str) -> str:
    return GROUP if key == "id" else f"{GROUP}_{key}"


def of_group(key: str) -> str | None:
    """Return the key of a target group that a column of «Группы» stands for; None for the key of a line."""
    return next((column.key for column in columns(TargetGroup) if _of_group(column.key) == key), None)


def option_columns() -> tuple[Column, ...]:
    return (Column(LIST_NAME, "text"), *columns(Option))


def rule_columns() -> tuple[Column, ...]:
    return tuple(columns(RuleText))


def municipality_columns() -> tuple[Column, ...]:
    return tuple(columns(Municipality))


def kind_columns() -> tuple[Column, ...]:
    return tuple(columns(MunicipalityKind))
