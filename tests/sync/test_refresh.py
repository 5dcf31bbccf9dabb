"""The refresh over real HTTP: one read, at most one write, the last good summary whatever happens."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sheets import Area, RequestRefused, TabMissing, TransientError
from sync.errors import HeadersBroken
from sync.tabs.summary import NOTICE_ROW
from sync.texts import worker as texts
from tests.sync.factories import serial
from tests.sync.harness import Desk, once

ALEXANDROV, VYAZNIKI, GOROKHOVETS = "17605000", "17610000", "17615000"
INFORMED = "Сколько человек проинформировано"
READ, WRITE = "values.batchGetByDataFilter", "spreadsheets.batchUpdate"


def kinds(desk: Desk, since: int) -> list[object]:
    return [call["kind"] for call in desk.server.operations(desk.spreadsheet.id)[since:]]


def test_totals_come_from_the_tab(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.submit(VYAZNIKI, {"registered_teachers": 5})
    desk.deliver_all(worker)
    assert worker.refresh_now().wrote
    assert desk.figure("Отчитались") == 2
    assert desk.figure("Всего зарегистрировалось") == 16
    assert desk.figure("Сумма по муниципалитетам") == 16


def test_a_refresh_is_one_read_and_at_most_one_write(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    before = len(desk.server.operations(desk.spreadsheet.id))
    worker.refresh_now()
    assert kinds(desk, before) == [READ, WRITE]
    assert not worker.refresh_now().wrote
    assert kinds(desk, before) == [READ, WRITE, READ]
    desk.time.now += desk.campaign.schedule.stamp_minutes * 60
    assert not worker.refresh_now().wrote
    assert kinds(desk, before) == [READ, WRITE, READ, READ, WRITE]


def test_the_journal_goes_along_and_causes_no_write(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    desk.context.journal("delivery", 1, 1, desk.time(), "доставлено")
    assert not worker.refresh_now().wrote
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert len(desk.grid(desk.sheets()["Журнал"])) > 4


def test_the_form_learns_what_counts(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.edit(2, "Зарегистрировались: педагоги", 40)
    as_of = worker.refresh_now().as_of
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    assert (status.state, status.receipt, status.version) == ("on_time", sent.receipt, 1)
    assert status.counted["registered_teachers"] == 40
    (correction,) = status.corrections
    assert (correction.question, correction.submitted, correction.sheet) == ("registered_teachers", 1, 40)
    assert status.as_of == as_of
    silent = desk.outbox.statuses.get(desk.campaign.id, VYAZNIKI)
    assert silent is not None
    assert (silent.state, silent.counted) == ("silent", {})


def test_the_form_learns_which_correction_is_the_error(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.edit(2, "Зарегистрировались: педагоги", "много")
    worker.refresh_now()
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    assert (status.state, status.counted) == ("excluded", {})
    (correction,) = status.corrections
    assert (correction.question, correction.submitted, correction.sheet) == ("registered_teachers", 1, "много")


def add_row(desk: Desk, **changed: object) -> None:
    """Staff add a row for ALEXANDROV, later than its report: 777 informed, 2 of each line registered."""
    header = desk.grid()[0]
    numbers: dict[str, object] = {
        str(name): 2 for name in header if str(name).startswith(("Зарегистрировались", "Публикации"))
    }
    written = numbers | {
        "ОКТМО": int(ALEXANDROV),
        "Принято": serial(desk.context.now()),
        "Встречи и мероприятия": 1,
        INFORMED: 777,
    }
    written |= changed
    cells: list[dict[str, object]] = [{} for _ in header]
    for name, value in written.items():
        kind = "stringValue" if isinstance(value, str) else "numberValue"
        cells[header.index(name)] = {"userEnteredValue": {kind: value}}
    rows = [{"values": cells}]
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": rows, "fields": "userEnteredValue"}})


@pytest.mark.parametrize(("sent", "deleted"), [(True, False), (True, True), (False, False)])
@pytest.mark.parametrize(("informed", "state"), [(777, "on_time"), ("много", "excluded")])
def test_the_form_learns_that_a_manual_row_counts_for_the_municipality(
    desk: Desk, sent: bool, deleted: bool, informed: object, state: str
) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV if sent else VYAZNIKI, {"informed": 500})
    desk.deliver_all(worker)
    if deleted:
        desk.delete_rows(2, 3)
    add_row(desk, **{INFORMED: informed})
    worker.refresh_now()
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    assert (status.state, status.by_hand, status.version, status.seen) == (state, True, None, int(sent))
    assert status.counted.get("informed") == (777 if state == "on_time" else None)


def test_the_form_learns_that_manual_rows_differ(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    add_row(desk)
    add_row(desk, **{INFORMED: 778})
    worker.refresh_now()
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    assert (status.state, status.by_hand, status.seen, status.counted) == ("excluded", True, 1, {})


def test_a_version_that_waits_is_not_published_as_seen(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    add_row(desk)
    desk.submit(ALEXANDROV, {"informed": 600})
    worker.refresh_now()
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    assert (status.by_hand, status.seen, status.counted["informed"]) == (True, 1, 777)


def test_broken_headers_keep_the_last_summary_and_resume(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    desk.edit(1, "Версия", "Версия отчёта")
    desk.edit(2, "Зарегистрировались: педагоги", 40)
    desk.time.now += 1000
    worker.refresh()
    assert str(worker.trouble).startswith("Отправка и пересчёт остановлены: ")
    assert "не найдены заголовки: «Версия» — верните их" in str(worker.trouble)
    assert desk.figure("Всего зарегистрировалось") == 6
    notice = desk.grid(desk.sheets()["Свод"])[NOTICE_ROW][0]
    assert str(notice).replace("\n", " ") == str(worker.trouble)
    assert desk.outbox.bindings.recall(desk.spreadsheet.id, "trouble") == worker.trouble
    desk.edit(1, "Версия отчёта", "Версия")
    desk.time.now += 1000
    worker.refresh()
    assert worker.trouble is None
    assert desk.figure("Всего зарегистрировалось") == 45
    assert desk.grid(desk.sheets()["Свод"])[NOTICE_ROW] in ([], [""])


def test_doubled_headers_are_named(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    desk.insert_column(0, "ОКТМО")
    with pytest.raises(HeadersBroken, match="повторяются заголовки: «ОКТМО»"):
        worker.refresh_now()


def test_a_deleted_answers_tab_is_named_in_the_summary(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    sheet_id = desk.answers_id()
    desk.staff({"deleteSheet": {"sheetId": sheet_id}})
    for _ in range(3):
        desk.time.now += 100
        worker.refresh()
        worker.deliver()
    assert "Вкладка «Ответы» удалена" in (worker.trouble or "")
    assert str(desk.grid(desk.sheets()["Свод"])[NOTICE_ROW][0]).replace("\n", " ") == worker.trouble
    assert "Ответы" not in desk.sheets()


def test_a_deleted_summary_tab_is_made_again(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    desk.time.now += 100
    worker.refresh()
    desk.staff(
        {"deleteSheet": {"sheetId": desk.sheets()["Свод"]}}, {"deleteSheet": {"sheetId": desk.sheets()["Динамика"]}}
    )
    desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    for _ in range(3):
        desk.time.now += 100
        worker.refresh()
    assert list(desk.sheets()) == list(desk.campaign.spreadsheet.tabs.model_dump().values())
    assert desk.figure("Всего зарегистрировалось") == 12
    assert worker.trouble is None
    (line,) = [row for row in desk.grid(desk.sheets()["Журнал"]) if "ошибка" in row]
    assert line[-1] == (
        "Вкладка, с которой работает программа, удалена из таблицы. "
        "Если это сводная вкладка, программа сделает её заново сама."
    )


def test_renamed_and_moved_tabs_stay_ours(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    sheet_id = desk.sheets()["Свод"]
    properties = {"sheetId": sheet_id, "title": "Итоги", "index": 5}
    desk.staff({"updateSheetProperties": {"properties": properties, "fields": "title,index"}})
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert "Свод" not in desk.sheets()
    assert next(row for row in desk.grid(sheet_id) if row and row[0] == "Отчитались")[:2] == ["Отчитались", 1]


def test_a_failed_write_leaves_the_last_summary(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.server.faults({"kind": "error", "status": 429, "next": 1, "path": ":batchUpdate"})
    with pytest.raises(TransientError):
        worker.refresh_now()
    assert desk.figure("Отчитались") == 0
    worker.refresh_now()
    assert desk.figure("Отчитались") == 1


def test_a_write_of_unknown_outcome_is_repeated_in_full(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.server.faults({"kind": "reset_before", "next": 1, "path": ":batchUpdate"})
    for _ in range(2):
        desk.time.now += 100
        worker.refresh()
    assert desk.figure("Отчитались") == 1
    assert worker.trouble is None


def test_an_older_write_that_lands_over_a_newer_one_does_not_last(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    desk.time.now += 60
    worker.refresh()  # the doubt that every start brings along is over
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.server.faults({"kind": "reset_before", "next": 1, "path": ":batchUpdate"})
    desk.time.now += 1
    worker.refresh()
    assert worker.trouble is not None
    desk.time.now += 1
    worker.refresh()
    assert desk.figure("Отчитались") == 1
    grid = desk.grid(desk.sheets()["Свод"])
    row = next(place for place, cells in enumerate(grid) if cells and cells[0] == "Отчитались")
    start = {"sheetId": desk.sheets()["Свод"], "rowIndex": row, "columnIndex": 1}
    older = {"values": [{"userEnteredValue": {"numberValue": 0}}]}
    desk.staff({"updateCells": {"start": start, "rows": [older], "fields": "userEnteredValue"}})
    desk.time.now += desk.campaign.schedule.call_timeout_seconds
    worker.refresh()
    assert desk.figure("Отчитались") == 1


def test_a_row_that_was_written_again_is_named_and_counts_once(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    desk.submit(ALEXANDROV)
    desk.spreadsheet.before_write = once(lambda: desk.insert_column(1, "Моё"))
    step = worker.step()
    assert step.kind == "moved"
    worker.refresh_now()
    assert desk.figure("Отчитались") == 0
    assert desk.figure("Принято, но ещё не в таблице") == 1
    desk.deliver_all(worker)
    worker.refresh_now()
    assert desk.figure("Всего зарегистрировалось") == 6
    (moved,) = [row for row in desk.grid(desk.sheets()["Замечания"]) if texts.MISPLACED_ROW_MESSAGE in row]
    assert (moved[1], moved[3], moved[9:]) == ("предупреждение", "—", ["строка 2", "", "", "moved_row"])
    desk.delete_rows(2, 3)
    worker.refresh_now()
    (moved,) = [row for row in desk.grid(desk.sheets()["Замечания"]) if texts.MISPLACED_ROW_MESSAGE in row]
    assert (str(moved[1])[:8], moved[9]) == ("снято с ", "—")


def test_old_markers_go_along(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert desk.spreadsheet.describe().markers
    deliveries = desk.outbox.deliveries
    every = deliveries.old_markers(desk.spreadsheet.id, keep_last=0, older_than=timedelta(0))
    old_markers = deliveries.old_markers
    deliveries.old_markers = lambda *_: every  # type: ignore[method-assign]
    desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    worker.refresh_now()
    deliveries.old_markers = old_markers  # type: ignore[method-assign]
    assert list(desk.spreadsheet.describe().markers) == [3]  # 2 was of the first write of the tabs, and old too
    assert deliveries.old_markers(desk.spreadsheet.id, keep_last=0, older_than=timedelta(0)) == [3]


def test_a_large_tab_is_not_read_while_nobody_changes_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.process.looks.MANY_ROWS", 0)
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)

    def look() -> list[object]:
        before = len(desk.server.operations(desk.spreadsheet.id))
        desk.time.now += desk.campaign.schedule.staff_edits_seconds
        worker.refresh()
        return kinds(desk, before)

    look()
    look()  # its own write had changed the version
    assert look() == ["files.get"]
    desk.edit(2, "Зарегистрировались: педагоги", 40)
    assert READ in look()
    assert desk.figure("Всего зарегистрировалось") == 45
    look()
    look()
    desk.time.now += 600
    assert READ in look()


def test_the_notice_stands_in_a_blank_row(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    grid = desk.grid(desk.sheets()["Свод"])
    assert grid[NOTICE_ROW - 1]
    assert grid[NOTICE_ROW] in ([], [""])
    assert grid[NOTICE_ROW + 1]


def test_unknown_sheet_and_refused_request_are_distinguished(desk: Desk) -> None:
    with pytest.raises(TabMissing):
        desk.spreadsheet.read([Area(987654)])
    with pytest.raises(RequestRefused):
        desk.spreadsheet.write(json.dumps({"requests": [{"noSuchRequest": {}}]}))
