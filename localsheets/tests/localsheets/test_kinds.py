"""The kinds of batchUpdate about cells, rows, columns and objects over them, over HTTP."""

from typing import Any

import pytest

from tests.localsheets.harness import Book, Json, Server, area, cell, fill, rows_of, span


def grid(book: Book) -> Json:
    found: Json = book.sheet()["properties"]["gridProperties"]
    return found


# Cells


def test_append_cells_goes_after_the_last_row_with_a_value(server: Server) -> None:
    book = server.new(rows=5)
    fill(book, ["h", "h2"], [None, None], ["x"])
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    book.batch(
        {"repeatCell": {"range": area(4, 5, 0, 3), "cell": bold, "fields": "userEnteredFormat.textFormat.bold"}},
        {"appendCells": {"sheetId": 0, "rows": rows_of(["a", 1, True], ["=2+2", 1.5]), "fields": "userEnteredValue"}},
    )
    assert book.raw() == [["h", "h2"], [], ["x"], ["a", 1, True], ["=2+2", 1.5]]
    assert grid(book)["rowCount"] == 5
    book.batch({"appendCells": {"sheetId": 0, "rows": rows_of(["b"]), "fields": "userEnteredValue"}})
    assert grid(book)["rowCount"] == 6
    held = book.sheet(includeGridData="true", ranges="A4:B5")["data"][0]["rowData"]
    assert held[1]["values"][0]["userEnteredValue"] == {"stringValue": "=2+2"}
    assert held[1]["values"][0]["userEnteredFormat"] == {"textFormat": {"bold": True}}


def test_update_cells_clears_what_the_mask_names_and_the_rows_lack(book: Book) -> None:
    fill(book, ["a", "b"], ["c", "d"])
    book.batch(
        {"updateCells": {"range": area(0, 2, 0, 2), "rows": [{"values": [cell("A")]}], "fields": "userEnteredValue"}}
    )
    assert book.values() == [["A"]]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"rows": rows_of([1]), "fields": "userEnteredValue"}, "start is required"),
        (
            {"range": area(0, 1, 0, 1), "rows": rows_of([1], [2]), "fields": "userEnteredValue"},
            "Attempting to write row: 1, beyond the last requested row of: 0",
        ),
        (
            {"range": area(0, 1, 0, 1), "rows": rows_of([1, 2]), "fields": "userEnteredValue"},
            "Attempting to write column: 1, beyond the last requested column of: 0",
        ),
        (
            {"start": {"sheetId": 0, "rowIndex": 999}, "rows": rows_of([1], [2]), "fields": "userEnteredValue"},
            "Attempting to write row: 1000",
        ),
        (
            {"start": {"sheetId": 0}, "rows": [], "fields": "userEnteredValue.colour"},
            "Invalid field: userEnteredValue.colour",
        ),
        (
            {"range": area(3, 2, 0, 1), "rows": [], "fields": "note"},
            "endRowIndex[2] must not be before startRowIndex[3]",
        ),
        ({"start": {"sheetId": 4}, "rows": [], "fields": "note"}, "No sheet with id: 4"),
    ],
)
def test_update_cells_refuses(book: Book, request_: Json, words: str) -> None:
    assert words in book.refused({"updateCells": request_})


