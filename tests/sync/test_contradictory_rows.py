"""A row says who it is by several marks: where these name several reports, it is named, and harms nobody else."""

from __future__ import annotations

import pytest

from sync.process.worker import Worker
from sync.records.states import State
from sync.records.table import ACCEPTED, ID, MUNICIPALITY, OKTMO, RECEIPT, VERSION
from sync.texts import tabs as texts
from tests.sync.factories import ALEXANDROV as FIRST
from tests.sync.factories import KOVROV, NOW, Made, answers, codes, serial, state_of, total_of
from tests.sync.factories import VYAZNIKI as SECOND
from tests.sync.harness import Desk
from tests.sync.test_origins import ALEXANDROV, EVENTS, GOROKHOVETS, VYAZNIKI, remarks, reported, silent, state

pytestmark = pytest.mark.slow

ON_TIME, EXCLUDED = "сдан в срок", "исключён (ошибка)"
EVENTS_TOTAL = f"{EVENTS}, ед."


def cells(desk: Desk, row: int) -> dict[str, object]:
    """A row of «Ответы» by header. row: 1-based."""
    header, *_ = grid = desk.grid()
    return dict(zip(map(str, header), [*grid[row - 1], *[""] * len(header)], strict=False))


def add_row(desk: Desk, content: dict[str, object]) -> None:
    """Staff add a row."""
    made = []
    for name in desk.grid()[0]:
        value = content.get(str(name))
        kind = "stringValue" if isinstance(value, str) else "numberValue"
        made.append({} if value in (None, "") else {"userEnteredValue": {kind: value}})
    row = {"values": made}
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": [row], "fields": "userEnteredValue"}})


def states(desk: Desk) -> list[str]:
    return [state(desk, oktmo) for oktmo in (ALEXANDROV, VYAZNIKI, GOROKHOVETS)]


def contradictory(desk: Desk, municipality: str) -> dict[str, str]:
    (found,) = [r for r in remarks(desk, municipality) if r[texts.CODE] == "contradictory_row"]
    return found


def check_nobody_is_asked_to_delete(desk: Desk) -> None:
    for name in ("Александровский", "Вязниковский", "Гороховецкий"):
        for remark in remarks(desk, name):
            words = remark[texts.TO_DO].replace("Ничего не удаляйте", "")
            assert "удал" not in words.lower(), words
            assert "sync restore" not in words


@pytest.fixture
def worker(desk: Desk) -> Worker:
    """Three reports: rows 2, 3 and 4."""
    return reported(desk, ALEXANDROV, VYAZNIKI, GOROKHOVETS)


def test_an_id_pasted_over_anothers_id(desk: Desk, worker: Worker) -> None:
    mine, lost = cells(desk, 2)["ID"], cells(desk, 3)["ID"]
    desk.edit(3, "ID", mine)
    worker.refresh_now()
    assert states(desk) == [ON_TIME, EXCLUDED, ON_TIME]
    assert desk.figure(EVENTS_TOTAL) == 2
    remark = contradictory(desk, "Вязниковский")
    assert remark[texts.LEVEL] == texts.ERROR
    assert "«ID» — отчёта ФО-00001 (Александровский" in remark[texts.WHAT]
    assert "«Приём» — отчёта ФО-00002 (Вязниковский" in remark[texts.WHAT]
    assert f"впишите в «ID» {lost}" in remark[texts.TO_DO]
    assert remarks(desk, "Александровский") == []
    check_nobody_is_asked_to_delete(desk)
    assert silent(desk, VYAZNIKI)[texts.REMINDER].startswith("Напоминание не нужно")
    assert cells(desk, 3)["Учёт"] == "исключён: в строке названы разные отчёты или муниципалитеты"
    desk.edit(3, "ID", lost)
    worker.refresh_now()
    assert states(desk) == [ON_TIME] * 3


def test_two_rows_with_exchanged_ids(desk: Desk, worker: Worker) -> None:
    one, other = cells(desk, 2)["ID"], cells(desk, 3)["ID"]
    desk.edit(2, EVENTS, 5)
    desk.edit(2, "ID", other)
    desk.edit(3, "ID", one)
    worker.refresh_now()
    assert states(desk) == [EXCLUDED, EXCLUDED, ON_TIME]
    for name, right in (("Александровский", one), ("Вязниковский", other)):
        assert f"впишите в «ID» {right}" in contradictory(desk, name)[texts.TO_DO]
    check_nobody_is_asked_to_delete(desk)
    desk.edit(2, "ID", one)
    desk.edit(3, "ID", other)
    worker.refresh_now()
    assert states(desk) == [ON_TIME] * 3
    assert desk.figure(EVENTS_TOTAL) == 7


def test_a_row_copied_with_its_id_for_another_municipality(desk: Desk, worker: Worker) -> None:
    silent_one = desk.campaign.municipalities[5]
    copy = {**cells(desk, 2), "ОКТМО": silent_one.oktmo, "Муниципалитет": silent_one.name, EVENTS: 9}
    add_row(desk, copy)
    worker.refresh_now()
    assert states(desk) == [ON_TIME] * 3
    assert state(desk, silent_one.oktmo) == EXCLUDED
    assert desk.figure(EVENTS_TOTAL) == 3
    remark = contradictory(desk, silent_one.name)
    assert "сотрите в строке «ID» и «Приём»" in remark[texts.TO_DO]
    check_nobody_is_asked_to_delete(desk)
    desk.edit(5, "ID", None)
    desk.edit(5, "Приём", None)
    worker.refresh_now()
    assert state(desk, silent_one.oktmo) == ON_TIME
    assert desk.figure(EVENTS_TOTAL) == 12


