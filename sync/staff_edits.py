"""What the ministry changed in «Ответы»: each difference between what was submitted and what the tab says.

Cheap where nothing differs: the answers of a row give the digest that the outbox keeps, cell by cell from a memory of
what each distinct cell reads as; payloads are asked for only of rows whose digest differs. Imported by `sync` alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from campaign import AnswerError, Campaign, Cell, Question, read_cell
from outbox.records import Json, StaffEdit, StaffEditKind, SubmissionIdentity
from sync import table
from sync.table import AnswersTable, Record

HAND = "hand:"
"""Start of the row key of a row that was added by hand."""
Key = tuple[str, str | None]


def compare(
    campaign: Campaign,
    rows: AnswersTable,
    record: Record,
    known: Mapping[Key, StaffEdit],
    *,
    spreadsheet_id: str,
    seen_at: datetime,
) -> dict[Key, StaffEdit]:
    """Every difference as of this read, by row key and question (None: the row as a whole).

    known: the latest journal entry of each key. A difference that is gone since then comes back as `restored`, once.
    Values are JSON as the outbox keeps it; a cell that does not read as an answer is its text.
    """
    by_id = {submission.id: submission for submission in record.submissions}
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

    present = set(ids)
    for one in record.delivered:
        if one not in present and one in by_id:
            note((one, None), by_id[one], by_id[one].oktmo, "deleted", by_id[one].receipt, None)
    differing = [
        row
        for row, digest in enumerate(row_digests(campaign, rows))
        if isinstance(ids[row], str) and ids[row] in by_id and by_id[str(ids[row])].digest != digest
    ]
    stored = record.payloads(list(dict.fromkeys(str(ids[row]) for row in differing))) if differing else {}
    for row in differing:
        one = str(ids[row])
        for question in campaign.sheet_questions:
            if question.id not in rows.columns:
                continue
            was, now = stored[one].answers.get(question.id), cell_json(question, rows.columns[question.id][row])
            if was != now:
                note((one, question.id), by_id[one], by_id[one].oktmo, "changed", was, now)
    for hand, (oktmo, content) in hand_rows(campaign, rows, by_id).items():
        note((hand, None), None, oktmo, "added", None, content)
    for key, edit in known.items():
        if key not in edits and edit.kind != "restored":
            if (edit.row_key, None) in edits or (edit.kind == "deleted" and edit.row_key.startswith(HAND)):
                continue  # of a row that is gone as a whole
            kind: StaffEditKind = "deleted" if edit.kind == "added" else "restored"
            note(key, by_id.get(edit.row_key), edit.oktmo, kind, edit.now, edit.was)
    return edits


def same(edit: StaffEdit, known: StaffEdit | None) -> bool:
    """Whether the journal says this already."""
    return known is not None and (edit.kind, edit.was, edit.now) == (known.kind, known.was, known.now)


def row_digests(campaign: Campaign, rows: AnswersTable) -> list[str]:
    """The digest of each row's answers, as `outbox.payload` makes it of the same answers.

    "" for a row with a cell that does not read as an answer. SHA-256 of canonical JSON: keys sorted, blank ones left
    out, no spaces.
    """
    columns = []
    for question in sorted(campaign.sheet_questions, key=lambda q: q.id):
        cells = rows.columns.get(question.id)
        if cells is not None:
            columns.append(_fragments(question, cells))
    if not columns:
        return [""] * len(rows)
    digests = []
    sha256 = hashlib.sha256
    for fragments in zip(*columns, strict=True):
        if _UNREADABLE in fragments:
            digests.append("")
        else:
            text = "{" + ",".join([part for part in fragments if part]) + "}"
            digests.append(sha256(text.encode()).hexdigest())
    return digests


_UNREADABLE = "?"


def _fragments(question: Question, cells: Sequence[Cell]) -> list[str]:
    """`"id":value` of each cell; "" for a blank one, "?" for one that does not read."""
    # 1, 1.0 and True are one key of a dictionary, and read differently
    memory: dict[tuple[type, Cell], str] = {}
    fragments = []
    for cell in cells:
        key = (cell.__class__, cell)
        found = memory.get(key)
        if found is None:
            found = memory[key] = _fragment(question, cell)
        fragments.append(found)
    return fragments


def _fragment(question: Question, cell: Cell) -> str:
    try:
        value = read_cell(question, cell)
    except AnswerError as error:
        return "" if error.code == "blank" else _UNREADABLE
    if value is None:
        return ""
    words = json.dumps(question.answer_type.to_json(value), ensure_ascii=False, separators=(",", ":"))
    return f"{json.dumps(question.id)}:{words}"


def cell_json(question: Question, cell: Cell) -> Json:
    """What the cell says, as the outbox keeps answers; its text where it does not read as one; None when blank."""
    try:
        value = read_cell(question, cell)
    except AnswerError:
        return None if cell in (None, "") else str(cell)
    return None if value is None else question.answer_type.to_json(value)


def hand_rows(
    campaign: Campaign, rows: AnswersTable, by_id: Mapping[str, SubmissionIdentity]
) -> dict[str, tuple[str, Json]]:
    """Rows that staff added: row key → OKTMO ("" when not given) and what stands in them by header.

    The key is made of what names the row (OKTMO, municipality, time), so that an edit of its figures is seen as a
    change of the same row.
    """
    found: dict[str, tuple[str, Json]] = {}
    counts: Counter[str] = Counter()
    for row, one in enumerate(rows.columns[table.ID]):
        if isinstance(one, str) and one in by_id:
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
