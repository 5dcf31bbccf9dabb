"""Digests of rows, made so that an unedited row has the digest that the outbox keeps of its submission. Pure.

100,000 rows take 0.6 s of processor time, reading and comparing each answer 2.5 s without the outbox (2026-11-29, one
processor); the first refresh after a start has 3 s for everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import cast

from campaign import AnswerError, Campaign, Cell, Question, read_cell
from sync.manual_edits.cell_answers import unreadable_text
from sync.records.table import AnswersTable


def row_digests(campaign: Campaign, rows: AnswersTable) -> list[str]:
    """Return the digest of each row's answers: SHA-256 of canonical JSON (keys sorted, blank ones left out, no spaces).

    Equal to `outbox.payload`'s of the submission where all answers are as submitted. Rows with one digest hold the same
    in every cell.
    """
    columns = []
    for question in sorted(campaign.sheet_questions, key=lambda q: q.id):
        cells = rows.columns.get(question.id)
        if cells is not None:
            columns.append(_fragments(question, cells))
    if not columns:
        return [""] * len(rows)
    sha256 = hashlib.sha256
    # Every fragment ends with its comma; the last one's makes room for the brace.
    joined = map("".join, zip(*columns, strict=True))
    return [sha256(f"{{{text[:-1]}}}".encode("utf-8", "surrogatepass")).hexdigest() for text in joined]


def _fragments(question: Question, cells: Sequence[Cell]) -> list[str]:
    """Return `"id":value,` for each cell; "" for a blank one.

    Whole numbers and texts are taken as they stand, unchecked: equal digests prove them equal to what was submitted,
    and a row with another digest is read cell by cell. Unreadable cells are encoded as invalid JSON, so that their
    digest never equals a submitted one.
    """
    types = set(map(type, cells))
    start = f'"{question.id}":'
    if types == {int} and question.type == "integer":
        whole = {number: f"{start}{number}," for number in set(cells)}
        return list(map(whole.__getitem__, cells))
    encode_text = _TEXT_ENCODERS.get(question.type)
    if encode_text is not None and types <= _BLANK_OR_TEXT:
        return [f"{start}{encode_text(cell)}," if cell else "" for cell in cast("Sequence[str | None]", cells)]
    fragment = _Fragments(question)
    if bool in types:  # True and 1 are one key, and read differently
        return [fragment.made(cell) for cell in cells]
    return list(map(fragment.__getitem__, cells))


class _Fragments(dict[Cell, str]):
    """Cell → its fragment, each distinct cell read once."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def __missing__(self, cell: Cell) -> str:
        self[cell] = fragment = self.made(cell)
        return fragment

    def made(self, cell: Cell) -> str:
        value = self._encoded(cell)
        return value and f'"{self._question.id}":{value},'

    def _encoded(self, cell: Cell) -> str:
        question, encode_text = self._question, _TEXT_ENCODERS.get(self._question.type)
        if type(cell) is int and question.type == "integer":
            return str(cell)
        if isinstance(cell, str) and encode_text is not None:
            return cell and encode_text(cell)
        try:
            value = read_cell(question, cell)
        except AnswerError as error:
            return "" if error.code == "blank" else f"?{_encode(unreadable_text(cell))}"
        return "" if value is None else _encode(question.answer_type.to_json(value))


def _lines(cell: str) -> str:
    """Return a JSON list of the lines of a text."""
    if "\\" in cell:
        return f"[{','.join(map(encode_basestring, cell.split(chr(10))))}]"
    # Without a backslash in the text, `\n` in its JSON is a line break and nothing else.
    return f"[{encode_basestring(cell)}]".replace("\\n", '","')


_BLANK_OR_TEXT = frozenset({str, type(None)})
_TEXT_ENCODERS: Mapping[str, Callable[[str], str]] = {
    "text": encode_basestring,
    "long_text": encode_basestring,
    "links": _lines,
}
"""Answer type → JSON of a text cell, for the types that keep texts as they stand."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
