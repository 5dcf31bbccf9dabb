"""What a browser uploads, until it is a file of a kind that is taken: by its content, never by its name alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import puremagic

from campaign.answer_types.files import FILE_KINDS, LARGEST_FILE
from campaign.words import CONTROL, unmarked
from campaign.zip_files import COMPOUND_FILE, ZipProblem, ZipRefusedError, open_zip
from webform.texts import uploads as texts

LONGEST_NAME = 120
MOST_PARTS = 2_000
LARGEST_UNPACKED = 100_000_000
"""Bytes of all parts of a .docx or .xlsx together."""

_ENDINGS = {ending: kind for kind, about in FILE_KINDS.items() for ending in about.endings}
_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_REFUSALS = {
    ZipProblem.DAMAGED: texts.UPLOAD_DAMAGED,
    ZipProblem.LOCKED: texts.UPLOAD_OLD,
    ZipProblem.TOO_LARGE: texts.UPLOAD_BOMB,
}
_PATH = re.compile(r"[/\\]")


class UploadError(Exception):
    """The file is not taken; `str()` says in Russian why, and what to do."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept. kind: a key of `FILE_KINDS`"""

    name: str
    kind: str
    content: bytes


def read_upload(filename: str, content: bytes) -> Upload:
    """Return the file under the name by which it is kept. Raises UploadError."""
    if not content:
        raise UploadError(texts.UPLOAD_EMPTY)
    if len(content) > LARGEST_FILE:
        raise UploadError(texts.UPLOAD_LARGE)
    kind = _kind(content)
    return Upload(kept_name(filename, kind), kind, content)


def kept_name(filename: str, kind: str) -> str:
    """Return the name without folders, signs that deceive or break a line, and with an ending of the kind."""
    name = " ".join(CONTROL.sub(" ", unmarked(_PATH.split(filename)[-1])).split()).rstrip(". ")
    stem, point, ending = name.rpartition(".")
    if not (point and f".{ending.lower()}" in FILE_KINDS[kind].endings):
        stem, ending = name, FILE_KINDS[kind].endings[0][1:]
    stem = stem.strip(". ")[:LONGEST_NAME].strip(". ")
    return f"{stem or texts.UPLOAD_NAMELESS}.{ending}"


def _kind(content: bytes) -> str:
    if content.startswith(COMPOUND_FILE):
        raise UploadError(texts.UPLOAD_OLD)
    try:
        endings = [one.extension for one in puremagic.magic_string(content)]
    except (puremagic.PureError, ValueError) as error:
        raise UploadError(texts.UPLOAD_KIND) from error
    kind = next((_ENDINGS[ending] for ending in endings if ending in _ENDINGS), None)
    if kind is None:
        raise UploadError(texts.UPLOAD_KIND)
    return _office_kind(content) if kind in _OFFICE else kind


def _office_kind(content: bytes) -> str:
    """Return whether an archive is a document or a workbook. Raises UploadError for any other, and an unsafe one."""
    try:
        with open_zip(content, parts=MOST_PARTS, unpacked=LARGEST_UNPACKED) as archive:
            names = {name.casefold() for name in archive.namelist()}
            if archive.testzip() is not None:
                raise UploadError(texts.UPLOAD_DAMAGED)
    except ZipRefusedError as error:
        raise UploadError(_REFUSALS[error.why]) from error
    if any("vbaproject" in name for name in names):
        raise UploadError(texts.UPLOAD_MACROS)
    kinds = [kind for kind, main in _OFFICE.items() if main in names]
    if "[content_types].xml" not in names or len(kinds) != 1:
        raise UploadError(texts.UPLOAD_KIND)
    return kinds[0]
