"""The thread that computes what a change could not wait for, and NOW() and the like each minute where that is asked."""

import threading
import time
from functools import partial
from queue import Empty

import structlog

from localsheets.errors import SheetsError, log_fault
from localsheets.formulas.computing import Calculator, Computed, write
from localsheets.formulas.jobs import placed_formulas
from localsheets.model import Spreadsheet
from localsheets.storage import Store

MINUTE = 60.0
_EACH_MINUTE = ("MINUTE", "HOUR")

_log = structlog.get_logger("localsheets.formulas")


class Background(threading.Thread):
    """Computes the spreadsheets that the store names as unfinished, one after the other, without holding a lock.

    Every `seconds` it computes those anew that ask for it (autoRecalc) and have a formula that depends on the time.
    """

    def __init__(self, store: Store, calculator: Calculator, seconds: float = MINUTE) -> None:
        super().__init__(name="formulas", daemon=True)
        self._store = store
        self._calculator = calculator
        self._seconds = seconds
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End after the computation that is under way."""
        self._stopped.set()
        self._store.unfinished.put("")  # wakes the thread
        self.join()

    def run(self) -> None:
        due = time.monotonic() + self._seconds
        while not self._stopped.is_set():
            try:
                spreadsheet_id = self._store.unfinished.get(timeout=max(0.0, due - time.monotonic()))
            except Empty:
                due = time.monotonic() + self._seconds
                for one in self._store.published():
                    if not self._stopped.is_set():
                        self._run_safely(one, elapsed=True)
            else:
                if spreadsheet_id:
                    self._run_safely(spreadsheet_id, elapsed=False)

    def _run_safely(self, spreadsheet_id: str, *, elapsed: bool) -> None:
        try:
            self._finish(spreadsheet_id, elapsed=elapsed)
        except SheetsError as error:  # deleted, restored from a copy, or the disk is full
            _log.warning("formulas not computed", reason=error.status)
        except Exception as error:
            log_fault("formulas not computed", error)

    def _finish(self, spreadsheet_id: str, *, elapsed: bool) -> None:
        state = self._store.get(spreadsheet_id)
        if not state.computed or (elapsed and depends_on_time(state)):
            values = self._calculator.examine(state)
            self._store.amend(spreadsheet_id, partial(_publish, state.version, values), change=not elapsed)


def depends_on_time(state: Spreadsheet) -> bool:
    """Return True if a spreadsheet is to be computed as time goes by, and has a formula with another value then."""
    asked = state.props.get("autoRecalc") in _EACH_MINUTE
    return asked and any(one.formula.volatile for one in placed_formulas(state))


def _publish(version: int, values: Computed, fork: Spreadsheet) -> None:
    """Write what was computed from the state of a version, into that or a later one."""
    write(fork, values)
    fork.computed = fork.version == version
