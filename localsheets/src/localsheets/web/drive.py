"""`/drive/v3/files…`, and the upload that replaces a file's content."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from localsheets.a1 import Box
from localsheets.auth import tokens
from localsheets.auth.accounts import ACCOUNT
from localsheets.errors import SheetsError, invalid
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.defaults import MIME_TYPE, new_spreadsheet, sheet_props
from localsheets.requests.creation import copy_spreadsheet
from localsheets.values.write import fill
from localsheets.web.context import context
from localsheets.web.exchange import (
    authorize,
    base_url,
    changing,
    drive_answer,
    mark,
    note_commit,
    one,
    read_bytes,
    read_json,
    read_query,
    response_mask,
    whole,
)
from localsheets.web.files import DEFAULT, file_resource, matches, order, upload_resource
from localsheets.xlsx import csv_text

blueprint = Blueprint("drive", __name__)

_SHARED: dict[str, tuple[str, ...]] = dict.fromkeys(
    (
        "supportsAllDrives",
        "supportsTeamDrives",
        "includeItemsFromAllDrives",
        "enforceSingleParent",
        "ignoreDefaultVisibility",
        "keepRevisionForever",
        "acknowledgeAbuse",
    ),
    (),
)

# Fields of a body with a type other than string.
_KINDS: dict[str, type] = {
    **dict.fromkeys(("trashed", "allowFileDiscovery", "withLink", "pendingOwner"), bool),
    **dict.fromkeys(("properties", "appProperties"), dict),
    "parents": list,
}
_TYPES = {str: "STRING", bool: "BOOL", dict: "MESSAGE", list: "STRING"}
_ROLES = frozenset({"reader", "commenter", "writer", "owner", "organizer", "fileOrganizer"})

# Export by MIME type, beside CSV and TSV; the application registers .xlsx here.
EXPORTS: dict[str, Callable[[Spreadsheet], bytes]] = {}


def _reader() -> str:
    return authorize(tokens.DRIVE_READ)


def _writer() -> str:
    return authorize(tokens.DRIVE_WRITE)


def _missing(spreadsheet_id: str) -> SheetsError:
    return SheetsError(404, "NOT_FOUND", f"File not found: {spreadsheet_id[:100]}.")


def _state(spreadsheet_id: str) -> Spreadsheet:
    try:
        return context().store.get(spreadsheet_id)
    except SheetsError as error:
        if error.code == 404:
            raise _missing(spreadsheet_id) from error
        raise


def _body(allowed: set[str]) -> Json:
    body = read_json()
    if not isinstance(body, dict):
        raise invalid("Invalid JSON payload received: an object is expected.")
    body = {name: part for name, part in body.items() if part is not None}  # null is the same as absent
    for name in body:
        if name not in allowed:
            raise invalid(f'Invalid JSON payload received. Unknown name "{str(name)[:200]}": Cannot find field.')
        kind = _KINDS.get(name, str)
        if not isinstance(body[name], kind) or (name == "name" and not 0 < len(body[name]) <= 10_000):
            raise invalid(f"Invalid value at '{name}' (TYPE_{_TYPES[kind]})")
    if body.get("role", "reader") not in _ROLES:
        raise invalid("The specified role is invalid or not applicable for the given permission type.")
    return body


def _shown(found: str, file: Json, sizes: tuple[str, ...] = DEFAULT) -> Response:
    resource = file_resource(found, file, base_url())
    if response_mask():
        return drive_answer(resource)
    return drive_answer({name: resource[name] for name in sizes})


@blueprint.route("/drive/v3/about", methods=["GET"])
def about() -> Response:
    """Return the caller's account; `fields` is required, as by Google."""
    email = _reader() or ACCOUNT
    mark("about.get")
    read_query({})
    if not response_mask():
        raise invalid("The 'fields' parameter is required for this method.")
    user = {"kind": "drive#user", "displayName": email, "emailAddress": email, "me": True, "permissionId": "owner"}
    return drive_answer({"kind": "drive#about", "user": user})


@blueprint.route("/drive/v3/files", methods=["POST"])
def create_file() -> Response:
    editor = _writer()
    mark("files.create")
    read_query(_SHARED)
    body = _body({"name", "mimeType", "parents", "description", "properties", "appProperties"})
    if body.get("mimeType", MIME_TYPE) != MIME_TYPE:
        raise invalid(f"mimeType: this server keeps {MIME_TYPE} alone.")
    state = new_spreadsheet(str(body.get("name", "Untitled")), editor or ACCOUNT, datetime.now(UTC))
    context().store.add(state)
    note_commit()
    mark("files.create", state.id)
    return _shown(state.id, state.file)


