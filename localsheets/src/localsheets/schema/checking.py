"""Check a JSON body against the table of types, as a proto3 JSON parser does, and return its canonical copy.

Canonical: without nulls, names in camelCase, numbers instead of numbers in strings, colours in their `…Style` form only
(Google answers both).
"""

import functools
import json
import math
import re
import struct
from importlib import resources
from typing import NamedTuple, TypeAlias

from localsheets.errors import SheetsError, violations
from localsheets.jsontypes import Json
from localsheets.schema.derive import TypeCode

MAX_VIOLATIONS = 20
MAX_DEPTH = 64
TOO_DEEP = "Message too deep. Max recursion depth reached for the payload."
_EXACT = 2**53  # whole numbers up to here are exact in a double

# Messages of alternatives (proto `oneof`), of which one at most may be set; the discovery document does not mark them.
ONE_OF = {
    "Request": "kind",
    "ExtendedValue": "value",
    "DataFilter": "filter",
    "ColorStyle": "kind",
}


@functools.cache
def types() -> dict[str, dict[str, TypeCode]]:
    """Return the table of types, read once."""
    text = resources.files("localsheets.schema").joinpath("types.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, TypeCode]] = json.loads(text)
    return table


@functools.cache
def style_pairs(schema: str) -> dict[str, str]:
    """Return fields of a schema with a colour of the old form → the field with its style."""
    fields = types()[schema]
    return {
        name: f"{name}Style"
        for name, code in fields.items()
        if code == "ref:Color" and fields.get(f"{name}Style") == "ref:ColorStyle"
    }


@functools.cache
def snake(name: str) -> str:
    """Return camelCase as snake_case, as in the paths of Google's error messages."""
    return re.sub(r"([A-Z])", lambda found: "_" + found.group(1).lower(), name)


@functools.cache
def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found.group(1).upper(), name)


def float32(value: float) -> float:
    """Return the shortest decimal that a 32-bit float prints as: 0.4980392156862745 → 0.49803922."""
    single: float = struct.unpack("f", struct.pack("f", value))[0]
    for digits in range(6, 10):
        short = float(f"{single:.{digits}g}")
        if struct.unpack("f", struct.pack("f", short))[0] == single:
            return short
    return single


class _Plan(NamedTuple):
    """What the check needs of a schema, looked up once."""

    fields: dict[str, TypeCode]
    pairs: dict[str, str]
    one_of: str | None


@functools.cache
def _plan(schema: str) -> _Plan:
    return _Plan(types()[schema], style_pairs(schema), ONE_OF.get(schema))


# A place in a body: the place above it, and its field or index. Spelled out only for an error message.
_Path: TypeAlias = "tuple[_Path | None, str | int]"


def _spelled(path: "_Path | None") -> str:
    parts: list[str] = []
    while path is not None:
        path, name = path
        parts.append(f"[{name}]" if isinstance(name, int) else f".{snake(name)}")
    return "".join(reversed(parts)).lstrip(".")


