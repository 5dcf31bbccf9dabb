"""Validate bodies against Google's discovery document with jsonschema."""

import functools
import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]

from localsheets.schema.derive import discovery_document

Json = dict[str, Any]


@functools.cache
def document() -> Json:
    """Return the document of Sheets v4 in google-api-python-client."""
    path = discovery_document()
    assert path is not None, "google-api-python-client is a test dependency"
    loaded: Json = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _converted(described: Json) -> Json:
    if "$ref" in described:
        return {"$ref": f"#/$defs/{described['$ref']}"}
    kind = described["type"]
    if kind == "any":
        return {}
    if kind == "array":
        return {"type": "array", "items": _converted(described["items"])}
    if kind == "object":
        if "additionalProperties" in described:
            return {"type": "object", "additionalProperties": _converted(described["additionalProperties"])}
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: _converted(part) for name, part in described.get("properties", {}).items()},
        }
    out: Json = {"type": kind}
    if "enum" in described:
        out["enum"] = described["enum"]
    if described.get("format") == "int32":
        out.update(minimum=-(2**31), maximum=2**31 - 1)
    return out


@functools.cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    definitions = {name: _converted(described) for name, described in document()["schemas"].items()}
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": definitions})


def validate(schema: str, body: object) -> None:
    """Raise AssertionError for a body that the document does not allow, with the first violation."""
    error = jsonschema.exceptions.best_match(_validator(schema).iter_errors(body))
    assert error is None, f"{schema}: {error.json_path}: {error.message[:300]}"


@functools.cache
def methods() -> list[tuple[str, str, str | None, str]]:
    """Return (HTTP method, path pattern, request schema, response schema) of every method."""
    found: list[tuple[str, str, str | None, str]] = []

    def walk(node: Json) -> None:
        found.extend(
            (method["httpMethod"], method["path"], method.get("request", {}).get("$ref"), method["response"]["$ref"])
            for method in node.get("methods", {}).values()
        )
        for part in node.get("resources", {}).values():
            walk(part)

    walk(document())
    return found
