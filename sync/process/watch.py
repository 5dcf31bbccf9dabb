"""Which spreadsheets changed: one `files.list` of Drive a minute for all campaigns of an installation."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import structlog

from sheets import SheetsError, list_spreadsheets
from sheets.http import SheetsHttpClient

EVERY_SECONDS = 60.0

log = structlog.get_logger("sync.process.watch")


class Watch:
    """The versions of all spreadsheets that the account may read, at most a minute old. Safe to use from many threads.

    client: for this alone. clock: monotonic seconds.
    """

    def __init__(self, client: SheetsHttpClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._versions: Mapping[str, int] = {}
        self._listed_at: float | None = None

    def version(self, spreadsheet_id: str) -> int | None:
        """Return the version as last listed; None for a spreadsheet that the last list did not hold.

        The thread that comes when the list is a minute old asks for a new one; meanwhile the others get the old one.
        """
        if self._is_old() and self._lock.acquire(blocking=False):
            try:
                if self._is_old():
                    self._list()
            finally:
                self._lock.release()
        return self._versions.get(spreadsheet_id)

    def _is_old(self) -> bool:
        return self._listed_at is None or self._clock() - self._listed_at >= EVERY_SECONDS

    def _list(self) -> None:
        """Ask Drive. After a failure no version is known: each campaign looks for itself until the next try."""
        try:
            self._versions = {one.id: one.version for one in list_spreadsheets(self._client)}
        except SheetsError as error:
            log.warning("spreadsheets not listed", error=type(error).__name__)
            self._versions = {}
        self._listed_at = self._clock()