def test_codes_and_names_exchanged_between_two_rows(desk: Desk, worker: Worker) -> None:
    for row, oktmo, name in ((2, VYAZNIKI, "Вязниковский муниципальный район"), (3, ALEXANDROV, None)):
        desk.edit(row, "ОКТМО", oktmo)
        if name:
            desk.edit(row, "Муниципалитет", name)
    worker.refresh_now()
    assert states(desk) == [ON_TIME] * 3
    assert desk.figure(EVENTS_TOTAL) == 3
    check_nobody_is_asked_to_delete(desk)


def test_a_note_with_any_words_changes_nobodys_state(desk: Desk, worker: Worker) -> None:
    receipt, mark = cells(desk, 2)["Приём"], cells(desk, 3)["ID"]
    add_row(desk, {"Приём": receipt, "Муниципалитет": "созвонились, исправят"})
    add_row(desk, {"Приём": "строка записана заново", "Комментарий": mark})
    desk.edit(4, "Комментарий", f"см. {mark}")
    worker.refresh_now()
    assert states(desk) == [ON_TIME] * 3
    assert desk.figure(EVENTS_TOTAL) == 3


def test_a_receipt_of_another_campaign_counts_for_nobody(desk: Desk, worker: Worker) -> None:
    other = desk.campaign.municipalities[5]
    add_row(desk, {**cells(desk, 2), "Приём": "ОС-00007", "ОКТМО": other.oktmo, "Муниципалитет": "", "ID": "f" * 32})
    worker.refresh_now()
    assert state(desk, other.oktmo) == "не сдан"
    assert desk.figure(EVENTS_TOTAL) == 3
    rows = desk.grid(desk.sheets()["Замечания"])
    assert any("foreign_receipt" in map(str, row) and "ОС-00007" in str(row) for row in rows)


def test_two_versions_with_one_id() -> None:
    made = Made()
    old = made.submit(FIRST, answers(10))
    new = made.submit(FIRST, answers(25))
    made.row_of(new)[ID] = old.id
    summary = made.summary()
    assert (state_of(summary, FIRST), total_of(summary, FIRST)) == (State.EXCLUDED, None)
    (remark,) = [r for r in summary.problems if r.code == "contradictory_row"]
    assert new.id in remark.advice
    assert [r.code for r in summary.problems] == ["contradictory_row"]


def test_an_id_pasted_on_a_superseded_row_is_only_a_warning() -> None:
    made = Made()
    old = made.submit(FIRST, answers(10))
    new = made.submit(FIRST, answers(25))
    made.row_of(old)[ID] = new.id
    summary = made.summary()
    assert (state_of(summary, FIRST), total_of(summary, FIRST)) == (State.ON_TIME, 25)
    assert [(r.code, r.level) for r in summary.problems] == [("contradictory_row", "warning")]


@pytest.mark.parametrize("column", [RECEIPT, ACCEPTED, OKTMO, MUNICIPALITY, VERSION])
def test_a_copy_with_another_mark_leaves_the_reports_own_row_in_place(column: str) -> None:
    made = Made()
    one = made.submit(FIRST, answers(10))
    other = made.submit(SECOND, answers(1))
    wrong = {**made.row_of(other), ACCEPTED: serial(NOW) - 2, VERSION: 2}
    made.rows.append({**made.row_of(one), "events": 7, column: wrong[column]})
    summary = made.summary()
    assert (state_of(summary, FIRST), total_of(summary, FIRST)) == (State.ON_TIME, 10)
    assert (state_of(summary, SECOND), total_of(summary, SECOND)) == (State.ON_TIME, 1)
    assert "contradictory_row" in {r.code for r in summary.problems}
    assert "duplicate_id" not in {r.code for r in summary.problems}


def test_a_row_without_an_id_with_anothers_receipt() -> None:
    made = Made()
    one = made.submit(FIRST, answers(10))
    made.manual_row(answers(7), oktmo=KOVROV)
    made.rows[-1][RECEIPT] = one.receipt
    summary = made.summary()
    assert (state_of(summary, FIRST), total_of(summary, FIRST)) == (State.ON_TIME, 10)
    assert (state_of(summary, KOVROV), codes(summary, KOVROV)) == (State.EXCLUDED, ["contradictory_row"])
    assert "сотрите в строке «Приём»." in summary.by_oktmo[KOVROV].remarks[0].advice


def test_a_valid_manual_row_counts_beside_a_contradictory_one() -> None:
    made = Made()
    one = made.submit(FIRST, answers(10))
    made.manual_row(answers(7), oktmo=KOVROV)
    made.rows[-1][ID] = one.id
    made.manual_row(answers(8), oktmo=KOVROV, accepted=serial(NOW))
    summary = made.summary()
    assert (state_of(summary, FIRST), total_of(summary, FIRST)) == (State.ON_TIME, 10)
    assert (state_of(summary, KOVROV), total_of(summary, KOVROV)) == (State.ON_TIME, 8)
