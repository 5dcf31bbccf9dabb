"""The store: published states in memory, one writer at a time, each batch one transaction.

Readers work with the published state without a lock, since it is immutable; a read never waits for a write and never
sees half a batch. States that were not asked for lately are dropped (`published`) and read again from the file. Writers
queue for one lock, in the order of their coming, under which formulas are computed too: the order of commits is the
order of effects (serialisable). A second lock guards the file itself, and is held only while it is read or written.
"""

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, TypeVar

import structlog

from localsheets.errors import RequestFailed, invalid, log_fault, not_found, unavailable
from localsheets.jsontypes import Json
from localsheets.model import Spreadsheet
from localsheets.model.defaults import timestamp
from localsheets.storage import database
from localsheets.storage.published import Published
from localsheets.storage.turns import CrowdedError, Turns
from localsheets.storage.unfinished import Unfinished

_log = structlog.get_logger("localsheets.storage")
T = TypeVar("T")
FORMULA_SECONDS = 2.2  # from the arrival of a change: after that it no longer waits for its formulas
MOST_WAITING = 36  # writers; of 48 threads the others are left to readers
GENERATION = "generation"  # a fact that changes when the file is restored from a copy under a running server


def mark_replaced(path: Path) -> None:
    """Make a running server read everything anew, because the file was restored."""
    marker = _marker(path)
    marker.touch()
    os.utime(marker)


def _marker(path: Path) -> Path:
    return path.with_name(path.name + ".replaced")


class Formulas(Protocol):
    """Computes the formulas of a fork within some seconds, or leaves its `computed` False."""

    def compute(self, before: Spreadsheet | None, fork: Spreadsheet, seconds: float) -> None: ...


