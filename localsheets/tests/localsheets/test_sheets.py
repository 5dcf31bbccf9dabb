"""The Spreadsheet resource and the kinds about tabs."""

from typing import Any

import pytest

from tests.localsheets.harness import Book, Server, area, cell, rows_of


def test_a_new_spreadsheet_is_as_asked_for(server: Server) -> None:
    rows = rows_of(["a", 1], ["b", 2.5])
    body = {
        "properties": {"title": "Сбор", "locale": "ru_RU", "timeZone": "Europe/Moscow"},
        "sheets": [
            {"properties": {"title": "Раз"}, "data": [{"startRow": 1, "rowData": rows}]},
            {"properties": {"title": "Два", "sheetId": 77, "hidden": True}},
        ],
    }
    made = server.call("POST", "/v4/spreadsheets", body)
    assert (made["properties"]["title"], made["properties"]["locale"]) == ("Сбор", "ru_RU")
    book = Book(server, made["spreadsheetId"])
    assert book.values("Раз") == [[], ["a", "1"], ["b", "2,5"]]
    assert book.sheet(1)["properties"]["hidden"] is True
    assert [sheet["properties"]["sheetId"] for sheet in made["sheets"]] == [0, 77]


@pytest.mark.parametrize(
    "mask",
    [
        "sheets.properties.title,spreadsheetId",
        "sheets/properties/title,spreadsheetId",
        "spreadsheetId,sheets(properties(title))",
    ],
)
def test_fields_in_all_three_notations(book: Book, mask: str) -> None:
    assert book.get(fields=mask) == {"spreadsheetId": book.id, "sheets": [{"properties": {"title": "Sheet1"}}]}


def test_a_star_selects_all_below(book: Book) -> None:
    assert book.get(fields="sheets.properties(gridProperties.*)") == {
        "sheets": [{"properties": {"gridProperties": {"rowCount": 1000, "columnCount": 26}}}]
    }
    for bad in ("sheets(", "sheets..x", "(a)", "a,,b", "a)"):
        assert "Invalid field selection" in book.server.refused("GET", book.path, fields=bad)["message"]


def test_grid_data_of_ranges(book: Book) -> None:
    book.write("B2", [["x", 5]])
    got = book.sheet(includeGridData="true", ranges="Sheet1!B2:C3")["data"][0]
    assert (got["startRow"], got["startColumn"]) == (1, 1)
    values = got["rowData"][0]["values"]
    assert values[0]["formattedValue"] == "x"
    assert values[1]["effectiveValue"] == {"numberValue": 5}
    assert values[1]["effectiveFormat"]["horizontalAlignment"] == "RIGHT"
    assert len(got["rowMetadata"]) == 2
    assert got["columnMetadata"][0] == {"pixelSize": 100}
    by_filter = book.server.call(
        "POST",
        f"{book.path}:getByDataFilter",
        {"dataFilters": [{"gridRange": area(1, 3, 1, 3)}], "includeGridData": True},
    )
    assert by_filter["sheets"][0]["data"][0] == got


