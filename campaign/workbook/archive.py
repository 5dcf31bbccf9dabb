"""The .xlsx file as a ZIP archive: looked at within bounds, before any library makes a workbook of it.

The order is access, size, then content. A bound that is crossed refuses the file with a sentence that says what to do.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

from campaign.workbook import texts
from campaign.workbook.errors import refused

LARGEST_FILE = 10_000_000
LARGEST_UNPACKED = 40_000_000
"""Bytes of all parts together. A workbook of 2,512 municipalities has 2 million."""
MOST_PARTS = 2_000
MOST_ELEMENTS = 800_000
"""XML elements of all parts together: a cell with a text has three."""
_CHUNK = 1 << 16
_PART_OF_DIRECTORY = b"PK\x01\x02"
_OLD_OR_LOCKED = bytes.fromhex("D0CF11E0A1B11AE1")
"""The beginning of a compound file: an .xls, or an .xlsx with a password."""
_FOREIGN = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError, NotImplementedError)


class _RefusedError(Exception):
    """What is wrong with the archive, in Russian."""


@dataclass(frozen=True, slots=True)
class Package:
    """A file that passed: its bytes, and the merged ranges of each part that has some."""

    content: bytes
    merged: dict[str, list[str]] = field(default_factory=dict)


def read_package(path: Path) -> Package:
    """Return the content of an .xlsx file. Raises WorkbookError for any other file, and one too large or unsafe."""
    content = _read(path)
    try:
        package = Package(content)
        with zipfile.ZipFile(_archive(content)) as archive:
            for name, ranges in _examined(archive):
                package.merged[name] = ranges
    except _RefusedError as error:
        raise refused(path, str(error)) from error
    except _FOREIGN as error:
        raise refused(path, texts.NOT_XLSX) from error
    return package


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


def _archive(content: bytes) -> BytesIO:
    if content.startswith(_OLD_OR_LOCKED):
        raise _RefusedError(texts.OLD_OR_LOCKED)
    # `zipfile` makes an object of each part at once: their number is looked at before.
    if content.count(_PART_OF_DIRECTORY) > MOST_PARTS:
        raise _RefusedError(texts.BOMB)
    return BytesIO(content)


def _examined(archive: zipfile.ZipFile) -> Iterator[tuple[str, list[str]]]:
    """Look at all parts; yield the name and the merged ranges of each that has some."""
    parts = archive.infolist()
    names = {part.filename.casefold() for part in parts}
    if "[content_types].xml" not in names:
        raise _RefusedError(texts.NOT_XLSX)
    if any(
        "vbaproject" in name or "macrosheets" in name or (name.endswith(".bin") and "activex" in name) for name in names
    ):
        raise _RefusedError(texts.MACROS)
    if any("externallinks" in name for name in names):
        raise _RefusedError(texts.EXTERNAL_LINKS)
    if any(part.flag_bits & 1 for part in parts):
        raise _RefusedError(texts.OLD_OR_LOCKED)
    # `zipfile` reads no more of a part than the directory says that it has.
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise _RefusedError(texts.BOMB)
    scan = _Scan()
    for part in parts:
        merged = scan.part(archive, part)
        if merged:
            yield part.filename, merged


class _Scan:
    """Counts the XML elements of all parts; refuses declarations of entities, which make gigabytes of a few lines."""

    def __init__(self) -> None:
        self._elements = 0
        self._merged: list[str] = []

    def part(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> list[str]:
        """Read one part to its end; return its merged ranges. A part that is not XML (a picture) is read alone."""
        self._merged = []
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = self._doctype
        xml = True
        with archive.open(part) as opened:
            while chunk := opened.read(_CHUNK):
                if not xml:
                    continue
                try:
                    parser.Parse(chunk, False)
                except expat.ExpatError:
                    xml = False
        return self._merged

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise _RefusedError(texts.BOMB)
        if name.rpartition(":")[2] == "mergeCell":
            self._merged.append(attributes.get("ref", ""))

    def _doctype(self, *_: object) -> None:
        raise _RefusedError(texts.BOMB)