@blueprint.route("/drive/v3/files", methods=["GET"])
def list_files() -> Response:
    _reader()
    mark("files.list")
    query = read_query(
        {**_SHARED, "q": (), "pageSize": (), "pageToken": (), "orderBy": (), "spaces": (), "corpora": (), "driveId": ()}
    )
    asked = one(query, "pageSize", "100")
    size, start = whole(asked) or 0, whole(one(query, "pageToken", "0"))
    if not 1 <= size <= 1000:
        raise invalid(f"Invalid value '{asked[:50]}'. Values must be within the range: [1, 1000]")
    if start is None:
        raise invalid("Invalid Value")
    found = [pair for pair in context().store.files() if matches(one(query, "q"), pair[1])]
    found = order(found, one(query, "orderBy"))
    page = found[start : start + size]
    mask = response_mask()
    listed = []
    for number, file in page:
        resource = file_resource(number, file, base_url())
        listed.append(resource if mask else {name: resource[name] for name in DEFAULT})
    reply: Json = {"kind": "drive#fileList", "incompleteSearch": False, "files": listed}
    if start + size < len(found):
        reply["nextPageToken"] = str(start + size)
    return drive_answer(reply)


@blueprint.route("/drive/v3/files/<file_id>", methods=["GET", "DELETE", "PATCH"])
def one_file(file_id: str) -> Response:
    if request.method == "GET":
        _reader()
        mark("files.get", file_id)
        read_query(_SHARED)
        return _shown(file_id, _state(file_id).file)
    editor = _writer()
    store = context().store
    if request.method == "DELETE":
        mark("files.delete", file_id)
        read_query(_SHARED)
        _state(file_id)
        store.remove(file_id)
        note_commit()
        return Response(status=204)
    mark("files.update", file_id)
    read_query({**_SHARED, "addParents": (), "removeParents": ()})
    body = _body({"name", "mimeType", "description", "trashed"})
    _state(file_id)
    _none, state = changing(file_id, editor, lambda fork: fork.file.update(body))
    return _shown(file_id, state.file)


@blueprint.route("/drive/v3/files/<file_id>/copy", methods=["POST"])
def copy_file(file_id: str) -> Response:
    editor = _writer()
    mark("files.copy", file_id)
    read_query(_SHARED)
    body = _body({"name", "mimeType", "parents", "description"})
    source = _state(file_id)
    title = str(body.get("name") or f"Copy of {source.file['name']}")
    state = copy_spreadsheet(source, title, editor or ACCOUNT, datetime.now(UTC))
    context().store.add(state)
    note_commit()
    return _shown(state.id, state.file)


@blueprint.route("/drive/v3/files/<file_id>/export", methods=["GET"])
def export_file(file_id: str) -> Response:
    """Export the first tab as CSV or TSV, or the file in a registered type."""
    _reader()
    mark("files.export", file_id)
    query = read_query({**_SHARED, "mimeType": ()})
    state = _state(file_id)
    kind = one(query, "mimeType")
    if kind in {"text/csv", "text/tab-separated-values"}:
        content = csv_text(state, state.sheets[0], "," if kind == "text/csv" else "\t").removesuffix("\r\n").encode()
    elif kind in EXPORTS:
        content = EXPORTS[kind](state)
    else:
        raise invalid(f"The requested conversion is not supported: {kind[:100]}")
    return Response(content, content_type=kind)


@blueprint.route("/upload/drive/v2/files/<file_id>", methods=["PUT"])
def upload(file_id: str) -> Response:
    """Replace all tabs by a CSV, as gspread's `import_csv` sends it."""
    editor = _writer()
    mark("files.upload", file_id)
    read_query({**_SHARED, "convert": ()})
    _state(file_id)
    if not (request.content_type or "").startswith("text/csv"):
        raise invalid("Only text/csv can be uploaded to this server.")
    try:
        rows: list[list[object]] = [list(row) for row in csv.reader(io.StringIO(read_bytes().decode("utf-8-sig")))]
    except (UnicodeDecodeError, csv.Error) as error:
        raise invalid(f"The file cannot be read as CSV: {error}") from error

    def work(fork: Spreadsheet) -> None:
        width = max((len(row) for row in rows), default=0)
        for sheet in list(fork.sheets):
            fork.remove_sheet(sheet.id)
        title = str(fork.file["name"])[:100]
        sheet = fork.add_sheet(sheet_props(fork.fresh_sheet_id(), title, max(1000, len(rows)), max(26, width)))
        fork.check_cells()
        # Recorded: a conversion sets the converter's time zone.
        fork.props["timeZone"] = "America/Los_Angeles"
        if width:
            fill(fork, sheet.id, Box(0, len(rows), 0, width), rows, typed=True)

    _none, state = changing(file_id, editor, work)
    return drive_answer(upload_resource(state, base_url()))