class _Check:
    """One pass over one body; collects all violations instead of stopping at the first."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def wrong(self, path: "_Path | None", kind: str, value: object) -> None:
        at = _spelled(path)
        self.add(path, f"Invalid value at '{at}' ({kind}), {_shown(value)[:500]}")

    def add(self, path: "_Path | None", text: str) -> None:
        if len(self.found) < MAX_VIOLATIONS:
            self.found.append((_spelled(path), text))

    def message(self, schema: str, value: object, path: "_Path | None", depth: int) -> Json:
        if not isinstance(value, dict):
            self.wrong(path, f"type.googleapis.com/google.apps.sheets.v4.{schema}", value)
            return {}
        if depth > MAX_DEPTH:
            self.add(path, TOO_DEEP)
            return {}
        plan = _plan(schema)
        fields = plan.fields
        out: Json = {}
        for name, item in value.items():
            code = fields.get(name)
            if code is None:
                name, code = self.other_name(fields, name, path)
                if code is None:
                    continue
            if item is None:
                continue
            # The three commonest leaves, without another call.
            kind = type(item)
            plain = (code == "string" and kind is str) or (code == "bool" and kind is bool)
            if plain or (code == "double" and kind is int and abs(item) <= _EXACT):
                out[name] = item
            else:
                out[name] = self.value(code, item, (path, name), depth)
        if plan.one_of is not None and len(out) > 1:
            self.several(plan.one_of, out, path)
        if schema == "Color":
            return _quantized(out)
        if plan.pairs:
            for old, style in plan.pairs.items():
                if old in out:
                    color = out.pop(old)
                    out.setdefault(style, {"rgbColor": color})
        return out

    def other_name(self, fields: dict[str, TypeCode], name: str, path: "_Path | None") -> "tuple[str, TypeCode | None]":
        """Return the field of a name in snake_case; refuse every other unknown name."""
        if "_" in name and _camel(name) in fields:
            return _camel(name), fields[_camel(name)]
        at = f" at '{_spelled(path)}'" if path is not None else ""
        self.add(path, f'Invalid JSON payload received. Unknown name "{name[:200]}"{at}: Cannot find field.')
        return name, None

    def several(self, one_of: str, out: Json, path: "_Path | None") -> None:
        first, second = list(out)[:2]
        self.add(
            path,
            f"Invalid value at '{_spelled(path)}' (oneof), oneof field '{one_of}' is already set. "
            f"Cannot set '{second}'",
        )
        out.pop(first)

    def value(self, code: TypeCode, item: object, path: "_Path", depth: int) -> object:
        if isinstance(code, str):
            if code.startswith("ref:"):
                return self.message(code[4:], item, path, depth + 1)
            return self.scalar(code, item, path)
        if isinstance(code, dict):
            return self.collection(code, item, path, depth)
        if isinstance(item, str) and item in code:
            return item
        if isinstance(item, int) and not isinstance(item, bool) and 0 <= item < len(code):
            return code[item]
        self.wrong(path, "TYPE_ENUM", item)
        return code[0]

    def collection(self, code: dict[str, TypeCode], item: object, path: "_Path", depth: int) -> object:
        if "list" in code:
            inner = code["list"]
            if isinstance(inner, dict):  # the rows of a ValueRange: lists of cell values
                if not isinstance(item, list):
                    self.wrong(path, "type.googleapis.com/google.protobuf.ListValue", item)
                    return []
                return [self.row(row, (path, index)) for index, row in enumerate(item)]
            # Google's parser reads one value as a list of one, and flattens a list within a list: pygsheets and
            # gspread-formatting send such bodies.
            parts = _flat(item) if isinstance(item, list) else [item]
            if parts is None:
                self.add(path, TOO_DEEP)
                return []
            return [self.entry(inner, part, (path, index), depth) for index, part in enumerate(parts)]
        if not isinstance(item, dict):
            self.wrong(path, "map", item)
            return {}
        inner = code["map"]
        return {key: self.value(inner, part, (path, key), depth) for key, part in item.items()}

    def entry(self, code: TypeCode, part: object, path: "_Path", depth: int) -> object:
        if part is None:
            self.wrong(path, "repeated field", part)
            return None
        return self.value(code, part, path, depth)

    def row(self, row: object, path: "_Path") -> list[object]:
        if not isinstance(row, list):
            self.wrong(path, "type.googleapis.com/google.protobuf.ListValue", row)
            return []
        for index, part in enumerate(row):
            if isinstance(part, int | float) and not isinstance(part, bool):
                real = _real(part)  # a cell cannot hold `1e999` or an integer beyond a double
                if real is None:
                    self.add((path, index), f"Invalid {_spelled((path, index))}: not a finite number")
                elif real is not part:
                    row[index] = real
            elif isinstance(part, dict | list):
                kind = "struct_value" if isinstance(part, dict) else "list_value"
                at = (path, index)
                # Google's wording for a cell that is neither a scalar nor null.
                self.add(at, f"Invalid {_spelled(at)}: {kind} {{}}")
        return row

    def scalar(self, code: str, item: object, path: "_Path") -> object:
        if code in {"string", "mask"}:
            if not isinstance(item, str):
                self.wrong(path, "TYPE_STRING", item)
                return ""
            return item
        if code == "int":
            number = _integer(item)
            if number is None:
                self.wrong(path, "TYPE_INT32", item)
                return 0
            return number
        if code in {"double", "float"}:
            real = _real(item)
            if real is None:
                self.wrong(path, f"TYPE_{code.upper()}", item)
                return 0.0
            if code == "double":
                return real
            return float32(real) if abs(real) < 3.4e38 else real
        if code == "bool":
            if isinstance(item, bool):
                return item
            if item in ("true", "false"):
                return item == "true"
            self.wrong(path, "TYPE_BOOL", item)
            return False
        return item


def _flat(items: list[object]) -> list[object] | None:
    """Flatten a list of lists; None if it is nested too deeply."""
    for _level in range(MAX_DEPTH):
        if not any(isinstance(part, list) for part in items):
            return items
        items = [inner for part in items for inner in (part if isinstance(part, list) else [part])]
    return None


def _quantized(color: Json) -> Json:
    """Round a colour's parts to a byte, as Google keeps them: 0.5 → 127/255 (recorded); zero parts are left out."""
    kept: Json = {}
    for name, part in color.items():
        byte = math.floor(min(1.0, max(0.0, float(part))) * 255 + 1e-4)
        if byte:
            kept[name] = 1 if byte == 255 else float32(byte / 255)
    return kept


def _integer(item: object) -> int | None:
    if isinstance(item, bool):
        return None
    if isinstance(item, str) and re.fullmatch(r"-?\d{1,10}", item):
        item = int(item)
    if isinstance(item, float) and item.is_integer() and abs(item) < 2**31:
        item = int(item)
    if isinstance(item, int) and -(2**31) <= item < 2**31:
        return item
    return None


def _real(item: object) -> int | float | None:
    if isinstance(item, bool):
        return None
    if isinstance(item, str):
        try:
            item = float(item)
        except ValueError:
            return None
    if isinstance(item, int):
        # Google keeps a double: an integer beyond 2^53 is rounded, one beyond a double is refused.
        if abs(item) <= 2**53:
            return item
        try:
            return float(item)
        except OverflowError:
            return None
    if isinstance(item, float) and math.isfinite(item):
        return item
    return None


def _shown(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return "…"


def check(schema: str, body: object, path: str = "") -> Json:
    """Return the canonical copy of `body`, a value of `schema`.

    path: Google's name of the body in messages (`data` for the calls on values). Raises a 400 that names each unknown
    field and each wrong type.
    """
    checking = _Check()
    try:
        out = checking.message(schema, body, (None, path) if path else None, 0)
    except RecursionError as error:
        raise SheetsError(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Too deep.") from error
    if checking.found:
        raise violations(checking.found)
    return out
