"""The adapter over real HTTP: addresses, time limits, tokens, and no host but the named one."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sheets import (
    Area,
    BadCredentials,
    CallBudget,
    GoogleSpreadsheet,
    OutcomeUnknown,
    ServiceAccount,
    TabMissing,
    TransientError,
    open_client,
    read_service_account,
)


class StubServer(ThreadingHTTPServer):
    """Answers each path with its entry in `answers`; records the requests in `asked`."""

    daemon_threads = True

    def __init__(self) -> None:
        token = {"access_token": "token-1", "expires_in": 3600, "token_type": "Bearer"}
        self.answers: dict[str, tuple[int, object]] = {"/token": (200, token)}
        self.asked: list[tuple[str, str, str]] = []
        self.hang = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: StubServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = self.path.partition("?")[0]
        self.server.asked.append((path, body, self.headers.get("Authorization") or ""))
        code, found = self.server.answers.get(path, (404, {}))
        if found == "hang":
            self.server.hang.wait(10)
            return
        text = (found if isinstance(found, str) else json.dumps(found)).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Log nothing."""


@pytest.fixture
def stub() -> Iterator[StubServer]:
    server = StubServer()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.hang.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def key_text(stub_url: str, private_key: str, **rest: object) -> str:
    key = {
        "type": "service_account",
        "client_email": "svod@example.org",
        "private_key": private_key,
        "token_uri": f"{stub_url}/token",
        **rest,
    }
    return json.dumps({name: value for name, value in key.items() if value is not None})


@pytest.fixture
def account(stub: StubServer, private_key: str) -> ServiceAccount:
    return read_service_account(key_text(stub.url, private_key))


def spreadsheet(stub: StubServer, account: ServiceAccount, timeout: float = 5) -> GoogleSpreadsheet:
    return GoogleSpreadsheet(open_client(account, CallBudget(9, 9), base_url=stub.url, timeout=timeout), "1abc")