@blueprint.route("/drive/v3/files/<file_id>/comments", methods=["GET"])
def comments(file_id: str) -> Response:
    """Return the empty list: comments are not kept. gspread asks for it when it copies a file."""
    _reader()
    mark("comments.list", file_id)
    read_query({**_SHARED, "includeDeleted": (), "pageSize": (), "pageToken": (), "startModifiedTime": ()})
    _state(file_id)
    return drive_answer({"kind": "drive#commentList", "comments": []})


@blueprint.route("/drive/v3/files/<file_id>/permissions", methods=["GET", "POST"])
def permissions(file_id: str) -> Response:
    extra = {"sendNotificationEmail": (), "emailMessage": (), "transferOwnership": (), "moveToNewOwnersRoot": ()}
    if request.method == "GET":
        _reader()
        mark("permissions.list", file_id)
        read_query({**_SHARED, "pageSize": (), "pageToken": ()})
        held = [_permission(entry) for entry in _state(file_id).file["permissions"]]
        return drive_answer({"kind": "drive#permissionList", "permissions": held})
    editor = _writer()
    mark("permissions.create", file_id)
    read_query({**_SHARED, **extra})
    body = _body(
        {"kind", "type", "role", "emailAddress", "domain", "allowFileDiscovery", "withLink", "value", "pendingOwner"}
    )
    if "role" not in body:
        raise invalid("The permission role field is required.")
    if body.get("type") not in {"user", "group", "domain", "anyone"}:
        raise invalid("The permission type field is required.")
    if body["type"] in {"user", "group"} and not re.fullmatch(r"[^@\s]+@[^@\s]+", str(body.get("emailAddress", ""))):
        raise invalid("The specified emailAddress is invalid or not applicable for the given permission type.")
    _state(file_id)

    def work(fork: Spreadsheet) -> Json:
        held: list[Json] = fork.file["permissions"]
        known = ("type", "role", "emailAddress", "domain", "pendingOwner")
        entry: Json = {name: body[name] for name in known if name in body}
        taken = [int(p["id"]) for p in held if str(p["id"]).isdecimal()]
        entry["id"] = "anyone" if body["type"] == "anyone" else f"{max(taken, default=1) + 1:020d}"
        same = [p for p in held if p.get("emailAddress") == entry.get("emailAddress") and p["type"] == entry["type"]]
        if same:
            same[0].update({name: entry[name] for name in ("role", "pendingOwner") if name in entry})
            return same[0]
        held.append(entry)
        return entry

    entry, _state_after = changing(file_id, editor, work)
    return drive_answer(_permission(entry))


def _permission(entry: Json) -> Json:
    return {"kind": "drive#permission", **entry}


@blueprint.route("/drive/v3/files/<file_id>/permissions/<permission_id>", methods=["GET", "PATCH", "DELETE"])
def one_permission(file_id: str, permission_id: str) -> Response:
    editor = _reader() if request.method == "GET" else _writer()
    mark("permissions." + {"GET": "get", "PATCH": "update", "DELETE": "delete"}[request.method], file_id)
    read_query({**_SHARED, "transferOwnership": ()})

    def find(state: Spreadsheet) -> Json:
        held: list[Json] = state.file["permissions"]
        for entry in held:
            if entry["id"] == permission_id:
                return entry
        raise SheetsError(404, "NOT_FOUND", f"Permission not found: {permission_id[:100]}.")

    if request.method == "GET":
        return drive_answer(_permission(find(_state(file_id))))
    body = _body({"role", "pendingOwner"}) if request.method == "PATCH" else {}

    def work(fork: Spreadsheet) -> Json:
        entries: list[Json] = fork.file["permissions"]
        entry = find(fork)
        if request.method == "DELETE":
            if entry["role"] == "owner":
                raise SheetsError(403, "PERMISSION_DENIED", "The owner of a file cannot be removed.")
            entries.remove(entry)
        else:
            entry.update(body)
        return entry

    entry, _after = changing(file_id, editor, work)
    return Response(status=204) if request.method == "DELETE" else drive_answer(_permission(entry))
