"""`/v4/spreadsheets…` except the values: dispatch by path and verb."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from localsheets.a1 import Box
from localsheets.answers.spreadsheet import Wanted, sheet_properties, spreadsheet, wanted_boxes
from localsheets.auth.accounts import ACCOUNT
from localsheets.errors import RequestFailed, SheetsError, invalid, not_found
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.areas import locate, within
from localsheets.model.metadata import areas_of, search
from localsheets.requests import run_batch
from localsheets.requests.creation import copy_sheet_to, create
from localsheets.web import values
from localsheets.web.context import context
from localsheets.web.exchange import (
    BOOLEAN,
    answer,
    base_url,
    changing,
    mark,
    note_commit,
    read_message,
    read_query,
    response_mask,
    sheets_reader,
    sheets_writer,
    truth,
)

blueprint = Blueprint("spreadsheets", __name__)

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


@blueprint.route("/v4/spreadsheets", methods=["POST"])
def create_spreadsheet() -> Response:
    editor = sheets_writer()
    mark("spreadsheets.create")
    read_query({})
    body = read_message("Spreadsheet")
    try:
        state = create(body, editor or ACCOUNT, datetime.now(UTC))
    except RequestFailed as error:
        raise invalid(f"Invalid request: {error}") from error
    context().store.add(state)
    note_commit()
    mark("spreadsheets.create", state.id)
    return answer("Spreadsheet", spreadsheet(state, base_url(), Wanted()))


@blueprint.route("/v4/spreadsheets/<path:rest>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
def dispatch(rest: str) -> Response:
    """Route by hand, because Google's paths end in `:verb` and a range may hold any character."""
    head, slash, tail = rest.partition("/")
    if not tail or tail.startswith(":"):  # some clients join addresses to `ID/` and `ID/:batchUpdate`
        head, slash, tail = head + tail, "", ""
    if not slash:
        spreadsheet_id, _, verb = head.partition(":")
        routes: dict[tuple[str, str], Callable[[str], Response]] = {
            ("GET", ""): get_spreadsheet,
            ("POST", "batchUpdate"): batch_update,
            ("POST", "getByDataFilter"): get_by_data_filter,
        }
        handler = routes.get((request.method, verb))
        if handler is not None:
            return handler(_known(spreadsheet_id))
        raise unknown_path()
    spreadsheet_id = _known(head)
    if tail == "values" or tail.startswith(("values/", "values:")):
        return values.dispatch(spreadsheet_id, tail.removeprefix("values"))
    if tail == "developerMetadata:search" and request.method == "POST":
        return search_metadata(spreadsheet_id)
    found = re.fullmatch(r"developerMetadata/(-?\d{1,10})", tail)
    if found and request.method == "GET":
        return get_metadata(spreadsheet_id, int(found.group(1)))
    found = re.fullmatch(r"sheets/(\d{1,10}):copyTo", tail)
    if found and request.method == "POST":
        return copy_to(spreadsheet_id, int(found.group(1)))
    raise unknown_path()


def unknown_path() -> SheetsError:
    """Return 404 with the method and path."""
    return SheetsError(404, "NOT_FOUND", f"Method not found: {request.method} {request.path[:200]}")


def _known(spreadsheet_id: str) -> str:
    if not _ID.fullmatch(spreadsheet_id):
        raise not_found()
    return spreadsheet_id


def _boxes(state: Spreadsheet, ranges: list[str]) -> dict[int, list[Box]] | None:
    if not ranges:
        return None
    pairs = []
    for text in ranges:
        sheet, area = locate(state, text)
        pairs.append((sheet.id, within(sheet, area)))
    return wanted_boxes(pairs)


def get_spreadsheet(spreadsheet_id: str) -> Response:
    sheets_reader()
    mark("spreadsheets.get", spreadsheet_id)
    query = read_query(
        {"ranges": (), "includeGridData": BOOLEAN, "excludeTablesInBandedRanges": BOOLEAN, "commentsViewMode": ()}
    )
    state = context().store.get(spreadsheet_id)
    wanted = Wanted(_boxes(state, query.get("ranges", [])), truth(query, "includeGridData"), response_mask())
    return answer("Spreadsheet", spreadsheet(state, base_url(), wanted))


