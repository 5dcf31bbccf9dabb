"""The comparison with the outbox, pure: what it remembers between two looks never hides an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import Campaign, Cell, load_campaign
from outbox.records import Submission, SubmissionIdentity, Waiting
from sync import table
from sync.rows import cells_of
from sync.staff_edits import Memory, compare
from sync.table import AnswersTable, Record
from tests.sync.desk import ROOT
from tests.sync.submissions import MOMENT, submission

CAMPAIGN = load_campaign(ROOT / "config.yaml")
NUMBER = "registered_teachers"
_sent = [
    submission(
        {**{q.id: n for q in CAMPAIGN.sheet_questions if q.type == "integer"}, "comment": f"слово {n}"},
        id=f"{n:032x}",
        number=n + 1,
    )
    for n in range(4)
]


def record(sent: Sequence[Submission]) -> Record:
    by_id = {one.id: one for one in sent}

    def payloads(ids: Sequence[str]) -> Mapping[str, Submission]:
        return {one: by_id[one] for one in ids}

    return Record(
        submissions=[
            SubmissionIdentity(s.id, s.receipt, s.number, s.oktmo, s.version, s.accepted_at, s.late, s.digest)
            for s in sent
        ],
        delivered={s.id: s.number for s in sent},
        waiting=Waiting(0, None, None, frozenset()),
        set_aside=[],
        drafts=[],
        extensions={},
        payloads=payloads,
        staff_edits=[],
        journal=[],
    )


def tab(campaign: Campaign, sent: Sequence[Submission], edits: Mapping[tuple[int, str], Cell]) -> AnswersTable:
    columns: dict[str, list[Cell]] = {column: [] for column in (table.ID, *(q.id for q in campaign.sheet_questions))}
    for row, one in enumerate(sent):
        cells = cells_of(campaign, one)
        for column, held in columns.items():
            cell = cells.get(column, "")
            assert isinstance(cell, str | int)
            held.append(edits.get((row, column), cell))
    blank: list[Cell] = [""] * len(sent)
    rest = dict.fromkeys((table.OKTMO, table.MUNICIPALITY, table.ACCEPTED), blank)
    return AnswersTable({**columns, **rest}, range(2, len(sent) + 2))


_cell = st.sampled_from(["", 0, 1, 1.0, True, False, None, "1", "0", -1, -2, 2**61 - 1, "слово 1", " 1", 0.5])
_edit = st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from([NUMBER, "comment", "informed"])), _cell)


@settings(max_examples=300, deadline=None)
@given(st.lists(_edit, min_size=2, max_size=4))
def test_a_look_with_a_memory_sees_what_a_fresh_one_sees(looks: list[dict[tuple[int, str], Cell]]) -> None:
    memory, known = Memory(), record(_sent)
    for step, edits in enumerate(looks):
        rows, seen_at = tab(CAMPAIGN, _sent, edits), MOMENT + timedelta(minutes=step)
        fresh = compare(CAMPAIGN, rows, known, {}, spreadsheet_id="s", seen_at=seen_at)
        kept = compare(CAMPAIGN, rows, known, {}, spreadsheet_id="s", seen_at=seen_at, memory=memory)
        assert kept == fresh


def test_blank_and_zero_are_different() -> None:
    memory, known = Memory(), record(_sent)
    for cell, now in ((0, None), ("", None), ("", None), (0, None)):
        rows = tab(CAMPAIGN, _sent, {(1, NUMBER): cell})
        edits = compare(CAMPAIGN, rows, known, {}, spreadsheet_id="s", seen_at=MOMENT, memory=memory)
        ((_, edit),) = edits.items()
        assert (edit.was, edit.now) == (1, now if cell == "" else 0)
