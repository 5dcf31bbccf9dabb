"""What the desk asks to be put back: the worker reads, says, and does it once it is confirmed."""

from __future__ import annotations

import pytest

from outbox.restore_requests import RestoreRequest
from tests.sync.harness import Desk
from tests.sync.losses import INFORMED, clear_column, look, reported, trouble

pytestmark = pytest.mark.slow


def last(desk: Desk) -> RestoreRequest:
    found = desk.outbox.restore_requests.get(desk.campaign.id)
    assert found is not None
    return found


def move(desk: Desk, number: int, left: str, state: str) -> bool:
    return desk.outbox.restore_requests.move(desk.campaign.id, number, [left], state)  # type: ignore[list-item, arg-type]


def test_what_is_gone_comes_back_after_a_word_of_the_desk(desk: Desk) -> None:
    """While a loss stops the refresh, which is when it is needed; what two people press at once is done once."""
    worker, sent = reported(desk, 5)
    clear_column(desk)
    look(desk, worker, 2)
    assert trouble(worker).startswith("Пересчёт остановлен")
    assert desk.outbox.restore_requests.ask(desk.campaign.id, "", "Специалист") is not None
    assert desk.outbox.restore_requests.ask(desk.campaign.id, "", "Другой") is None
    before = desk.grid()
    worker.restore()
    shown = last(desk)
    assert (shown.state, shown.who, shown.changed) == ("shown", "Специалист", False)
    assert shown.words == (f"«{INFORMED}»: пустых ячеек будет заполнено — 5.",)
    worker.restore()
    assert last(desk) == shown
    assert desk.grid() == before, "nothing is done before a yes"
    assert move(desk, shown.number, "shown", "confirmed")
    assert not move(desk, shown.number, "shown", "confirmed"), "the second press"
    worker.restore()
    assert last(desk).state == "ordered"
    look(desk, worker, 3)
    worker.restore()
    assert (last(desk).state, last(desk).words) == ("done", shown.words)
    assert [row[INFORMED] for row in desk.rows()] == [one.answers["informed"] for one in sent]
    assert not trouble(worker)


def test_one_report_comes_back_and_is_done_when_its_row_stands(desk: Desk) -> None:
    worker, sent = reported(desk, 4)
    desk.delete_rows(2, 3)
    look(desk, worker, 2)
    gone = next(one for one in sent if one.id not in {row["ID"] for row in desk.rows()})
    desk.outbox.restore_requests.ask(desk.campaign.id, gone.receipt, "Специалист")
    worker.restore()
    assert gone.receipt in last(desk).words[0]
    move(desk, last(desk).number, "shown", "confirmed")
    worker.restore()
    assert (last(desk).state, last(desk).ids) == ("ordered", (gone.id,))
    worker.restore()
    assert last(desk).state == "ordered", "not before it was seen"
    desk.deliver_all(worker)
    worker.restore()
    assert last(desk).state == "done"
    assert gone.id in {row["ID"] for row in desk.rows()}


def test_a_plan_that_changed_since_is_shown_again_and_not_done(desk: Desk) -> None:
    worker, sent = reported(desk, 5)
    clear_column(desk)
    desk.outbox.restore_requests.ask(desk.campaign.id, "", "Специалист")
    worker.restore()
    number = last(desk).number
    desk.edit(3, INFORMED, sent[1].answers["informed"])
    move(desk, number, "shown", "confirmed")
    worker.restore()
    assert (last(desk).state, last(desk).changed) == ("shown", True)
    assert last(desk).words == (f"«{INFORMED}»: пустых ячеек будет заполнено — 4.",)
    move(desk, number, "shown", "confirmed")
    worker.restore()
    assert last(desk).state == "ordered"


def test_a_request_that_cannot_be_met_says_why(desk: Desk) -> None:
    """The worker goes on; another request may follow, with a number of its own."""
    worker, _ = reported(desk, 3)
    for receipt, words in (("", "возвращать нечего"), ("ФО-99999", "ФО-99999")):
        request = desk.outbox.restore_requests.ask(desk.campaign.id, receipt, "Специалист")
        worker.restore()
        assert request is not None
        assert last(desk).state == "failed"
        assert words in last(desk).words[0]
    assert last(desk).number == 2
    desk.server.faults({"kind": "error", "status": 403, "next": 50})
    try:
        desk.outbox.restore_requests.ask(desk.campaign.id, "", "Специалист")
        worker.restore()
        assert last(desk).state == "failed"
    finally:
        desk.server.clear_faults()
    assert move(desk, 3, "failed", "dropped")
    worker.restore()
    assert last(desk).state == "dropped"
