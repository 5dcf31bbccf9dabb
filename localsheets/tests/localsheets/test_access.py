"""Access: habits of other clients, protected ranges without the right to edit, the process itself."""

import contextlib
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from localsheets.errors import SheetsError
from localsheets.model.defaults import new_spreadsheet
from localsheets.requests import run_batch
from localsheets.storage import Store
from tests.localsheets.harness import ROOT, Book, Json, Server, area, rows_of, running, span


def test_a_get_too_long_for_an_address_is_sent_as_post(book: Book) -> None:
    book.write("A1", [["x"]])
    answer = requests.post(
        f"{book.server.base}{book.path}/values:batchGet",
        data={"ranges": ["A1"] * 400, "valueRenderOption": "UNFORMATTED_VALUE"},
        headers={"x-http-method-override": "GET"},
        timeout=30,
    )
    assert answer.status_code == 200
    assert [part["values"] for part in answer.json()["valueRanges"]] == [[["x"]]] * 400


def test_compressed_bodies_are_read(book: Book) -> None:
    body = json.dumps({"requests": [{"addSheet": {"properties": {"title": "gz"}}}]}).encode()

    def send(raw: bytes, encoding: str = "gzip") -> int:
        headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
        url = f"{book.server.base}{book.path}:batchUpdate"
        return requests.post(url, data=raw, headers=headers, timeout=30).status_code

    assert send(gzip.compress(body)) == 200
    assert send(gzip.compress(body)[:-9]) == 400
    assert send(b"nonsense") == 400
    assert send(body, "br") == 400
    assert send(gzip.compress(b"0" * (65 * 1024 * 1024))) == 400, "a small body that unpacks to a huge one"
    assert len(book.get()["sheets"]) == 2


@pytest.mark.parametrize("tail", ["/", "/:batchUpdate"])
def test_addresses_joined_with_a_slash(book: Book, tail: str) -> None:
    url = f"{book.server.base}{book.path}{tail}"
    body = {"requests": [{"trimWhitespace": {"range": area(0, 1, 0, 1)}}]}
    answer = requests.get(url, timeout=30) if tail == "/" else requests.post(url, json=body, timeout=30)
    assert answer.status_code == 200


# Protected ranges: the file's owner and the range's editors may edit, others may not.

OWNER, EDITOR, OTHER = "owner@example.org", "editor@example.org", "other@example.org"
ROW = {"updateCells": {"start": {"sheetId": 0}, "rows": rows_of(["x"]), "fields": "userEnteredValue"}}
TOUCHING: list[Json] = [
    ROW,
    {"repeatCell": {"range": area(0, 5, 0, 1), "cell": {}, "fields": "note"}},
    {"deleteDimension": {"range": span("ROWS", 0, 1)}},
    {"deleteDimension": {"range": span("COLUMNS", 1, 2)}},
    {"mergeCells": {"range": area(0, 1, 0, 3), "mergeType": "MERGE_ALL"}},
    {"sortRange": {"range": area(0, 3, 0, 2)}},
    {"findReplace": {"find": "x", "replacement": "y", "allSheets": True}},
    {"copyPaste": {"source": area(5, 6, 0, 1), "destination": area(0, 1, 0, 1), "pasteType": "PASTE_NORMAL"}},
    {"cutPaste": {"source": area(0, 1, 0, 1), "destination": {"rowIndex": 8}, "pasteType": "PASTE_NORMAL"}},
    {"moveDimension": {"source": span("ROWS", 0, 1), "destinationIndex": 4}},
    {"insertRange": {"range": area(0, 1, 0, 1), "shiftDimension": "ROWS"}},
    {"pasteData": {"coordinate": {"sheetId": 0}, "data": "z", "delimiter": ",", "type": "PASTE_NORMAL"}},
    {"deleteProtectedRange": {"protectedRangeId": 7}},
]


def protected(path: Path, **entry: object) -> tuple[Store, str]:
    store = Store(path / "sheets.db")
    state = new_spreadsheet("t", OWNER, datetime.now(UTC))
    store.add(state)
    held = {"protectedRangeId": 7, "range": area(0, 1, 0, 2), "editors": {"users": [EDITOR]}, **entry}
    rows = {"updateCells": {**ROW["updateCells"], "rows": rows_of(["x", 1])}}
    store.change(state.id, OWNER, lambda fork: run_batch(fork, [rows, {"addProtectedRange": {"protectedRange": held}}]))
    return store, state.id


