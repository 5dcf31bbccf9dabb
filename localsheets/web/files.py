"""What Drive says of a file, and the search expressions of `files.list`. Imports `errors`, `model`."""

import re

from localsheets.errors import invalid
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet

# What `files.get` answers when no fields are named (recorded).
DEFAULT = ("kind", "id", "name", "mimeType")

_TERM = re.compile(
    r"""\s*(?:(?P<field>\w+)\s*(?P<op>!=|=|contains|<=|>=|<|>)\s*(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|true|false)"""
    r"""|(?P<member>'[^']*'|"[^"]*")\s+in\s+(?P<list>\w+))\s*"""
)


def file_resource(file_id: str, file: Json, base_url: str) -> Json:
    """A File with all that this server knows."""
    return {
        "kind": "drive#file",
        "id": file_id,
        "name": file["name"],
        "mimeType": file["mimeType"],
        "createdTime": file["createdTime"],
        "modifiedTime": file["modifiedTime"],
        "version": str(file["version"]),
        "trashed": bool(file.get("trashed", False)),
        "starred": False,
        "parents": ["root"],
        "owners": [{"kind": "drive#user", "emailAddress": file["owner"], "displayName": file["owner"]}],
        "permissions": [{"kind": "drive#permission", **entry} for entry in file["permissions"]],
        "webViewLink": f"{base_url}/spreadsheets/d/{file_id}/edit",
        "capabilities": {"canEdit": True, "canDelete": True, "canCopy": True},
    }


def matches(query: str, file: Json) -> bool:
    """Whether a file answers a search: terms joined by `and`. Raises 400 for what is not understood."""
    rest = query.strip()
    while rest:
        found = _TERM.match(rest)
        if not found:
            raise invalid("Invalid Value")
        if not _holds(found, file):
            return False
        rest = rest[found.end() :]
        if rest:
            joined = re.match(r"and\b\s*", rest, re.IGNORECASE)
            if not joined:
                raise invalid("Invalid Value")
            rest = rest[joined.end() :]
            if not rest:
                raise invalid("Invalid Value")
    return True


def _holds(found: re.Match[str], file: Json) -> bool:
    if found["member"]:
        return found["list"] in {"parents", "owners", "writers", "readers"} and (
            found["list"] != "parents" or found["member"].strip("'\"") == "root"
        )
    field, op = found["field"], found["op"]
    value: object = found["value"]
    held: object
    if field == "trashed" and op in {"=", "!="}:
        held, value = bool(file.get("trashed", False)), found["value"] == "true"
    elif field in {"name", "mimeType", "modifiedTime", "createdTime"}:
        held = str(file[field])
        value = re.sub(r"\\(.)", r"\1", found["value"][1:-1])
    else:
        raise invalid("Invalid Value")
    if op == "=":
        return held == value
    if op == "!=":
        return held != value
    if op == "contains":
        return str(value).casefold() in str(held).casefold()
    return {
        "<": str(held) < str(value),
        "<=": str(held) <= str(value),
        ">": str(held) > str(value),
        ">=": str(held) >= str(value),
    }[op]


def order(found: list[tuple[str, Json]], by: str) -> list[tuple[str, Json]]:
    """Sorted by `orderBy`: `modifiedTime desc,name`."""
    for part in reversed([part.strip() for part in by.split(",") if part.strip()]):
        name, _, direction = part.partition(" ")
        if name not in {"name", "modifiedTime", "createdTime"} or direction.strip() not in {"", "desc"}:
            raise invalid("Invalid Value")
        found = sorted(found, key=lambda pair, key=name: str(pair[1][key]), reverse=bool(direction))  # type: ignore[misc]
    return found


def upload_resource(state: Spreadsheet, base_url: str) -> Json:
    """The Drive v2 File that an upload answers; only what a client of this server can use."""
    link = f"{base_url}/spreadsheets/d/{state.id}"
    return {
        "kind": "drive#file",
        "id": state.id,
        "title": state.file["name"],
        "mimeType": state.file["mimeType"],
        "createdDate": state.file["createdTime"],
        "modifiedDate": state.file["modifiedTime"],
        "alternateLink": f"{link}/edit?usp=drivesdk",
        "editable": True,
        "copyable": True,
        "shared": len(state.file["permissions"]) > 1,
        "ownerNames": [state.file["owner"]],
        "spaces": ["drive"],
        "labels": {"viewed": True, "restricted": False, "starred": False, "hidden": False, "trashed": False},
    }