def test_only_the_named_host_is_asked(
    stub: StubServer, account: ServiceAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts: set[str] = set()
    look_up = socket.getaddrinfo

    def noted(host: str, *args: object, **kwargs: object) -> object:
        hosts.add(str(host))
        return look_up(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    stub.answers["/v4/spreadsheets/1abc"] = (200, {"properties": {"title": "Т"}})
    stub.answers["/drive/v3/files/1abc"] = (200, {"version": "17"})
    found = spreadsheet(stub, account)
    assert found.describe().title == "Т"
    assert found.version() == 17
    assert [thread.name for thread in threading.enumerate() if "google" in thread.name.lower()] == []
    assert hosts == {"127.0.0.1"}
    assert {token for path, _, token in stub.asked if path != "/token"} == {"Bearer token-1"}


def test_a_hung_server_is_left_after_the_time_limit(stub: StubServer, account: ServiceAccount) -> None:
    stub.answers["/v4/spreadsheets/1abc:batchUpdate"] = (200, "hang")
    stub.answers["/v4/spreadsheets/1abc"] = (200, "hang")
    found = spreadsheet(stub, account, timeout=0.3)
    with pytest.raises(OutcomeUnknown):
        found.write("{}")
    with pytest.raises(TransientError):
        found.describe()


def test_half_an_answer_is_no_success(stub: StubServer, account: ServiceAccount) -> None:
    stub.answers["/v4/spreadsheets/1abc:batchUpdate"] = (200, '{"replies": [')
    stub.answers["/v4/spreadsheets/1abc/values:batchGetByDataFilter"] = (200, "<html>proxy</html>")
    found = spreadsheet(stub, account)
    with pytest.raises(OutcomeUnknown):
        found.write("{}")
    with pytest.raises(TransientError):
        found.read([Area(1)])


def test_nothing_listens(account: ServiceAccount) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = open_client(account, CallBudget(9, 9), base_url=f"http://127.0.0.1:{port}")
    with pytest.raises(TransientError):
        GoogleSpreadsheet(client, "1abc").write("{}")


def test_the_body_is_sent_as_it_is(stub: StubServer, account: ServiceAccount) -> None:
    stub.answers["/v4/spreadsheets/1abc:batchUpdate"] = (200, {"replies": [{}]})
    body = '{"requests":  [],"б":"й"}'
    assert spreadsheet(stub, account).write(body).replies == [{}]
    assert stub.asked[-1][1] == body


def test_ranges_are_matched_by_their_filter(stub: StubServer, account: ServiceAccount) -> None:
    def matched(sheet_id: int, title: str) -> dict[str, object]:
        values = {"range": f"'{title}'!A1:B2", "values": [[sheet_id]]}
        return {"valueRange": values, "dataFilters": [{"gridRange": {"sheetId": sheet_id}}]}

    answer = {"valueRanges": [matched(2, "два"), matched(1, "один")]}
    stub.answers["/v4/spreadsheets/1abc/values:batchGetByDataFilter"] = (200, answer)
    one, two = spreadsheet(stub, account).read([Area(1), Area(2)])
    assert (one.title, one.cells) == ("один", [[1]])
    assert (two.title, two.cells) == ("два", [[2]])


@pytest.mark.parametrize(
    ("wanted", "echo"),
    [
        (Area(0), {}),
        (Area(0), {"sheetId": 0}),
        (Area(0, 0, 5, 0, 2), {"endRowIndex": 5, "endColumnIndex": 2}),
        (Area(0, 0, 5, 0, 2), {"startRowIndex": 0, "endRowIndex": 5, "startColumnIndex": 0, "endColumnIndex": 2}),
        (
            Area(7, 2),
            {"sheetId": 7, "startRowIndex": 2, "endRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": 0},
        ),
    ],
)
def test_a_filter_is_recognised_with_its_defaults_left_out_or_written(
    stub: StubServer, account: ServiceAccount, wanted: Area, echo: dict[str, int]
) -> None:
    def matched(grid_range: dict[str, int], cell: str) -> dict[str, object]:
        return {
            "valueRange": {"range": "'Т'!A1:B2", "values": [[cell]]},
            "dataFilters": [{"gridRange": grid_range}],
        }

    others = [matched({"sheetId": 9}, "other"), matched({**echo, "endRowIndex": 99}, "longer")]
    answer = {"valueRanges": [*others, matched(echo, "mine")]}
    stub.answers["/v4/spreadsheets/1abc/values:batchGetByDataFilter"] = (200, answer)
    (block,) = spreadsheet(stub, account).read([wanted])
    assert block.cells == [["mine"]]
    stub.answers["/v4/spreadsheets/1abc/values:batchGetByDataFilter"] = (200, {"valueRanges": others})
    with pytest.raises(TabMissing):
        spreadsheet(stub, account).read([wanted])


@pytest.mark.parametrize(
    "tab",
    [
        {"title": "Т", "gridProperties": {"rowCount": 3, "columnCount": 2}},
        {"sheetId": 0, "title": "Т", "index": 0, "gridProperties": {"rowCount": 3, "columnCount": 2}},
    ],
)
def test_a_tab_is_described_with_its_defaults_left_out_or_written(
    stub: StubServer, account: ServiceAccount, tab: dict[str, object]
) -> None:
    rule: dict[str, object] = {"ranges": [{}]}
    sheet = {"properties": tab, "charts": [{}], "protectedRanges": [{"protectedRangeId": 0}]}
    body = {"sheets": [{**sheet, "conditionalFormats": [rule, rule]}]}
    stub.answers["/v4/spreadsheets/1abc"] = (200, body)
    (found,) = spreadsheet(stub, account).describe().sheets
    assert (found.sheet_id, found.title, found.index, found.rows, found.columns) == (0, "Т", 0, 3, 2)
    assert (found.charts, found.bandings, found.protections, found.conditional_rules) == ((0,), (), (0,), 2)


@pytest.mark.parametrize("defaults", [{}, {"startRow": 0, "startColumn": 0, "rowMetadata": []}])
@pytest.mark.parametrize("properties", [{}, {"sheetId": 0, "title": "", "hidden": False}])
def test_the_first_row_is_read_with_defaults_left_out_or_written(
    stub: StubServer, account: ServiceAccount, defaults: dict[str, object], properties: dict[str, object]
) -> None:
    values = [{"effectiveValue": {"numberValue": 0}}, {}, {"effectiveValue": {"boolValue": False}, "note": ""}]
    data = [{"startRow": 4, "rowData": [{"values": [{}]}]}, {**defaults, "rowData": [{"values": values}]}]
    sheet = {"properties": properties, "data": data}
    stub.answers["/v4/spreadsheets/1abc:batchUpdate"] = (200, {"updatedSpreadsheet": {"sheets": [sheet]}})
    reply = spreadsheet(stub, account).write("{}")
    assert reply.replies == []
    assert reply.first_rows == {0: ["0", "", "FALSE"]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "не ключ сервисного аккаунта"),
        ("[]", "не ключ сервисного аккаунта"),
        ('{"type": "authorized_user"}', "не ключ сервисного аккаунта"),
        ('{"type": "service_account"}', "нет поля «client_email»"),
    ],
)
def test_a_bad_key_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(BadCredentials, match=words):
        read_service_account(text)


def test_a_damaged_private_key(stub: StubServer) -> None:
    with pytest.raises(BadCredentials, match="повреждён"):
        read_service_account(key_text(stub.url, "-----BEGIN PRIVATE KEY-----\nxx\n-----END PRIVATE KEY-----\n"))


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, stub: StubServer, private_key: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(key_text(stub.url, private_key), encoding="utf-8")
    path.chmod(0o644)
    with pytest.raises(BadCredentials, match="chmod 600"):
        read_service_account(path, private=True)
    path.chmod(0o600)
    assert read_service_account(path, private=True).email == "svod@example.org"
    with pytest.raises(BadCredentials, match="не читается"):
        read_service_account(tmp_path / "none.json")


def test_a_page_in_place_of_the_key_server_is_reported_in_russian(stub: StubServer, account: ServiceAccount) -> None:
    stub.answers["/token"] = (200, "<html>Войдите в сеть</html>")
    with pytest.raises(TransientError, match=r"Сервер ключей.*страница входа в сеть"):
        spreadsheet(stub, account).describe()
