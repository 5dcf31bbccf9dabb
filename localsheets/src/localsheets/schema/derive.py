"""Derive the compact table of types from Google's discovery document, for `python -m localsheets schema`."""

import importlib.util
import json
from pathlib import Path
from typing import TypeAlias

TypeCode: TypeAlias = "str | list[str] | dict[str, TypeCode]"

_SCALARS: dict[tuple[str, str | None], str] = {
    ("string", None): "string",
    ("string", "google-fieldmask"): "mask",
    ("string", "google-datetime"): "string",
    ("integer", "int32"): "int",
    ("number", "double"): "double",
    ("number", "float"): "float",
    ("boolean", None): "bool",
    ("any", None): "any",
}


def discovery_document() -> Path | None:
    """Return the path of Sheets v4's document in google-api-python-client; None if it is not installed."""
    spec = importlib.util.find_spec("googleapiclient")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "discovery_cache" / "documents" / "sheets.v4.json"


def _code(described: object) -> TypeCode:
    if not isinstance(described, dict):
        raise TypeError("the discovery document describes a type as something else than an object")
    if "$ref" in described:
        return f"ref:{described['$ref']}"
    kind = str(described["type"])
    if kind == "array":
        return {"list": _code(described["items"])}
    if kind == "object":
        return {"map": _code(described["additionalProperties"])}
    if "enum" in described:
        return [str(name) for name in described["enum"]]
    return _SCALARS[kind, described.get("format")]


def derive(document: Path) -> dict[str, dict[str, TypeCode]]:
    """Return schema name → field name → type code: a list is an enum, `{"list": …}` an array, `ref:` another schema."""
    schemas = json.loads(document.read_text(encoding="utf-8"))["schemas"]
    return {
        name: {field: _code(described) for field, described in sorted(schema.get("properties", {}).items())}
        for name, schema in sorted(schemas.items())
    }
