"""What the ministry changed in «Ответы»: each difference between what was submitted and what the tab says.

Cheap where nothing differs: the answers of a row give the digest that the outbox keeps, and payloads are asked for only
of rows whose digest differs and is not the one of the last look.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import cast

from campaign import AnswerError, Campaign, Cell, Question, read_cell, stored_text
from campaign.answer_types.base import number_text
from campaign.answer_types.choice import option_id
from campaign.values import WrittenCell
from outbox.records import NO_REASONS, Json, StaffEdit, StaffEditKind, SubmissionIdentity
from sync.counting.manual_rows import PREFIX as HAND
from sync.counting.manual_rows import manual_row_keys
from sync.counting.matching import oktmo_text
from sync.manual_edits.conflicting_rows import rows_apart
from sync.records import table
from sync.records.cells import serial
from sync.records.rows import reasons_text, says_reasons
from sync.records.table import AnswersTable, Record
from sync.texts import problems as texts

Key = tuple[str, str | None]


Difference = tuple[str, Json, Json]
"""Question, what was submitted, what the cell says."""


class Memory:
    """What the rows that differed said at the last look. For one campaign and one process.

    By submission and digest of the row: the digest is of all that its cells say, so the differences follow from both.
    """

    def __init__(self) -> None:
        self.looked_at: dict[tuple[str, str], tuple[Difference, ...]] = {}
        self.explained: dict[tuple[str, str], bool] = {}
        """The clerk's explanations as the outbox keeps them, and a cell's text → whether it says them."""


def compare(
    campaign: Campaign,
    rows: AnswersTable,
    record: Record,
    known: Mapping[Key, StaffEdit],
    *,
    spreadsheet_id: str,
    seen_at: datetime,
    memory: Memory | None = None,
) -> dict[Key, StaffEdit]:
    """Every difference as of this read, by row key and question (None: the row as a whole).

    known: the latest journal entry of each key. A difference that is gone since then comes back as `restored`, once.
    Values are JSON as the outbox keeps it; a cell that does not read as an answer is its text. `memory` is brought up
    to this read. seen_at: of what is new since `known`; the rest keeps the time of its first sight.
    Where rows with one ID differ, nobody knows which one is meant: these answers are told
    as `sync.manual_edits.conflicting_rows` does.
    """
    by_id: dict[Cell, SubmissionIdentity] = {submission.id: submission for submission in record.submissions}
    ids = rows.columns[table.ID]
    edits: dict[Key, StaffEdit] = {}
    memory = Memory() if memory is None else memory

    def note(
        key: Key, identity: SubmissionIdentity | None, oktmo: str, kind: StaffEditKind, was: Json, now: Json
    ) -> None:
        edit = StaffEdit(
            spreadsheet_id=spreadsheet_id,
            submission_id=identity.id if identity else None,
            row_key=key[0],
            oktmo=oktmo,
            question=key[1],
            kind=kind,
            was=was,
            now=now,
            seen_at=seen_at,
        )
        before = known.get(key)
        edits[key] = replace(edit, seen_at=before.seen_at) if before and same(edit, before) else edit

    for one in sorted(record.delivered.keys() - set(ids), key=record.delivered.__getitem__):
        if one in by_id:
            note((one, None), by_id[one], by_id[one].oktmo, "deleted", by_id[one].receipt, None)
    apart = rows_apart(campaign, rows, by_id, cell_json, _text)
    for one, said in apart.items():
        note((one, None), by_id[one], by_id[one].oktmo, "changed", by_id[one].receipt, said)
    for one, question, was, now in differences(campaign, rows, record, by_id, memory):
        if question not in apart.get(one, ()):
            note((one, question), by_id[one], by_id[one].oktmo, "changed", was, now)
    for one, was, now in reason_differences(campaign, rows, by_id, memory):
        if table.REASONS not in apart.get(one, ()):
            note((one, table.REASONS), by_id[one], by_id[one].oktmo, "changed", was, now)
    for hand, (oktmo, content) in hand_rows(campaign, rows, by_id).items():
        note((hand, None), None, oktmo, "added", None, content)
    for key, edit in known.items():
        if key not in edits and edit.kind != "restored":
            if edit.row_key in apart:
                if edit.question in apart[edit.row_key]:
                    continue  # nobody knows which of the rows is meant
            elif (edit.row_key, None) in edits or (edit.kind == "deleted" and edit.row_key.startswith(HAND)):
                continue  # of a row that is gone as a whole
            kind: StaffEditKind = "deleted" if edit.kind == "added" else "restored"
            note(key, by_id.get(edit.row_key), edit.oktmo, kind, edit.now, edit.was)
    return edits


def differences(
    campaign: Campaign,
    rows: AnswersTable,
    record: Record,
    by_id: Mapping[Cell, SubmissionIdentity],
    memory: Memory,
) -> Iterator[tuple[str, str, Json, Json]]:
    """Submission id, question, submitted, cell: of every cell that says something else than what was submitted."""
    digests = row_digests(campaign, rows)
    known = map(by_id.get, rows.columns[table.ID])
    differing = {
        row: (identity.id, digest)
        for row, (identity, digest) in enumerate(zip(known, digests, strict=True))
        if identity is not None and identity.digest != digest
    }
    last, memory.looked_at = memory.looked_at, {}
    unseen = dict.fromkeys(key[0] for key in differing.values() if key not in last)
    stored = record.payloads(list(unseen)) if unseen else {}
    for row, key in differing.items():
        told = last[key] if key in last else tuple(_differences(campaign, rows, row, stored[key[0]].answers))
        memory.looked_at[key] = told
        for question, was, now in told:
            yield key[0], question, was, now


def reason_differences(
    campaign: Campaign, rows: AnswersTable, by_id: Mapping[Cell, SubmissionIdentity], memory: Memory
) -> Iterator[tuple[str, str | None, str | None]]:
    """Submission id, the clerk's explanations, the cell: of every row that does not say them, or says what nobody sent.

    What staff add to them is no difference, nor is another title of the rule that asked: the file may give one.
    """
    cells = rows.columns.get(table.REASONS)
    if cells is None:
        return
    known = map(by_id.get, rows.columns[table.ID])
    last, memory.explained = memory.explained, {}
    for identity, cell in zip(known, cells, strict=True):
        if identity is not None and (cell not in (None, "") or identity.reasons != NO_REASONS):
            key = identity.reasons, _text(cell)
            says = last[key] if key in last else _says(campaign, *key)
            memory.explained[key] = says
            if not says:
                reasons: dict[str, str] = json.loads(identity.reasons)
                yield identity.id, reasons_text(campaign, reasons) or None, key[1] or None


def _says(campaign: Campaign, stored: str, now: str) -> bool:
    """Whether the cell's text says the explanations, or is blank where none were given."""
    reasons: dict[str, str] = json.loads(stored)
    return says_reasons(campaign, reasons, now) if reasons else not now


