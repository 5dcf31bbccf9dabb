"""`python -m sync --once`: one line of what came of it, and in «Свод» why it stands still."""

from __future__ import annotations

import pytest

from sync.process.once import run_once
from sync.tabs.summary import NOTICE_ROW
from tests.sync.harness import Desk

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI = "17605000", "17610000"


@pytest.mark.parametrize("waiting", [False, True], ids=["nothing waits", "a report waits"])
def test_broken_headers_are_shown_in_the_summary(desk: Desk, waiting: bool) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    assert run_once(worker, desk.time.sleep).done
    desk.edit(1, "Версия", "Версия отчёта")
    if waiting:
        desk.submit(VYAZNIKI)
    desk.time.now += 1000
    outcome = run_once(desk.worker(), desk.time.sleep)
    assert not outcome.done
    notice = desk.grid(desk.sheets()["Свод"])[NOTICE_ROW][0]
    assert str(notice).startswith("Отправка и пересчёт остановлены: ")
    assert " ".join(str(notice).split()) in outcome.words  # the notice is broken into lines
    desk.edit(1, "Версия отчёта", "Версия")
    desk.time.now += 1000
    assert run_once(desk.worker(), desk.time.sleep).done
    assert not any(str(notice) in map(str, row) for row in desk.grid(desk.sheets()["Свод"]))


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_a_refresh_of_unknown_outcome_is_tried_again_from_a_new_look(desk: Desk, kind: str) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.server.faults({"kind": kind, "next": 1, "path": ":batchUpdate", "method": "POST"})
    outcome = run_once(worker, desk.time.sleep)
    assert outcome.done, outcome.words
    assert any(row[:2] == ["Всего зарегистрировалось", 6] for row in desk.grid(desk.sheets()["Свод"]))
