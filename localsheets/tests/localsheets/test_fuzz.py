"""Every message of the discovery document with right and wrong types in its fields: never a 500.

The bodies are made from a seed, so a failure can be repeated.
"""

import json
import random
from typing import Any

import pytest

from localsheets.a1 import quote_title
from tests.localsheets.discovery import document
from tests.localsheets.harness import Book, Server

Json = dict[str, Any]
WRONG: list[object] = [
    None,
    True,
    -1,
    0,
    1,
    5,
    2**31,
    2**63,
    10**400,
    1.5,
    -0.0,
    1e308,
    "",
    "x",
    "1",
    "*",
    "a.b(",
    "=1/0",
    "é" * 50,
    "\x00",
    [],
    [[]],
    [None],
    {},
    {"x": 1},
    [1, "x"],
]
BODIES_A_KIND = 12

pytestmark = pytest.mark.slow


class Maker:
    """Makes bodies from the document; each leaf is right or wrong by chance."""

    def __init__(self, seed: int, wrong: float) -> None:
        self.random = random.Random(seed)
        self.wrong = wrong

    def message(self, schema: str, depth: int = 0) -> object:
        fields = document()["schemas"][schema].get("properties", {})
        out: Json = {}
        for name, described in fields.items():
            if self.random.random() < (0.5 if depth < 2 else 0.25):
                out[name] = self.value(described, depth + 1)
        return out

    def value(self, described: Json, depth: int) -> object:
        if self.random.random() < self.wrong:
            return self.random.choice(WRONG)
        if "$ref" in described:
            return self.message(described["$ref"], depth) if depth < 6 else {}
        kind = described["type"]
        if kind == "array":
            return [self.value(described["items"], depth) for _ in range(self.random.randrange(3))]
        if "enum" in described:
            return self.random.choice(described["enum"])
        if kind == "integer":
            return self.random.choice([0, 0, 1, 2, 3, 5, -1, 1000])
        if kind == "number":
            return self.random.choice([0, 1, 0.5, -1.5])
        if kind == "boolean":
            return self.random.random() < 0.5
        if described.get("format") == "google-fieldmask":
            return self.random.choice(["*", "*", "note", "range", "title,index", "fields"])
        if kind == "string":
            return self.random.choice(["", "a", "Sheet1", "A1:B2", "=SUM(A1:B2)", "1,5", "%", "(", "Europe/Moscow"])
        return {}


def _ask(server: Server, path: str, body: object, method: str = "POST", **params: str) -> None:
    raw = json.dumps(body).encode()
    answer = server.session.request(
        method,
        f"{server.base}{path}",
        params=params,
        data=raw,
        headers={"Content-Type": "application/json"},
        timeout=60,
    )
    assert answer.status_code < 500, f"{path}: {raw[:1500]!r}\n{answer.text}"
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) <= {"code", "message", "status", "details", "errors"}
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("kind", sorted(document()["schemas"]["Request"]["properties"]))
def test_every_kind_of_request(server: Server, kind: str) -> None:
    book = _furnished(server)
    schema = document()["schemas"]["Request"]["properties"][kind]["$ref"]
    for number in range(BODIES_A_KIND):
        maker = Maker(number * 1009 + len(kind), wrong=(0.0, 0.03, 0.3)[number % 3])
        _ask(server, f"{book.path}:batchUpdate", {"requests": [{kind: maker.message(schema)}]})
    for sheet in book.get(includeGridData="true")["sheets"]:
        book.values(quote_title(sheet["properties"]["title"]))


def _furnished(server: Server) -> Book:
    """Return a small spreadsheet with objects of most kinds."""
    book = server.new(rows=6, columns=5)
    book.write("A1", [["a", 1, "=B1*2"], ["b", 2, True], ["c", 45000.5, ""]], typed=True)
    whole = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 2}
    book.batch(
        {"addNamedRange": {"namedRange": {"name": "a", "namedRangeId": "a", "range": whole}}},
        {"mergeCells": {"range": {**whole, "startRowIndex": 3, "endRowIndex": 5}, "mergeType": "MERGE_ALL"}},
        {"setBasicFilter": {"filter": {"range": whole}}},
    )
    return book


@pytest.mark.parametrize(
    ("schema", "tail"),
    [
        ("BatchUpdateSpreadsheetRequest", ":batchUpdate"),
        ("GetSpreadsheetByDataFilterRequest", ":getByDataFilter"),
        ("BatchGetValuesByDataFilterRequest", "/values:batchGetByDataFilter"),
        ("BatchUpdateValuesRequest", "/values:batchUpdate"),
        ("BatchUpdateValuesByDataFilterRequest", "/values:batchUpdateByDataFilter"),
        ("BatchClearValuesRequest", "/values:batchClear"),
        ("BatchClearValuesByDataFilterRequest", "/values:batchClearByDataFilter"),
        ("SearchDeveloperMetadataRequest", "/developerMetadata:search"),
        ("CopySheetToAnotherSpreadsheetRequest", "/sheets/0:copyTo"),
        ("ClearValuesRequest", "/values/A1:clear"),
    ],
)
def test_every_other_body(server: Server, schema: str, tail: str) -> None:
    book = _furnished(server)
    for number in range(BODIES_A_KIND):
        maker = Maker(number * 31 + len(tail), wrong=(0.02, 0.3)[number % 2])
        _ask(server, book.path + tail, maker.message(schema))


def test_creation_update_and_append(server: Server) -> None:
    book = _furnished(server)
    for number in range(BODIES_A_KIND):
        maker = Maker(number, wrong=(0.01, 0.2)[number % 2])
        _ask(server, "/v4/spreadsheets", maker.message("Spreadsheet"))
        _ask(server, f"{book.path}/values/A1", maker.message("ValueRange"), "PUT", valueInputOption="USER_ENTERED")
        _ask(server, f"{book.path}/values/A1:append", maker.message("ValueRange"), valueInputOption="RAW")


WORDS = [
    "",
    "x",
    "-1",
    "1e9",
    "A1",
    "Sheet1!A1:ZZZ",
    "'",
    "!",
    "%",
    "*",
    "(",
    "true",
    "sheets.data",
    "a/b",
    "\u0430",
    "0" * 300,
]


def test_query_parameters_of_any_kind(server: Server) -> None:
    book = _furnished(server)
    names = ["fields", "ranges", "includeGridData", "majorDimension", "valueRenderOption", "alt", "q", "pageSize"]
    for name in names:
        for word in WORDS:
            for path in (book.path, f"{book.path}/values/A1", f"{book.path}/values:batchGet", "/drive/v3/files"):
                answer = server.session.get(f"{server.base}{path}", params={name: word}, timeout=30)
                assert answer.status_code < 500, f"{path}?{name}={word}: {answer.text}"
