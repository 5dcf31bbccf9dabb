"""ZIP files from outside (.xlsx, .docx), opened within bounds before any library reads them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from io import BytesIO

COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
"""The beginning of an .xls or .doc, or of an .xlsx or .docx with a password."""

DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError, NotImplementedError)
"""What `zipfile` raises for a file that is no ZIP file, or a broken one."""

_PART_OF_DIRECTORY = b"PK\x01\x02"


class ZipProblem(StrEnum):
    """Why a ZIP file is not opened."""

    DAMAGED = "damaged"
    LOCKED = "locked"
    TOO_LARGE = "too_large"


class ZipRefusedError(Exception):
    """The file is not opened, or could not be read to its end."""

    def __init__(self, why: ZipProblem) -> None:
        self.why = why
        super().__init__(str(why))


@contextmanager
def open_zip(content: bytes, *, parts: int, unpacked: int) -> Iterator[zipfile.ZipFile]:
    """Open a file of at most so many parts, which have at most so many bytes together, until the block ends.

    Raises ZipRefusedError, also for what the block finds broken.
    """
    if content.startswith(COMPOUND_FILE):
        raise ZipRefusedError(ZipProblem.LOCKED)
    # `zipfile` makes an object of each part at once: their number is looked at before.
    if content.count(_PART_OF_DIRECTORY) > parts:
        raise ZipRefusedError(ZipProblem.TOO_LARGE)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found = archive.infolist()
            # `zipfile` reads no more of a part than the directory says that it has.
            if sum(part.file_size for part in found) > unpacked:
                raise ZipRefusedError(ZipProblem.TOO_LARGE)
            if any(part.flag_bits & 1 for part in found):
                raise ZipRefusedError(ZipProblem.LOCKED)
            yield archive
    except DAMAGED as error:
        raise ZipRefusedError(ZipProblem.DAMAGED) from error
