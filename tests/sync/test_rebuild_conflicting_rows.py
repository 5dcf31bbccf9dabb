"""Rows with one ID that differ, and rows that come back: what a rebuild and a restore bring along and say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheets import CallBudget
from sync.errors import CommandError
from sync.process import restoring
from sync.process.environment import Settings
from sync.process.rebuild import rebuild
from sync.process.wiring import Wired
from sync.texts import worker as texts
from tests.sync.harness import Desk
from tests.sync.test_staff import cell, journalled, total

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI, GOROKHOVETS = "17605000", "17610000", "17615000"
TEACHERS, HEADER = "registered_teachers", "Зарегистрировались: педагоги"
INFORMED = "Сколько человек проинформировано"


def copy_row(desk: Desk, number: int, **changes: object) -> None:
    """Staff copy a row to the end, other figures in it. `number`: 1-based in the tab."""
    header, row = desk.grid()[0], desk.grid()[number - 1]
    by_header = {HEADER if name == TEACHERS else INFORMED: value for name, value in changes.items()}
    cells = [cell(by_header.get(str(name), old)) for name, old in zip(header, row, strict=False)]
    append = {"sheetId": desk.answers_id(), "rows": [{"values": cells}], "fields": "userEnteredValue"}
    desk.staff({"appendCells": append})


def rebuilt(desk: Desk, *, google: bool = False) -> tuple[str, Desk]:
    """What the command says, and the new spreadsheet."""
    fresh = desk.server.create()
    url = f"sqlite:///{desk.folder / 'outbox.db'}"
    where = Settings(desk.folder, url, desk.spreadsheet.id, desk.server.account(), desk.server.url, google, None)
    words = rebuild(Wired(where, desk.context, CallBudget(99, 99), desk.client), fresh, desk.time.sleep)
    spreadsheet = desk.at(fresh)
    return words, replace(desk, context=replace(desk.context, spreadsheet=spreadsheet), spreadsheet=spreadsheet)


def remarks(desk: Desk) -> list[list[object]]:
    """The rows of «Замечания» that still hold."""
    grid = desk.grid(desk.sheets()["Замечания"])
    rows = grid[1 + next(i for i, row in enumerate(grid) if row[-1] == "Код") :]
    return [row for row in rows if not str(row[1]).startswith("снято")]


@pytest.mark.parametrize("copy_first", [False, True])
def test_neither_of_two_differing_rows_becomes_a_report(desk: Desk, copy_first: bool) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.deliver_all(worker)
    copy_row(desk, 2, **{TEACHERS: 50})
    if copy_first:
        desk.sort(desk.grid()[0].index(HEADER))
    worker.refresh_now()
    words, target = rebuilt(desk)
    assert [row[HEADER] for row in target.rows()] == [8]
    values = "«50», «8»" if copy_first else "«8», «50»"
    assert f"{sent.receipt} Александровский муниципальный район: «{HEADER}» — в строках было {values}" in words
    assert "правок министерства — 0" in words


def test_a_superseded_copy_does_not_change_the_row_either(desk: Desk) -> None:
    worker = desk.worker()
    old = desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.submit(ALEXANDROV, {TEACHERS: 9})
    desk.deliver_all(worker)
    copy_row(desk, 2, **{TEACHERS: 50})
    worker.refresh_now()
    words, target = rebuilt(desk)
    assert sorted(row[HEADER] for row in target.rows()) == [8, 9]  # type: ignore[type-var]
    assert old.receipt in words


def test_what_both_rows_say_alike_is_certain(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.deliver_all(worker)
    desk.edit(2, INFORMED, 300)
    desk.edit(2, HEADER, 12)
    worker.refresh_now()
    copy_row(desk, 2, **{TEACHERS: 50})
    worker.refresh_now()
    words, target = rebuilt(desk)
    (row,) = target.rows()
    assert (row[HEADER], row[INFORMED]) == (8, 300)
    assert "«12», «50»" in words
    assert "правок министерства — 1" in words


def test_what_was_taken_back_in_both_rows_is_taken_back(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.deliver_all(worker)
    desk.edit(2, INFORMED, 300)
    worker.refresh_now()
    desk.edit(2, INFORMED, 100)
    copy_row(desk, 2, **{TEACHERS: 50})
    worker.refresh_now()
    _, target = rebuilt(desk)
    assert [(row[HEADER], row[INFORMED]) for row in target.rows()] == [(8, 100)]


def test_a_row_that_restore_put_back_comes_along_with_its_correction(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.deliver_all(worker)
    desk.edit(2, HEADER, 12)
    worker.refresh_now()
    desk.delete_rows(2, 3)
    worker.refresh_now()
    restoring.restore(desk.context, f"фо-{sent.number}")  # by its digits, as people type it
    words, target = rebuilt(desk)
    assert [row[HEADER] for row in target.rows()] == [12]
    assert "строк — 1, правок министерства — 1" in words


def test_a_lost_correction_is_still_a_lost_one(desk: Desk) -> None:
    """What was seen before the newer version came is not an edit of an old row, only because it was written again."""
    worker = desk.worker()
    first = desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.deliver_all(worker)
    desk.edit(2, HEADER, 12)
    worker.refresh_now()
    desk.time.now += 60
    desk.submit(ALEXANDROV, {TEACHERS: 9})
    desk.deliver_all(worker)
    worker.refresh_now()
    assert [row[-1] for row in remarks(desk)] == ["correction_lost"]
    desk.time.now += 60
    _, target = rebuilt(desk)
    assert remarks(target) == remarks(desk)
    (here,), (there,) = (desk.outbox.staff_edits.all(one.spreadsheet.id) for one in (desk, target))
    assert there == replace(here, spreadsheet_id=target.spreadsheet.id)
    assert here.submission_id == first.id


def test_a_row_left_alone_is_the_ministrys_word_again(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.deliver_all(worker)
    copy_row(desk, 2, **{TEACHERS: 50})
    worker.refresh_now()
    worker.refresh_now()
    assert journalled(desk) == [("changed", None, sent.receipt, {TEACHERS: [8, 50]})]
    desk.delete_rows(2, 3)
    worker.refresh_now()
    worker.refresh_now()
    assert {one[:2] for one in journalled(desk)[1:]} == {("restored", None), ("changed", TEACHERS)}
    words, target = rebuilt(desk)
    assert [row[HEADER] for row in target.rows()] == [50]
    assert words.startswith("Готово")


def test_equal_rows_are_one_row_without_a_remark(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.deliver_all(worker)
    desk.edit(2, HEADER, 12)
    copy_row(desk, 2)
    worker.refresh_now()
    words, target = rebuilt(desk)
    assert [row[HEADER] for row in target.rows()] == [12]
    assert words.startswith("Готово")


def test_rows_that_differ_in_explanations_alone_are_named(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV, {TEACHERS: 8})
    desk.deliver_all(worker)
    copy_row(desk, 2)
    desk.edit(3, "Пояснения", "по телефону")
    worker.refresh_now()
    words, target = rebuilt(desk)
    assert len(target.rows()) == 1
    assert f"{sent.receipt} Александровский муниципальный район: «Пояснения»" in words
    assert "«по телефону»" in words


def test_a_restored_row_brings_its_corrections(desk: Desk) -> None:
    worker = desk.worker()
    sent, other = desk.submit(ALEXANDROV, {TEACHERS: 8}), desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    desk.edit(2, HEADER, 98)
    worker.refresh_now()
    desk.edit(2, HEADER, 99)
    desk.edit(2, INFORMED, 300)
    desk.edit(3, HEADER, 77)
    worker.refresh_now()
    desk.edit(2, INFORMED, 100)
    worker.refresh_now()
    desk.delete_rows(2, 3)
    worker.refresh_now()
    assert "снова в очереди" in restoring.restore(desk.context, sent.receipt)
    worker.refresh_now()  # a look at the tab before the row is back makes no difference
    desk.deliver_all(worker)
    worker.refresh_now()
    assert total(desk) == 99 + 5 + 77 + 5
    by_id = {row["ID"]: (row[HEADER], row[INFORMED]) for row in desk.rows()}
    assert by_id == {sent.id: (99, 100), other.id: (77, 100)}
    corrections = [edit for edit in desk.outbox.staff_edits.current(desk.spreadsheet.id).values() if edit.question]
    assert {(edit.row_key, edit.kind, edit.now) for edit in corrections if edit.kind == "changed"} == {
        (sent.id, "changed", 99),
        (other.id, "changed", 77),
    }


def test_a_rebuild_names_the_differing_rows(desk: Desk) -> None:
    """One of a deleted row is none; one that staff added is one."""
    worker = desk.worker()
    for oktmo in (ALEXANDROV, VYAZNIKI, GOROKHOVETS):
        desk.submit(oktmo)
    desk.deliver_all(worker)
    manual = [cell({"ОКТМО": "17620000", "Принято": 45066.25}.get(str(name))) for name in desk.grid()[0]]
    rows = [{"values": manual}] * 2
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": rows, "fields": "userEnteredValue"}})
    desk.delete_rows(2, 3)
    worker.refresh_now()
    words, target = rebuilt(desk)
    assert len(target.rows()) == 4
    assert "строк — 4, правок министерства — 3." in words


def test_a_row_of_a_deleted_tab_is_not_restored_before_the_tab_is(desk: Desk) -> None:
    worker = desk.worker()
    sent = desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.staff({"deleteSheet": {"sheetId": desk.answers_id()}})
    with pytest.raises(CommandError) as refused:
        restoring.restore(desk.context, sent.receipt)
    assert str(refused.value) == texts.ANSWERS_DELETED.format(title="Ответы")


@pytest.mark.parametrize("google", [False, True])
def test_a_rebuild_says_how_to_go_on_where_it_was_run(desk: Desk, google: bool) -> None:
    words, target = rebuilt(desk, google=google)
    fresh = target.spreadsheet.id
    file = f"Теперь впишите {fresh} в файл {desk.folder / 'spreadsheet_id'} вместо прежнего номера"
    assert (f"Теперь задайте SPREADSHEET_ID={fresh} " if google else file) in words
    assert ("SPREADSHEET_ID" in words) == google
    assert words.endswith("и запустите обработчик заново.")


@pytest.mark.parametrize("fault", [400, 503, "reset_after", "reset_before"])
@pytest.mark.parametrize("fails", ["a delivery", "the manual rows", "the tabs"])
def test_a_rebuild_loses_no_manual_row_and_doubles_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: int | str, fails: str
) -> None:
    """A manual row was lost after one refused delivery, and a lost answer ended the rebuild."""
    worker = desk.worker()
    sent = [desk.submit(oktmo) for oktmo in (ALEXANDROV, VYAZNIKI)]
    desk.deliver_all(worker)
    header, row = desk.grid()[:2]
    changed = {"ОКТМО": GOROKHOVETS, "ID": None, "Приём": None, "Муниципалитет": None, "Комментарий": "по телефону"}
    cells = [cell(changed.get(str(name), old)) for name, old in zip(header, row, strict=False)]
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": [{"values": cells}], "fields": "*"}})
    worker.refresh_now()
    assert desk.figure("Отчитались") == 3
    rule: dict[str, object] = {"kind": "error", "status": fault} if isinstance(fault, int) else {"kind": fault}
    request, waiting = desk.client.request, [rule | {"path": ":batchUpdate", "method": "POST", "next": 1}]

    def is_meant(body: str) -> bool:
        manual = "appendCells" in body and GOROKHOVETS in body and "updateCells" not in body
        return {"a delivery": sent[0].id in body, "the manual rows": manual, "the tabs": "addChart" in body}[fails]

    def watched(method: str, url: str, *rest: object, **named: object) -> object:
        if waiting and ":batchUpdate" in url and is_meant(str(named)):
            desk.server.faults(waiting.pop())
        return request(method, url, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.client, "request", watched)
    if fault == 400 and fails != "a delivery":  # refused for good
        with pytest.raises(CommandError, match=r"заполнена не до конца: .* возьмите новую"):
            rebuilt(desk)
        return
    words, there = rebuilt(desk)
    assert not waiting
    assert "Готово: строк — 3" in words
    assert [row["ОКТМО"] for row in there.rows()].count(GOROKHOVETS) == 1
    assert there.figure("Отчитались") == 3
