"""Columns of «Муниципалитеты» when the worker begins again: it died, forgot, lost the tab, has another one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheets import OutcomeUnknown
from sync.refresh import COLUMNS
from tests.sync.desk import Desk
from tests.sync.test_municipalities_columns import (
    ALEXANDROV,
    EVENTS,
    FORMER,
    OWN,
    SOCIAL,
    VYAZNIKI,
    Change,
    at_work,
    changed,
    column,
    dropped,
    own_column,
    renamed,
    restarted,
    sheet,
    swapped,
    titles,
)
from tests.sync.test_staff import rebuilt_by


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
@pytest.mark.parametrize("change", [dropped, renamed, swapped])
def test_a_worker_that_dies_while_it_writes_the_columns(desk: Desk, kind: str, change: Change) -> None:
    before = titles(at_work(desk))
    own_column(desk)
    later = changed(desk, change)
    later.worker().prepare()
    worker = later.worker()
    worker.prepare()
    desk.server.faults({"kind": kind, "next": 1, "path": ":batchUpdate"})
    with pytest.raises(OutcomeUnknown):
        worker.refresh_now()
    later.worker().refresh_now()
    later.worker().refresh_now()
    new = {"events": EVENTS, "social_publications": SOCIAL}
    now = {new[q.id]: q.header for q in later.campaign.sheet_questions if q.id in new}
    expected = [now.get(str(title), title) for title in before if change is not dropped or title != EVENTS]
    assert titles(desk) == [*expected, *([FORMER] if change is dropped else []), OWN]


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_a_worker_that_dies_while_it_makes_a_column_that_the_ministry_has_too(desk: Desk, kind: str) -> None:
    without = changed(desk, dropped)
    without.worker().refresh_now()
    before = titles(without)
    own_column(desk, EVENTS)
    later = changed(desk)
    later.submit(ALEXANDROV, {"events": 3})
    worker = later.worker()
    later.deliver_all(worker)
    desk.server.faults({"kind": kind, "next": 1, "path": ":batchUpdate"})
    with pytest.raises(OutcomeUnknown):
        worker.refresh_now()
    later.submit(VYAZNIKI, {"events": 4})
    worker = later.worker()
    later.deliver_all(worker)
    worker.refresh_now()
    assert sorted(map(str, titles(desk))) == sorted([*map(str, before), EVENTS, EVENTS])
    assert column(desk, EVENTS, 1)[ALEXANDROV] == "звонили"
    assert (column(desk, EVENTS)[ALEXANDROV], column(desk, EVENTS)[VYAZNIKI]) == (3, 4)


def test_an_outbox_without_a_memory_of_the_columns(desk: Desk) -> None:
    """It is older than the memory: nobody knows whose a column is, so all stay as they are."""
    before = titles(at_work(desk))
    own_column(desk)
    desk.outbox.bindings.remember(desk.spreadsheet.id, COLUMNS, None)
    later = restarted(desk, dropped)
    assert titles(desk) == [title for title in before if title != EVENTS] + [EVENTS, OWN]
    later.worker().refresh_now()
    assert titles(desk) == [title for title in before if title != EVENTS] + [EVENTS, OWN]


def test_a_deleted_tab_is_made_again_with_the_columns_of_today(desk: Desk) -> None:
    before = titles(at_work(desk))
    desk.staff({"deleteSheet": {"sheetId": sheet(desk)}})
    restarted(desk, dropped)
    assert titles(desk) == [title for title in before if title != EVENTS]
    restarted(desk)
    assert titles(desk) == before


def test_a_rebuilt_spreadsheet_has_the_columns_of_today_and_remembers_them(desk: Desk) -> None:
    before = titles(at_work(desk))
    later = restarted(desk, dropped)
    fresh = desk.server.create()
    rebuilt_by(later, fresh, edits=0)
    target = replace(later, context=replace(later.context, spreadsheet=desk.at(fresh)), spreadsheet=desk.at(fresh))
    now = [title for title in before if title != EVENTS]
    assert titles(target) == now
    restarted(target, dropped, lambda text: text.replace("header: Публикации в СМИ", "header: СМИ"))
    assert titles(target) == [title if title != "Публикации в СМИ" else "СМИ" for title in now]
    assert FORMER in titles(desk)
