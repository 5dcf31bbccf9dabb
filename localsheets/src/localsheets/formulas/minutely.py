"""The thread that computes NOW() and the like each minute, in spreadsheets that ask for it (autoRecalc)."""

import threading

import structlog

from localsheets.errors import SheetsError
from localsheets.formulas.support import volatile
from localsheets.model import Spreadsheet
from localsheets.storage import Store

MINUTE = 60.0
_EACH_MINUTE = ("MINUTE", "HOUR")

_log = structlog.get_logger("localsheets.formulas")


class Minutely(threading.Thread):
    """Has the formulas of each such spreadsheet computed anew, every `seconds`."""

    def __init__(self, store: Store, seconds: float = MINUTE) -> None:
        super().__init__(name="minutely", daemon=True)
        self._store = store
        self._seconds = seconds
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End after the computation that is under way."""
        self._stopped.set()
        self.join()

    def run(self) -> None:
        while not self._stopped.wait(self._seconds):
            for spreadsheet_id in self._store.published():
                try:
                    if is_volatile(self._store.get(spreadsheet_id)):
                        self._store.recompute(spreadsheet_id)
                except SheetsError as error:  # deleted or restored meanwhile, or the disk is full
                    _log.warning("formulas not computed", reason=error.message)


def is_volatile(state: Spreadsheet) -> bool:
    """Return True if a spreadsheet is to be computed as time goes by, and has a formula that depends on it."""
    if state.props.get("autoRecalc") not in _EACH_MINUTE:
        return False
    return any(
        cell.formula is not None and volatile(str(cell.formula))
        for sheet in state.sheets
        for _, row in sheet.formula_rows()
        for cell in row.cells()
    )
