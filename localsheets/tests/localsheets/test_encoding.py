"""The encoder against the evidence: defaults that Google's recorded answers leave out, and those that they write."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from localsheets.answers.encoding import ALTERNATIVES, ASSUMED, RECORDED, RECORDED_BOOLEANS, encode
from localsheets.schema.checking import ONE_OF, types
from localsheets.schema.fieldmask import parse_mask, select
from tests.localsheets.discovery import document, methods
from tests.localsheets.harness import Book, Server, area, recordings, span

Json = dict[str, Any]
DEFAULTS: dict[str, object] = {"integer": 0, "number": 0, "boolean": False, "string": "", "array": []}


def recorded() -> Iterator[tuple[str, Json, str]]:
    """Return (response schema, body, the `fields` asked for) of every recorded answer 200 of the Sheets API."""
    patterns = [
        (verb, re.sub(r"\\\{(\w+)\\\}", r"(?:.+?)", re.escape(path)), response)
        for verb, path, _request, response in sorted(methods(), key=lambda method: -len(method[1]))
    ]
    for file in sorted((recordings() / "recordings").glob("*.json")):
        for interaction in json.loads(file.read_text(encoding="utf-8"))["interactions"]:
            request, answer = interaction["request"], interaction["response"]
            uri = urlsplit(request["uri"])
            path, fields = uri.path.lstrip("/"), parse_qs(uri.query).get("fields", [""])[0]
            for verb, pattern, response in patterns:
                if (
                    answer["status"]["code"] == 200
                    and verb == request["method"]
                    and path.startswith("v4/")
                    and re.fullmatch(pattern, path)
                ):
                    yield response, json.loads(answer["body"]["string"]), fields
                    break


def messages(schema: str, body: object) -> Iterator[tuple[str, Json]]:
    """Return (schema, message) of every message in a body."""
    if not isinstance(body, dict):
        return
    yield schema, body
    for name, field in document()["schemas"][schema].get("properties", {}).items():
        reference = field.get("$ref") or field.get("items", {}).get("$ref")
        value = body.get(name)
        for part in value if isinstance(value, list) else [value]:
            if reference:
                yield from messages(reference, part)


@pytest.fixture(scope="module")
def answers() -> list[tuple[str, Json, str]]:
    return list(recorded())


@pytest.mark.recordings
def test_the_encoder_changes_nothing_that_google_wrote(answers: list[tuple[str, Json, str]]) -> None:
    assert len(answers) > 900
    for schema, body, fields in answers:
        # Masked after it is encoded: `fields=sheets.properties.tabColorStyle` brings no `tabColor`.
        assert select(encode(schema, body), parse_mask(fields) if fields else {}) == body


@pytest.mark.recordings
def test_no_recorded_answer_holds_a_default_that_the_encoder_leaves_out(answers: list[tuple[str, Json, str]]) -> None:
    """Add every absent field of a message at its default: the encoder drops only fields that Google left out."""
    left_out: Counter[tuple[str, str]] = Counter()
    for schema, body, _fields in answers:
        for name, message in messages(schema, body):
            fields = document()["schemas"][name].get("properties", {})
            absent = {field: DEFAULTS[code["type"]] for field, code in fields.items() if code.get("type") in DEFAULTS}
            added = {field: value for field, value in absent.items() if field not in message}
            encoded = encode(name, {**added, **message})
            left_out.update((name, field) for field in added if field not in encoded)
    for name, numbers in RECORDED.items():
        for field in numbers:
            assert left_out[name, field] > 0, (name, field)
    for proof in (
        ("SheetProperties", "hidden"),
        ("GridProperties", "hideGridlines"),
        ("ProtectedRange", "warningOnly"),
    ):
        assert left_out[proof] > 0


@pytest.mark.recordings
def test_what_google_writes_at_its_default_is_written(answers: list[tuple[str, Json, str]]) -> None:
    written: Counter[tuple[str, str]] = Counter()
    for schema, body, _fields in answers:
        for name, message in messages(schema, body):
            written.update((name, field) for field, value in message.items() if value in (0, "") and value is not None)
    assert set(written) == {
        ("DimensionRange", "startIndex"),
        ("GridRange", "startColumnIndex"),
        ("GridRange", "startRowIndex"),
        ("SheetProperties", "index"),
        ("SheetProperties", "sheetId"),
        *(("TextFormat", name) for name in RECORDED_BOOLEANS["TextFormat"]),
    }


def test_the_tables_name_fields_that_exist() -> None:
    for table in (RECORDED, ASSUMED, RECORDED_BOOLEANS, ALTERNATIVES):
        for schema, fields in table.items():
            assert fields <= set(types()[schema]), schema
    assert not set(RECORDED) & set(ASSUMED)
    assert not set(ALTERNATIVES) & set(ONE_OF)


@pytest.mark.parametrize("value", [{"numberValue": 0}, {"boolValue": False}, {"stringValue": ""}])
def test_a_value_is_written_whatever_it_is(value: Json) -> None:
    cell = {"userEnteredValue": value, "effectiveValue": value, "note": ""}
    assert encode("CellData", cell) == {"userEnteredValue": value, "effectiveValue": value}


def test_messages_in_lists_and_maps_are_encoded() -> None:
    criteria = {"0": {"hiddenValues": [], "visibleBackgroundColorStyle": {"rgbColor": {"red": 1, "green": 0}}}}
    body = {"range": {"sheetId": 0, "startRowIndex": 0}, "criteria": criteria}
    assert encode("BasicFilter", body) == {
        "range": {"startRowIndex": 0},
        "criteria": {
            "0": {
                "visibleBackgroundColor": {"red": 1},
                "visibleBackgroundColorStyle": {"rgbColor": {"red": 1}},
            }
        },
    }
    once = encode("Sheet", {"basicFilter": body, "merges": [area(0, 1, 0, 1)]})
    assert encode("Sheet", once) == once


def test_echoed_filters_and_locations_leave_the_first_sheet_out(book: Book) -> None:
    """Filters come back through the same encoder as every other range."""
    book.write("A1", [["a"]])
    sent = {"gridRange": area(0, 5, 0, 5)}
    echo = {"gridRange": {name: value for name, value in sent["gridRange"].items() if name != "sheetId"}}
    found = book.server.call("POST", f"{book.path}/values:batchGetByDataFilter", {"dataFilters": [sent]})
    assert found["valueRanges"][0]["dataFilters"] == [echo]
    data = [{"dataFilter": sent, "majorDimension": "ROWS", "values": [["b"]]}]
    body = {"valueInputOption": "RAW", "data": data}
    found = book.server.call("POST", f"{book.path}/values:batchUpdateByDataFilter", body)
    assert found["responses"][0]["dataFilter"] == echo
    where = {"dimensionRange": span("ROWS", 0, 1)}
    mark = {"metadataKey": "k", "visibility": "DOCUMENT", "location": where}
    book.batch({"createDeveloperMetadata": {"developerMetadata": mark}})
    lookup = {"developerMetadataLookup": {"metadataLocation": where}}
    (found,) = book.server.call("POST", f"{book.path}/developerMetadata:search", {"dataFilters": [lookup]})[
        "matchedDeveloperMetadata"
    ]
    assert "sheetId" not in found["developerMetadata"]["location"]["dimensionRange"]
    assert "sheetId" not in found["dataFilters"][0]["developerMetadataLookup"]["metadataLocation"]["dimensionRange"]


def test_a_reply_describes_the_moment_of_its_request(book: Book) -> None:
    """A later request of the same batch does not change the reply to an earlier one."""
    named = {"name": "before", "namedRangeId": "n", "range": area(0, 1, 0, 1)}
    replies = book.batch(
        {"addNamedRange": {"namedRange": named}},
        {"updateNamedRange": {"namedRange": {**named, "name": "after"}, "fields": "name"}},
    )
    assert replies[0]["addNamedRange"]["namedRange"]["name"] == "before"


def test_every_answer_is_encoded_as_it_leaves(server: Server) -> None:
    """A spreadsheet with a bit of everything on its sheet 0: encoding its description again changes nothing."""
    book = server.new()
    book.batch(
        {"addProtectedRange": {"protectedRange": {"range": area(0, 2, 0, 2), "warningOnly": False}}},
        {"addNamedRange": {"namedRange": {"name": "n", "range": area(0, 1, 0, 1)}}},
        {"mergeCells": {"range": area(4, 6, 0, 2), "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": area(0, 9, 0, 9)}}},
        {"addDimensionGroup": {"range": span("ROWS", 0, 2)}},
    )
    seen = book.get(includeGridData="true")
    assert encode("Spreadsheet", seen) == seen
    places = [value for name, value in messages("Spreadsheet", seen) if name in {"GridRange", "DimensionRange"}]
    assert len(places) >= 5
    assert not any("sheetId" in place for place in places)
    assert seen["sheets"][0]["properties"]["sheetId"] == 0
