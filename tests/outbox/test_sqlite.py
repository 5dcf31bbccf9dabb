"""What is SQLite's own: durability settings, file modes, the writer that commits in groups, locks, damage."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from outbox import open_outbox
from outbox.clock import real_now
from outbox.errors import DeliveryConflict, OutboxBusy, OutboxError, OutboxUnavailable
from outbox.sqlite import SqliteDatabase
from tests.outbox.factories import CAMPAIGN, report


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def database(sqlite_url: str) -> Iterator[SqliteDatabase]:
    opened = SqliteDatabase(sqlite_url, real_now, timedelta(seconds=20))
    yield opened
    opened.close()


@contextmanager
def held(path: Path) -> Iterator[sqlite3.Connection]:
    """The write lock in another's hands."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


class Plug:
    """A write that keeps the writer busy until it is pulled, so that others queue behind it."""

    def __init__(self, database: SqliteDatabase, pool: ThreadPoolExecutor) -> None:
        self._database = database
        self._pulled = threading.Event()
        started = threading.Event()

        def work(connection: Connection) -> None:
            started.set()
            assert self._pulled.wait(30)

        self._done = pool.submit(database.write, work)
        assert started.wait(30)

    def wait_for(self, queued: int) -> None:
        """Wait until so many are in the queue."""
        deadline = time.monotonic() + 30
        while len(self._database._waiting) < queued:
            assert time.monotonic() < deadline
            time.sleep(0.001)

    def pull(self, queued: int) -> None:
        """Let the writer go on once so many wait."""
        self.wait_for(queued)
        self._pulled.set()
        self._done.result(30)


def note(connection: Connection, name: str) -> None:
    connection.execute(text("INSERT INTO notes VALUES ('', :name, '1')"), {"name": name})


def names(database: SqliteDatabase) -> set[str]:
    return set(database.read(lambda connection: connection.execute(text("SELECT name FROM notes")).scalars()))


@pytest.mark.parametrize("way", ["read", "write"])
def test_every_connection_is_durable_and_checks_keys(database: SqliteDatabase, way: str) -> None:
    def settings(connection: Connection) -> dict[str, object]:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        return {pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas}

    assert getattr(database, way)(settings) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_nobody_else_can_read_the_files(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with open_outbox(f"sqlite:///{tmp_path}/new/outbox.db") as outbox:
            outbox.submissions.submit(report())
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("outbox.db", "outbox.db-wal", "outbox.db-shm"), 0o600)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def raw_of(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def traced(commits: list[str]) -> Callable[[str], None]:
    """Keeps the commits among what SQLite was told."""
    return lambda statement: commits.append(statement) if statement.startswith("COMMIT") else None


def decided(connection: Connection) -> None:
    raise DeliveryConflict("decided before writing")


def regretted(connection: Connection) -> None:
    note(connection, "regretted")
    raise DeliveryConflict("after writing")


def broken(connection: Connection) -> None:
    note(connection, "broken")
    raise ZeroDivisionError


def test_writes_that_wait_together_share_a_commit(database: SqliteDatabase) -> None:
    """Also with some among them that decide to write nothing."""
    commits: list[str] = []
    database.write(lambda connection: raw_of(connection).set_trace_callback(traced(commits)))
    commits.clear()
    with ThreadPoolExecutor(40) as pool:
        plug = Plug(database, pool)
        good = [pool.submit(database.write, partial(note, name=f"{n}")) for n in range(20)]
        calm = [pool.submit(database.write, decided) for _ in range(5)]
        plug.pull(25)
        for future in good:
            future.result(30)
        assert [type(future.exception(30)) for future in calm] == [DeliveryConflict] * 5
    assert len(commits) == 2  # the plug's and theirs
    assert names(database) == {f"{n}" for n in range(20)}


ONE = "SELECT MAX(name) FROM notes WHERE value = :value"


def row(database: SqliteDatabase) -> object:
    return database.row(ONE, {"value": "1"})[0]


def test_a_row_is_of_what_is_committed_whoever_wrote_it(database: SqliteDatabase, path: Path) -> None:
    assert row(database) is None  # before anything was written here
    database.write(partial(note, name="a"))
    assert row(database) == "a"
    with ThreadPoolExecutor(2) as pool:
        plug = Plug(database, pool)
        waiting = pool.submit(database.write, partial(note, name="b"))
        assert row(database) == "a"  # while another thread writes
        plug.pull(1)
        waiting.result(30)
    assert row(database) == "b"
    with held(path) as other:
        other.execute("INSERT INTO notes VALUES ('', 'c', '1')")
        assert row(database) == "b"  # while another process writes
        other.execute("COMMIT")
    assert row(database) == "c"


def test_a_row_that_is_read_between_writes_lets_them_go_on(database: SqliteDatabase) -> None:
    """Readers and writers meet at one connection: nobody is left waiting, and nothing is lost."""
    with ThreadPoolExecutor(16) as pool:
        writes = [pool.submit(database.write, partial(note, name=f"{n:03}")) for n in range(200)]
        reads = [pool.submit(row, database) for _ in range(200)]
        for write, read in zip(writes, reads, strict=True):
            write.result(30)
            read.result(30)
    assert row(database) == "199"
    assert len(names(database)) == 200


def test_a_row_that_cannot_be_read_between_writes_is_refused_as_elsewhere(database: SqliteDatabase) -> None:
    database.write(partial(note, name="a"))
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError):
            database.row("SELECT nothing FROM nowhere", {})
    database.write(partial(note, name="b"))
    assert row(database) == "b"


