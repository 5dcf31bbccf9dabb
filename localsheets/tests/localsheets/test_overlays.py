"""The kinds of batchUpdate about objects over cells: named and protected ranges, formats, charts, metadata."""

import pytest

from tests.localsheets.harness import Book, Json, area, fill, rows_of, span


def test_protected_ranges_are_kept_and_refuse_others(book: Book) -> None:
    added = book.batch(
        {"addProtectedRange": {"protectedRange": {"range": area(0, 1, 0, 2), "warningOnly": True, "description": "d"}}}
    )[0]["addProtectedRange"]["protectedRange"]
    assert added["requestingUserCanEdit"] is True
    number = added["protectedRangeId"]
    changed = {"protectedRangeId": number, "description": "e"}
    book.batch({"updateProtectedRange": {"protectedRange": changed, "fields": "description"}})
    held = book.sheet()["protectedRanges"][0]
    assert (held["description"], held["warningOnly"]) == ("e", True)
    book.batch({"deleteProtectedRange": {"protectedRangeId": number}})
    assert "protectedRanges" not in book.sheet()
    assert f"No protected range with ID: {number}" in book.refused(
        {"deleteProtectedRange": {"protectedRangeId": number}}
    )


def test_a_range_is_protected_by_its_name(book: Book) -> None:
    book.batch({"addNamedRange": {"namedRange": {"namedRangeId": "n", "name": "Итог", "range": area(1, 2, 0, 1)}}})
    added = book.batch({"addProtectedRange": {"protectedRange": {"namedRangeId": "n"}}})
    held = book.sheet()["protectedRanges"][0]
    assert held["namedRangeId"] == "n"
    assert held["range"] == {"startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 1}
    assert added[0]["addProtectedRange"]["protectedRange"]["range"] == held["range"]
    both = {"namedRangeId": "n", "range": area(0, 1, 0, 1)}
    assert "Only one of" in book.refused({"addProtectedRange": {"protectedRange": both}})
    changed = {"protectedRangeId": held["protectedRangeId"], "range": area(0, 1, 0, 1)}
    book.batch({"updateProtectedRange": {"protectedRange": changed, "fields": "range"}})
    assert "namedRangeId" not in book.sheet()["protectedRanges"][0]


def test_conditional_formats_keep_their_order(book: Book) -> None:
    def rule(text: str) -> Json:
        condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": text}]}
        return {
            "ranges": [area(0, 5, 0, 1)],
            "booleanRule": {"condition": condition, "format": {"backgroundColor": {"red": 1}}},
        }

    book.batch(
        {"addConditionalFormatRule": {"rule": rule("a"), "index": 0}},
        {"addConditionalFormatRule": {"rule": rule("b"), "index": 0}},
    )

    def order() -> list[str]:
        rules = book.sheet().get("conditionalFormats", [])
        return [one["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for one in rules]

    assert order() == ["b", "a"]
    reply = book.batch({"updateConditionalFormatRule": {"sheetId": 0, "index": 0, "newIndex": 1}})[0]
    assert reply["updateConditionalFormatRule"]["newIndex"] == 1
    assert order() == ["a", "b"]
    book.batch({"updateConditionalFormatRule": {"index": 0, "rule": rule("c")}})
    book.batch({"deleteConditionalFormatRule": {"sheetId": 0, "index": 1}})
    assert order() == ["c"]
    assert "No conditional format on sheet at index: 3" in book.refused(
        {"deleteConditionalFormatRule": {"sheetId": 0, "index": 3}}
    )


def test_bandings_may_not_overlap(book: Book) -> None:
    banding = {"range": area(0, 5, 0, 3), "rowProperties": {"headerColor": {"blue": 1}, "firstBandColor": {"red": 1}}}
    number = book.batch({"addBanding": {"bandedRange": banding}})[0]["addBanding"]["bandedRange"]["bandedRangeId"]
    assert book.sheet()["bandedRanges"][0]["rowProperties"]["headerColorStyle"] == {"rgbColor": {"blue": 1}}
    assert "alternating background colors" in book.refused({"addBanding": {"bandedRange": banding}})
    moved = {"bandedRangeId": number, "range": area(0, 9, 0, 3)}
    book.batch({"updateBanding": {"bandedRange": moved, "fields": "range"}})
    assert book.sheet()["bandedRanges"][0]["range"]["endRowIndex"] == 9
    book.batch({"deleteBanding": {"bandedRangeId": number}})
    assert "bandedRanges" not in book.sheet()


def chart(sheet_id: int = 0) -> Json:
    source = {"sourceRange": {"sources": [area(0, 5, 1, 2, sheet_id)]}}
    return {
        "spec": {
            "title": "По дням",
            "basicChart": {
                "chartType": "COLUMN",
                "legendPosition": "BOTTOM_LEGEND",
                "series": [{"series": source, "targetAxis": "LEFT_AXIS"}],
                "headerCount": 1,
            },
        },
        "position": {"overlayPosition": {"anchorCell": {"sheetId": sheet_id, "rowIndex": 2, "columnIndex": 4}}},
    }


def test_charts_are_stored_echoed_moved_and_follow_their_rows(book: Book) -> None:
    added = book.batch({"addChart": {"chart": {**chart(), "chartId": 11}}})[0]["addChart"]["chart"]
    assert added["chartId"] == 11
    assert added["position"]["overlayPosition"]["widthPixels"] == 600
    assert "chart with id 11 already exists" in book.refused({"addChart": {"chart": {**chart(), "chartId": 11}}})
    book.batch({"insertDimension": {"range": span("ROWS", 0, 2)}})
    held = book.sheet()["charts"][0]
    assert held["position"]["overlayPosition"]["anchorCell"] == {"rowIndex": 4, "columnIndex": 4}
    series = held["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"][0]
    assert (series["startRowIndex"], series["endRowIndex"]) == (2, 7)
    book.batch(
        {"updateChartSpec": {"chartId": 11, "spec": {**chart()["spec"], "title": "Иначе"}}},
        {
            "updateEmbeddedObjectPosition": {
                "objectId": 11,
                "newPosition": {"overlayPosition": {"widthPixels": 300}},
                "fields": "overlayPosition.widthPixels",
            }
        },
    )
    held = book.sheet()["charts"][0]
    assert (held["spec"]["title"], held["position"]["overlayPosition"]["widthPixels"]) == ("Иначе", 300)
    book.batch({"deleteEmbeddedObject": {"objectId": 11}})
    assert "charts" not in book.sheet()


def test_metadata_is_found_changed_and_deleted(book: Book) -> None:
    def entry(number: int, value: str, location: Json) -> Json:
        return {
            "createDeveloperMetadata": {
                "developerMetadata": {
                    "metadataId": number,
                    "metadataKey": "flush",
                    "metadataValue": value,
                    "visibility": "DOCUMENT",
                    "location": location,
                }
            }
        }

    book.batch(entry(1, "a", {"spreadsheet": True}), entry(2, "b", {"sheetId": 0}))
    message = book.refused(
        {"appendCells": {"sheetId": 0, "rows": rows_of(["x"]), "fields": "userEnteredValue"}},
        entry(1, "other", {"spreadsheet": True}),
    )
    assert message == "Invalid requests[1].createDeveloperMetadata: Developer metadata with ID 1 already exists"
    assert book.values() == []

    def search(**lookup: object) -> list[int]:
        body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
        found = book.server.call("POST", f"{book.path}/developerMetadata:search", body)
        return [one["developerMetadata"]["metadataId"] for one in found.get("matchedDeveloperMetadata", [])]

    assert search(metadataKey="flush") == [1, 2]
    assert search(metadataId=2) == [2]
    assert search(locationType="SPREADSHEET") == [1]
    assert search(metadataLocation={"sheetId": 0}) == [2]
    assert search(metadataLocation={"sheetId": 0}, locationMatchingStrategy="INTERSECTING_LOCATION") == [1, 2]
    assert search(metadataKey="none") == []
    assert [one["metadataId"] for one in book.get()["developerMetadata"]] == [1]
    by_value = {"developerMetadataLookup": {"metadataValue": "b"}}
    book.batch(
        {
            "updateDeveloperMetadata": {
                "dataFilters": [by_value],
                "developerMetadata": {"metadataValue": "c"},
                "fields": "metadataValue",
            }
        }
    )
    got = book.server.call("GET", f"{book.path}/developerMetadata/2")
    assert got["metadataValue"] == "c"
    gone = book.batch({"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": 1}}}})[0][
        "deleteDeveloperMetadata"
    ]["deletedDeveloperMetadata"]
    assert [one["metadataId"] for one in gone] == [1]
    book.batch(entry(1, "again", {"spreadsheet": True}))


