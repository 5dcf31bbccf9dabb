"""Files that a municipality attaches. The answer names them, the outbox keeps them, a cell has their number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from campaign import texts
from campaign.answer_types.base import AnswerType, Question, clean, number_text, strings
from campaign.codes import AnswerCode
from campaign.errors import AnswerError
from campaign.values import Cell, Json, Typed, Value

MOST_FILES = 20
"""The highest `max_items` of a question."""
USUAL_FILES = 5
LARGEST_FILE = 10_000_000
"""Bytes."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of files that is taken. endings: of a file's name, the usual one first"""

    media_type: str
    endings: tuple[str, ...]


FILE_KINDS: Mapping[str, FileKind] = {
    "pdf": FileKind("application/pdf", (".pdf",)),
    "jpg": FileKind("image/jpeg", (".jpg", ".jpeg")),
    "png": FileKind("image/png", (".png",)),
    "docx": FileKind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
    "xlsx": FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
}


class AttachedFile(NamedTuple):
    """One file of an answer. id: of `outbox.attachments`; size: bytes"""

    id: str
    size: int
    name: str

    @property
    def text(self) -> str:
        """The file in the value of an answer; `attached_files` is the inverse."""
        return f"{self.id}/{self.size}/{self.name}"

    @property
    def shown(self) -> str:
        """Name and size as people read them."""
        return texts.file_shown(self.name, self.size)


UNKNOWN_FILE = ""
"""A file in the value of an answer that was read from a cell, which tells nothing but the number."""
_FILE = re.compile(r"(?P<id>[0-9a-f]{32})/(?P<size>[0-9]{1,9})/(?P<name>[^/\x00-\x1f]{1,200})")
_COUNT = re.compile(r"(?P<count>[0-9]{1,3})(?:\s*файл(?:а|ов)?)?\.?", re.IGNORECASE)


class Files(AnswerType):
    """The value is a tuple with a text for each file: `AttachedFile.text`, or `UNKNOWN_FILE`."""

    name = "files"
    accepts = frozenset({"max_items"})
    uploaded = True

    def parse(self, question: Question, text: str) -> Value:
        found = _COUNT.fullmatch(text)
        if found is None:
            raise AnswerError(AnswerCode.NOT_FILES, texts.NOT_FILES, texts.NOT_FILES_ADVICE)
        return (UNKNOWN_FILE,) * _checked(question, int(found["count"]))

    def read_typed(self, question: Question, typed: Typed) -> Value | None:
        if isinstance(typed, str):
            return super().read_typed(question, typed) or None
        if not all(map(_FILE.fullmatch, typed)):
            raise AnswerError(AnswerCode.NOT_FILES, texts.NOT_FILES, texts.NOT_FILES_ADVICE)
        _checked(question, len(typed))
        return tuple(typed) or None

    def read_cell(self, question: Question, cell: Cell) -> Value | None:
        if cell is None:
            return None
        text = clean(number_text(cell) if isinstance(cell, int | float) else cell)
        return (self.parse(question, text) or None) if text else None

    def to_json(self, value: Value) -> Json:
        return list(value) if isinstance(value, tuple) else [str(value)]

    def read_json(self, stored: Json) -> Value:
        if isinstance(stored, list) and all(one == UNKNOWN_FILE or _FILE.fullmatch(one) for one in strings(stored)):
            return strings(stored)
        raise TypeError(f"{self.name} reads no {type(stored).__name__}")

    def typed(self, question: Question, value: Value) -> Typed:
        return value if isinstance(value, tuple) else str(value)

    def shown(self, question: Question, value: Value) -> str:
        """Return the number of files. Names may hold personal data, and this goes to the spreadsheet."""
        return texts.files_count(len(value)) if isinstance(value, tuple) else str(value)

    def blank_advice(self) -> str:
        return texts.ATTACH


def most_files(question: Question) -> int:
    """Return how many files the question takes."""
    return question.max_items or USUAL_FILES


def attached_files(value: object) -> tuple[AttachedFile, ...]:
    """Return the files of an answer that are known by name; none for any other value."""
    found = [_FILE.fullmatch(text) for text in value if isinstance(text, str)] if isinstance(value, tuple) else []
    return tuple(AttachedFile(one["id"], int(one["size"]), one["name"]) for one in found if one)


def _checked(question: Question, count: int) -> int:
    if count > most_files(question):
        raise AnswerError(AnswerCode.TOO_MANY_ITEMS, *texts.too_many_files(count, most_files(question)))
    return count
