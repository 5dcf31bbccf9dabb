"""The thread that computes what a change could not wait for."""

import threading
from functools import partial

import structlog

from localsheets.errors import SheetsError, log_fault
from localsheets.formulas.computing import Calculator, Computed, write
from localsheets.model import Spreadsheet
from localsheets.storage import Store

_log = structlog.get_logger("localsheets.formulas")


class Background(threading.Thread):
    """Computes the spreadsheets that the store names as unfinished, one after the other, without holding a lock."""

    def __init__(self, store: Store, calculator: Calculator) -> None:
        super().__init__(name="formulas", daemon=True)
        self._store = store
        self._calculator = calculator

    def run(self) -> None:
        while True:
            spreadsheet_id = self._store.unfinished.get()
            try:
                self._finish(spreadsheet_id)
            except SheetsError as error:  # deleted, restored from a copy, or the disk is full
                _log.warning("formulas not computed", reason=error.status)
            except Exception as error:
                log_fault("formulas not computed", error)

    def _finish(self, spreadsheet_id: str) -> None:
        state = self._store.get(spreadsheet_id)
        if not state.computed:
            self._store.amend(spreadsheet_id, partial(_publish, state.version, self._calculator.examine(state)))


def _publish(version: int, values: Computed, fork: Spreadsheet) -> None:
    """Write what was computed from the state of a version, into that or a later one."""
    write(fork, values)
    fork.computed = fork.version == version
