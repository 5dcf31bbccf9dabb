"""Documents as files to download, made by `letters`; few at once, because each takes a process or some seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from desk import texts
from desk.people.errors import BusyError
from letters.documents import Document, make

AT_ONCE = 2
_turn = threading.BoundedSemaphore(AT_ONCE)

TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}


def made(document: Document, ending: str, templates: Path) -> bytes:
    """Return the file's content. templates: the folder of the staff's own. Raises LettersError, BusyError."""
    return in_turn(lambda: make(document, ending, templates))


def in_turn(work: Callable[[], bytes]) -> bytes:
    """Return what the work makes, unless others are made already. Raises BusyError."""
    if not _turn.acquire(blocking=False):
        raise BusyError(texts.LETTERS_BUSY)
    try:
        return work()
    finally:
        _turn.release()
