"""A campaign as plain data, key by key as in the YAML file, and as the text of such a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from campaign.answer_types.numbers import thousands_or_fraction
from campaign.model import Campaign
from campaign.model.aggregate import Aggregate
from campaign.workbook import texts
from campaign.workbook.errors import refused

_IN_ONE_LINE = frozenset({"lines", "options", "figures", "municipalities", "municipality_kinds"})
"""Lists with one line an item."""
_WIDTH = 2_500
"""More than any text has: a text that goes on in the next line is harder to search and to compare."""


def document(model: BaseModel) -> dict[str, Any]:
    """Return the keys that the file has, as it calls them. `Campaign.model_validate` of it gives the same campaign."""
    found: dict[str, Any] = {}
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if name in model.model_fields_set and not info.exclude and value is not None and value not in ((), {}):
            found[info.alias or name] = _plain(value)
    return found


def _plain(value: object) -> Any:
    match value:
        case BaseModel():
            return document(value)
        case Aggregate(kind, of):
            return kind if not of else {kind: of if kind == "ratio_of" else of[0]}
        case tuple():
            return tuple(map(_plain, value))
        case Mapping():
            return dict(value)
        case float() if value.is_integer():
            return int(value)
    return value


def check_same(path: Path, made: Campaign, read_back: Campaign) -> None:
    """Raise WorkbookError unless what was read back from a file is the campaign that it was made of."""
    if read_back != made:
        what = difference(document(made), document(read_back))
        raise refused(path, texts.NOT_THE_SAME.format(what=what))


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Return the dotted key at which two documents differ first; "" where they don't."""
    return next(_differences(one, other, ""), "")


def _differences(one: Any, other: Any, key: str) -> Iterator[str]:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in (*one, *(name for name in other if name not in one)):
            yield from _differences(one.get(name), other.get(name), f"{key}.{name}".lstrip("."))
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True), 1):
            yield from _differences(left, right, f"{key}[{number}]")
    elif one != other:
        yield key


class _Representer(RoundTripRepresenter):
    """Writes what the reader takes for the same: «250.125» would be asked about, a plain «?…» is a key in braces."""

    def represent_text(self, text: str) -> ScalarNode:
        if text.startswith("?"):
            return self.represent_scalar("tag:yaml.org,2002:str", text, style="'")
        return cast("ScalarNode", self.represent_str(text))

    def represent_number(self, number: float | Decimal) -> ScalarNode:
        text = format(Decimal(str(number)), "f")
        if "." not in text:
            text += ".0"
        if thousands_or_fraction(text):
            text += "0"
        return self.represent_scalar("tag:yaml.org,2002:float", text)


_Representer.add_representer(str, _Representer.represent_text)
_Representer.add_representer(float, _Representer.represent_number)
_Representer.add_representer(Decimal, _Representer.represent_number)


def yaml_text(campaign: Campaign, heading: str) -> str:
    """Return the text of a campaign file. heading: words for a comment at its top."""
    yaml = YAML(typ="rt")
    yaml.Representer = _Representer
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = CommentedMap()
    for key, value in document(campaign).items():
        written[key] = _commented(value, key)
        written.yaml_set_comment_before_after_key(key, before="\n")
    text = StringIO()
    yaml.dump(written, text)
    return "".join(f"# {line}\n" for line in heading.splitlines()) + text.getvalue()


def _commented(value: object, key: str, *, in_one_line: bool = False) -> object:
    match value:
        case dict():
            made = CommentedMap((name, _commented(item, name)) for name, item in value.items())
            if in_one_line or key in ("aggregate", "headcounts"):
                made.fa.set_flow_style()
            return made
        case tuple():
            items = CommentedSeq(_commented(item, "", in_one_line=key in _IN_ONE_LINE) for item in value)
            if key == "ratio_of":
                items.fa.set_flow_style()
            return items
    return value