def get_by_data_filter(spreadsheet_id: str) -> Response:
    sheets_reader()
    mark("spreadsheets.getByDataFilter", spreadsheet_id)
    read_query({})
    body = read_message("GetSpreadsheetByDataFilterRequest")
    state = context().store.get(spreadsheet_id)
    pairs: list[tuple[int, Box]] = []
    try:
        for data_filter in body.get("dataFilters", []):
            pairs.extend(
                (sheet_id, within(state.sheet(sheet_id), area)) for sheet_id, area in areas_of(state, data_filter)
            )
    except RequestFailed as error:
        raise invalid(f"Invalid dataFilters: {error}") from error
    boxes = wanted_boxes(pairs) if body.get("dataFilters") else None
    wanted = Wanted(boxes, bool(body.get("includeGridData")), response_mask())
    return answer("Spreadsheet", spreadsheet(state, base_url(), wanted))


def batch_update(spreadsheet_id: str) -> Response:
    editor = sheets_writer()
    mark("spreadsheets.batchUpdate", spreadsheet_id)
    read_query({})
    body: Json = read_message("BatchUpdateSpreadsheetRequest")
    requests: list[Json] = body.get("requests", [])
    mark("spreadsheets.batchUpdate", spreadsheet_id, rows_in(requests))

    def work(fork: Spreadsheet) -> tuple[list[Json], dict[int, list[Box]] | None]:
        replies = run_batch(fork, requests)
        # Resolved before the commit: an unknown range has to refuse the batch, not only its answer.
        boxes = _boxes(fork, body.get("responseRanges", [])) if body.get("includeSpreadsheetInResponse") else None
        return replies, boxes

    (replies, boxes), state = changing(spreadsheet_id, editor, work)
    reply: Json = {"spreadsheetId": spreadsheet_id, "replies": replies}
    if body.get("includeSpreadsheetInResponse"):
        mask = (response_mask() or {}).get("updatedSpreadsheet") or None
        wanted = Wanted(boxes, bool(body.get("responseIncludeGridData")), mask)
        reply["updatedSpreadsheet"] = spreadsheet(state, base_url(), wanted)
    return answer("BatchUpdateSpreadsheetResponse", reply)


def rows_in(requests: list[Json]) -> int:
    """Return the number of rows of cells in a batch, for the operation log."""
    return sum(len(body.get("rows", ())) for one in requests for body in one.values() if isinstance(body, dict))


def get_metadata(spreadsheet_id: str, number: int) -> Response:
    sheets_reader()
    mark("developerMetadata.get", spreadsheet_id)
    read_query({})
    entry = context().store.get(spreadsheet_id).metadata.get(number)
    if entry is None:
        raise not_found()
    return answer("DeveloperMetadata", entry)


def search_metadata(spreadsheet_id: str) -> Response:
    sheets_reader()
    mark("developerMetadata.search", spreadsheet_id)
    read_query({})
    body: Json = read_message("SearchDeveloperMetadataRequest")
    filters: list[Json] = body.get("dataFilters", [])
    if not filters:
        raise invalid("dataFilters must not be empty")
    state = context().store.get(spreadsheet_id)
    try:
        found = search(state, filters)
    except RequestFailed as error:
        raise invalid(f"Invalid dataFilters: {error}") from error
    matched = [{"developerMetadata": entry, "dataFilters": hits} for entry, hits in found]
    return answer("SearchDeveloperMetadataResponse", {"matchedDeveloperMetadata": matched})


def copy_to(spreadsheet_id: str, sheet_id: int) -> Response:
    editor = sheets_writer()
    mark("sheets.copyTo", spreadsheet_id)
    read_query({})
    body: Json = read_message("CopySheetToAnotherSpreadsheetRequest")
    store = context().store
    source = store.get(spreadsheet_id)
    target = str(body.get("destinationSpreadsheetId", ""))
    if not _ID.fullmatch(target):
        raise not_found()
    try:
        source.sheet(sheet_id)
        sheet, state = changing(target, editor, lambda fork: copy_sheet_to(source, sheet_id, fork))
    except RequestFailed as error:
        raise invalid(str(error)) from error
    return answer("SheetProperties", sheet_properties(sheet.props, len(state.sheets) - 1))