def test_tabs_are_added_moved_renamed_hidden_and_deleted(book: Book) -> None:
    replies = book.batch(
        {"addSheet": {"properties": {"title": "S2", "sheetId": 2}}},
        {"addSheet": {"properties": {"title": "S3", "sheetId": 3, "index": 0}}},
        {"addSheet": {}},
    )
    assert replies[2]["addSheet"]["properties"]["title"] == "Sheet4"
    titles = [sheet["properties"]["title"] for sheet in book.get()["sheets"]]
    assert titles == ["S3", "Sheet1", "S2", "Sheet4"]
    # The index is counted before the move: 2 puts the first tab behind the second; 1 would leave it in place.
    book.batch({"updateSheetProperties": {"properties": {"sheetId": 3, "index": 1}, "fields": "index"}})
    assert book.sheet(0)["properties"]["title"] == "S3"
    book.batch({"updateSheetProperties": {"properties": {"sheetId": 3, "index": 2}, "fields": "index"}})
    assert [sheet["properties"]["title"] for sheet in book.get()["sheets"]] == ["Sheet1", "S3", "S2", "Sheet4"]
    book.batch({"deleteSheet": {"sheetId": 2}}, {"deleteSheet": {"sheetId": 3}})
    assert [sheet["properties"]["index"] for sheet in book.get()["sheets"]] == [0, 1]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"addSheet": {"properties": {"title": "sheet1"}}}, 'A sheet with the name "sheet1" already exists.'),
        ({"addSheet": {"properties": {"sheetId": 0}}}, 'A sheet with the ID "0" already exists.'),
        ({"addSheet": {"properties": {"title": ""}}}, "cannot be empty"),
        ({"deleteSheet": {"sheetId": 0}}, "You can't remove all the visible sheets in a document."),
        ({"deleteSheet": {"sheetId": 9}}, "No sheet with id: 9"),
        (
            {"updateSheetProperties": {"properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}},
            "You can't hide all the sheets in a document.",
        ),
        ({"updateSheetProperties": {"properties": {"sheetId": 0}, "fields": ""}}, "At least one field must be listed"),
        ({"updateSheetProperties": {"properties": {"sheetId": 0}, "fields": "colour"}}, "Invalid field: colour"),
        (
            {
                "updateSheetProperties": {
                    "properties": {"sheetId": 0, "gridProperties": {"frozenRowCount": 1000}},
                    "fields": "gridProperties.frozenRowCount",
                }
            },
            "You can't freeze all visible rows on the sheet.",
        ),
        (
            {"updateSpreadsheetProperties": {"properties": {"timeZone": "Mars/Base"}, "fields": "timeZone"}},
            "Unsupported time zone: Mars/Base",
        ),
        (
            {"updateSpreadsheetProperties": {"properties": {"locale": "xx_YY"}, "fields": "locale"}},
            "Unsupported locale: xx_YY",
        ),
    ],
)
def test_refusals_name_the_request(book: Book, request_: dict[str, object], words: str) -> None:
    kind = next(iter(request_))
    message = book.refused(request_)
    assert message.startswith(f"Invalid requests[0].{kind}: ")
    assert words in message


def test_a_failed_request_undoes_the_whole_batch(book: Book) -> None:
    before = book.get(includeGridData="true")
    message = book.refused(
        {"addSheet": {"properties": {"title": "New"}}},
        {"updateCells": {"start": {"sheetId": 0}, "rows": rows_of(["x"]), "fields": "userEnteredValue"}},
        {"mergeCells": {"range": area(0, 2, 0, 2), "mergeType": "MERGE_ALL"}},
        {"deleteSheet": {"sheetId": 12345}},
    )
    assert message.startswith("Invalid requests[3].deleteSheet")
    assert book.get(includeGridData="true") == before


def test_unknown_kinds_and_fields_are_refused_by_name(book: Book) -> None:
    def message(body: Any) -> str:
        answer = book.server.session.post(f"{book.server.base}{book.path}:batchUpdate", json=body, timeout=30)
        assert answer.status_code == 400
        return str(answer.json()["error"]["message"])

    assert (
        message({"requests": [{"paintItBlack": {}}]})
        == "Invalid JSON payload received. Unknown name \"paintItBlack\" at 'requests[0]': Cannot find field."
    )
    assert "Unknown name \"titel\" at 'requests[0].add_sheet.properties'" in message(
        {"requests": [{"addSheet": {"properties": {"titel": "x"}}}]}
    )
    assert "Invalid value at 'requests[0].add_sheet.properties.title' (TYPE_STRING), 5" in message(
        {"requests": [{"addSheet": {"properties": {"title": 5}}}]}
    )
    assert 'Unknown name "addSlicer"' in message({"requests": [{"addSlicer": {}}]})
    assert "oneof" in message({"requests": [{"addSheet": {}, "deleteSheet": {}}]})
    assert message({"requests": []}) == "Must specify at least one request."


def test_snake_case_is_taken_as_a_proto_parser_takes_it(book: Book) -> None:
    answer = book.server.session.post(
        f"{book.server.base}{book.path}:batchUpdate",
        json={"requests": [{"add_sheet": {"properties": {"sheet_id": "5", "title": "S"}}}]},
        timeout=30,
    )
    assert answer.json()["replies"][0]["addSheet"]["properties"]["sheetId"] == 5


