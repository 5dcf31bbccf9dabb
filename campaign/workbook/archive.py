"""The .xlsx file of a campaign: read within bounds, and looked at before any library makes a workbook of it.

The order is access, size, then content. A bound that is crossed refuses the file with a sentence that says what to do.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path

from campaign.workbook import texts
from campaign.workbook.errors import WorkbookError, refused
from campaign.xlsx.archive import ArchiveError, Limits, Refusal, examine

LARGEST_FILE = 10_000_000
LARGEST_UNPACKED = 40_000_000
"""Bytes of all parts together. A workbook of 2,512 municipalities has 2 million."""
MOST_PARTS = 2_000
MOST_ELEMENTS = 800_000
"""XML elements of all parts together: a cell with a text has three."""
_WORDS = {
    Refusal.BOMB: texts.BOMB,
    Refusal.EXTERNAL_LINKS: texts.EXTERNAL_LINKS,
    Refusal.MACROS: texts.MACROS,
    Refusal.NOT_XLSX: texts.NOT_XLSX,
    Refusal.OLD_OR_LOCKED: texts.OLD_OR_LOCKED,
}


@dataclass(frozen=True, slots=True)
class Package:
    """A file that passed: its bytes, and the merged ranges of each part that has some."""

    content: bytes
    merged: dict[str, list[str]] = field(default_factory=dict)


def read_package(path: Path) -> Package:
    """Return the content of an .xlsx file. Raises WorkbookError for any other file, and one too large or unsafe."""
    content = _read(path)
    try:
        return Package(content, examine(content, Limits(LARGEST_UNPACKED, MOST_PARTS, MOST_ELEMENTS)))
    except ArchiveError as error:
        raise not_opened(path, error) from error


def not_opened(path: Path, error: ArchiveError) -> WorkbookError:
    """Return the error of a file that is not opened, with what to do."""
    return refused(path, _WORDS[error.why])


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise refused(path, texts.NO_FILE)
        if found.st_size > LARGEST_FILE:
            raise refused(path, texts.FILE_LARGE.format(most=LARGEST_FILE // 1_000_000))
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise refused(path, texts.FILE_MISSING) from error
    except PermissionError as error:
        raise refused(path, texts.FILE_FORBIDDEN) from error
    except OSError as error:
        raise refused(path, texts.FILE_FAULT.format(code=error.errno)) from error
    if len(content) > LARGEST_FILE:  # it grew meanwhile
        raise refused(path, texts.FILE_LARGE.format(most=LARGEST_FILE // 1_000_000))
    return content
