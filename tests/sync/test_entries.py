"""The tab of a list of entries over real HTTP: rows by key, whatever staff do to it and whatever is cut off."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from campaign import load_campaign
from desk.municipality import place_of
from letters.export import data_package, excel_csv, plain_csv, reports, workbook
from letters.receipt import receipt_facts
from outbox.records import Json, Submission
from sheets import OutcomeUnknown
from tests.sync.harness import ROOT, Desk, Server, once
from tests.sync.test_rebuild_conflicting_rows import rebuilt
from tests.sync.test_staff import cell

pytestmark = pytest.mark.slow

FIRST, SECOND, THIRD = "10000001", "10000002", "10000003"
TAB = "Мероприятия"
HEADER = 3
ENTRY: dict[str, Json] = {"day": "2023-05-01", "name": "Бал", "participants": 120, "cost": "1.5", "guests": ["press"]}


def campaign() -> Any:
    return load_campaign(ROOT / "tests" / "webform" / "events.yaml")


@pytest.fixture
def events(server: Server, tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(server, campaign(), tmp_path) as desk:
        yield desk


def send(desk: Desk, oktmo: str, figures: Sequence[int]) -> Submission:
    """A report with an entry for each number of participants."""
    entries: list[Json] = [{**ENTRY, "name": f"Бал {n}", "participants": one} for n, one in enumerate(figures, start=1)]
    answers: dict[str, Json] = {"held": True, "events": entries or None, "informed": None, "audiences": None}
    answers |= {"links": None, "events_count": len(figures), "events_participants": sum(figures)}
    return desk.submit(oktmo, answers)


def rows(desk: Desk) -> list[dict[str, Any]]:
    grid = desk.grid(desk.sheets()[TAB])
    header = [str(cell) for cell in grid[HEADER]]
    wide = [[*row, *[""] * (len(header) - len(row))] for row in grid[HEADER + 1 :]]
    return [dict(zip(header, row, strict=False)) for row in wide if any(cell != "" for cell in row)]


def shown(desk: Desk) -> list[tuple[object, ...]]:
    return [(row["Муниципалитет"], row["№"], row["Участники"], row["Учёт"]) for row in rows(desk)]


def put(desk: Desk, row: int, header: str, value: object) -> None:
    """Staff type into a cell of the tab. row: 1-based"""
    sheet_id = desk.sheets()[TAB]
    column = desk.grid(sheet_id)[HEADER].index(header)
    kind = "stringValue" if isinstance(value, str) else "numberValue"
    start = {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": column}
    cells = [{"values": [{"userEnteredValue": {kind: value}}]}]
    desk.staff({"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}})


def test_entries_stand_in_a_tab_of_their_own_and_their_sums_in_the_answers(events: Desk) -> None:
    worker = events.worker()
    first = send(events, FIRST, [120, 30])
    send(events, SECOND, [7])
    send(events, THIRD, [])
    events.deliver_all(worker)
    worker.refresh_now()
    assert list(events.sheets())[-3:] == ["Ответы", TAB, "Журнал"]
    assert shown(events) == [
        ("Первый район", 1, 120, "считается"),
        ("Первый район", 2, 30, "считается"),
        ("Второй район", 1, 7, "считается"),
    ]
    row = rows(events)[0]
    assert (row["ОКТМО"], row["Приём"], row["Версия"]) == (FIRST, first.receipt, 1)
    assert (row["Название"], row["Расходы"], row["Кто был"], row["Где прошло"]) == ("Бал 1", 1.5, "Пресса", "")
    assert row["ID записи"] == f"{first.id}-1"
    count, total = "Мероприятия: число записей", "Мероприятия: Участники"
    assert [(one[count], one[total]) for one in events.rows()] == [(2, 150), (1, 7), (0, 0)]
    assert (events.figure(count), events.figure(total)) == (3, 157)
    writes = len(events.spreadsheet.bodies)
    worker.refresh_now()
    assert len(events.spreadsheet.bodies) == writes, "nothing is written where nothing changed"


def test_a_version_with_fewer_entries_counts_and_the_rows_of_the_former_say_so(events: Desk) -> None:
    worker = events.worker()
    send(events, FIRST, [120, 30])
    events.deliver_all(worker)
    worker.refresh_now()
    send(events, FIRST, [15])
    events.deliver_all(worker)
    worker.refresh_now()
    assert shown(events) == [
        ("Первый район", 1, 120, "заменён версией 2"),
        ("Первый район", 2, 30, "заменён версией 2"),
        ("Первый район", 1, 15, "считается"),
    ]
    assert events.figure("Мероприятия: Участники") == 15
    send(events, FIRST, [])
    events.deliver_all(worker)
    worker.refresh_now()
    assert [one[-1] for one in shown(events)] == ["заменён версией 3"] * 3


def test_staff_sort_the_tab_write_notes_and_change_a_cell(events: Desk) -> None:
    worker = events.worker()
    send(events, FIRST, [3, 1, 2])
    events.deliver_all(worker)
    worker.refresh_now()
    sheet_id = events.sheets()[TAB]
    put(events, HEADER + 3, "Заметки министерства", "проверить")
    column = events.grid(sheet_id)[HEADER].index("Участники")
    area = {"sheetId": sheet_id, "startRowIndex": HEADER + 1}
    events.staff({"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": column, "sortOrder": "ASCENDING"}]}})
    put(events, HEADER + 4, "Участники", 999)
    worker.refresh_now()
    assert [(one["Участники"], one["Заметки министерства"]) for one in rows(events)] == [
        (1, "проверить"),
        (2, ""),
        (3, ""),
    ], "the order and the note are the staff's, the figures the report's"
    assert events.figure("Мероприятия: Участники") == 6
    journal = events.outbox.journal.last("events", events.spreadsheet.id)
    assert f"«{TAB}», строка {HEADER + 4}, Участники: было «999»" in [line.detail for line in journal]
    events.edit(2, "Мероприятия: Участники", 60)
    worker.refresh_now()
    assert events.figure("Мероприятия: Участники") == 60, "the ministry has the last word in «Ответы»"
    assert [one["Участники"] for one in rows(events)] == [1, 2, 3]


def test_a_report_whose_row_is_deleted_does_not_count_and_its_entries_say_so(events: Desk) -> None:
    worker = events.worker()
    send(events, FIRST, [3])
    send(events, SECOND, [5])
    events.deliver_all(worker)
    worker.refresh_now()
    events.delete_rows(2, 3)
    worker.refresh_now()
    assert [one[-1] for one in shown(events)] == ["не учитывается: строки отчёта нет в «Ответах»", "считается"]


def test_a_deleted_tab_is_made_again_with_all_entries(events: Desk) -> None:
    worker = events.worker()
    send(events, FIRST, [3, 4])
    events.deliver_all(worker)
    worker.refresh_now()
    events.staff({"deleteSheet": {"sheetId": events.sheets()[TAB]}})
    again = events.worker()
    again.refresh_now()
    events.time.now += 70
    again.refresh_now()
    assert shown(events) == [("Первый район", 1, 3, "считается"), ("Первый район", 2, 4, "считается")]


def test_an_answer_that_gets_lost_brings_no_row_twice(events: Desk) -> None:
    worker = events.worker()
    worker.refresh_now()
    send(events, FIRST, [3, 4])
    events.deliver_all(worker)
    inner = events.spreadsheet._inner
    write, lost = inner.write, [True]

    def losing(body: str) -> Any:
        reply = write(body)
        if lost and '"appendCells"' in body:
            lost.pop()
            raise OutcomeUnknown("the answer got lost")
        return reply

    inner.write = losing  # type: ignore[method-assign]
    for _ in range(3):
        try:
            worker.refresh_now()
        except OutcomeUnknown:
            worker = events.worker()  # killed, and started anew
    assert not lost
    assert shown(events) == [("Первый район", 1, 3, "считается"), ("Первый район", 2, 4, "считается")]


def test_two_hundred_entries_and_a_column_moved_in_the_second_of_the_write(events: Desk) -> None:
    worker = events.worker()
    worker.refresh_now()
    send(events, FIRST, list(range(1, 201)))
    events.deliver_all(worker)
    sheet_id = events.sheets()[TAB]
    where = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": 6, "endIndex": 7}
    events.spreadsheet.before_write = once(
        lambda: events.staff({"moveDimension": {"source": where, "destinationIndex": 1}}), f'"sheetId":{sheet_id}'
    )
    worker.refresh_now()
    worker.refresh_now()
    events.time.now += 70
    worker.refresh_now()
    assert sorted(one["Участники"] for one in rows(events)) == list(range(1, 201))
    assert len({one["ID записи"] for one in rows(events)}) == 200
    assert events.figure("Мероприятия: Участники") == 20100


def test_another_spreadsheet_is_filled_with_the_entries_too(events: Desk) -> None:
    worker = events.worker()
    send(events, FIRST, [3, 4])
    send(events, SECOND, [5])
    events.deliver_all(worker)
    worker.refresh_now()
    _, target = rebuilt(events)
    assert shown(target) == shown(events) != []


def test_a_row_of_the_ministry_counts_instead_and_the_entries_say_so(events: Desk) -> None:
    worker = events.worker()
    send(events, FIRST, [3])
    events.deliver_all(worker)
    worker.refresh_now()
    header = events.grid()[0]
    later = 45_100.5  # 23 June 2023
    by_hand: dict[str, object] = {
        "Принято": later,
        "ОКТМО": FIRST,
        "Муниципалитет": "Первый район",
        "Были ли мероприятия?": "да",
    }
    by_hand |= {"Мероприятия: число записей": 2, "Мероприятия: Участники": 80}
    events.time.now += 60 * 86_400
    cells = [cell(by_hand.get(str(name))) for name in header]
    append = {"sheetId": events.answers_id(), "rows": [{"values": cells}], "fields": "userEnteredValue"}
    events.staff({"appendCells": append})
    worker.refresh_now()
    assert events.figure("Мероприятия: Участники") == 80
    assert [one[-1] for one in shown(events)] == ["заменён строкой, добавленной вручную"]


def test_receipt_exports_and_desk_have_every_entry(events: Desk) -> None:
    sent = send(events, FIRST, [3, 4])
    lines = [one["название"] for one in receipt_facts(events.campaign, sent)["строки"]]  # type: ignore[union-attr, index, call-overload]
    assert {"Мероприятие 1", "Мероприятие 2", "Мероприятия: Участники"} <= set(lines)
    table = reports(events.campaign, events.outbox, contacts=False)
    assert "Мероприятие 2: Дата: 01.05.2023; Название: Бал 2; Число участников: 4" in excel_csv(table).decode(
        "utf-8-sig"
    )
    (row,) = csv.DictReader(plain_csv(table).decode().splitlines())
    assert json.loads(row["answer_events"]) == sent.answers["events"]
    package = json.loads(data_package(table))
    (_, entries) = package["resources"]
    assert (entries["name"], len(entries["data"])) == ("entries_events", 2)
    assert entries["schema"]["primaryKey"] == ["receipt", "number"]
    book = openpyxl.load_workbook(io.BytesIO(workbook(table)))
    assert book.sheetnames == ["Отчёты", TAB]
    assert book[TAB].max_row == 3
    now = events.context.now()
    place = place_of(events.campaign, events.outbox, FIRST, now, rehearsal=False)
    assert any("Мероприятие 2: Дата" in one.cells[0].shown for one in place.rows)


def test_a_list_that_comes_late_gets_its_tab_and_one_that_goes_leaves_it(events: Desk, tmp_path: Path) -> None:
    whole = (ROOT / "tests" / "webform" / "events.yaml").read_text(encoding="utf-8")
    start, end = whole.index("      - id: events\n"), whole.index("  - id: rest\n")
    without = whole[:start] + whole[end:]
    without = without[: without.index("rules:\n")] + without[without.index("municipalities:\n") :]
    without = without.replace("main_figure: events_participants\n", "").replace(", plan: 500", "")
    average = without.index("      - id: average\n")
    without = without[:average] + without[without.index("      - {id: comment") :]
    file = tmp_path / "without.yaml"
    file.write_text(without, encoding="utf-8")
    bare = load_campaign(file)
    plain = replace(events, campaign=bare, context=replace(events.context, campaign=bare))
    worker = plain.worker()
    plain.submit(FIRST, {"held": True, "informed": None, "audiences": None, "links": None})
    plain.deliver_all(worker)
    worker.refresh_now()
    assert TAB not in plain.sheets()
    again = events.worker()
    send(events, SECOND, [5])
    events.deliver_all(again)
    again.refresh_now()
    assert shown(events) == [("Второй район", 1, 5, "считается")]
    late = plain.worker()
    send(events, FIRST, [8])
    plain.deliver_all(late)
    late.refresh_now()
    assert shown(events) == [("Второй район", 1, 5, "считается")], "the tab stays as it was"
    events.worker().refresh_now()
    assert [one[:3] for one in shown(events)] == [("Второй район", 1, 5), ("Первый район", 1, 8)]
