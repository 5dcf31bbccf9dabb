"""Acknowledged changes are on disk; batches are atomic; writers are serialisable; a failing disk refuses cleanly."""

import contextlib
import json
import random
import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localsheets.model.defaults import new_spreadsheet
from localsheets.requests import run_batch
from localsheets.storage import Store
from localsheets.storage.turns import Turns
from tests.localsheets.harness import Book, Json, Server, area, rows_of, running, span, until

WRITERS = 32


def append_of(*rows: list[object]) -> Json:
    return {"appendCells": {"sheetId": 0, "rows": rows_of(*rows), "fields": "userEnteredValue"}}


def marker(number: int) -> Json:
    entry = {"metadataId": number, "metadataKey": "f", "visibility": "DOCUMENT", "location": {"spreadsheet": True}}
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_at_sigkill(data_dir: Path) -> None:
    """Eight writers append until the server is killed; after a restart every acknowledged batch is there, whole."""
    server = Server(data_dir)
    book = server.new()
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(writer: int) -> None:
        session = requests.Session()
        for number in range(10_000):
            name = f"{writer}-{number}"
            body = {"requests": [append_of([name, 1], [name, 2], [name, 3])]}
            try:
                answer = session.post(f"{server.base}{book.path}:batchUpdate", json=body, timeout=10)
            except requests.RequestException:
                return
            if answer.status_code == 200:
                acknowledged.append(name)
            if stop.is_set():
                return

    with ThreadPoolExecutor(8) as pool:
        for writer in range(8):
            pool.submit(write, writer)
        until = time.monotonic() + 20
        while len(acknowledged) < 60 and time.monotonic() < until:
            time.sleep(0.01)
        server.kill()
        stop.set()
    with running(data_dir) as again:
        rows = Book(again, book.id).raw()
    held: dict[str, list[object]] = {}
    for name, part in rows:
        held.setdefault(str(name), []).append(part)
    assert len(acknowledged) >= 60
    assert set(acknowledged) <= set(held)
    assert all(parts == [1, 2, 3] for parts in held.values()), "a batch is there whole or not at all"


def test_writers_take_turns_in_the_order_of_their_coming() -> None:
    turns, order, threads = Turns(), [], []
    done = threading.Event()

    def write(number: int) -> None:
        with turns, turns:  # again by the same thread
            order.append(number)

    def again() -> None:
        """Like a client that writes without a pause: it must not go before those who wait."""
        for _ in range(3):
            with turns:
                order.append(-1)
        done.set()

    with turns:
        for number in range(20):
            threads.append(threading.Thread(target=write, args=(number,)))
            threads[-1].start()
            until(lambda: len(turns) == number + 1)  # noqa: B023 - called at once
        threads.append(threading.Thread(target=again))
        threads[-1].start()
        until(lambda: len(turns) == 21)
    for thread in threads:
        thread.join(30)
    assert done.is_set()
    assert order == [*range(20), -1, -1, -1]
    assert len(turns) == 0


def test_thirty_two_writers_are_serialisable(server: Server) -> None:
    """Each of many racing batches takes the next number or is refused, as if they had come one after another."""
    book = server.new()
    taken: list[int] = []
    refused = 0
    lock = threading.Lock()

    def write(writer: int) -> None:
        nonlocal refused
        session = requests.Session()
        for number in range(1, 9):
            body = {"requests": [append_of([f"{writer}", number]), marker(number * 4 + writer % 4)]}
            answer = session.post(f"{server.base}{book.path}:batchUpdate", json=body, timeout=30)
            with lock:
                if answer.status_code == 200:
                    taken.append(number * 4 + writer % 4)
                else:
                    assert "already exists" in answer.text
                    refused += 1

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
            done.result()
    assert len(taken) == 32
    assert len(set(taken)) == 32, "a marker was taken twice"
    assert refused == WRITERS * 8 - 32
    assert len(book.raw()) == 32, "a refused batch left its row"
    batches = [one for one in server.operations() if one["spreadsheet"] == book.id and one["rows"]]
    assert len(batches) == WRITERS * 8
    assert sum(one["committed"] for one in batches) == 32