def _differences(campaign: Campaign, rows: AnswersTable, row: int, answers: Mapping[str, Json]) -> Iterator[Difference]:
    for question in campaign.sheet_questions:
        cells = rows.columns.get(question.id)
        if cells is not None:
            was, now = answers.get(question.id), cell_json(question, cells[row])
            if was != now and not _as_sent(question, was, cells[row]):
                yield question.id, was, now


def _as_sent(question: Question, was: Json, cell: Cell) -> bool:
    """Whether the cell says what the worker wrote for the submitted answer, though it reads otherwise today.

    The campaign file may have become narrower since: a lower maximum, fewer options or links. That is no edit.
    """
    if was is None or cell is None or cell == "":
        return False
    try:
        written = question.answer_type.write_cell(question, question.answer_type.read_json(was))
    except (TypeError, ValueError, ArithmeticError):
        return _as_text(cell) == stored_text(was)  # the question's type was another one then
    return _as_text(cell) == _written_text(written) or _names_dropped_options(question, was, cell)


def _written_text(written: WrittenCell) -> str:
    """What `_as_text` makes of the cell once it is written."""
    if isinstance(written, Decimal):
        return number_text(float(written))
    if isinstance(written, date):
        return number_text(serial(written))
    return number_text(written) if isinstance(written, int) else str(written)


def _names_dropped_options(question: Question, was: Json, cell: Cell) -> bool:
    """Whether the cell differs from the submitted choice at most in the titles of options that the file has dropped.

    Those titles are nowhere any more: a word that is no option's is taken for one, as many as were chosen.
    """
    if question.type not in ("one_of", "several") or not isinstance(cell, str):
        return False
    sent = {str(one) for one in was} if isinstance(was, list) else {str(was)}
    kept = sent & {option.id for option in question.options}
    found, strangers = set(), 0
    for piece in cell.split(";") if question.answer_type.many else [cell]:
        if piece.strip():
            try:
                found.add(option_id(question, piece))
            except AnswerError:
                strangers += 1
    return kept != sent and found == kept and strangers == len(sent - kept)