@pytest.mark.parametrize(
    "bad",
    [
        {"metadataKey": "k", "visibility": "DOCUMENT"},
        {"visibility": "DOCUMENT", "location": {"spreadsheet": True}},
        {"metadataKey": "k", "location": {"spreadsheet": True}},
        {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"sheetId": 4}},
        {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"dimensionRange": span("ROWS", 0, 2)}},
        {"metadataKey": "k", "visibility": "DOCUMENT", "metadataValue": "x" * 30_000, "location": {"sheetId": 0}},
    ],
)
def test_metadata_that_is_not_complete_is_refused(book: Book, bad: Json) -> None:
    assert "createDeveloperMetadata" in book.refused({"createDeveloperMetadata": {"developerMetadata": bad}})


def test_filters_groups_trimming_and_duplicates(book: Book) -> None:
    fill(book, ["  a  b "], ["x"], ["X"], ["y"])
    view = book.batch({"addFilterView": {"filter": {"range": area(0, 4, 0, 1)}}})[0]["addFilterView"]["filter"]
    book.batch(
        {"setBasicFilter": {"filter": {"range": area(0, 4, 0, 1)}}},
        {"duplicateFilterView": {"filterId": view["filterViewId"]}},
        {"updateFilterView": {"filter": {"filterViewId": view["filterViewId"], "title": "T"}, "fields": "title"}},
        {"trimWhitespace": {"range": area(0, 4, 0, 1)}},
        {"addDimensionGroup": {"range": span("ROWS", 0, 4)}},
        {"addDimensionGroup": {"range": span("ROWS", 1, 2)}},
    )
    reply = book.batch({"deleteDuplicates": {"range": area(0, 4, 0, 1)}})[0]
    assert reply["deleteDuplicates"]["duplicatesRemovedCount"] == 1
    assert book.values() == [["a b"], ["x"], ["y"]]
    sheet = book.sheet()
    assert {one["title"] for one in sheet["filterViews"]} == {"T", "Copy of Filter 1"}
    assert [(g["depth"], g["range"]["startIndex"], g["range"]["endIndex"]) for g in sheet["rowGroups"]] == [
        (1, 0, 4),
        (2, 1, 2),
    ]
    group = {"range": span("ROWS", 1, 2), "depth": 2, "collapsed": True}
    book.batch({"updateDimensionGroup": {"dimensionGroup": group, "fields": "collapsed"}})
    assert book.sheet()["rowGroups"][1]["collapsed"] is True
    book.batch({"deleteDimensionGroup": {"range": span("ROWS", 0, 4)}})
    assert [g["depth"] for g in book.sheet()["rowGroups"]] == [1]


