"""Update masks: which fields of a stored message a request replaces. Imports `schema.checking`, `schema.fieldmask`.

A mask is checked against the schema, so that a field that is not known is refused by name; old colour fields are
renamed to their `…Style`, the only form that is stored.
"""

import copy
import functools

from localsheets.errors import RequestFailed, SheetsError
from localsheets.jsontypes import Json
from localsheets.schema.checking import style_pairs, types
from localsheets.schema.fieldmask import FieldTree, parse_mask


@functools.lru_cache(maxsize=512)
def update_mask(schema: str, text: str) -> FieldTree:
    """The tree of an update mask; `{}` stands for all fields. The tree is shared: do not change it.

    Raises RequestFailed for an empty mask or an unknown field.
    """
    if not text.strip():
        raise RequestFailed("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    try:
        tree = parse_mask(text)
    except SheetsError as error:
        raise RequestFailed(f"Invalid field mask: {text[:200]}") from error
    if "*" in tree:
        return {}
    return _known(schema, tree, "")


def _known(schema: str, tree: FieldTree, path: str) -> FieldTree:
    fields = types()[schema]
    pairs = style_pairs(schema)
    out: FieldTree = {}
    for name, below in tree.items():
        at = f"{path}.{name}" if path else name
        code = fields.get(name)
        if code is None:
            raise RequestFailed(f"Invalid field: {at[:200]}")
        if name in pairs:
            out[pairs[name]] = {}
        elif below and isinstance(code, str) and code.startswith("ref:"):
            out[name] = {} if "*" in below else _known(code[4:], below, at)
        else:
            inner = str(code.get("list", "")) if isinstance(code, dict) else ""
            if below and "*" not in below and inner.startswith("ref:"):
                # The parts of a list are replaced as a whole, whatever the mask names of them: gspread-formatting
                # writes `textFormatRuns.startIndex`.
                _known(inner[4:], below, at)
            out[name] = {}
    return out


def apply_mask(target: Json, source: Json, tree: FieldTree) -> Json:
    """A copy of `target` where each field that the mask names is as in `source`; absent there means unset."""
    if not tree:
        return copy.deepcopy(source)
    out = dict(target)
    for name, below in tree.items():
        if below:
            held = out.get(name)
            merged = apply_mask(held if isinstance(held, dict) else {}, source.get(name) or {}, below)
            if merged:
                out[name] = merged
            else:
                out.pop(name, None)
        elif name in source:
            out[name] = copy.deepcopy(source[name])
        else:
            out.pop(name, None)
    return out


def names(tree: FieldTree, name: str) -> bool:
    """Whether a mask touches a top-level field."""
    return not tree or name in tree
