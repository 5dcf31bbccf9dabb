"""The column «Учёт» of «Ответы» over real HTTP: every row says what became of it, whatever staff do to the rows."""

from __future__ import annotations

import pytest

from sync.texts import accounts as texts
from tests.sync.harness import Desk, once

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI, GOROKHOVETS = "17605000", "17610000", "17615000"


def accounts(desk: Desk) -> dict[object, object]:
    """Receipt (of a manual row its comment) → the cell in «Учёт»."""
    return {row["Приём"] or row["Комментарий"]: row["Учёт"] for row in desk.rows()}


def add_row(desk: Desk, **cells: object) -> None:
    """Staff add a row at the end."""
    header = desk.grid()[0]
    values = [cells.get(str(title)) for title in header]
    typed = [
        {}
        if value is None
        else {"userEnteredValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}
        for value in values
    ]
    append = {"sheetId": desk.answers_id(), "rows": [{"values": typed}], "fields": "userEnteredValue"}
    desk.staff({"appendCells": append})


def test_every_row_says_what_became_of_it(desk: Desk) -> None:
    worker = desk.worker()
    first, second, wrong = desk.submit(ALEXANDROV), desk.submit(ALEXANDROV), desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    assert desk.grid()[0][:6] == ["Приём", "Принято", "ОКТМО", "Муниципалитет", "Версия", "Учёт"]
    desk.edit(4, "Сколько человек проинформировано", "много")
    add_row(desk, ОКТМО=GOROKHOVETS, Комментарий="по телефону", **{"Сколько человек проинформировано": 5})
    add_row(desk, Комментарий="чья-то строка")
    worker.refresh_now()
    assert accounts(desk) == {
        first.receipt: texts.REPLACED.format(version=2),
        second.receipt: texts.COUNTS,
        wrong.receipt: texts.EXCLUDED.format(reason=texts.ERROR_IN.format(title="Сколько человек проинформировано")),
        "по телефону": texts.EXCLUDED.format(reason=texts.ERROR_IN.format(title=missing_title(desk))),
        "чья-то строка": texts.EXCLUDED.format(reason=texts.UNKNOWN_MUNICIPALITY),
    }


def missing_title(desk: Desk) -> str:
    """The first required question that the row by telephone leaves blank."""
    return next(q.header for q in desk.campaign.sheet_questions if q.required and q.id != "informed")


def test_the_cells_are_put_right_after_a_sort_an_edit_and_a_deletion(desk: Desk) -> None:
    worker = desk.worker()
    sent = [desk.submit(oktmo) for oktmo in (ALEXANDROV, ALEXANDROV, VYAZNIKI)]
    desk.deliver_all(worker)
    worker.refresh_now()
    right = accounts(desk)
    desk.edit(2, "Учёт", "считается, я проверил")
    desk.sort(desk.grid()[0].index("Приём"))
    worker.refresh_now()
    assert accounts(desk) == right
    place = next(number for number, row in enumerate(desk.rows(), start=2) if row["Приём"] == sent[1].receipt)
    for header in desk.grid()[0]:
        if header not in ("", "Учёт"):
            desk.edit(place, str(header), None)
    worker.refresh_now()
    assert desk.grid()[place - 1] == []  # a row without content says nothing


def test_a_refresh_without_changes_writes_nothing(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert not worker.refresh_now().wrote


def test_a_column_inserted_in_the_second_of_the_write_keeps_its_notes(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV)
    desk.deliver_all(worker)

    def act() -> None:
        desk.insert_column(3, "Моё")
        desk.insert_column(3, "Заметки")
        desk.edit(2, "Заметки", "звонили")

    desk.spreadsheet.before_write = once(act, "updateCells")
    worker.refresh_now()
    worker.refresh_now()
    (row,) = desk.rows()
    assert (row["Приём"], row["Учёт"]) == (sent.receipt, texts.COUNTS)
    assert (row["Моё"], row["Заметки"]) == ("", "звонили")


def test_a_misplaced_row_says_so(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    sent = desk.submit(ALEXANDROV)
    desk.spreadsheet.before_write = once(lambda: desk.insert_column(1, "Моё"))
    desk.deliver_all(worker)
    worker.refresh_now()
    cells = [row["Учёт"] for row in desk.rows()]
    assert cells == [texts.MISPLACED, texts.COUNTS]
    assert [row["ID"] for row in desk.rows()][1] == sent.id
