"""The adapter: the port over Google's API, or over a server that speaks it at another address.

Google leaves out many fields at their default, so every field is read as if it could be absent, and as if it could be
0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import cast

from google.auth.transport.requests import AuthorizedSession
from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL as SPREADSHEETS_URL

from sheets import texts
from sheets.budget import CallBudget
from sheets.credentials import ServiceAccount
from sheets.errors import OutcomeUnknown, TabMissing, TransientError
from sheets.http import SHEETS_PREFIX, SheetsHttpClient
from sheets.port import KIND_KEY, MARKER_KEY, Area, Block, Cell, Description, Reply, SheetTab

GOOGLE_URL = SHEETS_PREFIX
_SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_DESCRIBED = (
    "properties(title,locale,timeZone),"
    "sheets(properties(sheetId,title,index,gridProperties(rowCount,columnCount)),charts.chartId,"
    "bandedRanges.bandedRangeId,protectedRanges.protectedRangeId,conditionalFormats.ranges.sheetId),"
    "developerMetadata(metadataId,metadataKey,metadataValue)"
)
# Narrow, or the answer to a write that asks for one row would hold every sheet's formats.
_REPLIED = (
    "replies,updatedSpreadsheet.sheets(properties.sheetId,"
    "data(startRow,startColumn,rowData.values(effectiveValue,userEnteredValue)))"
)


def open_client(
    account: ServiceAccount,
    budget: CallBudget,
    *,
    base_url: str = GOOGLE_URL,
    timeout: float = 30.0,
    most_bytes: int | None = None,
) -> SheetsHttpClient:
    """Return a client for this service account; nothing is sent yet.

    timeout: seconds; most_bytes: of an answer, for spreadsheets of others
    """
    session = AuthorizedSession(account.credentials)  # type: ignore[no-untyped-call]  # google-auth has no type here
    return SheetsHttpClient(
        account.credentials,
        session,
        base_url=base_url.rstrip("/"),
        email=account.email,
        timeout=timeout,
        budget=budget,
        most_bytes=most_bytes,
    )


class GoogleSpreadsheet:
    """`sheets.port.Spreadsheet` over HTTP."""

    def __init__(self, client: SheetsHttpClient, spreadsheet_id: str) -> None:
        self._client = client
        self._id = spreadsheet_id

    @property
    def id(self) -> str:
        return self._id

    @property
    def calls(self) -> int:
        return self._client.calls

    def describe(self) -> Description:
        found = self._get(SPREADSHEET_URL % self._id, {"fields": _DESCRIBED})
        properties = _mapping(found.get("properties"))
        sheets = map(_mapping, _items(found.get("sheets")))
        metadata = [_mapping(one) for one in _items(found.get("developerMetadata"))]
        return Description(
            title=str(properties.get("title", "")),
            locale=str(properties.get("locale", "")),
            timezone=str(properties.get("timeZone", "")),
            sheets=tuple(sorted((_tab(sheet) for sheet in sheets), key=lambda tab: tab.index)),
            markers={
                _number(mark.get("metadataId")): str(mark.get("metadataValue", ""))
                for mark in metadata
                if mark.get("metadataKey") == MARKER_KEY
            },
            kind=next((str(m.get("metadataValue", "")) for m in metadata if m.get("metadataKey") == KIND_KEY), None),
        )

    def read(self, areas: Sequence[Area], *, dates_as_text: bool = False) -> list[Block]:
        body = {
            "dataFilters": [{"gridRange": area.grid_range()} for area in areas],
            "majorDimension": "ROWS",
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "FORMATTED_STRING" if dates_as_text else "SERIAL_NUMBER",
        }
        url = SPREADSHEET_URL % self._id + "/values:batchGetByDataFilter"
        found = _object(self._client.request("post", url, json=body).text, TransientError(texts.NOT_JSON))
        ranges = [_mapping(matched) for matched in _items(found.get("valueRanges"))]
        return [_block_for(index, area, ranges) for index, area in enumerate(areas)]

    def write(self, body: str) -> Reply:
        response = self._client.request(
            "post",
            SPREADSHEET_BATCH_UPDATE_URL % self._id,
            params={"fields": _REPLIED},
            data=body.encode(),
            headers={"Content-Type": "application/json"},
        )
        found = _object(response.text, OutcomeUnknown(texts.NOT_JSON))
        updated = _mapping(found.get("updatedSpreadsheet"))
        first_rows: dict[int, list[str]] = {}
        cells: dict[int, dict[tuple[int, int], Cell]] = {}
        for sheet in map(_mapping, _items(updated.get("sheets"))):
            sheet_id = _number(_mapping(sheet.get("properties")).get("sheetId"))
            for data in map(_mapping, _items(sheet.get("data"))):
                top, left = _number(data.get("startRow")), _number(data.get("startColumn"))
                rows = [_items(_mapping(row).get("values")) for row in _items(data.get("rowData"))]
                if not top:
                    first_rows[sheet_id] = [_text_of(_mapping(cell)) for cell in rows[0]] if rows else []
                cells.setdefault(sheet_id, {}).update(
                    ((top + y, left + x), _value_of(_mapping(cell)))
                    for y, row in enumerate(rows)
                    for x, cell in enumerate(row)
                )
        return Reply([_mapping(reply) for reply in _items(found.get("replies"))], first_rows, cells)

    def marker(self, sequence: int) -> str | None:
        # A search for an unknown marker finds nothing; `get` would answer 404, as for a missing spreadsheet.
        body = {"dataFilters": [{"developerMetadataLookup": {"metadataId": sequence}}]}
        url = SPREADSHEET_URL % self._id + "/developerMetadata:search"
        found = _object(self._client.request("post", url, json=body).text, TransientError(texts.NOT_JSON))
        for matched in map(_mapping, _items(found.get("matchedDeveloperMetadata"))):
            mark = _mapping(matched.get("developerMetadata"))
            if _number(mark.get("metadataId")) == sequence:
                # A marker with another key belongs to a foreign writer; its value differs from every value of ours.
                return str(mark.get("metadataValue", ""))
        return None

    def version(self) -> int:
        found = self._get(f"{DRIVE_FILES_API_V3_URL}/{self._id}", {"fields": "version", "supportsAllDrives": "true"})
        return int(str(found.get("version", "0")))

    def _get(self, url: str, params: dict[str, str]) -> Mapping[str, object]:
        response = self._client.request("get", url, params=dict(params))
        return _object(response.text, TransientError(texts.NOT_JSON))


def create_spreadsheet(client: SheetsHttpClient, title: str, locale: str, timezone: str) -> str:
    """Create a spreadsheet and return its id. Google refuses it to service accounts without Drive space (403)."""
    body = {"properties": {"title": title, "locale": locale, "timeZone": timezone}}
    made = _object(client.request("post", SPREADSHEETS_URL, json=body).text, OutcomeUnknown(texts.NOT_JSON))
    spreadsheet_id = str(made.get("spreadsheetId", ""))
    if not spreadsheet_id:
        raise OutcomeUnknown(texts.NOT_JSON)
    return spreadsheet_id


@dataclass(frozen=True, slots=True)
class ListedSpreadsheet:
    """version: of Drive; it grows with every change by anybody."""

    id: str
    version: int


def list_spreadsheets(client: SheetsHttpClient, name: str | None = None) -> list[ListedSpreadsheet]:
    """Return the spreadsheets that this account may read, those changed last first, a thousand at most.

    name: only those of exactly this name. One call outside the budget: Drive has its own quota. Raises SheetsError.
    """
    query = f"mimeType = '{_SPREADSHEET}' and trashed = false"
    if name is not None:
        escaped = name.replace("\\", "\\\\").replace("'", "\\'")
        query += f" and name = '{escaped}'"
    params = {
        "q": query,
        "orderBy": "modifiedTime desc",
        "pageSize": "1000",
        "fields": "files(id,version)",
        "supportsAllDrives": "true",
        "includeItemsFromAllDrives": "true",
    }
    response = client.request("get", DRIVE_FILES_API_V3_URL, params=dict(params))
    found = _object(response.text, TransientError(texts.NOT_JSON))
    files = map(_mapping, _items(found.get("files")))
    return [ListedSpreadsheet(str(file.get("id", "")), _number(file.get("version"))) for file in files]


@dataclass(frozen=True, slots=True)
class DriveFile:
    """Drive's description of a file. answered_at: the server's clock, to the second; None if it sends none."""

    mime: str
    can_edit: bool
    answered_at: datetime | None

    @property
    def is_spreadsheet(self) -> bool:
        return self.mime == _SPREADSHEET


def describe_file(client: SheetsHttpClient, spreadsheet_id: str) -> DriveFile:
    """Return Drive's description of the spreadsheet's file. One call outside the budget. Raises SheetsError."""
    params = {"fields": "mimeType,capabilities(canEdit)", "supportsAllDrives": "true"}
    response = client.request("get", f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}", params=dict(params))
    found = _object(response.text, TransientError(texts.NOT_JSON))
    date = response.headers.get("Date")
    try:
        answered_at = parsedate_to_datetime(date) if date else None
    except ValueError:
        answered_at = None
    can_edit = bool(_mapping(found.get("capabilities")).get("canEdit"))
    return DriveFile(str(found.get("mimeType", "")), can_edit, answered_at)


def _block_for(index: int, wanted: Area, ranges: Sequence[Mapping[str, object]]) -> Block:
    """Return the cells of one filter: at its own place if the answer keeps the order, else by the echoed filter.

    Raises TabMissing if no part of the answer echoes the filter.
    """
    for matched in [*ranges[index : index + 1], *ranges]:
        if any(_echoes(_mapping(filter_), wanted) for filter_ in _items(matched.get("dataFilters"))):
            values = _mapping(matched.get("valueRange"))
            title, rows, columns = read_echo(str(values.get("range", "")))
            return Block(cast("list[list[Cell]]", _items(values.get("values"))), title, rows, columns)
    raise TabMissing(texts.TAB_MISSING, f"sheetId {wanted.sheet_id}")


def _echoes(data_filter: Mapping[str, object], wanted: Area) -> bool:
    """Return True if an echoed DataFilter is the one that was sent for `wanted`.

    Google leaves out `sheetId: 0`, and may leave out any other number that is 0, an end only when the side is open.
    """
    if not isinstance(data_filter.get("gridRange"), dict):
        return False
    echo = _mapping(data_filter["gridRange"])
    return (
        _number(echo.get("sheetId")) == wanted.sheet_id
        and _number(echo.get("startRowIndex")) == (wanted.first_row or 0)
        and _number(echo.get("startColumnIndex")) == (wanted.first_column or 0)
        and _number(echo.get("endRowIndex")) == (wanted.end_row or 0)
        and _number(echo.get("endColumnIndex")) == (wanted.end_column or 0)
    )


def read_echo(echo: str) -> tuple[str, int, int]:
    """Return title, last row and last column of an echoed range: `'Ответы'!A1:Z1000` → ("Ответы", 1000, 26)."""
    title, _, cells = echo.rpartition("!")
    if title.startswith("'"):
        title = title[1:-1].replace("''", "'")
    end = re.fullmatch(r"([A-Z]*)(\d*)", cells.rpartition(":")[2])
    letters, digits = end.groups() if end else ("", "")
    columns = 0
    for letter in letters:
        columns = columns * 26 + ord(letter) - ord("A") + 1
    return title, int(digits or 0), columns


def _tab(sheet: Mapping[str, object]) -> SheetTab:
    properties = _mapping(sheet.get("properties"))
    grid = _mapping(properties.get("gridProperties"))
    return SheetTab(
        sheet_id=_number(properties.get("sheetId")),  # absent may mean 0
        title=str(properties.get("title", "")),
        index=_number(properties.get("index")),
        rows=_number(grid.get("rowCount")),
        columns=_number(grid.get("columnCount")),
        charts=_ids(sheet.get("charts"), "chartId"),
        bandings=_ids(sheet.get("bandedRanges"), "bandedRangeId"),
        protections=_ids(sheet.get("protectedRanges"), "protectedRangeId"),
        conditional_rules=len(_items(sheet.get("conditionalFormats"))),
    )


def _ids(items: object, key: str) -> tuple[int, ...]:
    return tuple(_number(_mapping(item).get(key)) for item in _items(items))


def _value_of(cell: Mapping[str, object]) -> Cell:
    value = _mapping(cell.get("effectiveValue") or cell.get("userEnteredValue"))
    found = next(iter(value.values()), None)
    return found if isinstance(found, str | int | float | bool) else None


def _text_of(cell: Mapping[str, object]) -> str:
    value = _mapping(cell.get("effectiveValue") or cell.get("userEnteredValue"))
    found = next(iter(value.values()), "")
    if isinstance(found, bool):
        return "TRUE" if found else "FALSE"
    if isinstance(found, float) and found.is_integer():
        return str(int(found))
    return str(found)


def _object(text: str, failure: TransientError | OutcomeUnknown) -> Mapping[str, object]:
    """Parse an answer as a JSON object. Raises `failure` for anything else (a proxy's page, half an answer)."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise failure from error
    if not isinstance(found, dict):
        raise failure
    return cast("Mapping[str, object]", found)


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float | str) and str(value) else 0
