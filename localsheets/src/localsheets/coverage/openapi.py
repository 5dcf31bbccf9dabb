"""The OpenAPI of what this server covers, for fuzzers: `python -m localsheets openapi`.

Made of the published table of methods, the kinds of `batchUpdate` and the table of Google's types.
"""

import re

from localsheets.coverage.facts import METHODS
from localsheets.jsontypes import Json
from localsheets.requests.batch import KINDS
from localsheets.schema.checking import ONE_OF, types
from localsheets.schema.derive import TypeCode

BODIES = {
    "spreadsheets.create": "Spreadsheet",
    "spreadsheets.batchUpdate": "BatchUpdateSpreadsheetRequest",
    "spreadsheets.getByDataFilter": "GetSpreadsheetByDataFilterRequest",
    "values.update": "ValueRange",
    "values.append": "ValueRange",
    "values.clear": "ClearValuesRequest",
    "values.batchUpdate": "BatchUpdateValuesRequest",
    "values.batchClear": "BatchClearValuesRequest",
    "values.batchGetByDataFilter": "BatchGetValuesByDataFilterRequest",
    "values.batchUpdateByDataFilter": "BatchUpdateValuesByDataFilterRequest",
    "values.batchClearByDataFilter": "BatchClearValuesByDataFilterRequest",
    "developerMetadata.search": "SearchDeveloperMetadataRequest",
    "sheets.copyTo": "CopySheetToAnotherSpreadsheetRequest",
}
_SPREADSHEETS = "/v4/spreadsheets/{id}"
_SCALARS: dict[str, Json] = {
    "string": {"type": "string"},
    "mask": {"type": "string"},
    "int": {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1},
    "double": {"type": "number"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "any": {},
}
_RANGE: Json = {"type": "string", "pattern": "^([A-Za-z0-9']{1,8}!)?[A-Z]{1,2}[0-9]{0,3}(:[A-Z]{1,2}[0-9]{0,3})?$"}
_VALUE_QUERY: dict[str, Json] = {
    "valueInputOption": {"enum": ["RAW", "USER_ENTERED", "INPUT_VALUE_OPTION_UNSPECIFIED"]},
    "valueRenderOption": {"enum": ["FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"]},
    "dateTimeRenderOption": {"enum": ["SERIAL_NUMBER", "FORMATTED_STRING"]},
    "insertDataOption": {"enum": ["OVERWRITE", "INSERT_ROWS"]},
    "majorDimension": {"enum": ["ROWS", "COLUMNS"]},
    "includeValuesInResponse": {"type": "boolean"},
    "ranges": {"type": "array", "items": _RANGE, "maxItems": 4},
}
_BOOK_QUERY: dict[str, Json] = {
    "ranges": {"type": "array", "items": _RANGE, "maxItems": 4},
    "includeGridData": {"type": "boolean"},
    "fields": {"type": "string"},
}
_DRIVE_QUERY: dict[str, Json] = {
    "q": {"type": "string"},
    "fields": {"type": "string"},
    "pageSize": {"type": "integer"},
    "pageToken": {"type": "string"},
    "orderBy": {"type": "string"},
    "mimeType": {"enum": ["text/csv", "text/tab-separated-values", "application/pdf",
                          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]},
}  # fmt: skip
_DRIVE_BODY: Json = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "mimeType": {"type": "string"},
        "parents": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        "role": {"enum": ["owner", "writer", "commenter", "reader"]},
        "type": {"enum": ["user", "group", "domain", "anyone"]},
        "emailAddress": {"type": "string"},
    },
}


def openapi() -> Json:
    """Return the document."""
    paths: Json = {}
    for line, name, _source in METHODS:
        verbs, path = re.sub("…", _SPREADSHEETS, line).rsplit(" ", 1)
        for verb, one in zip(verbs.split(", "), names(name), strict=False):
            paths.setdefault(path, {})[verb.lower()] = _operation(path, verb, one)
    return {
        "openapi": "3.0.3",
        "info": {"title": "localsheets", "version": "4"},
        "paths": paths,
        "components": {"schemas": {name: _message(name) for name in _reachable(set(BODIES.values()))}},
    }


def names(listed: str) -> list[str]:
    """Return the methods of one line of the table: `files.get, copy` → files.get, files.copy."""
    first, *others = re.sub(r" \(.*", "", listed).split(", ")
    return [first, *(f"{first.split('.')[0]}.{one}" for one in others)]


def _operation(path: str, verb: str, name: str) -> Json:
    query = _DRIVE_QUERY if "drive" in path else _VALUE_QUERY if "/values" in path else _BOOK_QUERY
    parameters = [
        {"name": one, "in": "path", "required": True, "schema": _RANGE if one == "range" else {"type": "string"}}
        for one in re.findall(r"{(\w+)}", path)
    ] + [{"name": one, "in": "query", "schema": schema} for one, schema in query.items()]
    made: Json = {
        "operationId": f"{verb} {name}",
        "parameters": parameters,
        "responses": {"default": {"description": "An answer, or an error in words."}},
    }
    if path == "/token":
        form = {"type": "object", "properties": {"grant_type": {"type": "string"}, "assertion": {"type": "string"}}}
        made["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
    elif path.startswith("/upload"):
        made["requestBody"] = {"content": {"text/csv": {"schema": {"type": "string"}}}}
    elif name in BODIES:
        made["requestBody"] = _json({"$ref": f"#/components/schemas/{BODIES[name]}"})
    elif verb in ("POST", "PATCH"):
        made["requestBody"] = _json(_DRIVE_BODY)
    return made


def _json(schema: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _fields(name: str) -> dict[str, TypeCode]:
    fields = types()[name]
    return {kind: code for kind, code in fields.items() if kind in KINDS} if name == "Request" else fields


def _message(name: str) -> Json:
    made: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {field: _schema(code) for field, code in _fields(name).items()},
    }
    if name in ONE_OF:
        made["maxProperties"] = 1
    if name == "Request":
        made["minProperties"] = 1
    return made


def _schema(code: TypeCode) -> Json:
    if isinstance(code, list):
        return {"type": "string", "enum": code}
    if isinstance(code, dict):
        if "list" in code:
            return {"type": "array", "items": _schema(code["list"]), "maxItems": 20}
        return {"type": "object", "additionalProperties": _schema(code["map"])}
    if code.startswith("ref:"):
        return {"$ref": f"#/components/schemas/{code[4:]}"}
    return dict(_SCALARS[code])


def _reachable(names: set[str]) -> list[str]:
    """Return these schemas and all that they lead to."""
    found: set[str] = set()
    while names:
        name = names.pop()
        found.add(name)
        names |= {one for code in _fields(name).values() if (one := _named(code))} - found
    return sorted(found)


def _named(code: TypeCode) -> str | None:
    while isinstance(code, dict):
        code = next(iter(code.values()))
    return code[4:] if isinstance(code, str) and code.startswith("ref:") else None
