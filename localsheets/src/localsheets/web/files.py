"""Drive's description of a file, and the search expressions of `files.list`."""

import re

from localsheets.errors import invalid
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet

# The fields of `files.get` without a `fields` parameter (recorded).
DEFAULT = ("kind", "id", "name", "mimeType")

_TERM = re.compile(
    r"""\s*(?:(?P<field>\w+)\s*(?P<op>!=|=|contains|<=|>=|<|>)\s*(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|true|false)"""
    r"""|(?P<member>'[^']*'|"[^"]*")\s+in\s+(?P<list>\w+))\s*"""
)


def file_resource(file_id: str, file: Json, base_url: str) -> Json:
    """Return a File with everything that this server knows."""
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


class _Search:
    """A search expression, parsed from left to right: `or` of `and` of terms, `not` and parentheses."""

    def __init__(self, text: str, file: Json) -> None:
        self.rest = text.strip()
        self.file = file
        self.depth = 0

    def word(self, word: str) -> bool:
        """Consume a word if it comes next."""
        found = re.match(rf"{word}\b\s*", self.rest, re.IGNORECASE)
        if found:
            self.rest = self.rest[found.end() :]
        return found is not None

    def any_of(self) -> bool:
        found = [self.all_of()]
        while self.word("or"):
            found.append(self.all_of())
        return any(found)

    def all_of(self) -> bool:
        found = [self.term()]
        while self.word("and"):
            found.append(self.term())
        return all(found)

    def term(self) -> bool:
        self.depth += 1
        if self.depth > 100:
            raise invalid("Invalid Value")
        if self.word("not"):
            return not self.term()
        if self.rest.startswith("("):
            self.rest = self.rest[1:].lstrip()
            inner = self.any_of()
            if not self.rest.startswith(")"):
                raise invalid("Invalid Value")
            self.rest = self.rest[1:].lstrip()
            return inner
        found = _TERM.match(self.rest)
        if not found:
            raise invalid("Invalid Value")
        self.rest = self.rest[found.end() :]
        return _holds(found, self.file)


def matches(query: str, file: Json) -> bool:
    """Return True if a file matches a search. Raises 400 for an expression that is not understood."""
    search = _Search(query, file)
    if not search.rest:
        return True
    found = search.any_of()
    if search.rest:
        raise invalid("Invalid Value")
    return found


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


# `orderBy` of Drive → a field of the file. There are no folders, stars, quotas or views by person here.
_ORDERS = {
    "name": "name",
    "name_natural": "name",
    "createdTime": "createdTime",
    "modifiedTime": "modifiedTime",
    "modifiedByMeTime": "modifiedTime",
    "recency": "modifiedTime",
    "viewedByMeTime": "modifiedTime",
}


def order(found: list[tuple[str, Json]], by: str) -> list[tuple[str, Json]]:
    """Sort files by `orderBy`: `modifiedTime desc,name`."""
    for part in reversed([part.strip() for part in by.split(",") if part.strip()]):
        name, _, direction = part.partition(" ")
        if name not in _ORDERS or direction.strip() not in {"", "desc"}:
            raise invalid("Invalid Value")
        found = sorted(found, key=lambda pair, key=_ORDERS[name]: str(pair[1][key]), reverse=bool(direction))  # type: ignore[misc]
    return found


def upload_resource(state: Spreadsheet, base_url: str) -> Json:
    """Return the Drive v2 File that answers an upload, with the fields that clients use."""
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
