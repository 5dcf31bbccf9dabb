"""The summary as a whole: made whatever stands in the cells, consistent, and all that it says is documented."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import Cell
from outbox.records import StaffEdit
from sheets import SheetTab
from sync.records.states import State
from sync.records.table import ACCEPTED, ID, MUNICIPALITY, OKTMO, REASONS, RECEIPT, VERSION
from sync.tabs import OWNED, TabAsRead, WrittenState, tabs_write
from tests.sync.factories import ALEXANDROV, KOVROV, NOW, VLADIMIR, VYAZNIKI, Made, answers, at, serial, the_campaign

ROOT = Path(__file__).resolve().parents[2]
CAMPAIGN = the_campaign()
COLUMNS = [RECEIPT, ACCEPTED, OKTMO, MUNICIPALITY, VERSION, REASONS, ID, *(q.id for q in CAMPAIGN.sheet_questions)]

WILD: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["", " ", "=1+1", "17605000", ALEXANDROV, "город Ковров", "Ковров", "1 234", "30.05.2023 14:00"]),
    st.sampled_from([17605000, 45076.5, "0" * 32, "\x00", "\ud800", "https://example.org/1", "Родители; Марсиане"]),
)


def start() -> Made:
    """Reports of several kinds."""
    made = Made()
    made.submit(ALEXANDROV, answers(10), at("2023-05-02 10:00"))
    made.submit(ALEXANDROV, answers(12), at("2023-05-12 10:00"), previous=answers(10))
    made.submit(VYAZNIKI, answers(20, informed=5), late=True)
    made.submit(VLADIMIR, answers(4), row=False)
    made.submit(KOVROV, answers(4), delivered=False)
    return made


def state() -> WrittenState:
    keys = (*OWNED, "answers")
    seen = {key: SheetTab(i, key, i, 100, 26) for i, key in enumerate(keys)}
    return WrittenState.fresh(seen).with_read({key: TabAsRead([], 100, 26) for key in OWNED})


def check_whole(made: Made) -> None:
    summary = made.summary(NOW + timedelta(hours=1))
    totals = summary.totals
    assert sum(totals.states.values()) == len(CAMPAIGN.municipalities)
    assert totals.reported == totals.states[State.ON_TIME] + totals.states[State.LATE]
    assert totals.agrees
    assert (totals.days[-1].total if totals.days else 0) == (totals.main or 0)
    assert (totals.days[-1].reports if totals.days else 0) == totals.reported
    assert totals.weeks[-1].total == totals.days[-1].total if totals.days else not totals.weeks
    for one in summary.municipalities:
        assert (one.total is not None) == one.state.reported == bool(one.values)
        assert one.marked == bool(one.remarks)
    assert all(remark.message and remark.advice for remark in summary.problems)
    assert set(summary.left_out) <= set(summary.problems) | {r for r in summary.left_out if "не учтён" in r.message}
    json.dumps(tabs_write(CAMPAIGN, summary, state()).requests, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.dictionaries(st.sampled_from(COLUMNS), WILD, max_size=6), max_size=4),
    st.dictionaries(st.tuples(st.integers(0, 2), st.sampled_from(COLUMNS)), WILD, max_size=6),
)
def test_whatever_staff_write_the_summary_is_made(
    new: list[dict[str, Cell]], edits: dict[tuple[int, str], Cell]
) -> None:
    made = start()
    for (row, column), cell in edits.items():
        made.rows[row][column] = cell
    made.rows += new
    check_whole(made)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_staff_copy_delete_sort_and_add_and_the_summary_stays_consistent(draw: random.Random) -> None:
    made = start()
    for _ in range(draw.randint(1, 8)):
        match draw.randint(0, 4):
            case 0 if made.rows:
                made.rows.append(dict(draw.choice(made.rows)))
            case 1 if made.rows:
                made.rows.remove(draw.choice(made.rows))
            case 2:
                draw.shuffle(made.rows)
            case 3:
                times: list[Cell] = ["", serial(NOW), serial(NOW + timedelta(minutes=draw.randint(0, 3)))]
                accepted = draw.choice(times)
                oktmo = draw.choice([m.oktmo for m in CAMPAIGN.municipalities[:4]])
                made.manual_row(answers(draw.randint(0, 9)), oktmo=oktmo, accepted=accepted)
            case 4 if made.rows:
                cells: list[Cell] = [300, "много", "", -1]
                draw.choice(made.rows)["informed"] = draw.choice(cells)
    check_whole(made)


def test_edits_of_superseded_rows_are_remarked_and_change_nothing() -> None:
    made = Made()
    oldest = made.submit(ALEXANDROV, answers(8), NOW - timedelta(days=2))
    older = made.submit(ALEXANDROV, answers(9), NOW - timedelta(days=1))
    made.submit(ALEXANDROV, answers(10))
    made.edit(oldest, "informed", 500)
    made.rows.remove(made.row_of(older))
    made.edits.append(StaffEdit("sheet", older.id, older.id, ALEXANDROV, None, "deleted", older.receipt, None, NOW))
    summary = made.summary()
    assert summary.totals.main == 10
    assert [r.code for r in summary.problems] == ["old_row_corrected", "old_row_deleted"]
    deleted_newer = Made()
    first = deleted_newer.submit(ALEXANDROV, answers(8), NOW - timedelta(days=1))
    deleted_newer.submit(ALEXANDROV, answers(9))
    deleted_newer.submit(ALEXANDROV, answers(10))
    deleted_newer.edits.append(
        StaffEdit("sheet", first.id, first.id, ALEXANDROV, None, "deleted", first.receipt, None, NOW)
    )
    (remark,) = deleted_newer.summary().problems
    assert (remark.code, remark.receipt, remark.level) == ("old_row_deleted", first.receipt, "warning")


def test_an_edit_that_was_taken_back_is_no_correction() -> None:
    made = Made()
    submission = made.submit(ALEXANDROV, answers(10))
    made.edits.append(
        StaffEdit("sheet", submission.id, submission.id, ALEXANDROV, "informed", "restored", 300, 110, NOW)
    )
    summary = made.summary()
    assert summary.problems == ()
    assert summary.by_oktmo[ALEXANDROV].corrections == ()


def test_a_missing_column_is_blank_and_reports_that_came_before_it_stay_counted() -> None:
    made = Made()
    made.submit(ALEXANDROV, {k: v for k, v in answers(10).items() if k != "informed"})
    table = made.table()
    columns = {name: cells for name, cells in table.columns.items() if name != "informed"}
    made.table = lambda: type(table)(columns, table.rows)  # type: ignore[method-assign]
    summary = made.summary()
    assert (summary.totals.main, [r.code for r in summary.problems]) == (10, ["asked_later"])


@pytest.mark.parametrize("tab", OWNED)
def test_every_tab_has_its_file(tab: str) -> None:
    assert (ROOT / "sync" / "tabs" / f"{tab}.py").exists()