@pytest.mark.parametrize(
    ("range_", "named"),
    [
        ({"startRowIndex": 999, "startColumnIndex": 0, "endColumnIndex": 2}, None),
        ({"startRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 2}, "A1001:B"),
        ({"startRowIndex": 1005, "startColumnIndex": 0, "endColumnIndex": 2}, "A1006:B"),
        (area(1000, 1001, 0, 2), "A1001:B1001"),
        (area(0, 2, 26, 27), "AA1:AA2"),
        ({"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 26}, "AA1:2"),
        (area(999, 1003, 0, 2), None),
        (area(0, 2, 25, 28), None),
        (area(3, 3, 0, 2), None),
        (area(0, 2, 3, 3), None),
    ],
)
def test_a_range_is_refused_only_when_it_starts_past_the_grid(book: Book, range_: Json, named: str | None) -> None:
    """As others measured on Google in September 2026."""
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    request_ = {"repeatCell": {"range": range_, "cell": bold, "fields": "userEnteredFormat.textFormat.bold"}}
    if named is None:
        book.batch(request_)
        assert grid(book)["rowCount"] == 1000
    else:
        assert book.refused(request_) == (
            f"Invalid requests[0].repeatCell: Range (Sheet1!{named}) exceeds grid limits. "
            "Max rows: 1000, max columns: 26"
        )


def test_a_cell_holds_fifty_thousand_characters_and_not_one_more(book: Book) -> None:
    fill(book, ["x" * 50_000])
    words = "Your input contains more than the maximum of 50000 characters in a single cell."
    long = {"start": {"sheetId": 0}, "rows": rows_of(["x" * 50_001]), "fields": "userEnteredValue"}
    assert words in book.refused({"updateCells": long})
    for typed in ("RAW", "USER_ENTERED"):
        error = book.server.refused("PUT", book.values_path("A1"), {"values": [["y" * 50_001]]}, valueInputOption=typed)
        assert words in error["message"]
    assert book.values() == [["x" * 50_000]]


def test_repeat_cell_merges_formats_by_mask(book: Book) -> None:
    first = {"userEnteredFormat": {"backgroundColor": {"green": 1}, "textFormat": {"bold": True, "fontSize": 12}}}
    book.batch(
        {"repeatCell": {"range": area(0, 1, 0, 2), "cell": first, "fields": "userEnteredFormat"}},
        {
            "repeatCell": {
                "range": area(0, 1, 1, 2),
                "cell": {"userEnteredFormat": {"textFormat": {"italic": True}}},
                "fields": "userEnteredFormat(textFormat.italic,backgroundColor)",
            }
        },
    )
    values = book.sheet(includeGridData="true", ranges="A1:B1")["data"][0]["rowData"][0]["values"]
    assert values[0]["userEnteredFormat"]["backgroundColorStyle"] == {"rgbColor": {"green": 1}}
    assert values[1]["userEnteredFormat"] == {"textFormat": {"bold": True, "fontSize": 12, "italic": True}}


def test_borders_validation_and_notes_are_kept(book: Book) -> None:
    line = {"style": "SOLID", "color": {"red": 1}}
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "y"}]}, "strict": False}
    book.batch(
        {"updateBorders": {"range": area(0, 2, 0, 2), "top": line, "innerVertical": line}},
        {"setDataValidation": {"range": area(0, 1, 0, 1), "rule": rule}},
    )
    values = book.sheet(includeGridData="true", ranges="A1:B2")["data"][0]["rowData"]
    first = values[0]["values"][0]
    assert set(first["userEnteredFormat"]["borders"]) == {"top", "right"}
    assert first["userEnteredFormat"]["borders"]["top"]["colorStyle"] == {"rgbColor": {"red": 1}}
    assert first["dataValidation"] == {"condition": rule["condition"]}
    assert set(values[1]["values"][0]["userEnteredFormat"]["borders"]) == {"right"}
    book.batch({"setDataValidation": {"range": area(0, 1, 0, 1)}})
    assert "dataValidation" not in book.sheet(includeGridData="true", ranges="A1")["data"][0]["rowData"][0]["values"][0]


# Rows and columns


