"""Checks and drop-downs in the cells of «Ответы»: there from the start, renewed with the file, kept under any hands."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from campaign import load_campaign
from sync.publication.answers_checks import REMEMBERED
from tests.sync.harness import ROOT, Desk, fast_campaign, once

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI = "17605000", "17610000"
COMMENT = "{id: comment, type: long_text, title: Комментарий, hint: Без фамилий и телефонов., max_length: 2000}"
CHOICE, SHARE, DAY, TOLD = "Способ", "Доля", "День", "Рассказали"
WAYS = "[{id: own, title: своими силами}, {id: help, title: с помощью}]"
ADDED = f"""
      - {{id: way, type: one_of, title: {CHOICE}, options: {WAYS}}}
      - {{id: share, type: decimal, title: {SHARE}, minimum: 0.5, maximum: 100, places: 1, aggregate: mean}}
      - {{id: day, type: date, title: {DAY}}}
      - {{id: told, type: yes_no, title: {TOLD}}}"""
Rules = dict[str, Mapping[str, object]]


def with_questions(text: str) -> str:
    return text.replace(COMMENT, COMMENT + ADDED)


def with_another_way(text: str) -> str:
    return with_questions(text).replace("с помощью}]", "с помощью}, {id: none, title: никак}]")


def of_file(desk: Desk, change: Callable[[str], str]) -> Desk:
    """The same desk after the campaign file was changed and the worker started again."""
    path = Path(desk.folder / "changed.yaml")
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(fast_campaign(change(text)), encoding="utf-8")
    campaign = load_campaign(path)
    return replace(desk, campaign=campaign, context=replace(desk.context, campaign=campaign))


def rules(desk: Desk, row: int) -> Rules:
    """Header → rule of the cell in a row, 1-based, of «Ответы»."""
    title = next(title for title, one in desk.sheets().items() if one == desk.answers_id())
    found = desk.server.get(
        f"/v4/spreadsheets/{desk.spreadsheet.id}",
        ranges=f"'{title}'!{row}:{row}",
        fields="sheets.data.rowData.values.dataValidation",
    )
    sheets = json.loads(json.dumps(found))["sheets"]
    lines = sheets[0]["data"][0].get("rowData") or [{}]
    cells = lines[0].get("values", [])
    return {
        str(header): cell["dataValidation"]
        for header, cell in zip(desk.grid()[0], cells, strict=False)
        if "dataValidation" in cell
    }


def options(rule: Mapping[str, object]) -> list[str]:
    condition = rule["condition"]
    assert isinstance(condition, dict)
    assert (condition["type"], rule["showCustomUi"]) == ("ONE_OF_LIST", True)
    return [value["userEnteredValue"] for value in condition["values"]]


def writes(desk: Desk) -> int:
    """Requests of the worker and of staff that changed the spreadsheet, as the server counted them."""
    return str(desk.server.operations(desk.spreadsheet.id)).count("spreadsheets.batchUpdate")


def test_each_column_has_its_check_from_the_start_and_asks_softly(desk: Desk) -> None:
    desk = of_file(desk, with_questions)
    desk.worker().prepare()
    found = rules(desk, 2)
    assert all(rule.get("strict", False) is False and rule["inputMessage"] for rule in found.values())
    assert {"Приём", "Принято", "ОКТМО", "Муниципалитет", "Версия", "ID"} < set(found)
    assert options(found["Муниципалитет"]) == [one.name for one in desk.campaign.municipalities]
    assert options(found[CHOICE]) == ["своими силами", "с помощью"]
    assert options(found[TOLD]) == ["да", "нет"]
    assert found[DAY]["condition"] == {"type": "DATE_IS_VALID"}
    share = found[SHARE]["condition"]
    assert share == {"type": "NUMBER_BETWEEN", "values": [{"userEnteredValue": "=1/2"}, {"userEnteredValue": "100"}]}
    assert found[SHARE]["inputMessage"] == "Ожидается число от 0,5 до 100, без слов и единиц."
    assert (
        found["Встречи и мероприятия"]["inputMessage"]
        == "Ожидается целое число от 0 до 100\N{NO-BREAK SPACE}000, без слов и единиц."
    )
    assert "Комментарий" not in found
    assert rules(desk, 1) == {}
    assert rules(desk, 1000) == found, "to the end of the tab"


def test_what_the_file_changed_changes_the_drop_down_once(desk: Desk) -> None:
    desk = of_file(desk, with_questions)
    desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    desk.move_column(0, 3)  # staff have their own order
    later = of_file(desk, with_another_way)
    before = rules(desk, 3), writes(desk)
    later.worker().prepare()
    assert options(rules(desk, 2)[CHOICE]) == options(rules(desk, 3)[CHOICE]) == ["своими силами", "с помощью", "никак"]
    assert {**rules(desk, 3), CHOICE: before[0][CHOICE]} == before[0], "the others are as they were"
    assert writes(desk) == before[1] + 1
    later.worker().prepare()
    assert writes(desk) == before[1] + 1


def test_a_report_brings_no_other_rule_and_a_sort_takes_none_away(desk: Desk) -> None:
    desk.worker().prepare()
    empty = rules(desk, 2)
    for oktmo in (ALEXANDROV, VYAZNIKI):
        desk.submit(oktmo)
    worker = desk.worker()
    desk.deliver_all(worker)
    desk.sort(2)
    assert rules(desk, 2) == rules(desk, 3) == empty
    desk.edit(2, "Встречи и мероприятия", "12 чел.")  # a soft rule keeps nobody from typing
    assert worker.refresh_now()
    assert "12 чел." in json.dumps(desk.grid(desk.sheets()["Замечания"]), ensure_ascii=False)


def test_a_spreadsheet_of_an_earlier_version_gets_them_and_no_column_of_staff_does(desk: Desk) -> None:
    desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    whole = rules(desk, 2)
    below = {"sheetId": desk.answers_id(), "startRowIndex": 1}
    desk.staff({"setDataValidation": {"range": below}})
    assert rules(desk, 2) == {}
    desk.worker().prepare()
    assert rules(desk, 2) == {}, "what staff took away stays away"
    desk.outbox.bindings.remember(desk.spreadsheet.id, REMEMBERED, None)
    # Columns move in that very second.
    desk.spreadsheet.before_write = once(lambda: desk.insert_column(1, "Моё"), "setDataValidation")
    desk.worker().prepare()
    assert rules(desk, 2) == rules(desk, 900) == whole
