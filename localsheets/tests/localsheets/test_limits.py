"""Access before size, size before parsing, and every limit before the work: no request costs more than it may."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from structlog.testing import capture_logs

from localsheets.errors import log_fault
from localsheets.grid.answering import HEADERS
from localsheets.grid.texts import Edits
from localsheets.people import People
from tests.localsheets.grid_harness import Staff
from tests.localsheets.harness import Book, Server, area, rows_of, running, span, until

PASSWORD = "длинный пароль 1"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an account, a Unix socket, and the file by which a rehearsal asks for faults."""
    folder = tmp_path_factory.mktemp("guarded") / "data"
    folder.mkdir()
    People(folder / "sheets.db").add("Редактор", "edit", PASSWORD)
    (folder / "run").mkdir()
    (folder / "run" / "faults").touch()
    with running(folder, opened=False, LOCALSHEETS_FAULTS="", LOCALSHEETS_SOCKET=str(folder / "sock")) as server:
        yield server


def status_without_body(server: Server, path: str, length: int, **headers: str) -> int:
    """Return the answer to the head of a POST, no byte of its body having been sent."""
    connection = http.client.HTTPConnection("127.0.0.1", int(server.base.rpartition(":")[2]), timeout=30)
    connection.putrequest("POST", path)
    for name, value in {"Content-Length": str(length), **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


FORM = {"Content_Type": "application/x-www-form-urlencoded"}
OVERRIDE = {"X_HTTP_Method_Override": "GET", **FORM}


@pytest.mark.parametrize(
    ("path", "length", "headers", "status"),
    [
        ("/v4/spreadsheets/any:batchUpdate", 10_000_000, JSON, 401),
        ("/v4/spreadsheets/any", 300_000, OVERRIDE, 400),
        ("/upload/drive/v2/files/any", 10_000_000, {}, 405),
        ("/grid/any/0/cells", 900_000, JSON, 401),
        ("/grid/any/0/lines", 900_000, FORM, 401),
        ("/token", 100_000, FORM, 400),
        ("/login", 100_000, FORM, 413),
    ],
)
def test_strangers_are_answered_before_their_body_is_read(
    guarded: Server, path: str, length: int, headers: dict[str, str], status: int
) -> None:
    sent = {name.replace("-", "_"): value for name, value in headers.items()}
    assert status_without_body(guarded, path, length, **sent) == status


def test_a_token_in_the_address_is_none(guarded: Server) -> None:
    """It would end in logs, and the query would have to be parsed for strangers."""
    address = f"{guarded.base}/v4/spreadsheets/{guarded.spreadsheet_id}"
    assert requests.get(address, params={"access_token": "ya29.local.x"}, timeout=30).status_code == 401


def test_bodies_of_the_api_are_bounded_unpacked_and_by_their_items(book: Book) -> None:
    address = f"{book.server.base}{book.path}:batchUpdate"
    for raw in (b" " * 17_000_000, b'{"requests":[' + b"{}," * 600_000 + b"{}]}"):
        headers = {**JSON, "Content-Encoding": "gzip"}
        answer = requests.post(address, data=gzip.compress(raw, 1), headers=headers, timeout=60)
        assert answer.status_code == 400
        assert "exceeds the limit" in answer.json()["error"]["message"]


LONG = f'="{"x" * 8_000}"&A1'


def test_formulas_are_limited_before_they_are_read(server: Server) -> None:
    """A hundred of eight thousand characters could cost minutes, with that write and with every one after it."""
    book = server.new(rows=3000, columns=4)
    book.write("Sheet1!B1", [["=A1*2"]], typed=True)
    for number in range(3):
        book.write(f"Sheet1!C{20 * number + 1}", [[LONG]] * 20, typed=True)
    path = f"{book.path}/values/Sheet1!D1"
    for count in (3, 26):  # in all, and at once
        error = server.refused("PUT", path, {"values": [[LONG]] * count}, valueInputOption="USER_ENTERED")
        assert "at most 500000 characters" in error["message"]
    copied = {"copyPaste": {"source": area(0, 1, 2, 3), "destination": area(0, 3000, 3, 4)}}
    moved = {"insertDimension": {"range": span("ROWS", 90, 91)}}
    for batch in ([copied], [moved] * 20):
        error = server.refused("POST", f"{book.path}:batchUpdate", {"requests": batch})
        assert "Use several" in error["message"]
    staff = Staff(server.base)
    edits = [{"r": n, "k": None, "c": 3, "was": "", "now": LONG} for n in range(40)]
    answer = staff.edit(f"/grid/{book.id}/0/cells", {"edits": edits}, staff.csrf())
    assert (answer.status_code, answer.json()["message"]) == (422, Edits.FORMULAS_MANY)
    book.write("Sheet1!A1", [[5]])
    until(lambda: book.raw("Sheet1!A1:B1") == [[5, 10]])


@pytest.mark.parametrize("axis", ["ROWS", "COLUMNS"])
def test_more_cells_than_a_spreadsheet_holds_are_refused_before_they_are_made(book: Book, axis: str) -> None:
    for request in (
        {"insertDimension": {"range": span(axis, 1, 20_000_001)}},
        {"appendDimension": {"sheetId": 0, "dimension": axis, "length": 20_000_000}},
    ):
        error = book.server.refused("POST", f"{book.path}:batchUpdate", {"requests": [request]})
        assert "in one request" in error["message"] or "limit of 10000000 cells" in error["message"]
    staff = Staff(book.server.base)
    lines = {"axis": axis, "action": "insert", "at": 1, "count": 20_000_000, "confirmed": True}
    assert staff.edit(f"/grid/{book.id}/0/lines", lines, staff.csrf()).status_code == 400
    assert book.get()["sheets"][0]["properties"]["gridProperties"] == {"rowCount": 1000, "columnCount": 26}


def test_one_request_changes_no_more_than_it_may(server: Server) -> None:
    """A tab of five million rows is blank and small; a format for each of them would take minutes and gigabytes."""
    book = server.new(rows=5_000_000, columns=2)
    lines = {"sheetId": 0, "dimension": "ROWS"}
    for request in (
        {"repeatCell": {"range": {"sheetId": 0}, "cell": {"note": "x"}, "fields": "note"}},
        {"updateBorders": {"range": {"sheetId": 0}, "top": {"style": "SOLID"}}},
        {"updateDimensionProperties": {"range": lines, "properties": {"pixelSize": 9}, "fields": "pixelSize"}},
    ):
        error = book.server.refused("POST", f"{book.path}:batchUpdate", {"requests": [request]})
        assert "changes at most 1000000" in error["message"]
    assert book.server.send("POST", f"{book.path}/values/Sheet1:clear", {}).status_code == 200


def test_once_there_is_an_account_nobody_is_local(guarded: Server) -> None:
    """A proxy on the same machine that sets no header looks like a browser there."""
    assert requests.get(f"{guarded.base}/", timeout=30, allow_redirects=False).status_code == 303
    for path in ("/_faults", "/_operations"):
        assert requests.get(guarded.base + path, timeout=30).status_code == 404


def test_a_rehearsal_has_faults_until_there_is_an_account(data_dir: Path) -> None:
    (data_dir / "run").mkdir(parents=True)
    (data_dir / "run" / "faults").touch()
    with running(data_dir, LOCALSHEETS_FAULTS="") as server:
        assert requests.get(f"{server.base}/_faults", timeout=30).status_code == 200
        assert requests.get(f"{server.base}/v4/spreadsheets/{server.spreadsheet_id}", timeout=30).status_code == 200
        People(data_dir / "sheets.db").add("Редактор", "edit", PASSWORD)
        assert requests.get(f"{server.base}/_faults", timeout=30).status_code == 403
        assert requests.get(f"{server.base}/v4/spreadsheets/{server.spreadsheet_id}", timeout=30).status_code == 401


def over_socket(path: Path, head: str) -> str:
    """Return the answer to a request that comes through the Unix socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(path))
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n")
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer.decode()


def test_a_proxy_reaches_the_server_by_a_unix_socket_and_is_never_local(guarded: Server) -> None:
    path = guarded.data_dir / "sock"
    assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0
    ask = "GET {} HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n"
    assert over_socket(path, ask.format("/healthz")).startswith("HTTP/1.1 200 ")
    assert over_socket(path, ask.format("/")).startswith("HTTP/1.1 303 ")


def test_every_answer_has_the_headers(server: Server, book: Book) -> None:
    for path in (book.path, "/nothing", "/v4/nothing", "/drive/v3/files", "/healthz", "/"):
        answer = requests.get(server.base + path, timeout=30)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
    wrong = requests.put(f"{server.base}/drive/v3/files", timeout=30)
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_what_is_no_http_is_answered_in_russian(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", int(server.base.rpartition(":")[2])), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nCookie svod=1\r\n\r\n")
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert "Запрос не понят" in answer.decode()
    assert b"Cookie svod" not in answer


ENDING = [
    b"GET /healthz HTTP/1.0\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"\x16\x03\x01\r\n\r\n",
]
"""Requests that make the server end the connection after its answer."""


def test_clients_that_hold_their_connections_hold_up_nobody(server: Server) -> None:
    """More of them than there are threads: with nothing sent, and with an answer after which they do not close."""
    address = ("127.0.0.1", int(server.base.rpartition(":")[2]))
    held = [socket.create_connection(address, timeout=30) for _ in range(210)]
    try:
        for number, connection in enumerate(held[:60]):
            connection.sendall(ENDING[number % len(ENDING)])
        assert requests.get(f"{server.base}/healthz", timeout=15).status_code == 200
        ends = [connection.recv(12) for connection in held[:60]]
        assert {end.split(b" ")[1] for end in ends} == {b"200", b"400"}
    finally:
        for connection in held:
            connection.close()


@pytest.mark.parametrize("path", ["/nothing", "/login", "/grid/any/0/cells"])
def test_a_connection_lives_on_after_a_body_that_was_refused(server: Server, path: str) -> None:
    """The answer says that the connection is kept, so the client's next request goes there."""
    connection = http.client.HTTPConnection("127.0.0.1", int(server.base.rpartition(":")[2]), timeout=30)
    connection.request("POST", path, body=b"x" * 2_000_000)
    refused = connection.getresponse()
    refused.read()
    assert refused.status >= 400
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()


def test_an_answer_arrives_although_the_request_went_on(server: Server) -> None:
    """Closing over unread bytes would reset the connection, and the answer be lost."""
    with socket.create_connection(("127.0.0.1", int(server.base.rpartition(":")[2])), timeout=30) as connection:
        head = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head + b"x" * 1_000_000)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_colour_beyond_all_bounds_is_the_brightest(book: Book) -> None:
    form = {"backgroundColor": {"red": 1e308, "green": -1e308}}
    cell = {"cell": {"userEnteredFormat": form}, "fields": "userEnteredFormat", "range": area(0, 1, 0, 1)}
    book.batch({"repeatCell": cell})


