"""Careless and hostile bodies: each is refused with Google's error body, none is a 500."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.localsheets.harness import Book, Server


def post(book: Book, raw: bytes, verb: str = ":batchUpdate") -> requests.Response:
    return requests.post(
        f"{book.server.base}{book.path}{verb}", data=raw, headers={"Content-Type": "application/json"}, timeout=30
    )


def deep(depth: int) -> bytes:
    return b'{"requests":' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b"5",
        b'"x"',
        b"null",
        b"\xff\xfe",
        b"{'requests': []}",
        b'{"requests": [{"addSheet": {"properties": {"title": "\\ud800"}}}]}',
        b'{"requests": [{"addSheet": {"properties": {"title": "a\\u0000b"}}}]}',
        b'{"requests": [{"addSheet": {"properties": {"title": "a\x00b"}}}]}',
        b'{"requests": [{"addSheet": {"properties": {"sheetId": NaN}}}]}',
        b'{"requests": [{"addSheet": {"properties": {"sheetId": 1e999}}}]}',
        b'{"requests": [{"addSheet": {"properties": {"sheetId": ' + b"9" * 6000 + b"}}}]}",
        b'{"requests": [null]}',
        b'{"requests": {"addSheet": "x"}}',
        b'{"requests": [[{"addSheet": "x"}]]}',
        b'{"requests": "x"}',
        deep(900),
        deep(200_000),
    ],
)
def test_bodies_that_are_no_message(book: Book, raw: bytes) -> None:
    answer = post(book, raw)
    assert answer.status_code == 400, answer.text[:300]
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert len(answer.text) < 20_000


def test_deep_objects_are_refused(book: Book) -> None:
    chart = '{"series":{"aggregateType":"SUM"}}'
    body = '{"requests":[{"addChart":{"chart":{"spec":' + '{"a":' * 5000 + chart + "}" * 5000 + "}}}]}"
    answer = post(book, body.encode())
    assert answer.status_code == 400


def test_a_backslash_before_u0000_is_text(book: Book) -> None:
    answer = post(book, b'{"requests": [{"addSheet": {"properties": {"title": "\\\\u0000 \\ud83c\\udf4e"}}}]}')
    assert answer.status_code == 200
    assert book.sheet(1)["properties"]["title"] == "\\u0000 🍎"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_nul_and_lone_surrogates_in_values(book: Book, text: str) -> None:
    raw = json.dumps({"valueInputOption": "RAW", "data": [{"range": "A1", "values": [[text]]}]}).encode()
    assert post(book, raw, "/values:batchUpdate").status_code == 400
    assert book.values() == []


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"1" + b"0" * 400])
def test_a_cell_holds_only_numbers_that_a_double_holds(book: Book, number: bytes) -> None:
    for verb, raw in [
        (
            "/values:batchUpdate",
            b'{"valueInputOption": "RAW", "data": [{"range": "A1", "values": [[' + number + b"]]}]}",
        ),
        (
            ":batchUpdate",
            b'{"requests": [{"updateCells": {"start": {}, "fields": "*", "rows": [{"values": [{"userEnteredValue": '
            b'{"numberValue": ' + number + b"}}]}]}}]}",
        ),
    ]:
        assert post(book, raw, verb).status_code == 400
    assert book.values() == []


def test_an_integer_beyond_a_double_is_rounded_as_by_google(book: Book) -> None:
    raw = b'{"valueInputOption": "RAW", "data": [{"range": "A1", "values": [[12345678901234567890]]}]}'
    assert post(book, raw, "/values:batchUpdate").status_code == 200
    assert book.raw() == [[1.2345678901234567e19]]


@pytest.mark.parametrize("value", [{"a": 1}, [1], {"a": {"b": []}}])
def test_a_cell_cannot_hold_a_structure(book: Book, value: Any) -> None:
    error = book.server.session.put(
        f"{book.server.base}{book.values_path('A1')}",
        params={"valueInputOption": "RAW"},
        json={"values": [[1, value]]},
        timeout=30,
    ).json()["error"]
    assert error["code"] == 400
    assert "values[0][1]" in error["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/v4/spreadsheets/",
        "/v4/spreadsheets/x:explode",
        "/v4/spreadsheets/..%2f..%2fetc",
        "/v4/spreadsheets/a%00b",
        "/v4/spreadsheets/" + "x" * 5000,
        "/v4/spreadsheets/x/values",
        "/v4/spreadsheets/x/values/",
        "/v4/spreadsheets/x/values:batchPaint",
        "/v4/spreadsheets/x/developerMetadata/9999999999999",
        "/drive/v3/nothing",
        "/nothing/at/all",
        "/drive/v3/files?q=%27",
        "/drive/v3/files?pageSize=0",
        "/drive/v3/files?orderBy=colour",
        "/drive/v3/files?pageToken=x",
    ],
)
def test_paths_that_lead_nowhere(server: Server, path: str) -> None:
    answer = requests.get(server.base + path, timeout=30)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["code"] == answer.status_code


def test_unknown_spreadsheets_are_404_everywhere(server: Server) -> None:
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/v4/spreadsheets/none", None),
        ("POST", "/v4/spreadsheets/none:batchUpdate", {"requests": []}),
        ("GET", "/v4/spreadsheets/none/values/A1", None),
        ("POST", "/v4/spreadsheets/none/values/A1:clear", {}),
    ]
    for method, path, body in calls:
        error = server.refused(method, path, body)
        assert (error["status"], error["message"]) == ("NOT_FOUND", "Requested entity was not found.")


def test_methods_that_are_not_served(server: Server) -> None:
    for method in ("PATCH", "DELETE", "PUT"):
        answer = requests.request(method, f"{server.base}/v4/spreadsheets/{server.spreadsheet_id}", timeout=30)
        assert answer.status_code in {404, 405}


def test_a_body_beyond_the_limit_is_refused(book: Book) -> None:
    answer = post(book, b'{"requests": "' + b"x" * (65 * 1024 * 1024) + b'"}')
    assert answer.status_code in {400, 413}
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


def test_a_connection_that_sends_nonsense_harms_nobody(server: Server) -> None:
    where = urlsplit(server.base)
    for raw in (
        b"\x16\x03\x01\x00\xff",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /token HTTP/1.1\r\nContent-Length: 99\r\n\r\n",
    ):
        with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as connection:
            connection.sendall(raw)
    assert server.call("GET", "/healthz") == {"status": "ok"}


@pytest.mark.parametrize(
    ("host", "opened", "words"),
    [("0.0.0.0", "", "учётными записями"), ("0.0.0.0", "1", "LOCALSHEETS_OPEN"), ("10.0.0.1", "", "HOST=127.0.0.1")],
)
def test_outside_loopback_it_does_not_start(host: str, opened: str, words: str) -> None:
    from localsheets.server import check
    from localsheets.settings import SettingsError, read_settings

    with pytest.raises(SettingsError, match=words):
        check(read_settings({"HOST": host, "LOCALSHEETS_OPEN": opened}))


@pytest.mark.parametrize("text", ["x", "-1", "70000", "1.5"])
def test_settings_that_are_no_number_are_named(text: str) -> None:
    from localsheets.settings import SettingsError, read_settings

    with pytest.raises(SettingsError, match=f"SHEETS_PORT.*{text}"):
        read_settings({"SHEETS_PORT": text})


@pytest.mark.parametrize("address", ["/drive/v3/files?pageSize=", "/drive/v3/files?pageToken=", "/_operations?since="])
@pytest.mark.parametrize("number", ["9" * 5000, "-1", "1.5", "²", "x", "%00"])
def test_numbers_in_addresses(server: Server, address: str, number: str) -> None:
    assert server.session.get(f"{server.base}{address}{number}", timeout=30).status_code == 400
