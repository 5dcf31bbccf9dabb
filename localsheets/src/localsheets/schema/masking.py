"""Update masks: the fields of a stored message that a request replaces.

A mask is checked against the schema, so that an unknown field is refused by name; colour fields of the old form are
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
    """Return the tree of an update mask; `{}` stands for all fields. The tree is shared: do not change it.

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
                # A list is replaced as a whole, whichever of its fields the mask names: gspread-formatting
                # writes `textFormatRuns.startIndex`.
                _known(inner[4:], below, at)
            out[name] = {}
    return out


def apply_mask(target: Json, source: Json, tree: FieldTree) -> Json:
    """Return a copy of `target` with each field in the mask as in `source`; absent there means unset."""
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
    """Return True if a mask touches a top-level field."""
    return not tree or name in tree