def test_a_title_cut_at_an_apostrophe_is_exported(book: Book) -> None:
    properties = {"sheetId": 0, "title": "x" * 30 + "'y"}
    book.batch({"updateSheetProperties": {"properties": properties, "fields": "title"}})
    address = f"{book.server.base}/spreadsheets/d/{book.id}/export?format=xlsx"
    assert requests.get(address, timeout=30).status_code == 200


def test_a_text_like_a_formula_is_no_formula_in_the_apis_csv(book: Book) -> None:
    rows = rows_of(["=cmd|x", -5])
    book.batch({"updateCells": {"start": {"sheetId": 0}, "rows": rows, "fields": "userEnteredValue"}})
    answer = book.server.send("GET", f"/drive/v3/files/{book.id}/export", mimeType="text/csv")
    assert answer.content.decode() == "'=cmd|x,-5"


@pytest.mark.slow
def test_what_the_server_makes_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "parent" / "data"
    folder.parent.mkdir()
    with running(folder):
        made = [folder / "run", *folder.glob("sheets.db*"), folder / "run" / "sheets.pid", folder / "spreadsheet_id"]
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made}
    assert not any(modes.values()), modes


def test_a_fault_is_logged_without_its_words() -> None:
    with capture_logs() as logs:
        try:
            int("Фамилия Имя")
        except ValueError as error:
            log_fault("request failed", error)
    assert "Фамилия" not in json.dumps(logs, ensure_ascii=False)
    assert logs[0]["kind"] == "ValueError"
    assert "test_limits.py" in logs[0]["where"][-1]
