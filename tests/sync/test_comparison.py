"""The comparison with the outbox, pure: what it remembers between two looks never hides an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import Campaign, Cell, load_campaign
from outbox.payload import canonical, digest
from outbox.records import Submission, Waiting
from sync.manual_edits.cell_answers import cell_json
from sync.manual_edits.detect import Memory, compare
from sync.manual_edits.row_digests import row_digests
from sync.records import table
from sync.records.rows import cells_of
from sync.records.table import AnswersTable, Record
from tests.sync.factories import SUBMITTED_AT, identity, submission
from tests.sync.harness import ROOT

CAMPAIGN = load_campaign(ROOT / "config.yaml")
NUMBER, AUDIENCES = "registered_teachers", CAMPAIGN.by_id["audiences"]
SEEN: dict[str, Any] = {"spreadsheet_id": "s", "seen_at": SUBMITTED_AT}
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
        submissions=[identity(s) for s in sent],
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
_wild = st.one_of(_cell, st.sampled_from(["True", "Родители", "Родители; Марсиане", "a\nb", 'a","b', "\ud800"]))
_edit = st.dictionaries(st.tuples(st.integers(0, 3), st.sampled_from([NUMBER, "comment", "informed"])), _cell)


@settings(max_examples=300, deadline=None)
@given(st.lists(_edit, min_size=2, max_size=4))
def test_a_look_with_a_memory_sees_what_a_fresh_one_sees(looks: list[dict[tuple[int, str], Cell]]) -> None:
    memory, known = Memory(), record(_sent)
    for step, edits in enumerate(looks):
        rows, seen_at = tab(CAMPAIGN, _sent, edits), SUBMITTED_AT + timedelta(minutes=step)
        fresh = compare(CAMPAIGN, rows, known, {}, spreadsheet_id="s", seen_at=seen_at)
        kept = compare(CAMPAIGN, rows, known, {}, spreadsheet_id="s", seen_at=seen_at, memory=memory)
        assert kept == fresh


def test_a_row_that_differs_is_fetched_once_and_again_when_it_says_something_else() -> None:
    memory, fetched = Memory(), list[str]()

    def payloads(ids: Sequence[str]) -> Mapping[str, Submission]:
        fetched.extend(ids)
        return {one.id: one for one in _sent if one.id in ids}

    known = replace(record(_sent), payloads=payloads)
    for cell, asked in ((7, 1), (7, 1), ("семь", 2), ("семь", 2), (1, 2), (7, 3)):
        compare(CAMPAIGN, tab(CAMPAIGN, _sent, {(1, NUMBER): cell}), known, {}, **SEEN, memory=memory)
        assert fetched == [_sent[1].id] * asked


_words = st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"), min_size=1, max_size=30)
_comment = st.one_of(_words, st.sampled_from(['"', "\\n", "a\nb", "\\", "\t"])).map(str.strip).filter(bool)
_links = st.lists(st.text(st.sampled_from('abc\\n"/,'), min_size=1).map("https://example.org/".__add__), max_size=3)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**5), _comment, st.sets(st.sampled_from([o.id for o in AUDIENCES.options])), _links)
def test_the_digest_of_a_row_is_the_outboxs(number: int, comment: str, audiences: set[str], links: list[str]) -> None:
    answers: dict[str, object] = {q.id: number for q in CAMPAIGN.sheet_questions if q.type == "integer"}
    answers["comment"] = comment
    if audiences:
        answers["audiences"] = [o.id for o in AUDIENCES.options if o.id in audiences]
    if links:
        answers["links"] = links
    sent = submission(answers)
    rows = tab(CAMPAIGN, [sent, _sent[0]], {})
    assert row_digests(CAMPAIGN, rows)[0] == digest(canonical(sent.answers, "answers")) == sent.digest


@settings(max_examples=600, deadline=None)
@given(st.sampled_from([NUMBER, "comment", "links", "audiences"]), st.lists(_wild, min_size=2, max_size=2))
def test_rows_of_one_digest_say_the_same(question: str, cells: list[Cell]) -> None:
    rows = tab(
        CAMPAIGN,
        _sent[:2],
        {(row, q.id): 0 for row in range(2) for q in CAMPAIGN.sheet_questions}
        | {(row, question): cell for row, cell in enumerate(cells)},
    )
    one, other = row_digests(CAMPAIGN, rows)
    if one == other:
        said = [cell_json(CAMPAIGN.by_id[question], cell) for cell in cells]
        assert said[0] == said[1]


def test_blank_and_zero_are_different() -> None:
    memory, known = Memory(), record(_sent)
    for cell, now in ((0, None), ("", None), ("", None), (0, None)):
        rows = tab(CAMPAIGN, _sent, {(1, NUMBER): cell})
        edits = compare(CAMPAIGN, rows, known, {}, **SEEN, memory=memory)
        ((_, edit),) = edits.items()
        assert (edit.was, edit.now) == (1, now if cell == "" else 0)