def test_rows_are_inserted_moved_and_deleted_with_all_that_lies_in_them(book: Book) -> None:
    fill(book, ["a"], ["b"], ["c"], ["d"])
    location = {"dimensionRange": span("ROWS", 2, 3)}
    entry = {"metadataId": 9, "metadataKey": "k", "visibility": "DOCUMENT", "location": location}
    book.batch(
        {"createDeveloperMetadata": {"developerMetadata": entry}},
        {"mergeCells": {"range": area(2, 4, 1, 3), "mergeType": "MERGE_ALL"}},
        {"addNamedRange": {"namedRange": {"name": "spot", "range": area(2, 3, 0, 1)}}},
        {"insertDimension": {"range": span("ROWS", 1, 3), "inheritFromBefore": True}},
    )
    assert book.values() == [["a"], [], [], ["b"], ["c"], ["d"]]
    assert grid(book)["rowCount"] == 1002
    assert book.sheet()["merges"][0]["startRowIndex"] == 4
    assert book.values("spot") == [["c"]]

    def where() -> int:
        found = book.server.call("GET", f"{book.path}/developerMetadata/9")
        return int(found["location"]["dimensionRange"]["startIndex"])

    assert where() == 4
    book.batch({"moveDimension": {"source": span("ROWS", 4, 5), "destinationIndex": 0}})
    assert book.values() == [["c"], ["a"], [], [], ["b"], ["d"]]
    assert where() == 0
    book.batch({"deleteDimension": {"range": span("ROWS", 0, 1)}})
    assert book.values() == [["a"], [], [], ["b"], ["d"]]
    gone = book.server.refused("GET", f"{book.path}/developerMetadata/9")
    assert gone["status"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("start", "end", "to", "order"),
    [(0, 2, 4, "cdab"), (2, 4, 0, "cdab"), (1, 2, 3, "acbd"), (1, 3, 2, "abcd"), (3, 4, 1, "adbc")],
)
def test_moving_rows_and_columns_counts_before_the_move(book: Book, start: int, end: int, to: int, order: str) -> None:
    fill(book, list("abcd"), ["1"], ["2"], ["3"])
    book.batch({"moveDimension": {"source": span("COLUMNS", start, end), "destinationIndex": to}})
    assert book.values("1:1") == [list(order)]
    other = book.server.new()
    fill(other, *[[letter] for letter in "abcd"])
    other.batch({"moveDimension": {"source": span("ROWS", start, end), "destinationIndex": to}})
    assert [row[0] for row in other.values()] == list(order)


def test_columns_are_inserted_and_deleted(book: Book) -> None:
    fill(book, ["a", "b", "c"], ["d", "e", "f"])
    book.batch({"insertDimension": {"range": span("COLUMNS", 1, 2)}})
    assert book.values() == [["a", "", "b", "c"], ["d", "", "e", "f"]]
    book.batch({"deleteDimension": {"range": span("COLUMNS", 0, 3)}})
    assert book.values() == [["c"], ["f"]]
    assert grid(book)["columnCount"] == 24


def test_inserted_rows_inherit_formats(book: Book) -> None:
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    book.batch(
        {"repeatCell": {"range": area(0, 1, 0, 2), "cell": bold, "fields": "userEnteredFormat"}},
        {"insertDimension": {"range": span("ROWS", 1, 2), "inheritFromBefore": True}},
        {"insertDimension": {"range": span("ROWS", 3, 4), "inheritFromBefore": False}},
    )
    rows = book.sheet(includeGridData="true", ranges="A1:B5")["data"][0]["rowData"]
    assert rows[1]["values"][1]["userEnteredFormat"] == bold["userEnteredFormat"]
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"deleteDimension": {"range": span("ROWS", 0, 1000)}}, "You can't delete all the rows on the sheet."),
        ({"deleteDimension": {"range": span("ROWS", 0, 1001)}}, "endIndex[1001] is after last row in grid[1000]"),
        (
            {"insertDimension": {"range": span("ROWS", 0, 1), "inheritFromBefore": True}},
            "inheritFromBefore cannot be true",
        ),
        ({"insertDimension": {"range": span("COLUMNS", 27, 28)}}, "after last column in grid[26]"),
        ({"moveDimension": {"source": span("ROWS", 0, 1), "destinationIndex": 1001}}, "destinationIndex[1001]"),
        ({"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 0}}, "length[0] must be at least 1"),
        (
            {"insertDimension": {"range": {"sheetId": 0, "startIndex": 0, "endIndex": 1}}},
            "dimension must be ROWS or COLUMNS",
        ),
    ],
)
def test_dimension_refusals(book: Book, request_: Json, words: str) -> None:
    assert words in book.refused(request_)