def test_a_restart_changes_nothing(data_dir: Path) -> None:
    with running(data_dir) as server:
        book = server.new(locale="ru_RU")
        book.write("A1", [["x", 1.5, True, "=A1"], [], ["=B1*2"]], typed=True)
        book.batch(
            {"addSheet": {"properties": {"title": "Второй", "sheetId": 5}}},
            {"mergeCells": {"range": area(4, 6, 0, 2, 5), "mergeType": "MERGE_ALL"}},
            {"moveDimension": {"source": span("ROWS", 2, 3), "destinationIndex": 0}},
            {"insertDimension": {"range": span("ROWS", 1, 2)}},
            marker(8),
            {"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 6}},
            {"deleteSheet": {"sheetId": 5}},
        )
        before = book.get(includeGridData="true")
        version = server.call("GET", f"/drive/v3/files/{book.id}", fields="version")
    with running(data_dir) as server:
        again = Book(server, book.id)
        assert again.get(includeGridData="true") | {"spreadsheetUrl": ""} == before | {"spreadsheetUrl": ""}
        assert server.call("GET", f"/drive/v3/files/{book.id}", fields="version") == version
        book = Book(server, book.id)
        book.append("A9", [["y"]])
        assert server.call("GET", f"/drive/v3/files/{book.id}", fields="version") != version


@pytest.mark.slow
def test_a_full_disk_refuses_and_leaves_nothing_half_written(data_dir: Path) -> None:
    """The size of files is limited by the system; SQLite meets it as a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))

    with running(data_dir, before=limit) as server:
        book = server.new()
        accepted = 0
        error: Json = {}
        for number in range(400):
            body = {"requests": [append_of(*[[number, "x" * 2000]] * 10)]}
            answer = server.send("POST", f"{book.path}:batchUpdate", body)
            if answer.status_code != 200:
                error = answer.json()["error"]
                break
            accepted += 1
        assert (error["code"], error["status"]) == (503, "UNAVAILABLE")
        assert accepted > 5
        assert len(book.raw()) == accepted * 10, "what is shown is what was accepted"
    with running(data_dir) as server:
        rows = Book(server, book.id).raw()
        assert [row[0] for row in rows] == [number for number in range(accepted) for _ in range(10)]
        Book(server, book.id).batch(append_of(["after", "y"]))


@pytest.mark.slow
def test_a_damaged_file_is_answered_with_503(data_dir: Path) -> None:
    with running(data_dir) as server:
        book = server.new()
        book.batch(append_of(*[[number, "x" * 500] for number in range(2000)]))
    with contextlib.closing(sqlite3.connect(data_dir / "sheets.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'cells'").fetchone()
    with (data_dir / "sheets.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with running(data_dir) as server:
        error = server.refused("GET", f"/v4/spreadsheets/{book.id}")
        assert (error["code"], error["status"]) == (503, "UNAVAILABLE")
        assert server.call("GET", "/healthz") == {"status": "ok"}, "the server itself goes on"


def test_a_second_server_on_the_same_data_does_not_start(data_dir: Path, server: Server) -> None:
    """The lock of the data folder is held by the worker of the running server."""
    from localsheets import server as serving
    from localsheets.settings import SettingsError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "LOCK_WAIT_SECONDS", 0)
        with pytest.raises(SettingsError, match="занят другим сервером"):
            serving.hold_lock(server.data_dir)


# A model to compare with: a dict of cells, and whole rows as a list.

TEXTS = st.one_of(
    st.text(alphabet='ab"\\,[] я\n', max_size=4), st.integers(-5, 5), st.booleans(), st.none(), st.just(1.5)
)
ROWS = st.lists(st.lists(TEXTS, max_size=4), min_size=1, max_size=3)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 6), st.integers(0, 3), ROWS),
        st.tuples(st.just("append"), ROWS),
        st.tuples(st.just("insert"), st.integers(0, 6), st.integers(1, 3)),
        st.tuples(st.just("delete"), st.integers(0, 6), st.integers(1, 3)),
        st.tuples(st.just("move"), st.integers(0, 6), st.integers(1, 3), st.integers(0, 8)),
        st.tuples(st.just("fail")),
        st.tuples(st.just("reopen")),
    ),
    max_size=14,
)


class Oracle:
    """The server's behaviour in the plainest form: a list of lists."""

    def __init__(self) -> None:
        self.rows: list[list[object]] = [[None] * 8 for _ in range(20)]

    def write(self, top: int, left: int, rows: list[list[object]]) -> None:
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                self.rows[top + at][left + column] = None if value == "" else value

    def append(self, rows: list[list[object]]) -> None:
        last = max((at + 1 for at, row in enumerate(self.rows) if any(v is not None for v in row)), default=0)
        while last + len(rows) > len(self.rows):
            self.rows.append([None] * 8)
        for at, row in enumerate(rows):
            self.rows[last + at] = [None if value == "" else value for value in row] + [None] * (8 - len(row))

    def shown(self) -> list[list[object]]:
        out = [["" if value is None else value for value in row] for row in self.rows]
        for row in out:
            while row and row[-1] == "":
                row.pop()
        while out and not out[-1]:
            out.pop()
        return out


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(actions=ACTIONS)
def test_any_run_of_batches_reads_like_a_list_of_lists(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[object, ...]]
) -> None:
    with _store(tmp_path_factory.mktemp("store")) as holder:
        oracle = Oracle()
        for action in actions:
            _act(holder, oracle, action)
        held = holder.store.get(holder.id).sheets[0]
        shown = [row.values() if row is not None else [] for row in held.rows]
        while shown and not shown[-1]:
            shown.pop()
        assert json.dumps(shown) == json.dumps(oracle.shown())
        assert held.row_count == len(oracle.rows)


