"""The calls on values, over HTTP: options, shapes, table search, refusals. Recorded facts come first."""

import json
from typing import Any

import pytest

from tests.localsheets.harness import Book, Server


def test_trailing_empties_are_trimmed_and_leading_ones_kept(book: Book) -> None:
    book.write("Sheet1!B2:E4", [["", "x", "", ""], ["", "", "", ""], ["y", "", "", ""]])
    assert book.values() == [[], ["", "", "x"], [], ["", "y"]]
    assert "values" not in book.read("Sheet1!F1:G9")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("A1:1", "Sheet1!A1:Z1"),
        ("Sheet1!2:3", "Sheet1!A2:Z3"),
        ("Sheet1!D4:A1", "Sheet1!A1:D4"),
        ("Sheet1!B:B", "Sheet1!B1:B1000"),
        ("Sheet1!B5:C", "Sheet1!B5:C1000"),
        ("'Sheet1'!$A$1", "Sheet1!A1"),
        ("Sheet1!A1:A1", "Sheet1!A1"),
        ("sheet1!c3", "Sheet1!C3"),
        ("Sheet1!A900:B2000", "Sheet1!A900:B1000"),
    ],
)
def test_a_range_is_echoed_as_the_grid_has_it(book: Book, asked: str, shown: str) -> None:
    assert book.read(asked)["range"] == shown


def test_titles_that_are_no_plain_names_are_quoted(book: Book) -> None:
    for title, shown in [("Ответы", "'Ответы'!A1"), ("It's", "'It''s'!A1"), ("A1", "'A1'!A1"), ("T_2", "T_2!A1")]:
        book.batch({"addSheet": {"properties": {"title": title, "gridProperties": {"rowCount": 1, "columnCount": 1}}}})
        quoted = "'" + title.replace("'", "''") + "'"
        assert book.read(f"{quoted}!A1")["range"] == shown


@pytest.mark.parametrize(
    "text",
    [
        "Nowhere!A1",
        "Sheet1!",
        "Sheet1!A0",
        "Sheet1!A1:B2:C3",
        "'Sheet1",
        "!A1",
        "Sheet1!ZZZZ1",
        "A1!A1",
        "::",
        "Sheet1!A-1",
    ],
)
def test_a_malformed_range_is_refused(book: Book, text: str) -> None:
    error = book.server.refused("GET", book.values_path(text))
    assert error["message"] == f"Unable to parse range: {text}"
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("text", ["Sheet1!A1001", "Sheet1!AA1", "Sheet1!A1001:B1002", "Sheet1!1001:1002"])
def test_a_range_outside_the_grid_is_refused(book: Book, text: str) -> None:
    error = book.server.refused("GET", book.values_path(text))
    assert "exceeds grid limits. Max rows: 1000, max columns: 26" in error["message"]
    write = book.server.refused("PUT", book.values_path(text), {"values": [[1]]}, valueInputOption="RAW")
    assert "exceeds grid limits" in write["message"]


