"""What the ministry changed in «Ответы»: each difference between what was submitted and what the tab says.

Cheap where nothing differs: the answers of a row give the digest that the outbox keeps, and payloads are asked for only
of rows whose digest differs. A row that reads as it did at the last look is not looked at again. Imported by `sync`
alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from json.encoder import encode_basestring

from campaign import AnswerError, Campaign, Cell, Question, read_cell
from outbox.records import Json, StaffEdit, StaffEditKind, SubmissionIdentity
from sync import table
from sync.table import AnswersTable, Record

HAND = "hand:"
"""Start of the row key of a row that was added by hand."""
Key = tuple[str, str | None]


Difference = tuple[str, Json, Json]
"""Question, what was submitted, what the cell says."""


class Memory:
    """What the last look found, by the cells of each row, its ID among them. For one campaign and one process.

    The cells themselves are the key, not their hash: "" and 0 have the same one.
    """

    def __init__(self) -> None:
        self.rows: dict[tuple[Cell, ...], tuple[Difference, ...]] = {}


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
    to this read.
    """
    by_id: dict[Cell, SubmissionIdentity] = {submission.id: submission for submission in record.submissions}
    ids = rows.columns[table.ID]
    edits: dict[Key, StaffEdit] = {}

    def note(
        key: Key, identity: SubmissionIdentity | None, oktmo: str, kind: StaffEditKind, was: Json, now: Json
    ) -> None:
        edits[key] = StaffEdit(
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

    for one in sorted(record.delivered.keys() - set(ids), key=record.delivered.__getitem__):
        if one in by_id:
            note((one, None), by_id[one], by_id[one].oktmo, "deleted", by_id[one].receipt, None)
    for one, question, was, now in differences(campaign, rows, record, by_id, memory or Memory()):
        note((one, question), by_id[one], by_id[one].oktmo, "changed", was, now)
    for hand, (oktmo, content) in hand_rows(campaign, rows, by_id).items():
        note((hand, None), None, oktmo, "added", None, content)
    for key, edit in known.items():
        if key not in edits and edit.kind != "restored":
            if (edit.row_key, None) in edits or (edit.kind == "deleted" and edit.row_key.startswith(HAND)):
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
    questions = [q for q in campaign.sheet_questions if q.id in rows.columns]
    ids = rows.columns[table.ID]
    keys = list(zip(ids, *(rows.columns[q.id] for q in questions), strict=True))
    # True and 1 are one key of a dictionary, and read differently: a tab with ticks is looked at in full.
    ticks = any(bool in set(map(type, rows.columns[q.id])) for q in questions)
    last = {} if ticks else memory.rows
    new = [row for row, one in enumerate(ids) if one in by_id and not (last and keys[row] in last)]
    new_keys = keys if len(new) == len(keys) else [keys[row] for row in new]
    found = list(zip(new_keys, _looked_at(campaign, questions, rows, record, by_id, new), strict=True))
    seen = {key: last[key] for key in keys if key in last} if last else {}
    seen.update(found)
    memory.rows = {} if ticks else seen
    told = found if ticks else seen.items()
    for key, every in told if any(seen.values()) else ():
        for question, was, now in every:
            yield str(key[0]), question, was, now


def _looked_at(
    campaign: Campaign,
    questions: Sequence[Question],
    rows: AnswersTable,
    record: Record,
    by_id: Mapping[Cell, SubmissionIdentity],
    places: Sequence[int],
) -> list[tuple[Difference, ...]]:
    """The differences of the rows at these places (from 0)."""
    if not places:
        return []
    ids = rows.columns[table.ID]
    every = len(places) == len(rows)
    columns = {q.id: c if every else [c[row] for row in places] for q in questions for c in (rows.columns[q.id],)}
    digests = row_digests(campaign, AnswersTable(columns, places))
    differing = {row for row, digest in zip(places, digests, strict=True) if by_id[ids[row]].digest != digest}
    if not differing:
        return [()] * len(places)
    stored = record.payloads(list(dict.fromkeys(str(ids[row]) for row in sorted(differing))))
    looked_at: list[tuple[Difference, ...]] = []
    for row in places:
        told: list[Difference] = []
        if row in differing:
            answers = stored[str(ids[row])].answers
            for question in questions:
                was, now = answers.get(question.id), cell_json(question, rows.columns[question.id][row])
                if was != now:
                    told.append((question.id, was, now))
        looked_at.append(tuple(told))
    return looked_at


def same(edit: StaffEdit, known: StaffEdit | None) -> bool:
    """Whether the journal says this already."""
    return known is not None and (edit.kind, edit.was, edit.now) == (known.kind, known.was, known.now)


def row_digests(campaign: Campaign, rows: AnswersTable) -> list[str]:
    """The digest of each row's answers: that of the outbox (`outbox.payload`) where they are what was submitted.

    SHA-256 of canonical JSON: keys sorted, blank ones left out, no spaces. Another digest, or "" for a cell that does
    not read, says that the row has to be looked at.
    """
    columns = []
    for question in sorted(campaign.sheet_questions, key=lambda q: q.id):
        cells = rows.columns.get(question.id)
        if cells is not None:
            columns.append(_fragments(question, cells))
    if not columns:
        return [""] * len(rows)
    sha256 = hashlib.sha256
    return [
        "" if _UNREADABLE in fragments else sha256(f"{{{','.join(filter(None, fragments))}}}".encode()).hexdigest()
        for fragments in zip(*columns, strict=True)
    ]


_UNREADABLE = "?"


class _Fragments(dict[Cell, str]):
    """Cell → `"id":value` of one question; "" for a blank one, "?" for one that does not read."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def __missing__(self, cell: Cell) -> str:
        self[cell] = fragment = _fragment(self._question, cell)
        return fragment


def _fragments(question: Question, cells: Sequence[Cell]) -> list[str]:
    """The fragment of each cell, each distinct cell read once."""
    fragments = _Fragments(question)
    if bool in set(map(type, cells)):  # True and 1 are one key, and read differently
        return [_fragment(question, cell) for cell in cells]
    return list(map(fragments.__getitem__, cells))


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _fragment(question: Question, cell: Cell) -> str:
    # Texts are taken as they stand: where the digest is the submitted one, they are what was submitted, and nothing
    # has to be checked; where it is not, the row is looked at cell by cell.
    if isinstance(cell, str) and question.type in _AS_IT_STANDS:
        if not cell:
            return ""
        if question.type == "links":
            return f'"{question.id}":[{",".join(map(encode_basestring, cell.split(chr(10))))}]'
        return f'"{question.id}":{encode_basestring(cell)}'
    try:
        value = read_cell(question, cell)
    except AnswerError as error:
        return "" if error.code == "blank" else _UNREADABLE
    return "" if value is None else f'"{question.id}":{_encode(question.answer_type.to_json(value))}'


_AS_IT_STANDS = frozenset({"text", "long_text", "links"})


def cell_json(question: Question, cell: Cell) -> Json:
    """What the cell says, as the outbox keeps answers; its text where it does not read as one; None when blank."""
    try:
        value = read_cell(question, cell)
    except AnswerError:
        return None if cell in (None, "") else str(cell)
    return None if value is None else question.answer_type.to_json(value)


def hand_rows(
    campaign: Campaign, rows: AnswersTable, by_id: Mapping[Cell, SubmissionIdentity]
) -> dict[str, tuple[str, Json]]:
    """Rows that staff added: row key → OKTMO ("" when not given) and what stands in them by header.

    The key is made of what names the row (OKTMO, municipality, time), so that an edit of its figures is seen as a
    change of the same row.
    """
    found: dict[str, tuple[str, Json]] = {}
    counts: Counter[str] = Counter()
    for row, one in enumerate(rows.columns[table.ID]):
        if one in by_id:
            continue
        oktmo = _text(rows.columns[table.OKTMO][row])
        oktmo = oktmo.zfill(8) if oktmo.isdigit() else oktmo
        naming = [oktmo, _text(rows.columns[table.MUNICIPALITY][row]), _text(rows.columns[table.ACCEPTED][row])]
        key = HAND + hashlib.sha256("\n".join(naming).encode()).hexdigest()[:24]
        counts[key] += 1
        if counts[key] > 1:
            key += f":{counts[key]}"
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
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
