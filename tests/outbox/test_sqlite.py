"""What is SQLite's own: durability settings, file modes, the writer that commits in groups, locks, damage."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
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

ROOT = Path(__file__).resolve().parents[2]


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


class Group:
    """Writes that queue behind one that keeps the writer busy, so that they are taken together."""

    def __init__(self, database: SqliteDatabase, pool: ThreadPoolExecutor) -> None:
        self._database = database
        self._pool = pool
        self._released = threading.Event()
        self._called = threading.Semaphore(0)
        started = threading.Event()

        def work(connection: Connection) -> None:
            started.set()
            assert self._released.wait(30)

        self._first = pool.submit(database.write, work)
        assert started.wait(30)

    def add(self, *works: Callable[[Connection], object]) -> list[Future[object]]:
        """Hand these writes over, each by a thread of its own; returns once all are queued."""

        def write(work: Callable[[Connection], object]) -> object:
            self._called.release()
            return self._database.write(work)

        futures = [self._pool.submit(write, work) for work in works]
        for _ in works:
            assert self._called.acquire(timeout=30)
        time.sleep(0.2)  # from the call to the queue is one step
        return futures

    def release(self) -> None:
        self._released.set()
        self._first.result(30)


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
    """Keeps the commits among the statements that SQLite got."""
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
        group = Group(database, pool)
        good = group.add(*(partial(note, name=f"{n}") for n in range(20)))
        calm = group.add(*[decided] * 5)
        group.release()
        for future in good:
            future.result(30)
        assert [type(future.exception(30)) for future in calm] == [DeliveryConflict] * 5
    assert len(commits) < 10  # as a rule two: the first one's and theirs
    assert names(database) == {f"{n}" for n in range(20)}


def test_writes_that_fail_undo_themselves_alone_and_none_runs_twice(database: SqliteDatabase) -> None:
    runs: Counter[str] = Counter()

    def counted(name: str, work: Callable[[Connection], None], connection: Connection) -> None:
        runs[name] += 1
        work(connection)

    works: dict[str, Callable[[Connection], None]] = {f"{n}": partial(note, name=f"{n}") for n in range(20)}
    works |= {"regretted": regretted, "broken": broken, "decided": decided}
    chosen = sorted(works, key=lambda name: name[-1])
    with ThreadPoolExecutor(40) as pool:
        group = Group(database, pool)
        futures = group.add(*(partial(counted, name, works[name]) for name in chosen))
        group.release()
        failures = {name: future.exception(30) for name, future in zip(chosen, futures, strict=True)}
    assert {name: type(failure) for name, failure in failures.items() if failure} == {
        "regretted": DeliveryConflict,
        "broken": ZeroDivisionError,
        "decided": DeliveryConflict,
    }
    assert names(database) == {f"{n}" for n in range(20)}
    assert runs == dict.fromkeys(chosen, 1)


def test_a_write_that_returned_is_committed(database: SqliteDatabase, path: Path) -> None:
    """Another connection sees each write as soon as its thread has its answer."""

    def write(name: str) -> bool:
        database.write(partial(note, name=name))
        with closing(sqlite3.connect(path)) as other:
            return other.execute("SELECT 1 FROM notes WHERE name = ?", [name]).fetchone() is not None

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(write, [f"{n}" for n in range(400)]))


def test_a_group_that_finds_no_room_is_refused_and_the_next_one_is_written(database: SqliteDatabase) -> None:
    def limit(pages: int, connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def large(connection: Connection) -> None:
        query = text("INSERT INTO notes VALUES ('', hex(randomblob(8)), :value)")
        connection.execute(query, {"value": "x" * 1_000_000})

    database.write(partial(limit, 100))
    with ThreadPoolExecutor(10) as pool:
        group = Group(database, pool)
        futures = group.add(*[large] * 8)
        group.release()
        assert [type(future.exception(30)) for future in futures] == [OutboxUnavailable] * 8
    database.write(partial(note, name="small"))
    database.write(partial(limit, 1_000_000))
    assert names(database) == {"small"}
    database.write(large)


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt, which it does not where a shell started the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupted_wait_takes_its_write_back(database: SqliteDatabase) -> None:
    with ThreadPoolExecutor(4) as pool:
        group = Group(database, pool)
        timer = threading.Timer(0.3, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])

        def write() -> None:
            timer.start()
            database.write(partial(note, name="interrupted"))

        with interruptible(), pytest.raises(KeyboardInterrupt):
            write()
        group.release()
    database.write(partial(note, name="next"))
    assert names(database) == {"next"}


@pytest.mark.slow
def test_a_process_that_does_not_close_its_outbox_ends(sqlite_url: str) -> None:
    program = "import sys, outbox\noutbox.open_outbox(sys.argv[1]).meta.remember('a', 1)"
    subprocess.run([sys.executable, "-c", program, sqlite_url], check=True, timeout=30, cwd=ROOT)
    with open_outbox(sqlite_url) as outbox:
        assert outbox.meta.recall("a") == 1


def test_a_read_sees_what_is_committed_whoever_writes(database: SqliteDatabase, path: Path) -> None:
    assert names(database) == set()
    with ThreadPoolExecutor(2) as pool:
        group = Group(database, pool)
        (waiting,) = group.add(partial(note, name="a"))
        assert names(database) == set()  # while another thread writes
        group.release()
        waiting.result(30)
    assert names(database) == {"a"}
    with held(path) as other:
        other.execute("INSERT INTO notes VALUES ('', 'b', '1')")
        assert names(database) == {"a"}  # while another process writes
        other.execute("COMMIT")
    assert names(database) == {"a", "b"}


def test_a_read_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(OutboxUnavailable):
        database.read(partial(note, name="a"))
    assert names(database) == set()


def test_a_lock_that_lasts_is_reported_and_nothing_is_written(sqlite_url: str, path: Path) -> None:
    with open_outbox(sqlite_url, lock_timeout=timedelta(seconds=0.2)) as outbox:
        outbox.submissions.submit(report())
        with held(path) as other:
            for _ in range(2):
                with pytest.raises(OutboxBusy, match="Повторите"):
                    outbox.submissions.submit(report("17737000"))
            assert len(outbox.submissions.all(CAMPAIGN)) == 1
            other.execute("ROLLBACK")
        assert outbox.submissions.submit(report("17737000")).submission.number == 2


def test_a_lock_that_passes_is_waited_for(sqlite_url: str, path: Path) -> None:
    with open_outbox(sqlite_url, lock_timeout=timedelta(seconds=20)) as outbox, ThreadPoolExecutor(1) as pool:
        with held(path) as other:
            waiting = pool.submit(outbox.submissions.submit, report())
            with pytest.raises(TimeoutError):
                waiting.result(0.1)
            other.execute("ROLLBACK")
        assert waiting.result(30).submission.number == 1


def until_closed(database: SqliteDatabase) -> None:
    """Read until the database takes no more."""
    with suppress(OutboxError):
        while True:
            names(database)


def test_closing_finishes_what_was_handed_over_and_takes_no_more(sqlite_url: str, path: Path) -> None:
    database = SqliteDatabase(sqlite_url, real_now, timedelta(seconds=20))
    with ThreadPoolExecutor(10) as pool:
        group = Group(database, pool)
        waiting = group.add(*(partial(note, name=f"{n}") for n in range(8)))
        closing_it = pool.submit(database.close)
        until_closed(database)
        group.release()
        closing_it.result(30)
        for future in waiting:
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
                outbox.close()  # neither waits for the parent's thread nor touches its connections
                os._exit(7)
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert outbox.submissions.submit(report("17737000")).submission.number == 2


def test_a_file_that_is_not_a_database_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(OutboxUnavailable, match="Не удалось открыть"):
        open_outbox(f"sqlite:///{path}")
    assert path.read_bytes() == b"not a database" * 1000


def test_a_missing_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutboxUnavailable, match="Не удалось открыть"):
        open_outbox(f"sqlite:///{tmp_path}/file/outbox.db")
