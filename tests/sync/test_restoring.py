"""`restore` and `accept`: what was lost in «Ответы» comes back, or is an edit of the ministry, after a question."""

from __future__ import annotations

import pytest

from sync.errors import CommandError
from sync.process import restoring
from sync.texts import loss as texts
from tests.sync.harness import Desk
from tests.sync.losses import (
    INFORMED,
    Answer,
    clear_column,
    clear_tab,
    delete_column,
    delete_rows,
    look,
    reported,
    trouble,
)

pytestmark = pytest.mark.slow


def test_a_loss_that_was_meant_is_an_edit(desk: Desk) -> None:
    worker, sent = reported(desk, 5)
    clear_column(desk)
    look(desk, worker, 2)
    asked = Answer(True)
    restoring.accept_loss(desk.context, INFORMED, confirm=asked)
    assert texts.ACCEPT_COLUMN.format(header=INFORMED) in asked.words
    assert texts.ACCEPT_REQUIRED in asked.words
    look(desk, worker, 2)
    assert not trouble(worker)
    edits = desk.outbox.staff_edits.current(desk.spreadsheet.id)
    assert {key for key, edit in edits.items() if edit.kind == "changed"} == {(one.id, "informed") for one in sent}
    with pytest.raises(CommandError, match="подтверждать нечего"):
        restoring.accept_loss(desk.context, INFORMED)
    with pytest.raises(CommandError, match="возвращать нечего"):
        restoring.restore(desk.context)  # what the ministry emptied is not lost
    restoring.restore(desk.context, column=f"«{INFORMED}»")  # unless somebody asks for this very column
    look(desk, worker, 2)
    assert [row[INFORMED] for row in desk.rows()] == [100, 101, 102, 103, 104]


def test_rows_that_were_deleted_on_purpose_stay_deleted(desk: Desk) -> None:
    worker, _ = reported(desk, 5)
    delete_rows(desk)
    look(desk, worker, 2)
    restoring.accept_loss(desk.context, texts.ROWS)
    look(desk, worker, 2)
    assert not trouble(worker)
    found = [desk.outbox.statuses.get(desk.campaign.id, one.oktmo) for one in desk.campaign.municipalities[:5]]
    assert {one.state for one in found if one} == {"deleted"}


def test_a_deleted_column_that_was_meant_comes_back_blank(desk: Desk) -> None:
    worker, _ = reported(desk, 4)
    delete_column(desk)
    look(desk, worker, 2)
    restoring.accept_loss(desk.context, INFORMED)
    look(desk, worker, 3)
    assert not trouble(worker)
    assert [row[INFORMED] for row in desk.rows()] == [""] * 4


def test_restore_says_what_it_will_do_and_does_nothing_without_a_yes(desk: Desk) -> None:
    worker, sent = reported(desk, 4)
    desk.edit(3, INFORMED, 900)
    look(desk, worker)
    clear_column(desk)
    look(desk, worker, 2)
    asked = Answer(False)
    assert restoring.restore(desk.context, confirm=asked) == texts.LEFT
    assert asked.words == f"{texts.PLAN}\n  " + texts.PLAN_CORRECTED.format(header=INFORMED, count=4, corrected=1)
    look(desk, worker, 2)
    assert trouble(worker)
    restoring.restore(desk.context, sent[1].receipt)
    look(desk, worker, 2)
    assert [row[INFORMED] for row in desk.rows()] == ["", 900, "", ""]
    assert trouble(worker)  # the others are still missing
    restoring.restore(desk.context, column=INFORMED)
    look(desk, worker, 2)
    assert [row[INFORMED] for row in desk.rows()] == [100, 900, 102, 103]
    assert not trouble(worker)


def test_restore_says_that_rows_added_by_hand_do_not_come_back(desk: Desk) -> None:
    worker, _ = reported(desk, 4)
    header = desk.grid()[0]
    desk.edit(6, "ОКТМО", desk.campaign.municipalities[7].oktmo)
    look(desk, worker)
    clear_column(desk)
    look(desk, worker, 2)
    asked = Answer(True)
    restoring.restore(desk.context, confirm=asked)
    assert texts.PLAN_MANUAL_ROWS.format(rows="6") in asked.words
    look(desk, worker, 2)
    assert [row[header.index(INFORMED)] for row in desk.grid()[1:5]] == [100, 101, 102, 103]
    assert len(desk.grid()[5]) <= header.index(INFORMED) or desk.grid()[5][header.index(INFORMED)] in ("", None)
    clear_tab(desk)
    look(desk, worker)
    asked = Answer(False)
    restoring.restore(desk.context, confirm=asked)
    names, tab = desk.campaign.municipalities[7].name, desk.campaign.spreadsheet.tabs.municipalities
    assert texts.PLAN_GONE_MANUAL_ROWS.format(names=names, tab=tab) in asked.words


def test_restore_fills_blank_cells_only(desk: Desk) -> None:
    worker, _ = reported(desk, 5)
    clear_column(desk)
    desk.edit(4, INFORMED, 55)
    look(desk, worker, 2)
    assert trouble(worker)
    restoring.restore(desk.context)
    look(desk, worker, 2)
    assert not trouble(worker)
    assert [row[INFORMED] for row in desk.rows()] == [100, 101, 55, 103, 104]


def test_cells_are_not_filled_into_rows_that_were_sorted_meanwhile(desk: Desk) -> None:
    worker, sent = reported(desk, 5)
    clear_column(desk)
    look(desk, worker, 2)
    restoring.restore(desk.context)
    left = [lambda: desk.sort(0)]
    desk.spreadsheet.before_write = lambda body: left.pop()() if left and "SVOD" in body.upper() else None
    look(desk, worker, 3)
    by_id = {row["ID"]: row[INFORMED] for row in desk.rows()}
    assert by_id == {one.id: one.answers["informed"] for one in sent}
    assert not trouble(worker)
    assert not left


def test_nothing_to_restore_is_reported(desk: Desk) -> None:
    reported(desk, 3)
    with pytest.raises(CommandError, match="возвращать нечего"):
        restoring.restore(desk.context)
    with pytest.raises(CommandError, match="у программы нет"):
        restoring.restore(desk.context, column="Заметки")
