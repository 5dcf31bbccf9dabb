"""A mass loss in «Ответы» stops the worker and is told everywhere; an ordinary edit is an edit; `restore` mends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from outbox.records import Submission
from sync.process import restoring
from sync.process.commands import CommandError
from sync.process.worker import Worker
from sync.tabs.summary import NOTICE_ROW
from sync.texts import loss as texts
from tests.sync.harness import Desk

pytestmark = pytest.mark.slow

INFORMED = "Сколько человек проинформировано"
TEACHERS = "Зарегистрировались: педагоги"
OWNED = ("Свод", "Муниципалитеты", "Не сдали", "Замечания", "Динамика", "Журнал")
Act = Callable[[Desk], None]


def reported(desk: Desk, count: int) -> tuple[Worker, list[Submission]]:
    """So many municipalities have reported, and the summary shows them."""
    worker = desk.worker()
    sent = [desk.submit(one.oktmo, {"informed": 100 + i}) for i, one in enumerate(desk.campaign.municipalities[:count])]
    desk.deliver_all(worker)
    worker.refresh_now()
    return worker, sent


@dataclass
class Answer:
    """The administrator at the terminal: reads the plan, and says yes or no."""

    yes: bool
    words: str = ""

    def __call__(self, words: str) -> bool:
        self.words = words
        return self.yes


def trouble(worker: Worker) -> str:
    return worker.trouble or ""


def look(desk: Desk, worker: Worker, times: int = 1) -> None:
    """The worker does what is due, as its loop makes it."""
    for _ in range(times):
        desk.time.now += 100
        worker.deliver()
        worker.refresh()


def published(desk: Desk) -> list[object]:
    """What the clerks' pages show, times aside."""
    found = (desk.outbox.statuses.get(desk.campaign.id, one.oktmo) for one in desk.campaign.municipalities)
    return [
        one and (one.oktmo, one.state, one.receipt, one.version, one.counted, one.corrections, one.remarks)
        for one in found
    ]


def shown(desk: Desk) -> dict[str, list[list[object]]]:
    """The figures of all owned tabs: all but where a notice may stand, the age that goes on by itself, and «Журнал»."""
    found = {title: desk.grid(desk.sheets()[title])[1:] for title in OWNED[:-1]}
    found["Свод"] = [row for row in found["Свод"][NOTICE_ROW:] if row and isinstance(row[0], str)]
    return found


def place(desk: Desk, header: str) -> int:
    return desk.grid()[0].index(header)


