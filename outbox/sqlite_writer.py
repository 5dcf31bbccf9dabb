"""Group commit for SQLite: one thread runs all queued writes in one transaction and one fsync.

SQLite has one writer at a time, and threads that wait for its lock by themselves poll for it with growing pauses. So
every write of a process goes through the queue of one thread, which alone asks for the lock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from queue import Queue
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from outbox import texts
from outbox.errors import OutboxBusy, OutboxError, OutboxUnavailable
from outbox.sqlite_connections import driver_of, is_busy, translated

T = TypeVar("T")

MAX_BATCH = 128
"""Most writes that share a commit."""

POLL_SECONDS = 0.001
"""Pause between two attempts at the lock while another process holds it."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    """A queued write. `deadline`: when waiting for the lock ends (monotonic seconds)."""

    work: Callable[[Connection], T]
    deadline: float
    answer: Future[T] = field(default_factory=Future)


class SqliteWriter:
    """The thread and its queue. The thread starts with the first write and ends with `close`.

    It is a daemon: a caller that waits for an answer keeps the process alive, and a write without an answer was not
    acknowledged.
    """

    def __init__(self, engine: Engine, lock_timeout: float) -> None:
        """`engine`: of transactions that take the write lock or fail at once. `lock_timeout`: seconds."""
        self._engine = engine
        self._lock_timeout = lock_timeout
        self._queue: Queue[_Job[Any] | None] = Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return the value of `work` once its group is committed, or raise its exception with its writes undone."""
        job = _Job(work, time.monotonic() + self._lock_timeout)
        with self._lock:
            if self._closed:
                raise OutboxError(texts.CLOSED)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="outbox writer", daemon=True)
                self._thread.start()
            self._queue.put(job)
        try:
            return job.answer.result()
        finally:
            job.answer.cancel()  # takes the job back when the wait was interrupted before the job began

    def close(self) -> None:
        """Refuse further writes, commit the queued ones, end the thread."""
        with self._lock:
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        group: list[_Job[Any]] = []
        while True:
            try:
                while self._take(group):
                    self._commit(group)
            except BaseException:
                # No caller may wait for ever, whatever went wrong here.
                _log.exception("outbox_writer_failed")
                for job in group:
                    if not job.answer.done():
                        job.answer.set_exception(OutboxUnavailable())
            else:
                return

    def _take(self, group: list[_Job[Any]]) -> bool:
        """Wait for a job, and fill the group with it and what else is queued. Return False once closed."""
        group.clear()
        while (job := self._queue.get()) is not None:
            if job.answer.set_running_or_notify_cancel():
                group.append(job)
            if len(group) == MAX_BATCH or self._queue.empty():
                return True
        self._queue.put(None)
        return bool(group)

    def _commit(self, group: list[_Job[Any]]) -> None:
        """Run the jobs in one transaction, commit it, and only then answer each."""
        answers: list[Callable[[], None]] = []
        try:
            with self._engine.connect() as connection:
                self._begin(connection, group)
                answers = [_run_in_savepoint(connection, job) for job in group]
                connection.commit()
        except Exception as error:
            # The commit failed, or SQLite undid the transaction (disk full, say). No job runs a second time.
            failure = translated(error)
            for job in group:
                job.answer.set_exception(failure)
        else:
            for answer in answers:
                answer()

    def _begin(self, connection: Connection, group: list[_Job[Any]]) -> None:
        """Take the write lock. Jobs that reach their deadline meanwhile are answered OutboxBusy and dropped."""
        while group:
            try:
                connection.begin()
            except DBAPIError as error:
                if not is_busy(error):
                    raise
                now = time.monotonic()
                for job in group:
                    if job.deadline < now:
                        job.answer.set_exception(OutboxBusy())
                group[:] = [job for job in group if job.deadline >= now]
                time.sleep(POLL_SECONDS)
            else:
                return


def _run_in_savepoint(connection: Connection, job: _Job[T]) -> Callable[[], None]:
    """Run a job so that its failure undoes its own writes alone. Return what gives its answer."""
    driver = driver_of(connection)
    driver.execute("SAVEPOINT job")
    try:
        value = job.work(connection)
        driver.execute("RELEASE job")
    except BaseException as error:
        if not driver.in_transaction:  # SQLite has undone it by itself, as it does when the disk is full
            raise
        driver.execute("ROLLBACK TO job")
        driver.execute("RELEASE job")
        return partial(job.answer.set_exception, translated(error))
    return partial(job.answer.set_result, value)
