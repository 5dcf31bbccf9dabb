"""SQLite: one thread at a time commits for all in groups; readers use a pool.

Threads that each wait for SQLite's lock poll for it, and some poll long; here they queue instead, and one fsync
serves all that waited: who comes first commits, then the first of those who came meanwhile, for all of them. The other
process (form or worker) is met at `BEGIN IMMEDIATE`, asked for in short steps.

Imports the port, the connections, errors and texts.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import structlog
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from outbox import texts
from outbox.errors import OutboxBusy, OutboxConflict, OutboxDataError, OutboxError, OutboxSettingsError
from outbox.sqlite_connections import WRITING, engine_of, make_private, translated

T = TypeVar("T")

GROUP = 128
"""Most writes that share a commit."""

STEP = 0.001
"""Seconds between two tries for the lock that the other process holds."""

_log = structlog.get_logger(__name__)


class SqliteDatabase:
    """The `Database` port over one SQLite file in WAL mode with `synchronous=FULL`. The file has mode 600."""

    def __init__(self, url: str, now: Callable[[], datetime], patience: timedelta) -> None:
        self.now = now
        self._patience = patience.total_seconds()
        path = make_url(url).database
        if not path or path == ":memory:":
            raise OutboxSettingsError(texts.DATABASE_URL_UNKNOWN.format(reason=texts.URL_NO_FILE))
        make_private(Path(path))
        self._path = path
        self._spare: deque[sqlite3.Connection] = deque()
        self._engine = engine_of(url, self._patience)
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._waiting: deque[_Job[Any]] = deque()
        self._led = False
        self._connection: Connection | None = None
        self._driver: sqlite3.Connection | None = None  # of the connection that writes
        self._pid = os.getpid()
        self._closed = False
        self._use_wal()

    def read(self, work: Callable[[Connection], T]) -> T:
        self._check_usable()
        try:
            with self._engine.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            raise translated(error) from error

    def row(self, query: str, parameters: Mapping[str, str]) -> Sequence[object]:
        self._check_usable()
        found = self._row_between_writes(query, parameters)
        if found is not None:
            return found
        try:
            try:
                raw = self._spare.pop()
            except IndexError:
                raw = sqlite3.connect(self._path, self._patience, isolation_level=None, check_same_thread=False)
                raw.execute("PRAGMA query_only=ON")
            # One that failed is not used again; its finaliser closes it.
            found = cast("Sequence[object]", raw.execute(query, parameters).fetchone())
            self._spare.append(raw)
        except sqlite3.Error as error:
            raise translated(error) from error
        return found

    def _row_between_writes(self, query: str, parameters: Mapping[str, str]) -> Sequence[object] | None:
        """The row by the connection that writes, while nobody writes; None where that is not to be had.

        It has in memory what it wrote; any other connection reads each changed page again.
        """
        with self._lock:
            if self._led or self._closed or self._driver is None:
                return None
            self._led = True
        try:
            found: Sequence[object] | None = self._driver.execute(query, parameters).fetchone()
        except sqlite3.Error:  # locked for a moment, perhaps: other connections are more patient, and tell it better
            return None
        finally:
            with self._lock:
                self._pass_on()
        return found

    def write(self, work: Callable[[Connection], T]) -> T:
        job = _Job(work, time.monotonic() + self._patience)
        with self._lock:
            self._check_usable()
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads:
            try:
                leads = job.wait()
            except BaseException:  # an interrupt
                self._give_up(job)
                raise
        if leads:
            self._lead()
        return job.result()

    def first(self, connection: Connection, query: str, parameters: Mapping[str, object]) -> Sequence[object] | None:
        # Past SQLAlchemy, which costs three times what the statement does.
        found: Sequence[object] | None = self._raw.execute(query, parameters).fetchone()
        return found

    def serialise(self, connection: Connection, name: str) -> None:
        """Nothing to do: SQLite has one writer at a time anyway."""

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            while self._led and self._pid == os.getpid():
                self._idle.wait()
        if self._pid == os.getpid():
            self._drop_connection()
        self._engine.dispose(close=self._pid == os.getpid())
        while self._spare and self._pid == os.getpid():
            self._spare.pop().close()

    def _check_usable(self) -> None:
        if self._closed:
            raise OutboxError(texts.CLOSED)
        if self._pid != os.getpid():
            raise OutboxError(texts.FORKED)

    def _use_wal(self) -> None:
        """The mode stays in the file. Changing it wants the file alone, so two that start at once take turns."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                with self._engine.connect() as connection:
                    raw = connection.connection.driver_connection
                    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - narrows the type
                    raw.execute("PRAGMA journal_mode=WAL")
            except (sqlite3.Error, DBAPIError) as error:
                failure = translated(error)
                if not isinstance(failure, OutboxBusy) or time.monotonic() > deadline:
                    self._engine.dispose()
                    raise failure from error
                time.sleep(STEP)
            else:
                return

    # The one that leads

    def _lead(self) -> None:
        """Commit what waits, one's own first; then the lead goes to the next that waits, if any."""
        with self._lock:
            jobs = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
        try:
            self._commit(jobs)
        except BaseException as error:
            # Nobody may wait for ever, whatever went wrong here.
            _log.exception("outbox_writer_failed")
            for unanswered in jobs:
                if not unanswered.answered:
                    unanswered.fail(error)
        finally:
            with self._lock:
                self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting[0].appoint()
        else:
            self._led = False
            self._idle.notify_all()

    def _give_up(self, job: _Job[Any]) -> None:
        """Take back a job whose owner was interrupted; when the lead was theirs, it goes on."""
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
                if job.leads:
                    self._pass_on()

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        """Do the jobs in one transaction; when one of them spoils it, each in its own."""
        try:
            jobs, answers = self._attempt(jobs)
        except _Spoiled as spoiled:
            if len(jobs) == 1:
                jobs[0].fail(spoiled.error)
            else:
                for job in jobs:
                    self._commit([job])
        else:
            for job, (value, error) in zip(jobs, answers, strict=True):
                if error is None:
                    job.answer(value)
                else:
                    job.fail(error)

    def _attempt(self, jobs: list[_Job[Any]]) -> tuple[list[_Job[Any]], list[_Answer]]:
        """The jobs that were done and their answers, committed. Raises _Spoiled, with nothing written."""
        try:
            connection = self._connection or self._connect()
            jobs = self._begin(jobs)
            answers = [self._answer(connection, job) for job in jobs]
            if jobs:
                self._end(connection)
        except _Spoiled:
            self._roll_back()
            raise
        except (DBAPIError, sqlite3.Error) as error:
            self._roll_back()
            raise _Spoiled(translated(error)) from error
        return jobs, answers

    def _answer(self, connection: Connection, job: _Job[Any]) -> _Answer:
        raw = self._raw
        before = raw.total_changes
        try:
            return job.work(connection), None
        except Exception as error:
            failure = translated(error) if isinstance(error, DBAPIError | sqlite3.Error) else error
            # One that decided before it wrote spoils nothing; any other takes the whole group back. (SQLite counts
            # changed rows, not changed tables: so only those two kinds are believed.)
            decided = isinstance(failure, OutboxConflict | OutboxDataError)
            if decided and raw.in_transaction and raw.total_changes == before:
                return None, failure
            raise _Spoiled(failure) from error

    def _begin(self, jobs: list[_Job[Any]]) -> list[_Job[Any]]:
        """Take the write lock; jobs whose patience ends meanwhile are answered OutboxBusy and dropped."""
        while jobs:
            try:
                self._raw.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                failure = translated(error)
                if not isinstance(failure, OutboxBusy):
                    raise
                now = time.monotonic()
                for job in jobs:
                    if job.deadline < now:
                        job.fail(OutboxBusy())
                jobs = [job for job in jobs if job.deadline >= now]
                time.sleep(STEP)
            else:
                break
        return jobs

    def _end(self, connection: Connection) -> None:
        """Commit. A job that asked nothing of SQLAlchemy has not begun a transaction of SQLAlchemy's either."""
        if connection.in_transaction():
            connection.commit()
        else:
            self._raw.commit()

    @property
    def _raw(self) -> sqlite3.Connection:
        if self._driver is None:
            raise TypeError("no connection that writes")
        return self._driver

    def _connect(self) -> Connection:
        connection = self._engine.connect().execution_options(**{WRITING: True})
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError(type(driver))
        # The waiting is done in _begin, in steps that are shorter than SQLite's own.
        driver.execute("PRAGMA busy_timeout=0")
        # 16 MB of log before it is moved into the file: pages that change often are moved once, and the stall is rarer.
        driver.execute("PRAGMA wal_autocheckpoint=4000")
        self._connection, self._driver = connection, driver
        return connection

    def _roll_back(self) -> None:
        if self._connection is not None:
            try:
                self._connection.rollback()
                self._raw.rollback()
            except (DBAPIError, sqlite3.Error):
                self._drop_connection()

    def _drop_connection(self) -> None:
        connection, self._connection, self._driver = self._connection, None, None
        if connection is not None:
            # Its busy_timeout is the writer's own: it must not go back to the readers' pool.
            with suppress(DBAPIError):
                connection.invalidate()
            connection.close()


_Answer = tuple[Any, BaseException | None]


class _Job(Generic[T]):
    """A write that waits: what to do, until when to wait for the lock (monotonic seconds), and what came of it.

    `leads`: its owner is to commit for all that wait.
    """

    __slots__ = ("_error", "_value", "_wake", "answered", "deadline", "leads", "work")

    def __init__(self, work: Callable[[Connection], T], deadline: float) -> None:
        self.work = work
        self.deadline = deadline
        self.leads = False
        self.answered = False
        self._value: T | None = None
        self._error: BaseException | None = None
        self._wake = threading.Lock()
        self._wake.acquire()

    def answer(self, value: T) -> None:
        self._value, self.answered = value, True
        self._wake.release()

    def fail(self, error: BaseException) -> None:
        self._error, self.answered = error, True
        self._wake.release()

    def appoint(self) -> None:
        self.leads = True
        self._wake.release()

    def wait(self) -> bool:
        """Until it is answered (False) or appointed (True)."""
        self._wake.acquire()
        return self.leads

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return cast("T", self._value)


class _Spoiled(Exception):  # noqa: N818 - a signal inside this module
    """The transaction of the group can't go on, because of `error`."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error
