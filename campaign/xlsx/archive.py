"""The .xlsx file as a ZIP archive: looked at within bounds, before any library makes a workbook of it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.parsers import expat

from campaign.zip_files import ZipProblem, ZipRefusedError, open_zip

_CHUNK = 1 << 16


class Refusal(StrEnum):
    """Why a file is not opened. Each package has its own Russian words for these."""

    BOMB = "bomb"
    EXTERNAL_LINKS = "external_links"
    MACROS = "macros"
    NOT_XLSX = "not_xlsx"
    OLD_OR_LOCKED = "old_or_locked"


_REFUSALS = {
    ZipProblem.DAMAGED: Refusal.NOT_XLSX,
    ZipProblem.LOCKED: Refusal.OLD_OR_LOCKED,
    ZipProblem.TOO_LARGE: Refusal.BOMB,
}


class ArchiveError(Exception):
    """The file is not opened."""

    def __init__(self, why: Refusal) -> None:
        self.why = why
        super().__init__(str(why))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold.

    unpacked: bytes of all parts together
    parts:    files in the archive
    elements: XML elements of all parts together; a cell with a text has three
    """

    unpacked: int
    parts: int
    elements: int


def examine(content: bytes, limits: Limits) -> dict[str, list[str]]:
    """Return the merged ranges of each part that has some. Raises ArchiveError for a file that must not be opened."""
    try:
        with open_zip(content, parts=limits.parts, unpacked=limits.unpacked) as archive:
            return dict(_examined(archive, limits))
    except ZipRefusedError as error:
        raise ArchiveError(_REFUSALS[error.why]) from error


def _examined(archive: zipfile.ZipFile, limits: Limits) -> Iterator[tuple[str, list[str]]]:
    """Look at all parts; yield the name and the merged ranges of each that has some."""
    parts = archive.infolist()
    names = {part.filename.casefold() for part in parts}
    if "[content_types].xml" not in names:
        raise ArchiveError(Refusal.NOT_XLSX)
    if any(
        "vbaproject" in name or "macrosheets" in name or (name.endswith(".bin") and "activex" in name) for name in names
    ):
        raise ArchiveError(Refusal.MACROS)
    if any("externallinks" in name for name in names):
        raise ArchiveError(Refusal.EXTERNAL_LINKS)
    scan = _Scan(limits.elements)
    for part in parts:
        merged = scan.part(archive, part)
        if merged:
            yield part.filename, merged


class _Scan:
    """Counts the XML elements of all parts; refuses declarations of entities, which make gigabytes of a few lines."""

    def __init__(self, most: int) -> None:
        self._most = most
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
        if self._elements > self._most:
            raise ArchiveError(Refusal.BOMB)
        kind = name.rpartition(":")[2]
        if kind == "mergeCell":
            self._merged.append(attributes.get("ref", ""))
        elif kind == "Override" and "macroenabled" in attributes.get("ContentType", "").casefold():
            raise ArchiveError(Refusal.MACROS)

    def _doctype(self, *_: object) -> None:
        raise ArchiveError(Refusal.BOMB)