def test_sizes_and_hiding(book: Book) -> None:
    book.batch(
        {
            "updateDimensionProperties": {
                "range": span("COLUMNS", 1, 2),
                "properties": {"pixelSize": 240, "hiddenByUser": True},
                "fields": "pixelSize,hiddenByUser",
            }
        },
        {"insertDimension": {"range": span("COLUMNS", 0, 1)}},
    )
    columns = book.get(fields="sheets.data.columnMetadata")["sheets"][0]["data"][0]["columnMetadata"]
    assert columns[2] == {"pixelSize": 240, "hiddenByUser": True}
    assert columns[1] == {"pixelSize": 100}


# Merges


def test_merges_by_kind_drop_all_values_but_the_first(book: Book) -> None:
    fill(book, ["a", "b"], ["c", "d"])
    book.batch({"mergeCells": {"range": area(0, 2, 0, 2), "mergeType": "MERGE_ROWS"}})
    assert book.values() == [["a"], ["c"]]
    assert len(book.sheet()["merges"]) == 2
    words = "You must select all cells in a merged range to merge or unmerge them."
    assert words in book.refused({"mergeCells": {"range": area(0, 1, 1, 3), "mergeType": "MERGE_ALL"}})
    assert words in book.refused({"unmergeCells": {"range": area(0, 1, 0, 1)}})
    book.batch({"unmergeCells": {"range": area(0, 2, 0, 2)}})
    assert "merges" not in book.sheet()


# Sorting, finding, copying


def test_sort_is_stable_and_puts_blanks_last(book: Book) -> None:
    fill(book, ["b", 1], [None, 2], ["A", 3], [10, 4], ["a", 5], [True, 6], [2, 7])
    spec = [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]
    book.batch({"sortRange": {"range": area(0, 7, 0, 2), "sortSpecs": spec}})
    assert [row[1] for row in book.raw()] == [7, 4, 3, 5, 1, 6, 2]
    spec = [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}]
    book.batch({"sortRange": {"range": area(0, 7, 1, 2), "sortSpecs": spec}})
    assert [row[1] for row in book.raw()] == [7, 6, 5, 4, 3, 2, 1]
    assert book.raw()[0][0] == 2, "only the columns of the range are sorted"


def test_find_and_replace(book: Book) -> None:
    fill(book, ["Муром", "муром и Муром"], ["Ковров", 12])
    request = {"find": "муром", "replacement": "о. Муром", "range": area(0, 2, 0, 2)}
    reply = book.batch({"findReplace": {**request, "matchCase": True}})[0]["findReplace"]
    assert reply == {"valuesChanged": 1, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 1}
    reply = book.batch(
        {"findReplace": {"find": r"(\d)2", "replacement": "$13", "searchByRegex": True, "allSheets": True}}
    )
    assert book.raw()[1][1] == 13
    assert "Exactly one of" in book.refused({"findReplace": {"find": "x"}})
    for wrong in ("(?=a)b", r"(a)\1", "(", "x{2000}"):
        assert "not a valid regular expression" in book.refused(
            {"findReplace": {"find": wrong, "searchByRegex": True, "allSheets": True}}
        )


def test_no_regular_expression_runs_away(book: Book) -> None:
    fill(book, ["a" * 3000 + "!", "a" * 50_000])
    whole = {"searchByRegex": True, "allSheets": True, "replacement": "x"}
    for runaway in ("(a|aa)+$", "a*a*a*b", "(a+)+$"):
        book.batch({"findReplace": {**whole, "find": runaway}})
        fill(book, ["a" * 3000 + "!", "a" * 50_000])
    assert "more than 50000 characters" in book.refused({"findReplace": {**whole, "find": "a", "replacement": "b" * 9}})
    assert "$3" in book.refused({"findReplace": {**whole, "find": "(a)", "replacement": "$3"}})