def test_a_range_without_a_tab_is_of_the_first_visible_one(book: Book) -> None:
    book.write("A1", [["first"]])
    book.batch(
        {"addSheet": {"properties": {"title": "Second", "sheetId": 2}}},
        {"updateSheetProperties": {"properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}},
    )
    assert book.read("A1")["range"] == "Second!A1"
    assert book.values("Sheet1!A1") == [["first"]]


def test_data_beyond_the_named_range_is_refused(book: Book) -> None:
    for rows, word in [([[1, 2, 3]], "column [C]"), ([[1], [2], [3]], "row [3]")]:
        error = book.server.refused("PUT", book.values_path("Sheet1!A1:B2"), {"values": rows}, valueInputOption="RAW")
        assert error["message"] == (f"Requested writing within range [Sheet1!A1:B2], but tried writing to {word}")
    assert book.values() == []


def test_null_leaves_a_cell_alone_and_an_empty_string_clears_it(book: Book) -> None:
    book.write("A1", [["a", "b", "c"]])
    done = book.write("A1", [[None, "", "d"]])
    assert book.values() == [["a", "", "d"]]
    assert done["updatedCells"] == 2


def test_what_was_written_can_be_in_the_answer(book: Book) -> None:
    done = book.write("B2", [["1", 2]], includeValuesInResponse="true", responseValueRenderOption="UNFORMATTED_VALUE")
    assert done["updatedData"] == {"range": "Sheet1!B2:C2", "majorDimension": "ROWS", "values": [["1", 2]]}


def test_columns_are_written_and_read_as_columns(book: Book) -> None:
    book.server.call(
        "PUT",
        book.values_path("A1"),
        {"values": [["a", "b"], ["c"]], "majorDimension": "COLUMNS"},
        valueInputOption="RAW",
    )
    assert book.values() == [["a", "c"], ["b"]]
    assert book.values(majorDimension="COLUMNS") == [["a", "b"], ["c"]]


def test_raw_keeps_text_and_types(book: Book) -> None:
    book.write("A1", [["=1+1", "1,5", "007", True, 12.0, 0.1, "ИСТИНА"]])
    assert book.raw() == [["=1+1", "1,5", "007", True, 12, 0.1, "ИСТИНА"]]
    assert book.values() == [["=1+1", "1,5", "007", "TRUE", "12", "0.1", "ИСТИНА"]]


@pytest.mark.parametrize(
    ("locale", "typed", "value", "shown"),
    [
        ("ru_RU", "1,5", 1.5, "1,5"),
        ("ru_RU", "1 234", 1234, "1\u00a0234"),
        ("ru_RU", "12,5%", 0.125, "12,50%"),
        ("ru_RU", "30.05.2023", 45076, "30.05.2023"),
        ("ru_RU", "30.05.2023 23:59", 45076.999305555553, "30.05.2023 23:59:00"),
        ("ru_RU", "ИСТИНА", True, "ИСТИНА"),
        ("ru_RU", "12 чел.", "12 чел.", "12 чел."),
        ("en_US", "1.5", 1.5, "1.5"),
        ("en_US", "1,234", 1234, "1,234"),
        ("en_US", "5/30/2023", 45076, "5/30/2023"),
        ("en_US", "2020-01-01", 43831, "2020-01-01"),
        ("en_US", "0042", 42, "42"),
        ("en_US", "'0042", "0042", "0042"),
        ("en_US", "FALSE", False, "FALSE"),
        ("en_US", "12%", 0.12, "12%"),
        ("en_US", "1,5", "1,5", "1,5"),
    ],
)
def test_what_is_typed_is_read_by_the_locale(
    server: Server, locale: str, typed: str, value: object, shown: str
) -> None:
    book = server.new(locale=locale)
    book.write("A1", [[typed]], typed=True)
    assert book.raw() == [[value]]
    assert book.values() == [[shown]]


def test_one_point_five_is_a_date_in_russian(server: Server) -> None:
    book = server.new(locale="ru_RU")
    book.write("A1", [["1.5"]], typed=True)
    assert book.values() == [["01.05"]]


def test_dates_are_serial_numbers_or_text_on_demand(book: Book) -> None:
    book.write("A1", [["1999-01-02", 5, "x"]], typed=True)
    assert book.raw() == [[36162, 5, "x"]]
    dated = book.values(valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="FORMATTED_STRING")
    assert dated == [["1999-01-02", 5, "x"]]
    book.write("B1", [["=A1+1"]], typed=True)
    assert book.values(valueRenderOption="FORMULA") == [[36162, "=A1+1", "x"]]
    both = book.values(valueRenderOption="FORMULA", dateTimeRenderOption="FORMATTED_STRING")
    assert both == [["1999-01-02", "=A1+1", "x"]]


def test_formulas_are_computed_and_shown_as_typed(book: Book) -> None:
    book.write("A1", [["=4/2", "=A1*3"], [7, "=SUM(A1:A2)"]], typed=True)
    assert book.raw() == [[2, 6], [7, 9]]
    assert book.values(valueRenderOption="FORMULA") == [["=4/2", "=A1*3"], [7, "=SUM(A1:A2)"]]
    book.write("A2", [[10]])
    assert book.raw() == [[2, 6], [10, 12]]


# The place of an append


def test_append_with_a_gap_drifts_as_recorded(book: Book) -> None:
    book.append("Sheet1", [["x", "", "z"]])
    second = book.append("Sheet1", [["x", "", "z"]])
    assert second["tableRange"] == "Sheet1!C1"
    assert second["updates"]["updatedRange"] == "Sheet1!C2:E2"
    third = book.append("Sheet1!A1", [["x", "", "z"]])
    assert third["tableRange"] == "Sheet1!A1"


@pytest.mark.parametrize(
    ("asked", "table", "written"),
    [
        ("Sheet1", "Sheet1!B5:D6", "Sheet1!B7"),
        ("Sheet1!A1", "Sheet1!A1:C2", "Sheet1!A3"),
        ("Sheet1!C2", "Sheet1!A1:C2", "Sheet1!A3"),
        ("Sheet1!B5", "Sheet1!B5:D6", "Sheet1!B7"),
        ("Sheet1!A1:D9", "Sheet1!B5:D6", "Sheet1!B7"),
        ("Sheet1!F9", None, "Sheet1!F9"),
    ],
)
def test_append_finds_the_last_table_of_its_range(book: Book, asked: str, table: str | None, written: str) -> None:
    """The example of Google's guide: one table in A1:C2, one in B5:D6."""
    book.write("A1", [["x", "y", "z"], ["x", "y", "z"]])
    book.write("B5", [["x", "y", "z"], ["x", "y", "z"]])
    done = book.append(asked, [["new"]])
    assert done.get("tableRange") == table
    assert done["updates"]["updatedRange"] == written


def test_append_overwrites_or_inserts_rows(book: Book) -> None:
    book.write("A1", [["a"], ["b"], [None], ["below"]])
    book.append("Sheet1!A1", [["c"], ["d"]])
    assert book.values() == [["a"], ["b"], ["c"], ["d"]]
    book.write("A6", [["kept"]])
    book.append("Sheet1!A1", [["e"], ["f"]], insertDataOption="INSERT_ROWS")
    assert book.values() == [["a"], ["b"], ["c"], ["d"], ["e"], ["f"], [], ["kept"]]


def test_append_grows_the_grid(server: Server) -> None:
    book = server.new(rows=2, columns=2)
    book.append("Sheet1", [["a"], ["b"]])
    book.append("Sheet1", [["c", "d", "e"]])
    grid = book.sheet()["properties"]["gridProperties"]
    assert (grid["rowCount"], grid["columnCount"]) == (3, 3)


# Batches and filters


def test_batch_update_is_all_or_nothing(book: Book) -> None:
    body = {
        "valueInputOption": "RAW",
        "data": [{"range": "Sheet1!A1", "values": [["a"]]}, {"range": "Nowhere!A1", "values": [["b"]]}],
    }
    error = book.server.refused("POST", f"{book.path}/values:batchUpdate", body)
    assert error["message"] == "Invalid data[1]: Unable to parse range: Nowhere!A1"
    assert book.values() == []
    body["data"] = [{"range": "Sheet1!A1:B1", "values": [["a", "b"]]}, {"range": "Sheet1!A2", "values": [[1]]}]
    done = book.server.call("POST", f"{book.path}/values:batchUpdate", body)
    totals = (done["totalUpdatedRows"], done["totalUpdatedColumns"], done["totalUpdatedCells"])
    assert totals == (2, 2, 3)
    assert done["totalUpdatedSheets"] == 1
    assert [part["updatedRange"] for part in done["responses"]] == ["Sheet1!A1:B1", "Sheet1!A2"]


def test_clear_leaves_formats_and_notes(book: Book) -> None:
    data = {"userEnteredValue": {"numberValue": 5}, "note": "n", "userEnteredFormat": {"textFormat": {"bold": True}}}
    book.batch({"updateCells": {"start": {"sheetId": 0}, "rows": [{"values": [data]}], "fields": "*"}})
    cleared = book.server.call("POST", book.values_path("A1", ":clear"), {})
    assert cleared["clearedRange"] == "Sheet1!A1"
    held = book.sheet(includeGridData="true")["data"][0]["rowData"][0]["values"][0]
    assert held["note"] == "n"
    assert held["userEnteredFormat"] == {"textFormat": {"bold": True}}
    assert "userEnteredValue" not in held


def test_batch_clear_names_what_it_cleared(book: Book) -> None:
    book.write("A1", [["a", "b"], ["c", "d"]])
    done = book.server.call("POST", f"{book.path}/values:batchClear", {"ranges": ["A1", "Sheet1!B2"]})
    assert done["clearedRanges"] == ["Sheet1!A1", "Sheet1!B2"]
    assert book.values() == [["", "b"], ["c"]]


def test_data_filters_find_ranges_and_metadata(book: Book) -> None:
    book.write("A1", [["a", "b"], ["c", "d"], ["e", "f"]])
    location = {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}
    entry = {"metadataKey": "row", "metadataValue": "7", "visibility": "DOCUMENT", "location": location}
    book.batch({"createDeveloperMetadata": {"developerMetadata": entry}})
    filters: list[dict[str, Any]] = [
        {"gridRange": {"sheetId": 0, "startRowIndex": 2, "endRowIndex": 3}},
        {"a1Range": "Sheet1!B1:B2"},
        {"developerMetadataLookup": {"metadataKey": "row"}},
    ]
    body = {"dataFilters": filters, "valueRenderOption": "UNFORMATTED_VALUE"}
    got = book.server.call("POST", f"{book.path}/values:batchGetByDataFilter", body)["valueRanges"]
    assert [part["valueRange"]["values"] for part in got] == [[["e", "f"]], [["b"], ["d"]], [["c", "d"]]]
    del filters[0]["gridRange"]["sheetId"]  # left out at 0, as in every range
    assert [part["dataFilters"] for part in got] == [[one] for one in filters]
    data = [{"dataFilter": filters[2], "values": [["C", "D"]], "majorDimension": "ROWS"}]
    book.server.call("POST", f"{book.path}/values:batchUpdateByDataFilter", {"valueInputOption": "RAW", "data": data})
    book.server.call("POST", f"{book.path}/values:batchClearByDataFilter", {"dataFilters": [filters[1]]})
    assert book.values() == [["a"], ["C"], ["e", "f"]]


def test_value_input_option_is_required(book: Book) -> None:
    error = book.server.refused("PUT", book.values_path("A1"), {"values": [[1]]})
    assert error["message"] == "'valueInputOption' is required but not specified"


def test_a_body_with_another_range_is_refused(book: Book) -> None:
    body = {"range": "Sheet1!B2", "values": [[1]]}
    book.server.refused("PUT", book.values_path("A1"), body, valueInputOption="RAW")


@pytest.mark.parametrize(
    ("mask", "picked"), [("values", {"values"}), ("range,majorDimension", {"range", "majorDimension"})]
)
def test_fields_reduce_the_answer(book: Book, mask: str, picked: set[str]) -> None:
    book.write("A1", [["a"]])
    assert set(book.read("A1", fields=mask)) == picked


def test_unknown_parameters_are_refused_by_name(book: Book) -> None:
    error = book.server.refused("GET", book.values_path("A1"), colour="red")
    assert 'Unknown name "colour"' in error["message"]
    assert "'valueRenderOption'" in book.server.refused("GET", book.values_path("A1"), valueRenderOption="X")["message"]


def test_a_quote_heavy_row_is_read_and_searched_right(book: Book) -> None:
    row = ['a"', '"', '""', "", '\\"', "z"]
    book.write("A1", [row])
    assert book.values() == [row]
    assert book.append("Sheet1", [["q"]])["tableRange"] == "Sheet1!E1:F1"
    assert json.loads(json.dumps(book.raw()[0])) == row
