"""Read a request and write an answer: bodies, query parameters, tokens."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from flask import Response, request

from localsheets.answers.encoding import encode
from localsheets.auth import tokens
from localsheets.errors import SheetsError, classic_body, denied, invalid, unauthenticated, violations
from localsheets.faults.layer import OPERATION
from localsheets.jsontypes import Json
from localsheets.loopback import direct
from localsheets.model import Spreadsheet
from localsheets.schema import check, parse_mask
from localsheets.schema.fieldmask import FieldTree, select
from localsheets.web.context import context
from localsheets.web.tunnel import unpacked

MAX_BODY = 16 * 1024 * 1024
"""Bytes of a body of the API, unpacked; Google advises at most 2 MB."""
MAX_ITEMS = 1_000_000
"""Values, lists and objects of a body."""

# Parameters of every method of Google's.
_STANDARD = frozenset(
    {
        "$.xgafv",
        "$alt",
        "$fields",
        "$prettyPrint",
        "alt",
        "callback",
        "fields",
        "key",
        "prettyPrint",
        "quotaUser",
        "uploadType",
        "upload_protocol",
    }
)
T = TypeVar("T")

JSON_TYPE = "application/json; charset=UTF-8"

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json() -> object:
    """Return the body as JSON, an empty body as {}. Raises 400 for invalid JSON, NUL and lone surrogates."""
    raw = read_bytes()
    if not raw.strip():
        return {}
    try:
        body: object = json.loads(raw, parse_constant=_no_constant)
    except RecursionError as error:
        raise invalid("Invalid JSON payload received. Nesting is too deep.") from error
    except ValueError as error:
        raise invalid(f"Invalid JSON payload received. {str(error)[:200]}") from error
    if b"\\u0000" in raw or _SURROGATE.search(raw):
        _check_text(body)
    return body


def read_bytes() -> bytes:
    """Return the body, unpacked. Raises 400 for one that is too large or holds too many items."""
    raw = unpacked(request.get_data(cache=True), request.headers.get("Content-Encoding", "").lower(), MAX_BODY)
    if len(raw) >= MAX_BODY:  # a chunked body is cut there without an error
        raise invalid(f"Request payload size exceeds the limit: {MAX_BODY} bytes.")
    # Counted before they are made: an object takes a hundred times the memory of its two characters.
    if sum(map(raw.count, (b",", b"[", b"{", b"\n"))) > MAX_ITEMS:
        raise invalid(f"Request payload exceeds the limit of {MAX_ITEMS} items.")
    return raw


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number.")


def _check_text(body: object) -> None:
    try:
        text = json.dumps(body, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise invalid("Invalid JSON payload received. A string holds half of a surrogate pair.") from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise invalid("Invalid JSON payload received. A string holds a NUL character.")


def read_message(schema: str, path: str = "") -> Json:
    """Return the body, checked against a schema."""
    return check(schema, read_json(), path)


def read_query(known: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the query parameters. Raises 400 for an unknown one.

    known: each parameter → its allowed values (none: any)
    """
    found: dict[str, list[str]] = {}
    wrong: list[tuple[str, str]] = []
    for name in request.args:
        values = request.args.getlist(name)
        if name in _STANDARD:
            continue
        if name not in known:
            wrong.append(
                (
                    "",
                    f'Invalid JSON payload received. Unknown name "{name[:200]}": Cannot bind query parameter. '
                    f"Field '{name[:200]}' could not be found in request message.",
                )
            )
            continue
        choices = list(known[name])
        for value in values:
            if choices and value not in choices:
                kind = "TYPE_BOOL" if choices == BOOLEAN else "TYPE_ENUM"
                wrong.append((name, f"Invalid value at '{name}' ({kind}), \"{value[:200]}\""))
        found[name] = values
    alt = request.args.get("alt", "json")
    if alt not in {"json", "media"}:
        wrong.append(("alt", f"Invalid value at 'alt' (TYPE_ENUM), \"{alt[:50]}\": only json is supported."))
    if wrong:
        raise violations(wrong)
    return found


BOOLEAN = ["true", "false", "True", "False"]


def one(query: Mapping[str, list[str]], name: str, default: str = "") -> str:
    """Return the last value of a parameter."""
    values = query.get(name)
    return values[-1] if values else default


def whole(text: str) -> int | None:
    """Return a parameter as a whole number; None if it is none, or longer than 15 digits."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def truth(query: Mapping[str, list[str]], name: str) -> bool:
    """Return a boolean parameter."""
    return one(query, name).lower() == "true"


def response_mask() -> "FieldTree | None":
    """Return the `fields` parameter as a tree, None without one."""
    text = request.args.get("fields") or request.args.get("$fields", "")
    return parse_mask(text) if text else None


def authorize(allowed: frozenset[str]) -> str:
    """Return the sender's e-mail, empty when the API is open. Raises 401 or 403."""
    held = context()
    if held.settings.open_api and not held.people.any():
        if not direct():
            raise denied()
        return ""
    # From the header alone: a token in an address ends in logs, and the query would have to be parsed for a stranger.
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise unauthenticated()
    return held.tokens.check(token.strip(), allowed)


def sheets_reader() -> str:
    """Authorize a read and count it against the quotas; return the sender's e-mail."""
    email = authorize(tokens.SHEETS_READ)
    _charge(email, write=False)
    return email


def sheets_writer() -> str:
    """Authorize a write and count it against the quotas; return the sender's e-mail."""
    email = authorize(tokens.SHEETS_WRITE)
    _charge(email, write=True)
    return email


def _charge(email: str, *, write: bool) -> None:
    user = request.args.get("quotaUser") or email
    context().faults.quotas.charge(user, write=write)


def changing(spreadsheet_id: str, editor: str, work: Callable[[Spreadsheet], T]) -> tuple[T, Spreadsheet]:
    """Commit a change, and note it for the operation log."""
    done = context().store.change(spreadsheet_id, editor, work)
    note_commit()
    return done


def note_commit() -> None:
    """Note for the operation log that this request has changed the state on disk."""
    request.environ.setdefault(OPERATION, {})["committed"] = True


def answer(schema: str, body: Json) -> Response:
    """Answer 200 with an object of the Sheets API type `schema`, encoded and reduced to the `fields` asked for."""
    return _json_response(encode(schema, body))


def drive_answer(body: Json) -> Response:
    """Answer 200 with a resource of the Drive API, reduced to the `fields` asked for; defaults are written."""
    return _json_response(body)


def text_answer(text: str) -> Response:
    """Answer 200 with JSON text that is encoded already, such as long lists of values; `fields` is applied."""
    if response_mask():
        return _json_response(json.loads(text))
    return Response(text.encode(), content_type=JSON_TYPE)


def _json_response(body: object) -> Response:
    mask = response_mask()
    found = select(body, mask) if mask else body
    return Response(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(), content_type=JSON_TYPE)


def failure(error: SheetsError) -> Response:
    """Return the answer for an error."""
    drive = request.path.startswith(("/drive/", "/upload/"))
    response = Response(
        json.dumps(classic_body(error) if drive else error.body(), ensure_ascii=False).encode(),
        error.code,
        content_type=JSON_TYPE,
    )
    if error.code == 503:
        response.headers["Retry-After"] = "1"
    if error.code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return response


def mark(kind: str, spreadsheet: str = "", rows: int = 0) -> None:
    """Note for the operation log what this request is."""
    noted = request.environ.setdefault(OPERATION, {})
    noted.update(kind=kind, spreadsheet=spreadsheet, rows=rows)


def base_url() -> str:
    """Return the address by which the caller reached this server, without a slash at the end."""
    return request.host_url.rstrip("/")