def test_writes_that_fail_after_writing_do_not_spoil_their_neighbours(database: SqliteDatabase) -> None:
    with ThreadPoolExecutor(40) as pool:
        plug = Plug(database, pool)
        works = [partial(note, name=f"{n}") for n in range(10)] + [regretted, broken, decided]
        works += [partial(note, name=f"{n}") for n in range(10, 20)]
        futures = [pool.submit(database.write, work) for work in works]
        plug.pull(len(works))
        failures = [future.exception(30) for future in futures]
    assert [type(failure) for failure in failures if failure] == [DeliveryConflict, ZeroDivisionError, DeliveryConflict]
    assert names(database) == {f"{n}" for n in range(20)}


def test_a_lock_that_lasts_is_said_and_nothing_is_written(sqlite_url: str, path: Path) -> None:
    with open_outbox(sqlite_url, patience=timedelta(seconds=0.2)) as outbox:
        outbox.submissions.submit(report())
        with held(path) as other:
            for _ in range(2):
                with pytest.raises(OutboxBusy, match="Повторите"):
                    outbox.submissions.submit(report("17737000"))
            assert len(outbox.submissions.all(CAMPAIGN)) == 1
            other.execute("ROLLBACK")
        assert outbox.submissions.submit(report("17737000")).submission.number == 2


def test_a_lock_that_passes_is_waited_for(sqlite_url: str, path: Path) -> None:
    with open_outbox(sqlite_url, patience=timedelta(seconds=20)) as outbox, ThreadPoolExecutor(1) as pool:
        with held(path) as other:
            waiting = pool.submit(outbox.submissions.submit, report())
            with pytest.raises(TimeoutError):
                waiting.result(0.1)
            other.execute("ROLLBACK")
        assert waiting.result(30).submission.number == 1


def test_closing_finishes_what_was_handed_over_and_takes_no_more(sqlite_url: str, path: Path) -> None:
    database = SqliteDatabase(sqlite_url, real_now, timedelta(seconds=20))
    with ThreadPoolExecutor(10) as pool:
        plug = Plug(database, pool)
        waiting = [pool.submit(database.write, partial(note, name=f"{n}")) for n in range(8)]
        plug.wait_for(8)
        closing_it = pool.submit(database.close)
        while not database._closed:
            time.sleep(0.001)
        plug.pull(8)
        for future in [*waiting, closing_it]:
            future.result(30)
    database.close()
    for use in (database.read, database.write):
        with pytest.raises(OutboxError, match="закрыто"):
            use(lambda connection: None)
    with closing(sqlite3.connect(path)) as other:
        assert {row[0] for row in other.execute("SELECT name FROM notes")} == {f"{n}" for n in range(8)}


def test_an_outbox_does_not_cross_a_fork(sqlite_url: str) -> None:
    with open_outbox(sqlite_url) as outbox:
        outbox.submissions.submit(report())
        child = os.fork()
        if child == 0:
            try:
                outbox.submissions.submit(report("17737000"))
            except OutboxError:
                os._exit(7)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert outbox.submissions.submit(report("17737000")).submission.number == 2


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(OutboxUnavailable, match="Не удалось открыть"):
        open_outbox(f"sqlite:///{path}")
    assert path.read_bytes() == b"not a database" * 1000


def test_a_missing_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutboxUnavailable, match="Не удалось открыть"):
        open_outbox(f"sqlite:///{tmp_path}/file/outbox.db")
