"""`python -m scripts.campaign_keys [--check]`: write the keys of campaigns and roll-ups into their pages.

Types, limits and defaults come from `campaign.model`, one line of words a key from `scripts.campaign_key_words`. With
`--check` nothing is written: exit code 1 means that a page is out of date.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from campaign.model import Campaign, Question, Repeats, Rollup
from scripts.campaign_key_words import KINDS, TYPES, WORDS

ROOT = Path(__file__).resolve().parents[1]
PAGES: dict[str, type[BaseModel]] = {"docs/campaigns.md": Campaign, "docs/rollups.md": Rollup}
BEGIN = "<!-- made by python -m scripts.campaign_keys -->"
END = "<!-- end of what is made -->"


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` look at them; return the exit code."""
    check = arguments == ["--check"]
    stale = []
    for name, model in PAGES.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        made = with_keys(text, model)
        if made != text:
            stale.append(name)
            if not check:
                path.write_text(made, encoding="utf-8")
    for name in stale:
        print(f"{name}: {'out of date, run python -m scripts.campaign_keys' if check else 'written'}")
    return 1 if check and stale else 0


def with_keys(text: str, model: type[BaseModel]) -> str:
    """Return the page with the tables of the model between its marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"the page has no «{BEGIN}» … «{END}»")
    return f"{before}{BEGIN}\n\n" + "\n\n".join(tables(model)) + f"\n\n{END}{after}"


def keys(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel], str, FieldInfo]]:
    """Yield every key: its path (`sections[].title`), its model, the name there, and what pydantic knows of it."""
    inside: list[tuple[str, type[BaseModel]]] = []
    for name, info in model.model_fields.items():
        if info.exclude:
            continue
        key = f"{path}{info.alias or name}"
        yield key, model, name, info
        many = "[]" if "tuple" in model.__annotations__[name] else ""
        # The questions of an entry have the keys of any question, which are listed once.
        listed = {Question} if model is Repeats else set()
        inside += [(f"{key}{many}.", one) for one in models_in(info.annotation) if one not in listed]
    for prefix, one in inside:
        yield from keys(one, prefix)


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the models that a type holds: of a list, of a choice between two."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for part in get_args(annotation):
        yield from models_in(part)


def tables(model: type[BaseModel]) -> Iterator[str]:
    """Yield a table for each section of the file."""
    sections: dict[tuple[str, type[BaseModel]], list[str]] = {}
    for key, owner, name, info in keys(model):
        path = key.rpartition(".")[0]
        takes = KINDS.get(key) or kind(owner, name, info)
        line = f"| `{key}` | {takes} | {default(info)} | {WORDS.get(key, '')} |"
        sections.setdefault((path, owner), []).append(line)
    head = "| key | takes | without it | what it is |\n| --- | --- | --- | --- |\n"
    for lines in sections.values():
        yield head + "\n".join(lines)


def kind(model: type[BaseModel], name: str, info: FieldInfo) -> str:
    """Return what the key takes, with its limits."""
    written = re.sub(r" \| None$", "", model.__annotations__[name]).replace("'", '"')
    words = TYPES.get(written)
    if words is None:
        words = options(sys.modules[model.__module__], written) or "keys of its own"
        words = "a list" if written.startswith("tuple") else words
    return ", ".join([words, *limits(info)])


def options(module: object, written: str) -> str | None:
    """Return the words that a Literal allows, by itself or by the name of an alias."""
    found = getattr(module, written, None)
    if found is None and written.startswith("Literal["):
        found = Literal[tuple(re.findall(r'"([^"]*)"', written))]
    if get_origin(found) is not Literal:
        return None
    return " or ".join(f"`{one}`" for one in get_args(found))


def limits(info: FieldInfo) -> Iterator[str]:
    """Yield the limits of numbers and of lists, in words."""
    found = {
        name: getattr(one, name)
        for one in info.metadata
        for name in ("ge", "le", "min_length", "max_length")
        if hasattr(one, name)
    }
    low, high = found.get("ge"), found.get("le")
    if low is not None and high is not None:
        yield f"{low} to {high}"
    least, most = found.get("min_length"), found.get("max_length")
    if info.annotation is not str and least:
        yield f"{least} to {most}" if most else f"at least {least}"


def default(info: FieldInfo) -> str:
    """Return what holds where the file has no such key."""
    if info.is_required():
        return "a mistake"
    value = info.default
    if value in (None, (), PydanticUndefined):
        return "–"
    if isinstance(value, BaseModel):
        return "as below"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