class Store:
    """Opens `path` at once. Raises sqlite3.Error if the file cannot be used.

    After a failed write (full or damaged disk) the published state stays and the caller gets a 503.

    unfinished: ids of spreadsheets with formulas to be computed in the background

    Args:
        formulas: computes them; None leaves them as they are.
        states: the published states, kept within limits.
        most_waiting: writers that may wait for their turn; further ones are refused with 503.
    """

    def __init__(
        self,
        path: Path,
        formulas: Formulas | None = None,
        *,
        states: Published | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.path = path
        self.unfinished = Unfinished()
        self._formulas = formulas
        self._connection = database.open_database(path)
        self._writing = Turns()  # taken before the other one
        self._most_waiting = most_waiting
        self._lock = threading.RLock()
        self._states = Published() if states is None else states
        self._marker = _marker(path)
        self._marked = self._mark()
        self._generation = self._held_generation()

    def close(self) -> None:
        """Write the log back and close the file."""
        with self._lock:
            self._connection.close()

    # Reading

    def get(self, spreadsheet_id: str) -> Spreadsheet:
        """Return the published state. Raises 404 for an unknown id."""
        if self._mark() != self._marked:
            self._forget()
        state = self._states.get(spreadsheet_id)
        if state is not None:
            return state
        with self._lock, self._guarded():
            state = self._states.get(spreadsheet_id) or database.read(self._connection, spreadsheet_id)
            if state is None:
                raise not_found()
            # Still under the lock: a state that was deleted or restored meanwhile must not be published again.
            self._states.put(state)
            if not state.computed:
                self.unfinished.put(spreadsheet_id)
            return state

    def files(self) -> list[tuple[str, Json]]:
        """Return (id, Drive's metadata) of every spreadsheet, newest change first; reads no rows."""
        with self._lock, self._guarded():
            records = self._connection.execute("SELECT id, file FROM spreadsheet ORDER BY number DESC").fetchall()
        listed = [(str(found), json.loads(file)) for found, file in records]
        listed.sort(key=lambda pair: str(pair[1]["modifiedTime"]), reverse=True)
        return listed

    def published(self) -> list[str]:
        """Return the ids of the spreadsheets that were asked for lately."""
        return self._states.ids()

    # Writing

    def change(
        self,
        spreadsheet_id: str,
        editor: str,
        work: Callable[[Spreadsheet], T],
        along: Callable[[sqlite3.Connection], None] | None = None,
        judge: Callable[[Spreadsheet], None] = lambda _state: None,
    ) -> tuple[T, Spreadsheet]:
        """Run `work` on a fork and commit it; return (its result, the new published state).

        An exception of `work` or `judge` leaves everything as it was. Raises 503 if too many wait for their turn.

        Args:
            along: writes in the same transaction (the journal of edits).
            judge: looks at the fork once its formulas are computed.
        """
        until = time.monotonic() + FORMULA_SECONDS
        with self._turn():
            generation = self._generation
            before = self.get(spreadsheet_id)
            fork = before.fork(editor)
            formats = len(fork.styles)
            try:
                result = work(fork)
                if self._formulas is not None:
                    self._formulas.compute(before, fork, until - time.monotonic())
                judge(fork)
                fork.file["modifiedTime"] = timestamp(datetime.now(UTC))
                self._publish(fork, generation, along)
            except BaseException as error:
                fork.styles.cut(formats)  # the table is that of the published state too
                if isinstance(error, RequestFailed):
                    raise invalid(str(error)) from error
                raise
            return result, fork

    def amend(self, spreadsheet_id: str, work: Callable[[Spreadsheet], None], *, change: bool = True) -> None:
        """Commit what was computed in the background; the time of the last change stays.

        change: False where only time has gone by, which is no change for Drive.
        """
        with self._writing:
            generation = self._generation
            fork = self.get(spreadsheet_id).fork()
            work(fork)
            if change:
                self._publish(fork, generation)
            else:
                fork.recomputed += 1
                self._commit(fork, generation)

    def add(self, state: Spreadsheet) -> None:
        """Commit a new spreadsheet; its formulas are computed in the background."""
        state.computed = not any(sheet.formula_keys for sheet in state.sheets)
        with self._turn():
            self._commit(state, self._generation)

    def remove(self, spreadsheet_id: str) -> None:
        """Delete a spreadsheet for good. Raises 404 for an unknown id."""
        with self._turn():
            generation = self._generation
            self.get(spreadsheet_id)
            with self._transaction(generation):
                database.remove(self._connection, spreadsheet_id)
                self._states.drop(spreadsheet_id)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for the turn to write, as long as not too many wait already."""
        try:
            self._writing.enter(self._most_waiting)
        except CrowdedError as error:
            raise unavailable() from error
        try:
            yield
        finally:
            self._writing.leave()

    def _publish(
        self, fork: Spreadsheet, generation: str, along: Callable[[sqlite3.Connection], None] | None = None
    ) -> None:
        fork.file["version"] = fork.version + 1
        self._commit(fork, generation, along)

    def _commit(
        self, state: Spreadsheet, generation: str, along: Callable[[sqlite3.Connection], None] | None = None
    ) -> None:
        with self._lock:
            with self._transaction(generation):
                database.write(self._connection, state)
                if along is not None:
                    along(self._connection)
            state.styles.saved = len(state.styles)
            for sheet in state.forked():
                sheet.changed, sheet.dropped, sheet.order_from = {}, set(), None
            self._states.put(state)
        if not state.computed:
            self.unfinished.put(state.id)

    @contextlib.contextmanager
    def _transaction(self, generation: str | None = None) -> Iterator[None]:
        """Write in one transaction. generation: that of the state from which the change was made, if it matters."""
        with self._lock, self._guarded():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._refuse_stale(generation)
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def _mark(self) -> int:
        try:
            return os.stat(self._marker).st_mtime_ns
        except OSError:
            return 0

    def _held_generation(self) -> str:
        found = self._connection.execute("SELECT value FROM about WHERE name = ?", (GENERATION,)).fetchone()
        return str(found[0]) if found else ""

    def _refuse_stale(self, generation: str | None) -> None:
        """Raise 503 if the file was restored since a change was begun."""
        held = self._held_generation()
        if held != self._generation:
            self._forget()
        if held != (self._generation if generation is None else generation):
            raise unavailable()

    def _forget(self) -> None:
        """Drop all published states after the file was restored; they are read again on demand."""
        with self._lock, self._guarded():
            self._marked = self._mark()
            self._generation = self._held_generation()
            self._states.clear()
            _log.info("restored file noticed")

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            log_fault("storage failed", error, path=self.path.name)
            raise unavailable() from error

    # Small facts kept beside the spreadsheets (keys, secrets)

    def fact(self, name: str) -> str | None:
        """Return a named text, or None if it was never set."""
        with self._lock, self._guarded():
            found = self._connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else None

    def set_fact(self, name: str, value: str) -> None:
        """Set a named text."""
        with self._transaction():
            self._connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))
