"""Parse the edits that the scripts send, and the answer to a refused one."""

from dataclasses import dataclass

from localsheets.grid.texts import Edits
from localsheets.jsontypes import Json

MAX_CELLS = 20_000
_LARGEST = 20_000_000


class ChangeError(Exception):
    """An edit was not made. kind: for the script, to offer what can be done; message: for the person."""

    def __init__(self, status: int, kind: str, message: str, more: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"kind": kind, "message": message, **(more or {})}


@dataclass(frozen=True, slots=True)
class Change:
    """The edit of one cell.

    row, column: from 0
    key:         the row's lasting key, None for a blank row
    was, now:    texts as typed
    """

    row: int
    key: int | None
    column: int
    was: str
    now: str


def read_changes(body: Json) -> list[Change]:
    """Return the edits in a request. Raises ChangeError."""
    edits = body.get("edits")
    if not isinstance(edits, list) or not edits:
        raise ChangeError(400, "failed", Edits.BAD)
    if len(edits) > MAX_CELLS:
        raise ChangeError(413, "failed", Edits.TOO_MANY.format(limit=MAX_CELLS))
    return [_change(edit) for edit in edits]


def _change(edit: object) -> Change:
    if not isinstance(edit, dict):
        raise ChangeError(400, "failed", Edits.BAD)
    was, now, key = edit.get("was"), edit.get("now"), edit.get("k")
    if not isinstance(was, str) or not isinstance(now, str) or not (key is None or _is_whole(key)):
        raise ChangeError(400, "failed", Edits.BAD)
    return Change(whole(edit, "r"), key, whole(edit, "c"), was, sound(now))


def sound(text: str) -> str:
    """Return a text as it can be stored: line feeds only, no NUL. Raises ChangeError for half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ChangeError(400, "failed", Edits.BAD) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def whole(body: Json, name: str, default: int | None = None) -> int:
    """Return a whole number from 0. Raises ChangeError."""
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise ChangeError(400, "failed", Edits.BAD)
    return value


def read_spans(body: Json) -> list[tuple[int, int]]:
    """Return half-open spans of rows or columns, ascending and apart. Raises ChangeError."""
    spans = body.get("spans")
    if not isinstance(spans, list) or not spans or len(spans) > MAX_CELLS:
        raise ChangeError(400, "failed", Edits.BAD)
    found: list[tuple[int, int]] = []
    for span in spans:
        if not isinstance(span, list) or len(span) != 2:
            raise ChangeError(400, "failed", Edits.BAD)
        start, end = whole({"at": span[0]}, "at"), whole({"at": span[1]}, "at")
        if start >= end or (found and start <= found[-1][1]):
            raise ChangeError(400, "failed", Edits.BAD)
        found.append((start, end))
    return found


def read_rows(body: Json) -> list[tuple[int, int | None]]:
    """Return (number, key) of the rows to delete as the person saw them."""
    rows = body.get("rows", [])
    if not isinstance(rows, list) or len(rows) > MAX_CELLS:
        raise ChangeError(400, "failed", Edits.BAD)
    found = []
    for row in rows:
        key = row.get("k") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not (key is None or _is_whole(key)):
            raise ChangeError(400, "failed", Edits.BAD)
        found.append((whole(row, "r"), key))
    return found
