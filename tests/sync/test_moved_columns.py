"""Delivery while staff move, rename and copy: rows are found by identity, and written again only if misplaced."""

from __future__ import annotations

import pytest

from sync.errors import HeadersBroken
from sync.records.misplaced_rows import mark
from tests.sync.harness import Desk, once
from tests.sync.test_delivery import ALEXANDROV, BATCH, VYAZNIKI, ids

pytestmark = pytest.mark.slow


def test_a_copied_tab_is_left_alone(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.staff({"duplicateSheet": {"sourceSheetId": desk.answers_id(), "newSheetName": "Ответы (копия)"}})
    copy = desk.sheets()["Ответы (копия)"]
    before = desk.grid(copy)
    sent = desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    assert ids(desk)[-1] == sent.id
    assert desk.grid(copy) == before


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: desk.insert_column(0, "Моё"),
        lambda desk: desk.insert_column(3, "Моё"),
        lambda desk: desk.insert_column(3),
        lambda desk: desk.move_column(1, 5),
        lambda desk: desk.move_column(len(desk.grid()[0]) - 1, 0),
    ],
    ids=["first", "middle", "untitled", "moved", "id-first"],
)
def test_columns_that_move_under_a_delivery(desk: Desk, act: object) -> None:
    assert callable(act)
    worker = desk.worker()
    first = desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    second = desk.submit(VYAZNIKI, {"comment": "второй"})
    desk.spreadsheet.before_write = once(lambda: act(desk))
    desk.deliver_all(worker)
    assert ids(desk) == [first.id, second.id]
    by_id = {row["ID"]: row for row in desk.rows()}
    for sent in (first, second):
        row = by_id[sent.id]
        assert row["Приём"] == sent.receipt
        assert row["ОКТМО"] == sent.oktmo
        assert row["Версия"] == 1
    assert by_id[second.id]["Комментарий"] == "второй"
    assert sum(second.receipt in row.values() for row in desk.rows() if row["ID"] in ids(desk)) == 1
    assert "Моё" not in desk.grid()[0] or all(row["Моё"] == "" for row in map(dict, [by_id[first.id]]))


def test_columns_that_move_under_a_delivery_with_a_lost_answer(desk: Desk) -> None:
    worker = desk.worker()
    desk.deliver_all(worker)
    sent = desk.submit(VYAZNIKI)

    def act() -> None:
        desk.insert_column(2, "Моё")
        desk.server.faults({"kind": "reset_after", "next": 1, "path": BATCH, "method": "POST"})

    desk.spreadsheet.before_write = once(act)
    desk.deliver_all(worker)
    assert ids(desk) == [sent.id]
    row = next(row for row in desk.rows() if row["ID"] == sent.id)
    assert row["ОКТМО"] == VYAZNIKI


def test_question_columns_exchanged_under_a_delivery_with_a_lost_answer(desk: Desk) -> None:
    """`ID` and `Приём` stand where they were laid out for; the figures do not."""
    worker = desk.worker()
    desk.deliver_all(worker)
    desk.submit(VYAZNIKI, {"registered_local_heads": 31, "registered_teachers": 42})
    heads, teachers = (desk.campaign.by_id[f"registered_{group}"].header for group in ("local_heads", "teachers"))

    def act() -> None:
        header = desk.grid()[0]
        first, second = sorted((header.index(heads), header.index(teachers)))
        desk.move_column(first, second + 1)
        desk.server.faults({"kind": "reset_after", "next": 1, "path": BATCH, "method": "POST"})

    desk.spreadsheet.before_write = once(act)
    desk.deliver_all(worker)
    (row,) = [row for row in desk.rows() if row["ID"] in ids(desk)]
    assert (row[heads], row[teachers]) == (31, 42)
    worker.refresh_now()
    figures = [value for header, value in row.items() if header.startswith("Зарегистрировались: ")]
    assert desk.figure("Всего зарегистрировалось") == sum(map(int, map(str, figures)))


def test_a_correction_in_a_row_that_stands_right_is_no_reason_to_write_again(desk: Desk) -> None:
    """Not even if the neighbour holds what was submitted here."""
    worker = desk.worker()
    desk.deliver_all(worker)
    sent = desk.submit(VYAZNIKI, {"registered_teachers": 8, "registered_school_heads": 8})
    desk.server.faults({"kind": "reset_after", "next": 1, "path": BATCH, "method": "POST"})
    worker.step()
    header = desk.grid()[0]
    desk.move_column(header.index("Комментарий"), 1)
    desk.edit(2, "Зарегистрировались: педагоги", 555)
    desk.deliver_all(worker)
    (row,) = desk.rows()
    assert (row["ID"], row["Зарегистрировались: педагоги"]) == (sent.id, 555)
    worker.refresh_now()
    assert desk.figure("Всего зарегистрировалось") >= 555


@pytest.mark.parametrize("column", ["Заметки", "Комментарий", "Пояснения"])
def test_no_words_of_staff_take_a_report_out_of_the_totals(desk: Desk, column: str) -> None:
    """Neither the mark of a misplaced row, nor the receipt or the id of another submission, nor the old mark."""
    worker = desk.worker()
    worker.prepare()
    desk.insert_column(len(desk.grid()[0]), "Заметки")
    first = desk.submit(ALEXANDROV)
    desk.spreadsheet.before_write = once(lambda: desk.insert_column(1, "Моё"))
    desk.deliver_all(worker)
    second = desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    worker.refresh_now()
    total = desk.figure("Всего зарегистрировалось")
    place = next(number for number, row in enumerate(desk.rows(), start=2) if row["ID"] == second.id)
    for words in (mark(first.id), first.receipt, first.id, mark(second.id), "строка перенесена ниже"):
        desk.edit(place, column, words)
        worker.refresh_now()
        assert desk.figure("Всего зарегистрировалось") == total
        assert desk.figure("Отчитались") == 2


def test_a_receipt_that_staff_wrote_down_is_not_overwritten(desk: Desk) -> None:
    worker = desk.worker()
    first = desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.insert_column(len(desk.grid()[0]), "Заметки")
    sent = desk.submit(VYAZNIKI)
    desk.edit(2, "Заметки", sent.receipt)
    desk.spreadsheet.before_write = once(lambda: desk.insert_column(1, "Моё"))
    desk.deliver_all(worker)
    worker.refresh_now()
    noted = next(row for row in desk.rows() if row["ID"] == first.id)
    assert noted["Заметки"] == sent.receipt
    assert desk.figure("Отчитались") == 2


def test_a_column_beside_ours_is_no_reason_to_write_again(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(VYAZNIKI)
    width = len(desk.grid()[0])
    desk.staff(
        {"appendDimension": {"sheetId": desk.answers_id(), "dimension": "COLUMNS", "length": 2}},
    )
    desk.spreadsheet.before_write = once(lambda: desk.insert_column(width, "Заметки"))
    desk.deliver_all(worker)
    assert [row["ID"] for row in desk.rows()] == [sent.id]


def test_headers_that_are_missing_hold_the_delivery_until_they_are_back(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    desk.edit(1, "Версия", "Вурсия")
    sent = desk.submit(ALEXANDROV)
    with pytest.raises(HeadersBroken, match="не найдены заголовки: «Версия»"):
        desk.worker().step()
    with pytest.raises(HeadersBroken):
        worker.refresh_now()
    assert worker.step().kind == "waiting"
    desk.edit(1, "Вурсия", "Версия")
    desk.deliver_all(desk.worker())
    assert ids(desk) == [sent.id]