@pytest.mark.parametrize("touching", TOUCHING, ids=lambda one: next(iter(one)))
def test_a_protected_edit_is_a_400_that_changes_nothing(tmp_path: Path, touching: Json) -> None:
    store, number = protected(tmp_path)
    before = store.get(number)
    with pytest.raises(SheetsError, match="You are trying to edit a protected cell or object") as refused:
        store.change(number, OTHER, lambda fork: run_batch(fork, [touching]))
    assert (refused.value.code, refused.value.status) == (400, "INVALID_ARGUMENT")
    assert store.get(number) is before
    for who in (OWNER, EDITOR):
        store.change(number, who, lambda fork: run_batch(fork, [touching]))
        store.close()
        other = tmp_path / who
        other.mkdir()
        store, number = protected(other)
    store.close()


def test_what_is_not_protected_can_be_edited_by_all(tmp_path: Path) -> None:
    beside = {"updateCells": {**ROW["updateCells"], "start": {"sheetId": 0, "rowIndex": 1}}}
    store, number = protected(tmp_path)
    store.change(number, OTHER, lambda fork: run_batch(fork, [beside]))
    store.close()
    free: dict[str, Json] = {
        "warning": {"warningOnly": True, "editors": {}},
        "open": {"range": {"sheetId": 0}, "unprotectedRanges": [area(0, 1, 0, 1)]},
    }
    for name, entry in free.items():
        (tmp_path / name).mkdir()
        store, number = protected(tmp_path / name, **entry)
        store.change(number, OTHER, lambda fork: run_batch(fork, [ROW]))
        store.close()


# The process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
def test_a_killed_master_is_replaced_by_the_same_command(data_dir: Path) -> None:
    """The worker of a killed master lets go of port and data; changes that it acknowledged are there."""
    port = str(free_port())
    first = Server(data_dir, SHEETS_PORT=port)
    book = first.new()
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait(10)
    with running(data_dir, SHEETS_PORT=port) as second:
        assert second.base == first.base
        assert Book(second, book.id).get()["spreadsheetId"] == book.id
        assert int((data_dir / "run" / "sheets.pid").read_text()) == second.process.pid


@pytest.mark.slow
def test_a_killed_worker_is_started_anew(data_dir: Path) -> None:
    with running(data_dir) as server:
        book = server.new()
        book.write("A1", [["kept"]])
        worker = server.workers()[1]
        os.kill(worker, signal.SIGKILL)
        until = time.monotonic() + 20
        values: list[list[object]] = []
        while not values and time.monotonic() < until:
            with contextlib.suppress(requests.RequestException):
                values = book.values()
        assert values == [["kept"]]
        assert worker not in server.workers()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("sheets.db", b"garbage" * 1000, "sheets.db не открывается"),
        ("credentials.json", b'{"x": 1}', "credentials.json не читается как ключ"),
        ("credentials.json", b"\xff", "credentials.json не читается как ключ"),
    ],
)
def test_broken_files_are_named_and_nothing_starts(data_dir: Path, name: str, content: bytes, words: str) -> None:
    data_dir.mkdir()
    (data_dir / name).write_bytes(content)
    environ = {**os.environ, "DATA_DIR": str(data_dir), "SHEETS_PORT": "0", "HOST": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-m", "localsheets"], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert (data_dir / name).read_bytes() == content


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(data_dir: Path, sign: signal.Signals) -> None:
    server = Server(data_dir)
    pids = server.workers()
    server.process.send_signal(sign)
    assert server.process.wait(20) == 0
    until = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids[1:]) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids[1:]), "a process was left behind"


def test_a_taken_port_is_reported(data_dir: Path) -> None:
    from localsheets import server as serving
    from localsheets.settings import SettingsError, read_settings

    with socket.socket() as taken, pytest.MonkeyPatch.context() as patch:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        patch.setattr(serving, "LOCK_WAIT_SECONDS", 0)
        port = str(taken.getsockname()[1])
        with pytest.raises(SettingsError, match=f"Порт {port} занят"):
            serving.bind(read_settings({"SHEETS_PORT": port, "DATA_DIR": str(data_dir)}))


@given(raw=st.binary(max_size=200))
def test_no_bytes_break_the_unpacking(raw: bytes) -> None:
    from localsheets.web.tunnel import unpacked

    try:
        unpacked(raw, "gzip", 1000)
    except SheetsError as error:
        assert error.code == 400  # noqa: PT017