def same(edit: StaffEdit, known: StaffEdit | None) -> bool:
    """Whether the journal says this already."""
    return known is not None and (edit.kind, edit.was, edit.now) == (known.kind, known.was, known.now)


def row_digests(campaign: Campaign, rows: AnswersTable) -> list[str]:
    """The digest of each row's answers: that of the outbox (`outbox.payload`) where they are what was submitted.

    SHA-256 of canonical JSON: keys sorted, blank ones left out, no spaces. Another digest says that the row has to be
    looked at; rows of one digest say the same in every cell.
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
    """`"id":value,` of each cell; "" for a blank one.

    Whole numbers and texts are taken as they stand: where the digest is the submitted one, they are what was submitted,
    and nothing has to be checked; where it is not, the row is looked at cell by cell. What does not read is put so that
    it is no JSON: such a digest is never the submitted one.
    """
    types = set(map(type, cells))
    start = f'"{question.id}":'
    if types == {int} and question.type == "integer":
        whole = {number: f"{start}{number}," for number in set(cells)}
        return list(map(whole.__getitem__, cells))
    stands = _STANDS.get(question.type)
    if stands is not None and types <= _BLANK_OR_TEXT:
        return [f"{start}{stands(cell)}," if cell else "" for cell in cast("Sequence[str | None]", cells)]
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
        said = self._said(cell)
        return said and f'"{self._question.id}":{said},'

    def _said(self, cell: Cell) -> str:
        question, stands = self._question, _STANDS.get(self._question.type)
        if type(cell) is int and question.type == "integer":
            return str(cell)
        if isinstance(cell, str) and stands is not None:
            return cell and stands(cell)
        try:
            value = read_cell(question, cell)
        except AnswerError as error:
            return "" if error.code == "blank" else f"?{_encode(_no_answer(cell))}"
        return "" if value is None else _encode(question.answer_type.to_json(value))


def _lines(cell: str) -> str:
    """A JSON list of the lines of a text."""
    if "\\" in cell:
        return f"[{','.join(map(encode_basestring, cell.split(chr(10))))}]"
    # Without a backslash in the text, `\n` in its JSON is a line break and nothing else.
    return f"[{encode_basestring(cell)}]".replace("\\n", '","')


_BLANK_OR_TEXT = frozenset({str, type(None)})
_STANDS: Mapping[str, Callable[[str], str]] = {
    "text": encode_basestring,
    "long_text": encode_basestring,
    "links": _lines,
}
"""Answer types whose text cells are taken as they stand, and the JSON of such a cell."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def cell_json(question: Question, cell: Cell) -> Json:
    """What the cell says, as the outbox keeps answers; its text where it does not read as one; None when blank."""
    try:
        value = read_cell(question, cell)
    except AnswerError:
        return None if cell in (None, "") else _no_answer(cell)
    return None if value is None else question.answer_type.to_json(value)


def _no_answer(cell: Cell) -> str:
    """The text of a cell that is no answer; a tick box as the sheet shows it."""
    return (texts.TRUE if cell else texts.FALSE) if isinstance(cell, bool) else _as_text(cell)


def _as_text(cell: Cell) -> str:
    """A cell as an answer's text: 1 and 1.0 are the same, True is «да»."""
    return number_text(cell) if isinstance(cell, int | float) else str(cell)


def hand_rows(
    campaign: Campaign, rows: AnswersTable, by_id: Mapping[Cell, SubmissionIdentity]
) -> dict[str, tuple[str, Json]]:
    """Rows that staff added: row key → OKTMO ("" when not given) and what stands in them by header.

    The key is made of what names the row (OKTMO, municipality, time), so that an edit of its figures is seen as a
    change of the same row.
    """
    found: dict[str, tuple[str, Json]] = {}
    added = [row for row, one in enumerate(rows.columns[table.ID]) if one not in by_id]
    for row, key in manual_row_keys(rows, added).items():
        oktmo = oktmo_text(rows.columns[table.OKTMO][row])
        content: dict[str, Json] = {}
        for column, cells in rows.columns.items():
            if cells[row] not in (None, ""):
                question = campaign.by_id.get(column)
                content[column] = cell_json(question, cells[row]) if question else _text(cells[row])
        found[key] = (oktmo if oktmo in campaign.by_oktmo else "", content)
    return found


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _no_answer(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