def test_named_ranges(book: Book) -> None:
    fill(book, ["a", "b"])
    added = book.batch({"addNamedRange": {"namedRange": {"name": "Итог", "range": area(0, 1, 0, 1)}}})[0]
    number = added["addNamedRange"]["namedRange"]["namedRangeId"]
    assert book.values("Итог") == [["a"]]
    book.batch(
        {"updateNamedRange": {"namedRange": {"namedRangeId": number, "range": area(0, 1, 1, 2)}, "fields": "range"}}
    )
    assert book.values("итог") == [["b"]]
    for bad in ("A1", "1x", "a b", ""):
        assert "not valid" in book.refused({"addNamedRange": {"namedRange": {"name": bad, "range": area(0, 1, 0, 1)}}})
    assert "already exists" in book.refused(
        {"addNamedRange": {"namedRange": {"name": "ИТОГ", "range": area(0, 1, 0, 1)}}}
    )
    # gspread puts the title of a tab before the name, of any tab.
    book.batch({"addSheet": {"properties": {"title": "Ещё"}}})
    assert book.values("Sheet1!Итог") == book.values("'Ещё'!Итог") == [["b"]]
    assert book.write("'Ещё'!Итог", [["c"]])["updatedRange"] == "Sheet1!B1"
    assert "Unable to parse range" in book.server.refused("GET", book.values_path("Sheet1!Нет"))["message"]


def test_what_is_changed_keeps_its_place_among_its_kind(book: Book) -> None:
    for number, title in ((1, "а"), (2, "б"), (3, "в")):
        entry = {"filterViewId": number, "title": title, "range": area(0, 5, 0, 2)}
        book.batch({"addFilterView": {"filter": entry}})
    book.batch({"updateFilterView": {"filter": {"filterViewId": 1, "title": "я"}, "fields": "title"}})
    copied = book.batch({"duplicateFilterView": {"filterId": 2}})[0]["duplicateFilterView"]["filter"]
    assert copied["filterViewId"] not in {1, 2, 3}
    book.batch({"deleteFilterView": {"filterId": 3}})
    assert [view["title"] for view in book.sheet()["filterViews"]] == ["я", "б", "Copy of б"]
    assert "No filter view with id: 3" in book.refused({"deleteFilterView": {"filterId": 3}})
    again = {"filterViewId": 1, "range": area(0, 5, 0, 2)}
    assert "already exists" in book.refused({"addFilterView": {"filter": again}})
