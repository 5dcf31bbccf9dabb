"""The answers tab in the hands of staff: what they change counts, is journalled, and is never written over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sheets import CallBudget
from sync.errors import CommandError
from sync.process import restoring
from sync.process.environment import Settings
from sync.process.rebuild import rebuild
from sync.process.wiring import Wired
from tests.sync.harness import Desk

ALEXANDROV, VYAZNIKI, GOROKHOVETS = "17605000", "17610000", "17615000"
TEACHERS, TEACHERS_HEADER = "registered_teachers", "Зарегистрировались: педагоги"


def journalled(desk: Desk) -> list[tuple[str, str | None, object, object]]:
    """The journal of staff edits: kind, question, from, to."""
    return [(e.kind, e.question, e.was, e.now) for e in desk.outbox.staff_edits.all(desk.spreadsheet.id)]


def total(desk: Desk) -> object:
    for row in desk.grid(desk.sheets()["Свод"]):
        if row and row[0] == "Всего зарегистрировалось":
            return row[1]
    raise AssertionError


def test_explanations_are_the_clerks_words(desk: Desk) -> None:
    worker = desk.worker()
    rule = "registered_above_informed"
    sent = desk.submit(ALEXANDROV, reasons={rule: "Узнали  от коллег"})
    desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    written = desk.rows()[0]["Пояснения"]
    desk.edit(2, "Пояснения", f"{written}; проверено")
    worker.refresh_now()
    assert journalled(desk) == []
    desk.edit(2, "Пояснения", "Всё проверено")
    desk.edit(3, "Пояснения", "Звонили, подтвердили")
    desk.edit(3, "Муниципалитет", "Александровский муниципальный район")
    worker.refresh_now()
    assert journalled(desk) == [
        ("changed", "reasons", written, "Всё проверено"),
        ("changed", "reasons", None, "Звонили, подтвердили"),
    ]
    said = [row for row in desk.grid(desk.sheets()["Замечания"]) if row[-1] in ("reasons_edited", "identity_edited")]
    assert [(row[4], row[-1]) for row in said] == [
        ("Пояснения", "reasons_edited"),
        ("Муниципалитет", "identity_edited"),
        ("Пояснения", "reasons_edited"),
    ]
    status = desk.outbox.statuses.get(desk.campaign.id, ALEXANDROV)
    assert status is not None
    assert not status.corrections  # they are no answers
    desk.edit(2, "Пояснения", written)
    worker.refresh_now()
    assert journalled(desk)[-1] == ("restored", "reasons", "Всё проверено", written)
    fresh = desk.server.create()
    rebuilt_by(desk, fresh, edits=1)
    target = replace(desk, context=replace(desk.context, spreadsheet=desk.at(fresh)), spreadsheet=desk.at(fresh))
    assert {row["ID"]: row["Пояснения"] for row in target.rows()}[sent.id] == written
    assert [row["Пояснения"] for row in target.rows()][1:] == ["Звонили, подтвердили"]


def test_blanks_around_an_id_are_no_other_id(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV, {TEACHERS: 5})
    desk.deliver_all(worker)
    desk.edit(2, "ID", f" {sent.id}\n")
    worker.refresh_now()
    assert journalled(desk) == []
    assert total(desk) == 10
    with pytest.raises(CommandError, match="на месте"):
        restoring.restore(desk.context, sent.receipt)


def test_an_edit_is_journalled_once_and_so_is_its_taking_back(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert journalled(desk) == []
    desk.edit(2, TEACHERS_HEADER, 40)
    worker.refresh_now()
    desk.worker().refresh_now()
    assert journalled(desk) == [("changed", TEACHERS, 1, 40)]
    desk.edit(2, TEACHERS_HEADER, 41)
    worker.refresh_now()
    desk.edit(2, TEACHERS_HEADER, 1)
    worker.refresh_now()
    worker.refresh_now()
    assert journalled(desk)[1:] == [("changed", TEACHERS, 1, 41), ("restored", TEACHERS, 41, 1)]


def test_a_cell_that_does_not_read_is_journalled_as_its_text(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV, {"comment": None})
    desk.deliver_all(worker)
    desk.edit(2, TEACHERS_HEADER, "12 чел.")
    desk.edit(2, "Комментарий", "уточнено по телефону")
    desk.edit(2, "Аудитории", None)
    worker.refresh_now()
    assert journalled(desk) == [
        (("changed"), TEACHERS, 1, "12 чел."),
        ("changed", "audiences", ["parents"], None),
        ("changed", "comment", None, "уточнено по телефону"),
    ]


def test_a_deleted_row_comes_back_by_the_command_alone(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV)
    desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    with pytest.raises(CommandError, match="на месте"):
        restoring.restore(desk.context, sent.receipt)
    desk.delete_rows(2, 3)
    worker.refresh_now()
    assert journalled(desk) == [("deleted", None, sent.receipt, None)]
    assert total(desk) == 6
    assert desk.deliver_all(worker) == 0
    assert "снова в очереди" in restoring.restore(desk.context, sent.receipt)
    assert desk.deliver_all(worker) == 1
    worker.refresh_now()
    assert total(desk) == 12
    assert journalled(desk)[-1][0] == "restored"
    with pytest.raises(CommandError, match="нет"):
        restoring.restore(desk.context, "ФО-99999")


def test_a_deleted_row_with_edits_is_reported_as_deleted_only(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.edit(2, TEACHERS_HEADER, 40)
    worker.refresh_now()
    desk.delete_rows(2, 3)
    worker.refresh_now()
    assert journalled(desk) == [("changed", TEACHERS, 1, 40), ("deleted", None, sent.receipt, None)]


def test_a_row_added_by_hand_counts_and_is_journalled(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    header = desk.grid()[0]
    cells: list[dict[str, object]] = [{} for _ in header]
    for column in (name for name in header if str(name).startswith("Зарегистрировались")):
        cells[header.index(column)] = {"userEnteredValue": {"numberValue": 2}}
    for column, number in (("ОКТМО", 17610000), ("Сколько человек проинформировано", 30)):
        cells[header.index(column)] = {"userEnteredValue": {"numberValue": number}}
    for column in ("Встречи и мероприятия", "Публикации в СМИ", "Публикации в социальных сетях"):
        cells[header.index(column)] = {"userEnteredValue": {"numberValue": 0}}
    cells[header.index("Публикации на сайтах образовательных организаций")] = {"userEnteredValue": {"numberValue": 0}}
    row = {"values": cells}
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": [row], "fields": "userEnteredValue"}})
    worker.refresh_now()
    assert total(desk) == 18
    ((kind, question, was, now),) = journalled(desk)
    assert (kind, question, was) == ("added", None, None)
    assert isinstance(now, dict)
    assert (now["oktmo"], now[TEACHERS]) == ("17610000", 2)
    worker.refresh_now()
    assert len(journalled(desk)) == 1
    desk.delete_rows(3, 4)
    worker.refresh_now()
    worker.refresh_now()
    assert [kind for kind, *_ in journalled(desk)] == ["added", "deleted"]


def test_a_new_version_over_a_corrected_row_counts(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.edit(2, TEACHERS_HEADER, 40)
    worker.refresh_now()
    assert total(desk) == 45
    desk.submit(ALEXANDROV, {TEACHERS: 3})
    desk.deliver_all(worker)
    worker.refresh_now()
    assert total(desk) == 8
    remarks = desk.grid(desk.sheets()["Замечания"])
    assert any("40" in " ".join(map(str, row)) for row in remarks[3:])


def test_sorting_and_columns_do_not_matter(desk: Desk) -> None:
    worker = desk.worker()
    for oktmo, people in ((ALEXANDROV, 1), (VYAZNIKI, 2), (GOROKHOVETS, 3)):
        desk.submit(oktmo, {TEACHERS: people})
    desk.deliver_all(worker)
    worker.refresh_now()
    before = total(desk)
    desk.sort(2)
    desk.insert_column(1, "Заметки")
    desk.edit(2, "Заметки", "позвонить")
    desk.move_column(0, 7)
    worker.refresh_now()
    assert total(desk) == before
    assert journalled(desk) == []


def area(desk: Desk, **sides: int) -> dict[str, object]:
    return {"sheetId": desk.answers_id(), **sides}


def dimension(desk: Desk, name: str, start: int, end: int) -> dict[str, object]:
    return {"sheetId": desk.answers_id(), "dimension": name, "startIndex": start, "endIndex": end}


HARMLESS: dict[str, Callable[[Desk], dict[str, object]]] = {
    "the locale": lambda desk: {"updateSpreadsheetProperties": {"properties": {"locale": "en_US"}, "fields": "locale"}},
    "the time zone": lambda desk: {
        "updateSpreadsheetProperties": {"properties": {"timeZone": "Asia/Tokyo"}, "fields": "timeZone"}
    },
    "hidden columns": lambda desk: {
        "updateDimensionProperties": {
            "range": dimension(desk, "COLUMNS", 2, 5),
            "properties": {"hiddenByUser": True},
            "fields": "hiddenByUser",
        }
    },
    "hidden rows": lambda desk: {
        "updateDimensionProperties": {
            "range": dimension(desk, "ROWS", 1, 2),
            "properties": {"hiddenByUser": True},
            "fields": "hiddenByUser",
        }
    },
    "a filter": lambda desk: {"setBasicFilter": {"filter": {"range": area(desk, startRowIndex=0, endRowIndex=4)}}},
    "an inserted row": lambda desk: {
        "insertDimension": {"range": dimension(desk, "ROWS", 1, 3), "inheritFromBefore": False}
    },
    "merged cells beside": lambda desk: {
        "mergeCells": {
            "range": area(desk, startRowIndex=1, endRowIndex=3, startColumnIndex=22, endColumnIndex=24),
            "mergeType": "MERGE_ALL",
        }
    },
    "colours": lambda desk: {
        "repeatCell": {
            "range": area(desk, startRowIndex=1, endRowIndex=3),
            "cell": {"userEnteredFormat": {"backgroundColor": {"red": 1}}},
            "fields": "userEnteredFormat.backgroundColor",
        }
    },
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_staff_may_do_without_any_effect(desk: Desk, what: str) -> None:
    worker = desk.worker()
    for oktmo in (ALEXANDROV, VYAZNIKI):
        desk.submit(oktmo)
    desk.deliver_all(worker)
    worker.refresh_now()
    desk.staff(HARMLESS[what](desk))
    sent = desk.submit(GOROKHOVETS)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert total(desk) == 18
    assert [row["Приём"] for row in desk.rows()][-1] == sent.receipt
    assert journalled(desk) == []
    accepted = desk.rows()[-1]["Принято"]
    assert isinstance(accepted, float)
    assert accepted == pytest.approx(desk.rows()[0]["Принято"], abs=0.01)


def test_a_rebuild_brings_the_ministrys_edits_along(desk: Desk) -> None:
    worker = desk.worker()
    sent = [desk.submit(oktmo, {TEACHERS: 5, "comment": "было"}) for oktmo in (ALEXANDROV, VYAZNIKI, GOROKHOVETS)]
    desk.deliver_all(worker)
    desk.edit(2, TEACHERS_HEADER, 40)
    desk.edit(2, "Комментарий", None)
    desk.edit(3, TEACHERS_HEADER, "12 чел.")
    desk.delete_rows(4, 5)
    cells = {"ОКТМО": "17620000", "Принято": 45066.25, TEACHERS_HEADER: 9}
    row = [cell(cells.get(str(name))) for name in desk.grid()[0]]
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": [{"values": row}], "fields": "userEnteredValue"}})
    waiting = desk.submit(GOROKHOVETS)
    worker.refresh_now()
    fresh = desk.server.create()
    rebuilt_by(desk, fresh)
    answers = desk.outbox.bindings.tab(fresh, "answers")
    target = replace(desk, context=replace(desk.context, spreadsheet=desk.at(fresh)), spreadsheet=desk.at(fresh))
    assert answers is not None
    rows = target.rows()
    by_id = {row["ID"]: row for row in rows}
    assert set(by_id) == {sent[0].id, sent[1].id, waiting.id, ""}
    assert (by_id[sent[0].id][TEACHERS_HEADER], by_id[sent[0].id]["Комментарий"]) == (40, "")
    assert by_id[sent[1].id][TEACHERS_HEADER] == "12 чел."
    manual = by_id[""]
    assert (manual["ОКТМО"], manual[TEACHERS_HEADER], manual["Принято"]) == ("17620000", 9, 45066.25)
    journalled_there = [(e.kind, e.question) for e in desk.outbox.staff_edits.all(fresh)]
    assert sorted(journalled_there, key=str) == [
        ("added", None),
        ("changed", "comment"),
        ("changed", TEACHERS),
        ("changed", TEACHERS),
        ("deleted", None),
    ]


def cell(value: object) -> dict[str, object]:
    if value is None:
        return {}
    return {"userEnteredValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}


def rebuilt_by(desk: Desk, fresh: str, edits: int = 5) -> None:
    account = desk.server.account()
    url = f"sqlite:///{desk.folder / 'outbox.db'}"
    where = Settings(desk.folder, url, desk.spreadsheet.id, account, desk.server.url, False, None)
    parts = Wired(where, desk.context, CallBudget(99, 99), desk.client)
    assert f"правок министерства — {edits}" in rebuild(parts, fresh, desk.time.sleep)
