"""Keyed tabs and pages over real HTTP: rows that are missing, doubled or contradictory, remarks that close and reopen,
cells typed over, a write of unknown outcome."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sheets import OutcomeUnknown, RequestRefused
from sync.texts import tabs as texts
from tests.sync.harness import Desk, once
from tests.sync.test_keyed_staff import HEADER, Tab
from tests.sync.test_municipalities_columns import notices

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI, KOVROV = "17605000", "17610000", "17725000"
CODE = "ОКТМО"


def remarks(desk: Desk) -> dict[str, list[object]]:
    """Key → row of «Замечания»."""
    grid = desk.grid(desk.sheets()["Замечания"])
    return {str(row[0]): row for row in grid[HEADER + 1 :]}


def row_of(tab: Tab, code: str) -> int:
    return tab.codes().index(code) + HEADER + 1


# Rows -------------------------------------------------------------------------------------------------------------


def test_a_deleted_row_is_made_again_after_a_minute_and_a_cut_one_is_not(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    desk.staff({"deleteDimension": {"range": tab.span("ROWS", row_of(tab, VYAZNIKI))}})
    worker.refresh_now()
    desk.time.now += 30
    worker.refresh_now()
    assert VYAZNIKI not in tab.codes()
    desk.time.now += 31
    desk.worker().refresh_now()  # another process knows it too
    assert tab.codes().count(VYAZNIKI) == 1
    at = row_of(tab, KOVROV)
    tab.put(at, tab.place(CODE), "")
    worker.refresh_now()
    tab.put(at, tab.place(CODE), KOVROV)  # pasted where it was
    desk.time.now += 70
    worker.refresh_now()
    assert tab.codes().count(KOVROV) == 1
    assert notices(desk) == []


def test_a_copied_row_is_kept_up_too_and_named(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    row = row_of(tab, VYAZNIKI)
    area = {"sheetId": tab.sheet, "startRowIndex": row, "endRowIndex": row + 1}
    below = {"sheetId": tab.sheet, "startRowIndex": 40, "endRowIndex": 41}
    desk.staff({"copyPaste": {"source": area, "destination": below, "pasteType": "PASTE_NORMAL"}})
    desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    worker.refresh_now()
    grid, state = tab.grid(), tab.place("Состояние")
    assert [grid[row][state], grid[40][state]] == ["сдан в срок"] * 2
    assert notices(desk) == [
        f"Вкладка «Муниципалитеты»: «{VYAZNIKI}» стоит в нескольких строках (6, 41). Лишние строки можно удалить."
    ]


def test_a_row_of_two_municipalities_is_left_alone_and_named(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    row = row_of(tab, VYAZNIKI)
    tab.put(row, tab.place(CODE), ALEXANDROV)
    before = tab.grid()[row]
    desk.submit(ALEXANDROV)
    desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    for _ in range(3):
        desk.time.now += 70
        worker.refresh_now()
    assert tab.grid()[row] == before
    assert VYAZNIKI not in tab.codes()
    assert tab.grid()[row_of(tab, ALEXANDROV)][tab.place("Состояние")] == "сдан в срок"
    (words,) = notices(desk)
    assert words.startswith(f"Вкладка «Муниципалитеты», строка {row + 1}: ОКТМО {ALEXANDROV} и название")
    assert desk.figure("Отчитались") == 2
    tab.put(row, tab.place(CODE), VYAZNIKI)
    worker.refresh_now()
    assert notices(desk) == []


def test_what_staff_type_over_the_workers_cells_does_not_last(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    before = tab.grid()
    tab.put(2, tab.place("Состояние"), "все отчитались")
    tab.put(row_of(tab, VYAZNIKI), tab.place("Муниципалитет"), "Вязники")
    tab.put(row_of(tab, VYAZNIKI), tab.place("Состояние"), "сдан в срок")
    assert worker.refresh_now().wrote
    assert tab.grid()[2:] == before[2:]


def test_a_tab_renamed_in_the_moment_of_the_write_is_no_failure(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    properties = {"sheetId": tab.sheet, "title": "Районы"}
    rename = {"updateSheetProperties": {"properties": properties, "fields": "title"}}
    desk.spreadsheet.before_write = once(lambda: desk.staff(rename), "updateCells")
    assert worker.refresh_now().wrote
    assert tab.grid()[row_of(tab, ALEXANDROV)][tab.place("Состояние")] == "сдан в срок"


def test_what_a_write_left_under_moved_columns_is_taken_back_and_quoted(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    tab.put(row_of(tab, ALEXANDROV), tab.place(texts.NOTES), "заметка 1")
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    move = {"source": tab.span("COLUMNS", tab.place(texts.NOTES)), "destinationIndex": tab.place("Состояние")}
    desk.spreadsheet.before_write = once(lambda: desk.staff({"moveDimension": move}), "updateCells")
    worker.refresh_now()
    assert tab.notes() == {"заметка 1": ALEXANDROV}
    worker.refresh_now()
    assert tab.grid()[row_of(tab, ALEXANDROV)][tab.place("Состояние")] == "сдан в срок"
    quoted = [entry.detail for entry in desk.outbox.journal.last(desk.campaign.id, desk.spreadsheet.id)]
    assert "«Муниципалитеты»!D5: убрано «сдан в срок», возвращено «заметка 1»" in quoted


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_rows_of_a_write_of_unknown_outcome_are_appended_once(desk: Desk, kind: str) -> None:
    worker = desk.worker()
    worker.prepare()
    desk.server.faults({"kind": kind, "next": 1, "path": ":batchUpdate"})
    with pytest.raises(OutcomeUnknown):
        worker.refresh_now()
    late = desk.spreadsheet.bodies[-1]
    assert json.loads(late)["requests"][0].keys() == {"createDeveloperMetadata"}
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    assert tab.codes() == [m.oktmo for m in desk.campaign.municipalities]
    with pytest.raises(RequestRefused):
        desk.spreadsheet.write(late)  # of the two only one can come through, however late
    assert tab.codes() == [m.oktmo for m in desk.campaign.municipalities]
    assert not worker.refresh_now().wrote


def test_the_ministrys_note_stands_beside_who_is_silent(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    tab.put(row_of(tab, VYAZNIKI), tab.place(texts.NOTES), "обещали в среду")
    assert worker.refresh_now().wrote
    (row,) = [row for row in desk.grid(desk.sheets()["Не сдали"]) if len(row) > 1 and row[1] == VYAZNIKI]
    assert row[5] == "обещали в среду"


def test_a_note_of_a_contradictory_row_is_nobodys(desk: Desk) -> None:
    """Two codes were exchanged: neither row says whose note it holds."""
    worker = desk.worker()
    worker.refresh_now()
    tab = Tab(desk)
    first, second = row_of(tab, ALEXANDROV), row_of(tab, VYAZNIKI)
    for row, code, note in ((first, VYAZNIKI, "заметка первого"), (second, ALEXANDROV, "заметка второго")):
        tab.put(row, tab.place(texts.NOTES), note)
        tab.put(row, tab.place(texts.OKTMO), code)
    worker.refresh_now()
    assert "заметка" not in str(desk.grid(desk.sheets()["Не сдали"]))
    for row, code in ((first, ALEXANDROV), (second, VYAZNIKI)):
        tab.put(row, tab.place(texts.OKTMO), code)
    worker.refresh_now()
    rows = {row[1]: row for row in desk.grid(desk.sheets()["Не сдали"]) if len(row) > 5}
    assert (rows[ALEXANDROV][5], rows[VYAZNIKI][5]) == ("заметка первого", "заметка второго")


# Remarks ----------------------------------------------------------------------------------------------------------


def test_a_remark_keeps_its_row_its_decision_and_its_key(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert remarks(desk) == {}
    desk.edit(2, "Зарегистрировались: педагоги", "много")
    worker.refresh_now()
    (key,) = [key for key, row in remarks(desk).items() if row[1] == "ошибка"]
    assert remarks(desk)[key][9] == "строка 2"
    place = list(remarks(desk)).index(key)
    sheet = desk.sheets()["Замечания"]
    cell = {"userEnteredValue": {"stringValue": "принято"}}
    start = {"sheetId": sheet, "rowIndex": HEADER + 1 + place, "columnIndex": 10}
    desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    desk.edit(2, "Зарегистрировались: педагоги", 1)
    worker.refresh_now()
    closed = remarks(desk)[key]
    assert (str(closed[1])[:18], closed[9], closed[10]) == ("снято с 20.05.2023", "—", "принято")
    assert not str(desk.grid(sheet)[2][0]).startswith("Ошибок: 1")
    desk.time.now += 600
    worker.refresh_now()
    assert remarks(desk)[key][1] == closed[1]  # since the same moment
    desk.insert_column(0, "Своё")
    desk.submit(VYAZNIKI)
    desk.edit(2, "Зарегистрировались: педагоги", "много")
    worker.refresh_now()
    again = remarks(desk)[key]
    assert (again[1], again[9], again[10]) == ("ошибка", "строка 2", "принято")


# Pages ------------------------------------------------------------------------------------------------------------


def test_a_figure_typed_over_a_page_is_quoted_and_mended(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    sheet = desk.sheets()["Свод"]
    grid = desk.grid(sheet)
    row = next(i for i, cells in enumerate(grid) if cells and cells[0] == "Всего зарегистрировалось")
    cell = {"userEnteredValue": {"numberValue": 9999}}
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": 1}
    desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    assert worker.refresh_now().wrote
    assert desk.figure("Всего зарегистрировалось") == 6
    quoted = f"«Свод»!B{row + 1}: стояло «9999», должно быть «6»"
    assert any(quoted in row for row in desk.grid(desk.sheets()["Журнал"]))
    assert not worker.refresh_now().wrote


def test_a_note_beside_a_row_that_moves_never_stands_beside_another_municipality(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    for title in ("Не сдали", "Свод"):
        cell = {"userEnteredValue": {"stringValue": "обещали завтра"}}
        start = {"sheetId": desk.sheets()[title], "rowIndex": 4, "columnIndex": 9}
        desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    desk.submit(ALEXANDROV)  # the first of the list: the others move up
    desk.deliver_all(worker)
    worker.refresh_now()
    said = str(desk.grid(desk.sheets()["Журнал"]))
    assert "«Не сдали»!J5: стояло «обещали завтра»" in said
    assert "обещали завтра" not in str(desk.grid(desk.sheets()["Не сдали"]))
    assert desk.grid(desk.sheets()["Свод"])[4][9] == "обещали завтра", "beside a page whose rows stay the place is free"
    assert not worker.refresh_now().wrote


@pytest.mark.parametrize("title", ["Не сдали", "Динамика", "Журнал"])
def test_words_typed_into_any_page_are_quoted_and_mended(desk: Desk, title: str) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    sheet = desk.sheets()[title]
    for row, column in ((3, 1), (150, 0)):
        cell = {"userEnteredValue": {"stringValue": f"моё {row}"}}
        start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
        desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    worker.refresh_now()
    rows = desk.grid(desk.sheets()["Журнал"])
    quoted = " ".join(str(row[-1]) for row in rows)
    assert f"«{title}»!B4: стояло «моё 3»" in quoted
    assert f"«{title}»!A151: стояло «моё 150», должно быть «»" in quoted
    assert not any(cell in ("моё 3", "моё 150") for row in desk.grid(sheet) for cell in row)
    assert not worker.refresh_now().wrote


def test_what_stands_beside_a_page_stays(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    cell = {"userEnteredValue": {"stringValue": "моё"}}
    start = {"sheetId": desk.sheets()["Свод"], "rowIndex": 3, "columnIndex": 8}
    desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    assert not worker.refresh_now().wrote
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert desk.grid(desk.sheets()["Свод"])[3][8] == "моё"


def test_a_spreadsheet_of_before_gets_the_column_of_the_desk(desk: Desk) -> None:
    desk.submit("17605000", {"informed": 1})
    worker = desk.worker()
    desk.deliver_all(worker)
    worker.refresh_now()
    sheet, header = desk.sheets()["Замечания"], desk.grid(desk.sheets()["Замечания"])[3]
    place, ours = header.index("Принято на столе"), header.index("Решение министерства")
    where = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
    start = {"sheetId": sheet, "rowIndex": 4, "columnIndex": ours}
    typed = [{"values": [{"userEnteredValue": {"stringValue": "принято"}}]}]
    desk.staff(
        {"deleteDimension": {"range": where}},
        {"updateCells": {"start": start, "rows": typed, "fields": "userEnteredValue"}},
    )
    bindings, name = desk.outbox.bindings, "keyed_problems"
    memory: Any = bindings.recall(desk.spreadsheet.id, name)
    del memory["confirmed"]["@desk"], memory["links"]
    bindings.remember(desk.spreadsheet.id, name, memory)
    (key,) = [line[0] for line in desk.grid(sheet)[4:]]
    desk.outbox.remark_decisions.accept(
        desk.campaign.id, "17605000", str(key), comment="", who="Некто", at=desk.context.now()
    )
    desk.worker().refresh_now()
    grid = desk.grid(sheet)
    assert grid[3] == header
    assert grid[4][ours] == "принято"
    assert str(grid[4][place]).startswith("принято 20.05.2023")
