"""Tabs and headers over the life of a campaign file: new questions, changed titles, a worker that dies in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from campaign import load_campaign
from sync.errors import HeadersBroken
from tests.sync.harness import ROOT, Desk, fast_campaign, once

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI = "17605000", "17610000"
COMMENT = "{id: comment, type: long_text, title: Комментарий, hint: Без фамилий и телефонов., max_length: 2000}"
Change = Callable[[str], str]


def changed(desk: Desk, change: Change) -> Desk:
    """The same desk after the campaign file was changed and the worker started again."""
    path = Path(desk.folder / "changed.yaml")
    text = fast_campaign((ROOT / "config.yaml").read_text(encoding="utf-8"))
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")
    campaign = load_campaign(path)
    return replace(desk, campaign=campaign, context=replace(desk.context, campaign=campaign))


def new_question(text: str) -> str:
    return text.replace(
        COMMENT, COMMENT + "\n      - {id: radio, type: integer, title: Выступления на радио, role: action}"
    )


def renamed(text: str) -> str:
    return text.replace("title: Комментарий,", "title: Примечание,")


def swapped(text: str) -> str:
    first, second = "title: Публикации в социальных сетях", "title: Встречи и мероприятия"
    return text.replace(first, "title: X").replace(second, first).replace("title: X", second)


def dropped(text: str) -> str:
    return text.replace(f"      - {COMMENT}\n", "")


def headers(desk: Desk) -> list[object]:
    return [cell for cell in desk.grid()[0] if cell != ""]


def journal(desk: Desk) -> list[tuple[str, str]]:
    entries = desk.outbox.journal.last(desk.campaign.id, desk.spreadsheet.id)
    return [(entry.result, entry.detail) for entry in entries if entry.kind == "columns"]


def test_a_new_question_is_a_column_before_the_id(desk: Desk) -> None:
    old = desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    desk.move_column(0, 3)  # staff have their own order
    before = headers(desk)
    later = changed(desk, new_question)
    sent = later.submit(VYAZNIKI, {"radio": 7})
    later.deliver_all(later.worker())
    assert headers(desk) == [*before[:-1], "Выступления на радио", "ID"]
    assert journal(desk) == [("добавлен столбец", "«Выступления на радио»")]
    by_id = {row["ID"]: row for row in desk.rows()}
    assert (by_id[sent.id]["Выступления на радио"], by_id[old.id]["Выступления на радио"]) == (7, "")
    again = changed(later, new_question)
    again.worker().prepare()
    assert headers(desk) == [*before[:-1], "Выступления на радио", "ID"]


def test_a_new_column_lands_in_a_column_of_its_own_whatever_moves(desk: Desk) -> None:
    desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    before = desk.rows()
    later = changed(desk, new_question)
    later.spreadsheet.before_write = once(lambda: desk.move_column(len(headers(desk)) - 1, 0), "insertDimension")
    later.worker().prepare()
    after = desk.rows()
    assert [{**row, "Выступления на радио": ""} for row in before] == [
        {name: cell for name, cell in row.items() if name} for row in after
    ]


def test_a_changed_title_renames_the_header(desk: Desk) -> None:
    desk.submit(ALEXANDROV, {"comment": "слово"})
    desk.deliver_all(desk.worker())
    later = changed(desk, renamed)
    later.worker().prepare()
    assert "Комментарий" not in headers(desk)
    assert desk.rows()[0]["Примечание"] == "слово"
    assert journal(desk) == [("заголовок переименован", "«Примечание»")]


def test_two_titles_may_be_exchanged(desk: Desk) -> None:
    desk.submit(ALEXANDROV, {"events": 3, "social_publications": 4})
    desk.deliver_all(desk.worker())
    later = changed(desk, swapped)
    later.worker().prepare()
    row = desk.rows()[0]
    assert (row["Публикации в социальных сетях"], row["Встречи и мероприятия"]) == (3, 4)


def test_the_column_of_a_dropped_question_stays(desk: Desk) -> None:
    desk.submit(ALEXANDROV, {"comment": "слово"})
    desk.deliver_all(desk.worker())
    later = changed(desk, dropped)
    sent = later.submit(VYAZNIKI)
    worker = later.worker()
    later.deliver_all(worker)
    worker.refresh_now()
    assert [row["Комментарий"] for row in desk.rows()] == ["слово", ""]
    assert desk.rows()[1]["ID"] == sent.id
    assert desk.outbox.staff_edits.all(desk.spreadsheet.id) == []
    desk.edit(1, "Комментарий", "Старое")  # nobody needs that header any more
    worker.refresh_now()


def test_a_column_of_staff_with_the_title_of_a_new_question_is_reported(desk: Desk) -> None:
    desk.worker().prepare()
    desk.insert_column(0, "Выступления на радио")
    later = changed(desk, new_question)
    with pytest.raises(HeadersBroken, match="«Выступления на радио»"):
        later.worker().prepare()
    desk.edit(1, "Выступления на радио", "Радио")
    later.worker().prepare()
    assert "Выступления на радио" in headers(desk)


@pytest.mark.parametrize("change", [new_question, renamed], ids=["added", "renamed"])
@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_a_worker_that_dies_while_it_writes_headers(desk: Desk, change: Change, kind: str) -> None:
    desk.worker().prepare()
    later = changed(desk, change)
    desk.server.faults({"kind": kind, "next": 1, "path": ":batchUpdate"})
    with pytest.raises(Exception, match="прервалась"):
        later.worker().prepare()
    later.worker().prepare()
    assert len(headers(desk)) == len(set(headers(desk)))
    sent = later.submit(ALEXANDROV)
    later.deliver_all(later.worker())
    assert desk.rows()[0]["ID"] == sent.id


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_a_worker_that_dies_while_it_makes_tabs(desk: Desk, kind: str) -> None:
    desk.server.faults({"kind": kind, "next": 1, "path": ":batchUpdate"})
    with pytest.raises(Exception, match="прервалась"):
        desk.worker().prepare()
    sent = desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    assert list(desk.sheets()) == list(desk.campaign.spreadsheet.tabs.model_dump().values())
    assert desk.rows()[0]["ID"] == sent.id


def test_a_sheet_with_something_in_it_stays(desk: Desk) -> None:
    first = next(iter(desk.sheets().values()))
    start = {"sheetId": first, "rowIndex": 4, "columnIndex": 2}
    cell = {"userEnteredValue": {"stringValue": "важное"}}
    desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    desk.worker().prepare()
    assert desk.grid(first)[4][2] == "важное"


def test_headings_say_what_the_tabs_are_called_now(desk: Desk) -> None:
    desk.worker().refresh_now()
    sheets = desk.sheets()
    for old, new in (("Замечания", "Вопросы"), ("Муниципалитеты", "Районы")):
        properties = {"sheetId": sheets[old], "title": new}
        desk.staff({"updateSheetProperties": {"properties": properties, "fields": "title"}})

    def other(text: str) -> str:
        return text.replace("problems: Замечания", "problems: Присланное").replace("silent: Не сдали", "silent: Долги")

    before = desk.grid(sheets["Муниципалитеты"])
    changed(desk, other).worker().refresh_now()
    title = desk.campaign.about.title
    headings = {key: desk.grid(sheet_id)[0][0] for key, sheet_id in sheets.items() if key not in ("Свод", "Ответы")}
    assert headings["Замечания"] == f"Вопросы. {title}"
    assert headings["Муниципалитеты"] == f"Районы. {title}"
    assert headings["Не сдали"] == f"Не сдали. {title}"
    after = desk.grid(sheets["Муниципалитеты"])
    assert [row[0] for row in after[2:]] == [row[0] for row in before[2:]]