def delete_column(desk: Desk, header: str = INFORMED) -> None:
    at = place(desk, header)
    where = {"sheetId": desk.answers_id(), "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    desk.staff({"deleteDimension": {"range": where}})


def delete_and_retype_column(desk: Desk) -> None:
    at = place(desk, INFORMED)
    delete_column(desk)
    desk.insert_column(at, INFORMED)


def clear(desk: Desk, first: int, end: int | None, header: str | None = None) -> None:
    """Empty cells. first, end: 1-based rows, half-open; header: of one column."""
    area: dict[str, object] = {"sheetId": desk.answers_id(), "startRowIndex": first - 1}
    if end is not None:
        area["endRowIndex"] = end - 1
    if header is not None:
        area |= {"startColumnIndex": place(desk, header), "endColumnIndex": place(desk, header) + 1}
    desk.staff({"updateCells": {"range": area, "fields": "userEnteredValue"}})


def clear_column(desk: Desk) -> None:
    clear(desk, 2, None, INFORMED)


def clear_ids(desk: Desk) -> None:
    clear(desk, 2, None, "ID")


def clear_tab(desk: Desk) -> None:
    clear(desk, 1, None)


def clear_rows(desk: Desk) -> None:
    clear(desk, 2, None)


def shift_left(desk: Desk) -> None:
    """Delete the cells of one column below the header, so that those to the right move in."""
    at = place(desk, INFORMED)
    area = {"sheetId": desk.answers_id(), "startRowIndex": 1, "startColumnIndex": at, "endColumnIndex": at + 1}
    desk.staff({"deleteRange": {"range": area, "shiftDimension": "COLUMNS"}})


def shift_right(desk: Desk) -> None:
    at = place(desk, INFORMED)
    area = {"sheetId": desk.answers_id(), "startRowIndex": 1, "startColumnIndex": at, "endColumnIndex": at + 1}
    desk.staff({"insertRange": {"range": {**area, "endRowIndex": 7}, "shiftDimension": "COLUMNS"}})


def delete_header_row(desk: Desk) -> None:
    desk.delete_rows(1, 2)


def erase_headers(desk: Desk) -> None:
    """Most of them; the columns below stay."""
    area = {"sheetId": desk.answers_id(), "endRowIndex": 1, "startColumnIndex": 3, "endColumnIndex": 20}
    desk.staff({"updateCells": {"range": area, "fields": "userEnteredValue"}})


def erase_header_row(desk: Desk) -> None:
    """All of ours, in a tab where staff have a column too."""
    area = {"sheetId": desk.answers_id(), "endRowIndex": 1, "endColumnIndex": place(desk, "ID") + 1}
    desk.staff({"updateCells": {"range": area, "fields": "userEnteredValue"}})


def delete_columns(desk: Desk) -> None:
    where = {"sheetId": desk.answers_id(), "dimension": "COLUMNS", "startIndex": 3, "endIndex": 16}
    desk.staff({"deleteDimension": {"range": where}})


def sort_header_along(desk: Desk) -> None:
    area = {"sheetId": desk.answers_id(), "startRowIndex": 0}
    specs = [{"dimensionIndex": place(desk, "Приём"), "sortOrder": "DESCENDING"}]
    freeze = {"sheetId": desk.answers_id(), "gridProperties": {"frozenRowCount": 0}}
    desk.staff(
        {"updateSheetProperties": {"properties": freeze, "fields": "gridProperties.frozenRowCount"}},
        {"sortRange": {"range": area, "sortSpecs": specs}},
    )
    assert desk.grid()[0][0] != "Приём"


def delete_rows(desk: Desk) -> None:
    desk.delete_rows(2, 8)


LOSSES: Mapping[str, Act] = {
    "a deleted column": delete_column,
    "a deleted column with its header typed again": delete_and_retype_column,
    "a cleared column": clear_column,
    "cleared ids": clear_ids,
    "a deleted id column": lambda desk: delete_column(desk, "ID"),
    "a cleared tab": clear_tab,
    "cleared rows": clear_rows,
    "cells shifted to the left": shift_left,
    "cells shifted to the right": shift_right,
    "a deleted header row": delete_header_row,
    "most headers erased": erase_headers,
    "an erased header row": erase_header_row,
    "thirteen deleted columns": delete_columns,
    "a sort with the header": sort_header_along,
    "deleted rows": delete_rows,
}


@pytest.mark.parametrize("act", LOSSES.values(), ids=LOSSES.keys())
def test_a_loss_changes_nothing_and_comes_back(desk: Desk, act: Act) -> None:
    worker, sent = reported(desk, 6)
    desk.edit(3, TEACHERS, 40)  # a correction of the ministry, before the loss
    desk.insert_column(len(desk.grid()[0]), "Кто звонил")
    desk.edit(2, "Кто звонил", "Отдел")
    look(desk, worker)
    before, states, edits = shown(desk), published(desk), desk.outbox.staff_edits.all(desk.spreadsheet.id)
    total = desk.figure("Всего зарегистрировалось")
    act(desk)
    look(desk, worker, 3)
    assert trouble(worker).startswith(("Пересчёт остановлен", "Отправка и пересчёт остановлены"))
    assert shown(desk) == before
    assert published(desk) == states
    assert desk.outbox.staff_edits.all(desk.spreadsheet.id) == edits
    told(desk, trouble(worker))
    again = desk.worker()  # a worker that starts anew knows it too
    look(desk, again, 2)
    assert again.trouble == worker.trouble
    assert published(desk) == states

    restoring.restore(desk.context)
    for _ in range(4):
        look(desk, again)
        assert published(desk) == states  # not even on the way back
    assert not trouble(again)
    assert desk.figure("Всего зарегистрировалось") == total
    rows = {row["ID"]: row for row in desk.rows() if row["ID"]}
    assert {one.id: rows[one.id][INFORMED] for one in sent} == {one.id: one.answers["informed"] for one in sent}
    assert [rows[one.id][TEACHERS] for one in sent] == [1, 40, 1, 1, 1, 1]
    assert "Кто звонил" in desk.grid()[0]
    assert not any(str(grid[0][0]).startswith(texts.NOTICE_HEAD) for grid in map(desk.grid, desk.sheets().values()))


def told(desk: Desk, words: str) -> None:
    """The words stand at the top of every owned tab, in lines that fit on the screen."""
    for title in OWNED:
        top = [str(row[0]) for row in desk.grid(desk.sheets()[title])[:8] if row]
        (notice,) = [cell for cell in top if words in " ".join(cell.split("\n"))]
        assert max(map(len, notice.split("\n"))) <= texts.LINE + 20
        seen = desk.server.get(f"/v4/spreadsheets/{desk.spreadsheet.id}/values/{title}!A1:A10")["values"]
        assert "Данные на" in str(seen) or title == "Журнал"


@pytest.mark.parametrize("act", [clear_column, delete_rows, clear_ids], ids=["column", "rows", "ids"])
def test_what_is_undone_in_the_spreadsheet_resumes_by_itself(desk: Desk, act: Act) -> None:
    worker, _ = reported(desk, 6)
    grid, states = desk.grid(), published(desk)
    act(desk)
    look(desk, worker, 2)
    assert trouble(worker)
    write_back(desk, grid)
    look(desk, worker, 2)
    assert not trouble(worker)
    assert published(desk) == states
    assert desk.outbox.staff_edits.all(desk.spreadsheet.id) == []


def write_back(desk: Desk, grid: list[list[object]]) -> None:
    """What «Отменить» does."""

    def cell(value: object) -> dict[str, object]:
        if value == "":
            return {}
        return {"userEnteredValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}

    rows = [{"values": [cell(value) for value in row]} for row in grid]
    start = {"sheetId": desk.answers_id(), "rowIndex": 0, "columnIndex": 0}
    desk.staff({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})


def test_reports_that_arrive_meanwhile_are_delivered_and_do_not_end_the_stop(desk: Desk) -> None:
    worker, sent = reported(desk, 5)
    clear_column(desk)
    look(desk, worker, 2)
    for one in sent[:2]:
        desk.submit(one.oktmo, {"informed": 7})
    for municipality in desk.campaign.municipalities[5:8]:
        desk.submit(municipality.oktmo, {"informed": 8})
    states = published(desk)
    look(desk, worker, 4)
    assert desk.outbox.deliveries.waiting(desk.campaign.id, desk.spreadsheet.id).count == 0
    assert "пуст столбец" in str(worker.trouble)
    assert published(desk) == states
    restoring.restore(desk.context, column=INFORMED)
    look(desk, worker, 2)
    assert not trouble(worker)
    assert [row[INFORMED] for row in desk.rows()] == [100, 101, 102, 103, 104, 7, 7, 8, 8, 8]


@pytest.mark.parametrize(("count", "act"), [(2, clear_column), (2, delete_rows)], ids=["column", "rows"])
def test_two_reports_are_no_mass(desk: Desk, count: int, act: Act) -> None:
    worker, _ = reported(desk, count)
    act(desk)
    look(desk, worker, 2)
    assert not trouble(worker)
    assert desk.figure("Всего зарегистрировалось") in (0, "—")


def test_an_edit_of_two_cells_is_an_edit(desk: Desk) -> None:
    worker, sent = reported(desk, 6)
    desk.edit(2, INFORMED, None)
    desk.edit(3, INFORMED, None)
    look(desk, worker)
    assert not trouble(worker)
    assert {edit.submission_id for edit in desk.outbox.staff_edits.all(desk.spreadsheet.id)} == {
        one.id for one in sent[:2]
    }


@pytest.mark.parametrize(("gone", "stops"), [(3, False), (4, True)])
def test_four_fifths_are_a_mass(desk: Desk, gone: int, stops: bool) -> None:
    worker, _ = reported(desk, 5)
    desk.delete_rows(2, 2 + gone)
    look(desk, worker, 2)
    assert bool(trouble(worker)) == stops


def test_a_loss_that_was_meant_is_an_edit(desk: Desk) -> None:
    worker, sent = reported(desk, 5)
    clear_column(desk)
    look(desk, worker, 2)
    asked = Answer(True)
    restoring.accept_loss(desk.context, INFORMED, confirm=asked)
    assert texts.ACCEPT_COLUMN.format(header=INFORMED) in asked.words
    look(desk, worker, 2)
    assert not trouble(worker)
    edits = desk.outbox.staff_edits.current(desk.spreadsheet.id)
    assert {key for key, edit in edits.items() if edit.kind == "changed"} == {(one.id, "informed") for one in sent}
    with pytest.raises(CommandError, match="подтверждать нечего"):
        restoring.accept_loss(desk.context, INFORMED)
    with pytest.raises(CommandError, match="возвращать нечего"):
        restoring.restore(desk.context)  # what the ministry emptied is not lost
    restoring.restore(desk.context, column=f"«{INFORMED}»")  # unless somebody asks for this very column
    look(desk, worker, 2)
    assert [row[INFORMED] for row in desk.rows()] == [100, 101, 102, 103, 104]


def test_rows_that_were_deleted_on_purpose_stay_deleted(desk: Desk) -> None:
    worker, _ = reported(desk, 5)
    delete_rows(desk)
    look(desk, worker, 2)
    restoring.accept_loss(desk.context, texts.ROWS)
    look(desk, worker, 2)
    assert not trouble(worker)
    found = [desk.outbox.statuses.get(desk.campaign.id, one.oktmo) for one in desk.campaign.municipalities[:5]]
    assert {one.state for one in found if one} == {"deleted"}


def test_a_deleted_column_that_was_meant_comes_back_blank(desk: Desk) -> None:
    worker, _ = reported(desk, 4)
    delete_column(desk)
    look(desk, worker, 2)
    restoring.accept_loss(desk.context, INFORMED)
    look(desk, worker, 3)
    assert not trouble(worker)
    assert [row[INFORMED] for row in desk.rows()] == [""] * 4


def test_restore_says_what_it_will_do_and_does_nothing_without_a_yes(desk: Desk) -> None:
    worker, sent = reported(desk, 4)
    desk.edit(3, INFORMED, 900)
    look(desk, worker)
    clear_column(desk)
    look(desk, worker, 2)
    asked = Answer(False)
    assert restoring.restore(desk.context, confirm=asked) == texts.LEFT
    assert asked.words == f"{texts.PLAN}\n  " + texts.PLAN_CORRECTED.format(header=INFORMED, count=4, corrected=1)
    look(desk, worker, 2)
    assert trouble(worker)
    restoring.restore(desk.context, sent[1].receipt)
    look(desk, worker, 2)
    assert [row[INFORMED] for row in desk.rows()] == ["", 900, "", ""]
    assert trouble(worker)  # the others are still missing
    restoring.restore(desk.context, column=INFORMED)
    look(desk, worker, 2)
    assert [row[INFORMED] for row in desk.rows()] == [100, 900, 102, 103]
    assert not trouble(worker)


def test_restore_fills_blank_cells_only(desk: Desk) -> None:
    worker, _ = reported(desk, 5)
    clear_column(desk)
    desk.edit(4, INFORMED, 55)
    look(desk, worker, 2)
    assert trouble(worker)
    restoring.restore(desk.context)
    look(desk, worker, 2)
    assert not trouble(worker)
    assert [row[INFORMED] for row in desk.rows()] == [100, 101, 55, 103, 104]


def test_cells_are_not_filled_into_rows_that_were_sorted_meanwhile(desk: Desk) -> None:
    worker, sent = reported(desk, 5)
    clear_column(desk)
    look(desk, worker, 2)
    restoring.restore(desk.context)
    left = [lambda: desk.sort(0)]
    desk.spreadsheet.before_write = lambda body: left.pop()() if left and "SVOD" in body.upper() else None
    look(desk, worker, 3)
    by_id = {row["ID"]: row[INFORMED] for row in desk.rows()}
    assert by_id == {one.id: one.answers["informed"] for one in sent}
    assert not trouble(worker)
    assert not left


def test_a_column_sorted_by_itself_stops_the_worker_until_it_is_undone(desk: Desk) -> None:
    worker, sent = reported(desk, 6)
    before, figures = published(desk), desk.figure("Отчитались")
    for row, one in enumerate(reversed(sent), start=2):
        desk.edit(row, "ID", one.id)
    look(desk, worker)
    assert "«ID» не при своём отчёте, строк — 6" in trouble(worker)
    assert published(desk) == before
    assert desk.figure("Отчитались") == figures
    assert not desk.outbox.staff_edits.all(desk.spreadsheet.id)
    for row, one in enumerate(sent, start=2):
        desk.edit(row, "ID", one.id)
    look(desk, worker, 2)
    assert trouble(worker) == ""
    assert desk.figure("Отчитались") == figures


def test_nothing_to_restore_is_said(desk: Desk) -> None:
    reported(desk, 3)
    with pytest.raises(CommandError, match="возвращать нечего"):
        restoring.restore(desk.context)
    with pytest.raises(CommandError, match="у программы нет"):
        restoring.restore(desk.context, column="Заметки")


def sort_column(desk: Desk, figures: list[int]) -> None:
    for row, figure in enumerate(figures, start=2):
        desk.edit(row, INFORMED, figure)


@pytest.mark.parametrize("figures", [[104, 103, 102, 101, 100], [104, 100, 101, 102, 103]], ids=["sorted", "turned"])
def test_a_column_of_figures_sorted_by_itself_stops_the_worker_until_it_is_undone(
    desk: Desk, figures: list[int]
) -> None:
    worker, _ = reported(desk, 5)
    before, total = published(desk), desk.figure("Отчитались")
    sort_column(desk, figures)
    look(desk, worker)
    assert f"не у своих муниципалитетов: «{INFORMED}», строк" in trouble(worker)
    assert published(desk) == before
    assert not desk.outbox.staff_edits.all(desk.spreadsheet.id)
    sort_column(desk, [100, 101, 102, 103, 104])
    look(desk, worker, 2)
    assert trouble(worker) == ""
    assert desk.figure("Отчитались") == total


def test_a_column_shifted_by_one_cell_stops_the_worker_too(desk: Desk) -> None:
    worker, _ = reported(desk, 6)
    sort_column(desk, [999, 100, 101, 102, 103, 104, 105])
    look(desk, worker)
    assert "не у своих муниципалитетов" in trouble(worker)


def test_figures_that_stand_elsewhere_on_purpose_are_corrections(desk: Desk) -> None:
    worker, _ = reported(desk, 4)
    sort_column(desk, [103, 102, 101, 100])
    look(desk, worker)
    desk.submit(desk.campaign.municipalities[7].oktmo, {"informed": 500})
    look(desk, worker)
    assert trouble(worker), "reports that arrive meanwhile do not make it an edit"
    asked = Answer(True)
    assert restoring.accept_loss(desk.context, INFORMED, confirm=asked) == texts.ACCEPTED
    assert "останутся как стоят" in asked.words
    look(desk, worker, 2)
    assert trouble(worker) == ""
    assert {edit.now for edit in desk.outbox.staff_edits.all(desk.spreadsheet.id)} == {100, 101, 102, 103}


def test_corrections_of_many_figures_are_corrections(desk: Desk) -> None:
    worker, _ = reported(desk, 5)
    sort_column(desk, [101, 102, 103, 104, 100 + 7])
    desk.edit(5, INFORMED, 200)
    look(desk, worker)
    assert trouble(worker) == ""
