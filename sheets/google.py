"""The adapter: the port over Google's API, or whatever speaks it at another address. Imports gspread, this package."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from google.auth.transport.requests import AuthorizedSession
from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL as SPREADSHEETS_URL

from sheets import texts
from sheets.budget import CallBudget
from sheets.credentials import ServiceAccount
from sheets.errors import OutcomeUnknown, TabMissing, TransientError
from sheets.http import SHEETS_PREFIX, SheetsHttpClient
from sheets.port import MARKER_KEY, Area, Block, Cell, Description, Reply, SheetTab

GOOGLE_URL = SHEETS_PREFIX
_DESCRIBED = (
    "properties(title,locale,timeZone),"
    "sheets(properties(sheetId,title,index,gridProperties(rowCount,columnCount)),charts.chartId,"
    "bandedRanges.bandedRangeId,protectedRanges.protectedRangeId,conditionalFormats.ranges.sheetId),"
    "developerMetadata(metadataId,metadataKey,metadataValue)"
)
# Narrow, or a write that asks for one row would answer with every sheet's formats.
_REPLIED = (
    "replies,updatedSpreadsheet.sheets(properties.sheetId,"
    "data(startRow,startColumn,rowData.values(effectiveValue,userEnteredValue)))"
)


def open_client(
    account: ServiceAccount, budget: CallBudget, *, base_url: str = GOOGLE_URL, timeout: float = 30.0
) -> SheetsHttpClient:
    """A client for this service account; nothing is sent yet. timeout: seconds."""
    session = AuthorizedSession(account.credentials)  # type: ignore[no-untyped-call]  # google-auth has no type here
    return SheetsHttpClient(
        account.credentials,
        session,
        base_url=base_url.rstrip("/"),
        email=account.email,
        timeout=timeout,
        budget=budget,
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
        return Description(
            title=str(properties.get("title", "")),
            locale=str(properties.get("locale", "")),
            timezone=str(properties.get("timeZone", "")),
            sheets=tuple(sorted((_tab(sheet) for sheet in sheets), key=lambda tab: tab.index)),
            markers={
                _number(mark.get("metadataId")): str(mark.get("metadataValue", ""))
                for mark in map(_mapping, _items(found.get("developerMetadata")))
                if mark.get("metadataKey") == MARKER_KEY
            },
        )

    def read(self, areas: Sequence[Area]) -> list[Block]:
        wanted = [area.grid_range() for area in areas]
        body = {
            "dataFilters": [{"gridRange": grid_range} for grid_range in wanted],
            "majorDimension": "ROWS",
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        url = SPREADSHEET_URL % self._id + "/values:batchGetByDataFilter"
        found = _object(self._client.request("post", url, json=body).text, TransientError(texts.NOT_JSON))
        ranges = [_mapping(matched) for matched in _items(found.get("valueRanges"))]
        return [_block_for(index, grid_range, ranges) for index, grid_range in enumerate(wanted)]

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
        # A search answers with an empty list where there is none; `get` would answer 404 like a missing spreadsheet.
        body = {"dataFilters": [{"developerMetadataLookup": {"metadataId": sequence}}]}
        url = SPREADSHEET_URL % self._id + "/developerMetadata:search"
        found = _object(self._client.request("post", url, json=body).text, TransientError(texts.NOT_JSON))
        for matched in map(_mapping, _items(found.get("matchedDeveloperMetadata"))):
            mark = _mapping(matched.get("developerMetadata"))
            if _number(mark.get("metadataId")) == sequence:
                # One of another key is a foreign writer's: its value is never ours.
                return str(mark.get("metadataValue", ""))
        return None

    def version(self) -> int:
        found = self._get(f"{DRIVE_FILES_API_V3_URL}/{self._id}", {"fields": "version", "supportsAllDrives": "true"})
        return int(str(found.get("version", "0")))

    def _get(self, url: str, params: dict[str, str]) -> Mapping[str, object]:
        response = self._client.request("get", url, params=dict(params))
        return _object(response.text, TransientError(texts.NOT_JSON))


def create_spreadsheet(client: SheetsHttpClient, title: str, locale: str, timezone: str) -> str:
    """Make a spreadsheet and give its id. Google refuses this to service accounts without Drive space (403)."""
    body = {"properties": {"title": title, "locale": locale, "timeZone": timezone}}
    made = _object(client.request("post", SPREADSHEETS_URL, json=body).text, OutcomeUnknown(texts.NOT_JSON))
    spreadsheet_id = str(made.get("spreadsheetId", ""))
    if not spreadsheet_id:
        raise OutcomeUnknown(texts.NOT_JSON)
    return spreadsheet_id


def _block_for(index: int, wanted: Mapping[str, object], ranges: Sequence[Mapping[str, object]]) -> Block:
    """The cells of one filter: at its own place when the answer keeps the order, else found by the echoed filter."""
    for matched in [*ranges[index : index + 1], *ranges]:
        echoed = [_mapping(_mapping(each).get("gridRange")) for each in _items(matched.get("dataFilters"))]
        if any(dict(each) == dict(wanted) for each in echoed):
            values = _mapping(matched.get("valueRange"))
            title, rows, columns = read_echo(str(values.get("range", "")))
            return Block(cast("list[list[Cell]]", _items(values.get("values"))), title, rows, columns)
    detail = f"sheetId {wanted['sheetId']}"
    raise TabMissing(texts.TAB_MISSING, detail)


def read_echo(echo: str) -> tuple[str, int, int]:
    """Title, last row and last column of an echoed range: `'Ответы'!A1:Z1000` gives ("Ответы", 1000, 26)."""
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
        sheet_id=_number(properties.get("sheetId")),  # Google leaves out what is 0
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
    """The JSON object that the answer is. Raises `failure` when it is none (a proxy's page, half an answer)."""
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
