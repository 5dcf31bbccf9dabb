"""A mass loss in «Ответы» stops the worker and is shown everywhere; an ordinary edit is an edit."""

from __future__ import annotations

import pytest

from outbox.records import StaffEdit
from sync.manual_edits.moved_figures import find_moved
from sync.process import restoring
from sync.tabs.summary import NOTICE_ROW
from sync.texts import loss as texts
from tests.sync.harness import NOW, Desk
from tests.sync.losses import (
    INFORMED,
    LOSSES,
    Act,
    Answer,
    clear_column,
    clear_ids,
    delete_rows,
    look,
    reported,
    trouble,
)

pytestmark = pytest.mark.slow

TEACHERS = "Зарегистрировались: педагоги"
OWNED = ("Свод", "Муниципалитеты", "Не сдали", "Замечания", "Динамика", "Журнал")


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
    check_notice(desk, trouble(worker))
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


def check_notice(desk: Desk, words: str) -> None:
    """The words are at the top of every owned tab, in lines that fit on the screen."""
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
    """Also where equal figures stand below each other, so that many rows seem unchanged."""
    worker, _ = reported(desk, 6)
    sort_column(desk, [999, 100, 101, 102, 103, 104, 105])
    look(desk, worker)
    assert "не у своих муниципалитетов" in trouble(worker)
    was = [12, 12, 8, 1, 1, 12, 2, 2, 3, 12, 12, 5, 5, 1]
    edits: dict[tuple[str, str | None], StaffEdit] = {
        (str(row), "events"): StaffEdit("", str(row), str(row), "", "events", "changed", old, new, NOW)
        for row, (old, new) in enumerate(zip(was, [was[0], *was], strict=False))
        if old != new
    }
    assert set(find_moved(edits, {}, len(was), before={})) == {"events"}


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