def test_copy_and_cut(book: Book) -> None:
    fill(book, [1, 2], [3, 4])
    book.batch(
        {"copyPaste": {"source": area(0, 2, 0, 2), "destination": area(2, 6, 0, 2), "pasteType": "PASTE_NORMAL"}}
    )
    assert book.raw() == [[1, 2], [3, 4], [1, 2], [3, 4], [1, 2], [3, 4]]
    transposed = {
        "source": area(0, 2, 0, 2),
        "destination": area(0, 1, 3, 4),
        "pasteType": "PASTE_VALUES",
        "pasteOrientation": "TRANSPOSE",
    }
    book.batch({"copyPaste": transposed})
    assert book.raw("D1:E2") == [[1, 3], [2, 4]]
    book.batch(
        {
            "cutPaste": {
                "source": area(0, 6, 0, 1),
                "destination": {"sheetId": 0, "rowIndex": 1, "columnIndex": 6},
                "pasteType": "PASTE_NORMAL",
            }
        }
    )
    assert book.raw("G1:G7") == [[], [1], [3], [1], [3], [1], [3]]
    assert book.raw("A1:A7") == []


def test_pasted_text_is_read_as_typed(server: Server) -> None:
    book = server.new(locale="ru_RU")
    where = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}
    book.batch(
        {"pasteData": {"coordinate": where, "data": "Муром\t1,5\nКовров\t2", "delimiter": "\t", "type": "PASTE_NORMAL"}}
    )
    assert book.raw() == [["Муром", 1.5], ["Ковров", 2]]
    html = "<table><tr><td>x</td><td>7</td></tr></table>"
    book.batch({"pasteData": {"coordinate": where, "data": html, "html": True, "type": "PASTE_NORMAL"}})
    assert book.raw() == [["x", 7], ["Ковров", 2]]


def test_ranges_are_inserted_and_deleted(book: Book) -> None:
    fill(book, [1, 2, 3], [4, 5, 6], [7, 8, 9])
    book.batch({"insertRange": {"range": area(0, 1, 0, 1), "shiftDimension": "ROWS"}})
    assert book.raw() == [["", 2, 3], [1, 5, 6], [4, 8, 9], [7]]
    book.batch({"deleteRange": {"range": area(0, 1, 0, 1), "shiftDimension": "ROWS"}})
    assert book.raw() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    book.batch({"insertRange": {"range": area(1, 2, 1, 2), "shiftDimension": "COLUMNS"}})
    book.batch({"deleteRange": {"range": area(0, 1, 0, 2), "shiftDimension": "COLUMNS"}})
    assert book.raw() == [[3], [4, "", 5, 6], [7, 8, 9]]


def test_one_request_stands_for_a_list_of_one(book: Book) -> None:
    """As pygsheets and gspread-formatting send them: a single value, or a list within the list."""
    freeze = {"updateSheetProperties": {"properties": {"gridProperties": {"frozenRowCount": 2}},
                                        "fields": "gridProperties.frozenRowCount"}}  # fmt: skip
    wide = {
        "updateDimensionProperties": {"range": span("COLUMNS", 0, 1), "properties": {"pixelSize": 77}, "fields": "*"}
    }
    bodies: list[tuple[Any, int]] = [({"requests": freeze}, 1), ({"requests": [[freeze, wide], [], freeze]}, 3)]
    for body, replies in bodies:
        url = f"{book.server.base}{book.path}:batchUpdate"
        answer = book.server.session.post(url, json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        assert answer.json()["replies"] == [{}] * replies
    assert book.sheet()["properties"]["gridProperties"]["frozenRowCount"] == 2


def test_a_mask_may_name_parts_of_a_list(book: Book) -> None:
    runs = [{"startIndex": 0, "format": {"bold": True}}, {"startIndex": 3, "format": {"italic": True}}]
    mask = "userEnteredValue,textFormatRuns.startIndex,textFormatRuns.format.bold"
    data = {"userEnteredValue": {"stringValue": "abcdef"}, "textFormatRuns": runs}
    book.batch({"repeatCell": {"range": area(0, 1, 0, 1), "cell": data, "fields": mask}})
    shown = book.sheet(includeGridData=True)["data"][0]["rowData"][0]["values"][0]["textFormatRuns"]
    assert [(run.get("startIndex", 0), run["format"]) for run in shown] == [(0, {"bold": True}), (3, {"italic": True})]
    wrong = {"repeatCell": {"range": area(0, 1, 0, 1), "cell": data, "fields": "textFormatRuns.colour"}}
    assert "Invalid field: textFormatRuns.colour" in book.refused(wrong)
