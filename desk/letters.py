"""Documents of a municipality as files to download, made by `letters`; few at once, because each takes a process."""

from __future__ import annotations

import threading
from pathlib import Path

from desk import texts
from desk.people.errors import BusyError
from letters.documents import Document, make

AT_ONCE = 2
_turn = threading.BoundedSemaphore(AT_ONCE)

TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def made(document: Document, ending: str, templates: Path) -> bytes:
    """Return the file's content. templates: the folder of the staff's own. Raises LettersError, BusyError."""
    if not _turn.acquire(blocking=False):
        raise BusyError(texts.LETTERS_BUSY)
    try:
        return make(document, ending, templates)
    finally:
        _turn.release()