def test_the_response_carries_the_spreadsheet_on_demand(book: Book) -> None:
    book.write("A1", [["ID", "x"]])
    body = book.whole_batch(
        {"appendCells": {"sheetId": 0, "rows": rows_of(["s1", 2]), "fields": "userEnteredValue"}},
        includeSpreadsheetInResponse=True,
        responseRanges=["Sheet1!1:1"],
        responseIncludeGridData=True,
    )
    data = body["updatedSpreadsheet"]["sheets"][0]["data"]
    assert [value["formattedValue"] for value in data[0]["rowData"][0]["values"]] == ["ID", "x"]
    message = book.server.refused(
        "POST",
        f"{book.path}:batchUpdate",
        {
            "requests": [{"addSheet": {"properties": {"title": "Late"}}}],
            "includeSpreadsheetInResponse": True,
            "responseRanges": ["Nowhere!A1"],
        },
    )["message"]
    assert "Nowhere" in message
    assert len(book.get()["sheets"]) == 1, "a batch whose answer cannot be given must not be applied"


def test_a_tab_is_duplicated_and_copied_to_another_file(server: Server, book: Book) -> None:
    book.batch(
        {"updateCells": {"start": {"sheetId": 0}, "rows": [{"values": [{**cell("x"), "note": "n"}]}], "fields": "*"}},
        {"mergeCells": {"range": area(1, 3, 0, 2), "mergeType": "MERGE_ALL"}},
        {"duplicateSheet": {"sourceSheetId": 0, "insertSheetIndex": 1, "newSheetId": 5, "newSheetName": "Copy"}},
    )
    assert book.sheet(1)["merges"] == [
        {"sheetId": 5, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 2}
    ]
    book.write("A1", [["changed"]])
    assert book.values("Copy") == [["x"]]
    other = server.new()
    copied = server.call("POST", f"{book.path}/sheets/5:copyTo", {"destinationSpreadsheetId": other.id})
    assert copied["title"] == "Copy of Copy"
    assert other.values("Copy of Copy") == [["x"]]
    assert other.sheet(1)["merges"][0]["sheetId"] == copied["sheetId"]


def test_the_cell_limit_is_google_s(book: Book) -> None:
    words = "This action would increase the number of cells in the workbook above the limit of 10000000 cells."
    huge = {"rowCount": 1_000_000, "columnCount": 10}
    assert words in book.refused({"addSheet": {"properties": {"title": "Huge", "gridProperties": huge}}})
    assert words in book.refused({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 400_000}})
    assert words in book.refused(
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 0, "gridProperties": {"rowCount": 400_000}},
                "fields": "gridProperties.rowCount",
            }
        }
    )
    book.batch({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 383_000}})


def test_shrinking_a_grid_drops_what_lies_outside(book: Book) -> None:
    book.write("A1", [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]])
    small = {"rowCount": 2, "columnCount": 2}
    book.batch(
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 0, "gridProperties": small},
                "fields": "gridProperties(rowCount,columnCount)",
            }
        }
    )
    assert book.values() == [["a", "b"], ["d", "e"]]
    assert book.read()["range"] == "Sheet1!A1:B2"


def test_colours_keep_both_forms_and_a_byte_a_channel(book: Book) -> None:
    red = {"rgbColor": {"red": 1, "green": 0, "blue": 0.5}}
    book.batch(
        {"updateSheetProperties": {"properties": {"sheetId": 0, "tabColorStyle": red}, "fields": "tabColorStyle"}}
    )
    props = book.sheet()["properties"]
    assert props["tabColor"] == {"red": 1, "blue": 0.49803922}
    assert props["tabColorStyle"] == {"rgbColor": {"red": 1, "blue": 0.49803922}}
    book.batch({"updateSheetProperties": {"properties": {"sheetId": 0}, "fields": "tabColor"}})
    assert "tabColor" not in book.sheet()["properties"]
