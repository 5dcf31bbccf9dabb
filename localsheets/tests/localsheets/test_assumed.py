"""Behaviour that Svod relies on and no recording shows.

Each test runs against a local server, and against real Google if `TEST_LIVE_SPREADSHEET` names a writable spreadsheet
and `TEST_LIVE_CREDENTIALS` a key. It works on a tab of its own, which it deletes again.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials

from tests.localsheets.discovery import validate
from tests.localsheets.harness import Json, Server, area, rows_of, span

SCOPES = ["https://www.googleapis.com/auth/spreadsheets"]


class Target:
    """A spreadsheet, local or Google's, and a tab in it."""

    def __init__(self, session: requests.Session, base: str, spreadsheet_id: str) -> None:
        self.session = session
        self.path = f"{base}/v4/spreadsheets/{spreadsheet_id}"
        self.tab = secrets.randbelow(2**30) + 1
        self.title = f"svod-{self.tab}"
        self.number = secrets.randbelow(2**30) + 1

    def send(self, method: str, tail: str, body: Any = None) -> requests.Response:
        answer = self.session.request(method, self.path + tail, json=body, timeout=30)
        assert answer.status_code < 500, answer.text
        return answer

    def batch(self, *requests_: Json, **options: object) -> Json:
        body = {"requests": list(requests_), **options}
        validate("BatchUpdateSpreadsheetRequest", body)
        answer = self.send("POST", ":batchUpdate", body)
        assert answer.status_code == 200, answer.text
        got: Json = answer.json()
        validate("BatchUpdateSpreadsheetResponse", got)
        return got

    def refused(self, *requests_: Json) -> Json:
        answer = self.send("POST", ":batchUpdate", {"requests": list(requests_)})
        assert answer.status_code == 400, answer.text
        error: Json = answer.json()["error"]
        return error

    def read(self, *filters: Json) -> list[Json]:
        body = {"dataFilters": list(filters), "valueRenderOption": "UNFORMATTED_VALUE"}
        answer = self.send("POST", "/values:batchGetByDataFilter", body)
        assert answer.status_code == 200, answer.text
        validate("BatchGetValuesByDataFilterResponse", answer.json())
        found: list[Json] = answer.json()["valueRanges"]
        return found

    def values(self) -> list[list[object]]:
        found: list[list[object]] = self.read({"gridRange": {"sheetId": self.tab}})[0]["valueRange"].get("values", [])
        return found

    def append(self, *rows: list[Any]) -> Json:
        return {"appendCells": {"sheetId": self.tab, "rows": rows_of(*rows), "fields": "userEnteredValue"}}

    def marker(self, value: str, location: Json | None = None) -> Json:
        entry = {
            "metadataId": self.number,
            "metadataKey": "svod-test",
            "metadataValue": value,
            "visibility": "DOCUMENT",
            "location": location or {"spreadsheet": True},
        }
        return {"createDeveloperMetadata": {"developerMetadata": entry}}


@pytest.fixture(params=["local", pytest.param("google", marks=pytest.mark.live)])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    if request.param == "google":
        credentials = Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
            os.environ["TEST_LIVE_CREDENTIALS"], scopes=SCOPES
        )
        session: requests.Session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
        made = Target(session, "https://sheets.googleapis.com", os.environ["TEST_LIVE_SPREADSHEET"])
    else:
        server: Server = request.getfixturevalue("server")
        made = Target(server.session, server.base, server.new().id)
    grid = {"rowCount": 6, "columnCount": 4}
    made.batch({"addSheet": {"properties": {"sheetId": made.tab, "title": made.title, "gridProperties": grid}}})
    yield made
    lookup = {"developerMetadataLookup": {"metadataKey": "svod-test"}}
    made.batch({"deleteDeveloperMetadata": {"dataFilter": lookup}}, {"deleteSheet": {"sheetId": made.tab}})


def test_a_repeated_metadata_id_is_refused(target: Target) -> None:
    target.batch(target.append(["first"]), target.marker("a"))
    error = target.refused(target.append(["second"]), target.marker("a"))
    assert error["status"] == "INVALID_ARGUMENT"
    assert target.values() == [["first"]], "the refused batch left its row"


