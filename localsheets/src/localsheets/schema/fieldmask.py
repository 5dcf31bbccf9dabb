"""Field masks in Google's three notations: `a.b`, `a/b` and `a(b,c)`, with `*`.

The tree of a mask maps a name to the tree below it; an empty tree means everything below. `*` is kept as a name.
"""

from typing import TypeAlias

from localsheets.errors import invalid

FieldTree: TypeAlias = "dict[str, FieldTree]"

_STOPS = "(),./"


def parse_mask(text: str) -> FieldTree:
    """Parse `sheets(properties.title,data/rowData)` into nested names. Raises a 400 for a malformed mask."""
    tree, position = _parse_list(text.replace(" ", ""), 0, text, 0)
    if position != len(text.replace(" ", "")):
        raise invalid(f"Invalid field selection {text}")
    return tree


def _parse_list(text: str, position: int, whole: str, depth: int) -> tuple[FieldTree, int]:
    if depth > 50:
        raise invalid(f"Invalid field selection {whole[:80]}")
    tree: FieldTree = {}
    while True:
        branch: FieldTree = tree
        last: FieldTree = tree
        name = ""
        while True:
            start = position
            while position < len(text) and text[position] not in _STOPS:
                position += 1
            name = text[start:position]
            if not name:
                raise invalid(f"Invalid field selection {whole}")
            last, branch = branch, branch.setdefault(name, {})
            if position < len(text) and text[position] in "./":
                position += 1
                continue
            break
        if position < len(text) and text[position] == "(":
            below, position = _parse_list(text, position + 1, whole, depth + 1)
            if position >= len(text) or text[position] != ")":
                raise invalid(f"Invalid field selection {whole}")
            position += 1
            _merge(last[name], below)
        if position < len(text) and text[position] == ",":
            position += 1
            continue
        return tree, position


def _merge(into: FieldTree, other: FieldTree) -> None:
    for name, below in other.items():
        _merge(into.setdefault(name, {}), below)


def select(value: object, tree: FieldTree) -> object:
    """Return the part of a JSON answer that the mask names; an empty tree or `*` selects everything."""
    if not tree or ("*" in tree and not tree["*"]):
        return value
    if isinstance(value, list):
        return [select(item, tree) for item in value]
    if isinstance(value, dict):
        star = tree.get("*")
        picked: dict[str, object] = {}
        for name, item in value.items():
            below = tree.get(name, star)
            if below is not None:
                picked[name] = select(item, below)
        return picked
    return value