class _Holder:
    def __init__(self, path: Path) -> None:
        import datetime

        self.path = path
        self.store = Store(path)
        state = new_spreadsheet("t", "o@example.org", datetime.datetime.now(datetime.UTC))
        state.sheets[0].props["gridProperties"].update(rowCount=20, columnCount=8)
        self.store.add(state)
        self.id = state.id

    def batch(self, *requests_: Json) -> None:
        self.store.change(self.id, "", lambda fork: run_batch(fork, list(requests_)))

    def reopen(self) -> None:
        self.store.close()
        self.store = Store(self.path)


@contextlib.contextmanager
def _store(folder: Path) -> Iterator[_Holder]:
    holder = _Holder(folder / "sheets.db")
    try:
        yield holder
    finally:
        holder.store.close()


def _act(holder: _Holder, oracle: Oracle, action: tuple[object, ...]) -> None:
    kind, *rest = action
    if kind == "write":
        top, left, rows = rest
        assert isinstance(top, int)
        assert isinstance(left, int)
        assert isinstance(rows, list)
        where = {"sheetId": 0, "rowIndex": top, "columnIndex": left}
        holder.batch({"updateCells": {"start": where, "rows": rows_of(*rows), "fields": "userEnteredValue"}})
        oracle.write(top, left, rows)
    elif kind == "append":
        (rows,) = rest
        assert isinstance(rows, list)
        holder.batch(append_of(*rows))
        oracle.append(rows)
    elif kind == "insert":
        at, count = rest
        assert isinstance(at, int)
        assert isinstance(count, int)
        holder.batch({"insertDimension": {"range": span("ROWS", at, at + count)}})
        oracle.rows[at:at] = [[None] * 8 for _ in range(count)]
    elif kind == "delete":
        at, count = rest
        assert isinstance(at, int)
        assert isinstance(count, int)
        if len(oracle.rows) > 12:
            holder.batch({"deleteDimension": {"range": span("ROWS", at, at + count)}})
            del oracle.rows[at : at + count]
    elif kind == "move":
        at, count, to = rest
        assert isinstance(at, int)
        assert isinstance(count, int)
        assert isinstance(to, int)
        holder.batch({"moveDimension": {"source": span("ROWS", at, at + count), "destinationIndex": to}})
        if not at <= to <= at + count:
            moved = oracle.rows[at : at + count]
            rest_rows = oracle.rows[:at] + oracle.rows[at + count :]
            place = to if to <= at else to - count
            oracle.rows = rest_rows[:place] + moved + rest_rows[place:]
    elif kind == "fail":
        with pytest.raises(Exception, match="No sheet with id"):
            holder.batch(append_of(["lost"]), {"deleteSheet": {"sheetId": 4}})
    else:
        holder.reopen()


def test_a_large_sheet_is_read_as_it_was_written(server: Server) -> None:
    """More than one page of row keys, blank rows between, a sort, and a move over page borders."""
    book = server.new(rows=3000, columns=3)
    numbers = list(range(2500))
    random.Random(4).shuffle(numbers)
    rows: list[list[object]] = [[number, f"r{number}"] for number in numbers]
    book.batch(append_of(*rows))
    book.batch(
        {"sortRange": {"range": area(0, 2500, 0, 3), "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]}}
    )
    assert book.raw() == [[number, f"r{number}"] for number in range(2500)]
    book.batch({"moveDimension": {"source": span("ROWS", 1000, 1100), "destinationIndex": 2100}})
    expected = [*range(1000), *range(1100, 2100), *range(1000, 1100), *range(2100, 2500)]
    assert [row[0] for row in book.raw()] == expected
    book.batch({"deleteDimension": {"range": span("ROWS", 10, 2490)}})
    assert [row[0] for row in book.raw()] == [*expected[:10], *expected[2490:]]
