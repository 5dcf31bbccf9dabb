"""Which row counts: the rules of the design, one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaign import Cell
from outbox.records import DraftIdentity
from sync.records.states import State
from sync.records.table import ACCEPTED, OKTMO, RECEIPT, VERSION
from tests.sync.factories import (
    ALEXANDROV,
    KOVROV,
    NOW,
    VYAZNIKI,
    Made,
    answers,
    at,
    codes,
    serial,
    state_of,
    the_campaign,
    total_of,
)

EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(minutes=10)


def test_every_municipality_has_exactly_one_state_and_they_sum() -> None:
    made = Made()
    made.submit(ALEXANDROV)
    made.submit(VYAZNIKI, late=True)
    made.drafts.append(DraftIdentity(KOVROV, NOW))
    summary = made.summary()
    assert sum(summary.totals.states.values()) == len(the_campaign().municipalities) == 21
    assert summary.totals.states[State.SILENT] == 18
    assert summary.totals.reported == 2
    assert [state_of(summary, o) for o in (ALEXANDROV, VYAZNIKI, KOVROV)] == [State.ON_TIME, State.LATE, State.DRAFT]


def test_of_several_versions_the_highest_counts() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10), EARLIER)
    newest = made.submit(ALEXANDROV, answers(25))
    made.rows.reverse()  # staff sorted the tab the other way round
    one = made.summary().by_oktmo[ALEXANDROV]
    assert (one.total, one.receipt, one.version) == (25, newest.receipt, 2)


def test_zero_is_not_the_same_as_no_report() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(0))
    summary = made.summary()
    assert (total_of(summary), summary.totals.main) == (0, 0)
    assert total_of(summary, VYAZNIKI) is None
    assert Made().summary().totals.main is None


def test_an_error_excludes_and_no_older_version_steps_in() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10), EARLIER)
    newest = made.submit(ALEXANDROV, answers(25))
    made.row_of(newest)["informed"] = "много"
    summary = made.summary()
    assert (state_of(summary), total_of(summary)) == (State.EXCLUDED, None)
    assert "not_a_number" in codes(summary)
    assert [r.oktmo for r in summary.left_out] == [ALEXANDROV]


def test_an_error_in_an_older_version_does_not_matter() -> None:
    made = Made()
    older = made.submit(ALEXANDROV, answers(10), EARLIER)
    made.submit(ALEXANDROV, answers(25))
    made.row_of(older)["informed"] = "много"
    assert total_of(made.summary()) == 25


def test_a_deleted_row_adds_nothing_and_no_older_version_steps_in() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10), EARLIER)
    newest = made.submit(ALEXANDROV, answers(25), row=False)
    summary = made.summary()
    assert (state_of(summary), total_of(summary)) == (State.DELETED, None)
    remark = next(r for r in summary.problems if r.code == "row_deleted")
    assert newest.receipt in remark.advice
    assert summary.left_out == (remark,)


def test_while_a_new_version_waits_the_delivered_one_counts_with_a_remark() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10), EARLIER)
    made.submit(ALEXANDROV, answers(25), delivered=False)
    summary = made.summary()
    assert (state_of(summary), total_of(summary)) == (State.ON_TIME, 10)
    assert summary.by_oktmo[ALEXANDROV].waiting
    assert summary.waiting.count == 1


def test_a_report_that_only_waits_is_not_counted_yet() -> None:
    made = Made()
    made.submit(ALEXANDROV, delivered=False)
    summary = made.summary()
    assert (state_of(summary), summary.by_oktmo[ALEXANDROV].waiting) == (State.SILENT, True)


def test_a_row_that_is_there_counts_before_its_delivery_is_confirmed() -> None:
    made = Made()
    submission = made.submit(ALEXANDROV, answers(10))
    del made.delivered[submission.id]
    assert total_of(made.summary()) == 10


def test_a_submission_set_aside_excludes_and_is_named() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10), EARLIER)
    made.put_aside(made.submit(ALEXANDROV, answers(25)))
    summary = made.summary()
    assert state_of(summary) is State.EXCLUDED
    remark = next(r for r in summary.problems if r.code == "set_aside")
    assert (remark.level, remark.municipality) == ("error", "Александровский муниципальный район")
    assert remark in summary.left_out


def test_an_older_submission_set_aside_does_not_exclude() -> None:
    made = Made()
    made.put_aside(made.submit(ALEXANDROV, answers(10), EARLIER))
    made.submit(ALEXANDROV, answers(25))
    summary = made.summary()
    assert (state_of(summary), total_of(summary)) == (State.ON_TIME, 25)


def test_equal_rows_with_one_id_count_once() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    made.rows.append(dict(made.rows[0]))
    summary = made.summary()
    assert total_of(summary) == 10
    assert codes(summary) == ["duplicate_id"]


def test_different_rows_with_one_id_do_not_count_and_both_are_named() -> None:
    made = Made()
    submission = made.submit(ALEXANDROV, answers(10))
    made.rows.append(made.cells(submission, answers(12)))
    summary = made.summary()
    assert (state_of(summary), total_of(summary)) == (State.EXCLUDED, None)
    (named,) = [r for r in summary.problems if r.code == "duplicate_id"]
    assert "2 и 3" in named.message
    assert summary.left_out == (named,)


@pytest.mark.parametrize(
    ("one", "other", "same"), [(1, 1.0, True), (True, 1, False), (True, 1.0, False), ("", None, True)]
)
def test_a_tick_is_no_number_where_rows_of_one_id_are_compared(one: Cell, other: Cell, same: bool) -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    made.rows.append(dict(made.rows[0]))
    for row, cell in zip(made.rows, (one, other), strict=True):
        row["comment"] = cell
    levels = {r.level for r in made.summary().problems if r.code == "duplicate_id"}
    assert levels == {"warning" if same else "error"}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (RECEIPT, "ФО-99999"),
        (OKTMO, VYAZNIKI),
        (VERSION, 7),
        (ACCEPTED, serial(at("2023-05-01 00:00"))),
        (ACCEPTED, "вчера"),
        (ACCEPTED, ""),
    ],
)
def test_edited_identity_is_reported_and_ignored(column: str, cell: str | float) -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    made.rows[0][column] = cell
    summary = made.summary()
    assert (total_of(summary), codes(summary)) == (10, ["identity_edited"])
    assert total_of(summary, VYAZNIKI) is None


@pytest.mark.parametrize("cell", [int(ALEXANDROV), float(ALEXANDROV), f" {ALEXANDROV} "])
def test_the_same_code_written_otherwise_is_no_edit(cell: str | float) -> None:
    made = Made()
    made.submit(ALEXANDROV)
    made.rows[0][OKTMO] = cell
    assert codes(made.summary()) == []


def test_time_typed_as_text_is_no_edit() -> None:
    made = Made()
    made.submit(ALEXANDROV, when=at("2023-05-28 12:00"))
    made.rows[0][ACCEPTED] = "28.05.2023 12:00"
    assert codes(made.summary()) == []


def test_a_cleared_identity_column_is_a_few_remarks() -> None:
    made = Made()
    for _ in range(200):
        made.submit(ALEXANDROV)
    for row in made.rows:
        row[RECEIPT] = ""
    edited = [r for r in made.summary().problems if r.code == "identity_edited"]
    assert len(edited) == 21
    assert any("180" in r.message for r in edited)