def test_append_cells(target: Target) -> None:
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    target.batch(
        target.append(["h", "=1+1", "1,5"]),
        {"repeatCell": {"range": area(3, 5, 0, 2, target.tab), "cell": bold, "fields": "userEnteredFormat"}},
        target.append([None, 5], ["x"], ["y"], ["z"], ["w"], ["v"]),
    )
    assert target.values() == [["h", "=1+1", "1,5"], ["", 5], ["x"], ["y"], ["z"], ["w"], ["v"]]


def test_a_row_beyond_the_grid_has_the_rules_of_the_row_above(target: Target) -> None:
    below = {"sheetId": target.tab, "startRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 2}
    rule = {"condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "x"}]}, "strict": False}
    size = {"sheetId": target.tab, "gridProperties": {"rowCount": 3}}
    target.batch(
        {"updateSheetProperties": {"properties": size, "fields": "gridProperties.rowCount"}},
        {"setDataValidation": {"range": below, "rule": rule}},
        target.append(["h", "h"], *([str(at), "y"] for at in range(2, 7))),
    )
    asked = "sheets.data.rowData.values.dataValidation"
    answer = target.send("GET", f"?ranges='{target.title}'!A1:B6&fields={asked}")
    rows = answer.json()["sheets"][0]["data"][0]["rowData"]
    found = [[cell.get("dataValidation", {}).get("condition") for cell in row.get("values", ())] for row in rows]
    assert [cells[1:] for cells in found if any(cells)] == [[rule["condition"]]] * 5


def test_appended_cells_keep_the_format_of_their_place(target: Target) -> None:
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    link = {"userEnteredFormat": {"textFormat": {"link": {"uri": "https://example.org"}}}}
    cells = [{"userEnteredValue": {"stringValue": "a"}}, {"userEnteredValue": {"stringValue": "b"}, **link}]
    fields = "userEnteredValue,userEnteredFormat.textFormat.link"
    target.batch(
        {"repeatCell": {"range": area(0, 5, 0, 2, target.tab), "cell": bold, "fields": "userEnteredFormat"}},
        {"appendCells": {"sheetId": target.tab, "rows": [{"values": cells}], "fields": fields}},
    )
    asked = "sheets.data.rowData.values.userEnteredFormat.textFormat(bold,link)"
    answer = target.send("GET", f"?ranges='{target.title}'!A1:B1&fields={asked}")
    first, second = answer.json()["sheets"][0]["data"][0]["rowData"][0]["values"]
    assert first["userEnteredFormat"]["textFormat"] == {"bold": True}
    assert second["userEnteredFormat"]["textFormat"] == {"bold": True, "link": {"uri": "https://example.org"}}


def test_the_response_shows_the_state_after_the_batch(target: Target) -> None:
    target.batch(target.append(["ID", "a"]))
    options = {
        "includeSpreadsheetInResponse": True,
        "responseRanges": [f"'{target.title}'!1:1"],
        "responseIncludeGridData": True,
    }
    got = target.batch(
        {"insertDimension": {"range": span("COLUMNS", 1, 2, target.tab)}}, target.append(["s"]), **options
    )
    sheets = got["updatedSpreadsheet"]["sheets"]
    assert [sheet["properties"]["sheetId"] for sheet in sheets] == [target.tab]
    values = sheets[0]["data"][0]["rowData"][0]["values"]
    assert [value.get("formattedValue", "") for value in values] == ["ID", "", "a"]
    assert len(sheets[0]["data"][0]["rowData"]) == 1


def test_grid_ranges_are_read_by_sheet_id(target: Target) -> None:
    target.batch(target.append(["a", 1.5, True], ["b"]))
    whole: Json = {"gridRange": {"sheetId": target.tab}}
    empty: Json = {"gridRange": area(4, 6, 2, 4, target.tab)}
    first, second = target.read(whole, empty)
    assert first["valueRange"]["range"] == f"'{target.title}'!A1:D6"
    assert first["valueRange"]["values"] == [["a", 1.5, True], ["b"]]
    assert first["dataFilters"] == [whole]
    assert "values" not in second["valueRange"]


def test_rows_are_moved_as_whole_rows(target: Target) -> None:
    target.batch(target.append(["a", 1], ["b", 2], ["c", 3], ["d", 4]))
    move = {"source": span("ROWS", 0, 2, target.tab), "destinationIndex": 3}
    target.batch({"moveDimension": move})
    assert target.values() == [["c", 3], ["a", 1], ["b", 2], ["d", 4]]
    target.batch({"moveDimension": {"source": span("ROWS", 3, 4, target.tab), "destinationIndex": 0}})
    assert target.values() == [["d", 4], ["c", 3], ["a", 1], ["b", 2]]


def test_metadata_goes_with_its_row(target: Target) -> None:
    def where() -> int | None:
        answer = target.send("GET", f"/developerMetadata/{target.number}")
        if answer.status_code == 404:
            return None
        return int(answer.json()["location"]["dimensionRange"].get("startIndex", 0))

    target.batch(
        target.append(["a"], ["b"], ["c"]), target.marker("m", {"dimensionRange": span("ROWS", 1, 2, target.tab)})
    )
    target.batch({"insertDimension": {"range": span("ROWS", 0, 1, target.tab)}})
    assert where() == 2
    target.batch({"moveDimension": {"source": span("ROWS", 2, 3, target.tab), "destinationIndex": 0}})
    assert where() == 0
    target.batch({"deleteDimension": {"range": span("ROWS", 0, 1, target.tab)}})
    assert where() is None


def test_a_chart_is_answered_as_sent(target: Target) -> None:
    source: Callable[[int], Json] = lambda column: {  # noqa: E731
        "sourceRange": {"sources": [area(0, 3, column, column + 1, target.tab)]}
    }
    spec = {
        "title": "T",
        "basicChart": {
            "chartType": "COLUMN",
            "legendPosition": "BOTTOM_LEGEND",
            "domains": [{"domain": source(0)}],
            "series": [{"series": source(1), "targetAxis": "LEFT_AXIS"}],
            "headerCount": 1,
        },
    }
    anchor = {"sheetId": target.tab, "rowIndex": 1, "columnIndex": 1}
    chart = {"spec": spec, "position": {"overlayPosition": {"anchorCell": anchor}}}
    added = target.batch({"addChart": {"chart": chart}})["replies"][0]["addChart"]["chart"]
    assert added["spec"]["title"] == "T"
    assert added["spec"]["basicChart"]["series"][0]["series"] == source(1)
    assert added["position"]["overlayPosition"]["widthPixels"] == 600
    target.batch({"updateChartSpec": {"chartId": added["chartId"], "spec": {**spec, "title": "U"}}})
    sheets = target.send("GET", f"?ranges={quote(target.title)}!A1").json()["sheets"]
    assert sheets[0]["charts"][0]["spec"]["title"] == "U"
    target.batch({"deleteEmbeddedObject": {"objectId": added["chartId"]}})


def test_metadata_is_found(target: Target) -> None:
    missing = target.send("GET", f"/developerMetadata/{target.number}")
    assert missing.status_code == 404
    target.batch(target.marker("v", {"sheetId": target.tab}))
    got = target.send("GET", f"/developerMetadata/{target.number}").json()
    assert (got["metadataValue"], got["location"]["sheetId"]) == ("v", target.tab)
    filters = [{"developerMetadataLookup": {"metadataKey": "svod-test", "metadataValue": "v"}}]
    found = target.send("POST", "/developerMetadata:search", {"dataFilters": filters}).json()
    assert [one["developerMetadata"]["metadataId"] for one in found["matchedDeveloperMetadata"]] == [target.number]
    none = [{"developerMetadataLookup": {"metadataKey": "nowhere"}}]
    assert target.send("POST", "/developerMetadata:search", {"dataFilters": none}).json() == {}
