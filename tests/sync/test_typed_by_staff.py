"""What staff type into «Ответы» as people do: dates in figures, times, names, codes and headers."""

from __future__ import annotations

import unicodedata

import pytest

from sync.process.once import run_once
from tests.sync.harness import Desk

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI, GOROKHOVETS = "17605000", "17610000", "17615000"
TEACHERS, TEACHERS_HEADER = "registered_teachers", "Зарегистрировались: педагоги"
NAME = "Вязниковский муниципальный район"


def typed(desk: Desk, row: int, header: str, text: str) -> None:
    """Staff type a text into a cell of the grid. row: 1-based."""
    place = desk.grid()[0].index(header)
    letter = chr(ord("A") + place)
    cell = f"'Ответы'!{letter}{row}"
    path = f"/v4/spreadsheets/{desk.spreadsheet.id}/values:batchUpdate"
    body = {"valueInputOption": "USER_ENTERED", "data": [{"range": cell, "values": [[text]]}]}
    desk.server.post(path, body)


def row_by_hand(desk: Desk, **cells: object) -> None:
    """Staff append a row: column title → text or number; figures that are not given are 1."""
    filled: dict[str, object] = {q.header: 1 for q in desk.campaign.sheet_questions if q.type == "integer"}
    filled |= {"Сколько человек проинформировано": 100, "Аудитории": "Родители", **cells}
    row = []
    for header in desk.grid()[0]:
        value = filled.get(str(header))
        kind = "stringValue" if isinstance(value, str) else "numberValue"
        row.append({"userEnteredValue": {kind: value}} if value is not None else {})
    desk.staff({"appendCells": {"sheetId": desk.answers_id(), "rows": [{"values": row}], "fields": "userEnteredValue"}})


def remarks(desk: Desk) -> list[tuple[str, str, str]]:
    """Code, what is wrong, what to do, of every remark."""
    rows = desk.grid(desk.sheets()["Замечания"])
    header = next(row for row in rows if "Что не так" in row)
    wrong, advice = header.index("Что не так"), header.index("Что сделать")
    return [(str(row[-1]), str(row[wrong]), str(row[advice])) for row in rows[rows.index(header) + 1 :]]


def remark(desk: Desk, code: str) -> tuple[str, str]:
    return next((wrong, advice) for found, wrong, advice in remarks(desk) if found == code)


def total(desk: Desk) -> object:
    rows = desk.grid(desk.sheets()["Свод"])
    return next(row[1] for row in rows if row and row[0] == "Всего зарегистрировалось")


def test_a_date_typed_over_a_figure_is_an_error_and_no_count_of_people(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.submit(VYAZNIKI)
    desk.deliver_all(worker)
    typed(desk, 2, TEACHERS_HEADER, "1.5")
    worker.refresh_now()
    assert total(desk) == 6  # of the other one alone
    wrong, advice = remark(desk, "date_in_number")
    assert "В ячейке дата или время («01.05»)" in wrong
    assert "в таблице — «01.05»" in remark(desk, "corrected")[0]
    assert "формат «Число»" in advice
    typed(desk, 2, TEACHERS_HEADER, "15")  # still shown as a date
    worker.refresh_now()
    assert "date_in_number" in [code for code, *_ in remarks(desk)]
    where = {"sheetId": desk.answers_id(), "startRowIndex": 1, "endRowIndex": 2}
    plain = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0"}}}
    desk.staff({"repeatCell": {"range": where, "cell": plain, "fields": "userEnteredFormat.numberFormat"}})
    worker.refresh_now()
    assert total(desk) == 26
    assert not any(code == "date_in_number" and "01.05" in wrong for code, wrong, _ in remarks(desk))


@pytest.mark.parametrize(("shown", "pattern"), [("DATE", "yyyy"), ("TIME", "hh:mm")])
def test_a_date_in_a_row_by_hand_is_an_error_too(desk: Desk, shown: str, pattern: str) -> None:
    worker = desk.worker()
    desk.deliver_all(worker)
    row_by_hand(desk, ОКТМО=ALEXANDROV)
    place = desk.grid()[0].index(TEACHERS_HEADER)
    cell = {
        "userEnteredValue": {"numberValue": 46143},
        "userEnteredFormat": {"numberFormat": {"type": shown, "pattern": pattern}},
    }
    start = {"sheetId": desk.answers_id(), "rowIndex": 1, "columnIndex": place}
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}})
    worker.refresh_now()
    assert total(desk) == "—"
    assert "date_in_number" in [code for code, *_ in remarks(desk)]


def test_new_numbers_are_asked_about_once(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.edit(2, TEACHERS_HEADER, 40)
    worker.refresh_now()
    calls = desk.spreadsheet.calls
    worker.refresh_now()
    assert desk.spreadsheet.calls - calls == 1


@pytest.mark.parametrize("text", ["1.000", "12,000", "1,234"])
def test_thousands_in_a_cell_are_asked_about(desk: Desk, text: str) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.edit(2, TEACHERS_HEADER, text)
    worker.refresh_now()
    assert total(desk) == "—"
    assert "отделены тысячи — впишите" in remark(desk, "number_groups")[1]


def test_a_float_that_shows_as_whole_is_whole(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    typed(desk, 2, TEACHERS_HEADER, "=100*29%")
    worker.refresh_now()
    assert total(desk) == 34


IMPOSSIBLE = ["30.05.2032 14:00", "31.12.9999, 23:59", "30.05.0203 14:00", 48_364.5, 3.0]


@pytest.mark.parametrize("moment", IMPOSSIBLE)
def test_a_moment_that_no_report_can_have_beats_none(desk: Desk, moment: object) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    row_by_hand(desk, **{"ОКТМО": ALEXANDROV, "Принято": moment, TEACHERS_HEADER: 50})
    assert run_once(desk.worker(), desk.time.sleep).done
    assert total(desk) == 6
    codes = [code for code, *_ in remarks(desk)]
    assert "accepted_unreadable" in codes
    days = [row for row in desk.grid(desk.sheets()["Динамика"]) if row]
    assert len(days) < 30  # one day, one week, and the headings


@pytest.mark.parametrize(
    "name",
    [
        unicodedata.normalize("NFD", NAME),
        NAME.replace("вск", "в\u200bск"),
        NAME.replace("вск", "в\u00adск"),
        "\ufeff" + NAME,
        NAME.replace(" ", "\u00a0").upper(),
    ],
)
def test_a_name_equal_to_the_eye_is_the_same_name(desk: Desk, name: str) -> None:
    worker = desk.worker()
    desk.deliver_all(worker)
    row_by_hand(desk, Муниципалитет=name)
    worker.refresh_now()
    assert total(desk) == 6


def test_a_latin_letter_in_a_name_is_named(desk: Desk) -> None:
    worker = desk.worker()
    desk.deliver_all(worker)
    row_by_hand(desk, Муниципалитет=NAME.replace("с", "c"))
    worker.refresh_now()
    assert total(desk) == "—"
    assert "латинская «c»" in remark(desk, "unknown_municipality")[1]


@pytest.mark.parametrize("code", ["17610000000", 17_610_000_000, "17 610 000", "17.610.000", "17–610–000", "17610000."])
def test_a_code_as_classifiers_write_it(desk: Desk, code: object) -> None:
    worker = desk.worker()
    desk.deliver_all(worker)
    row_by_hand(desk, ОКТМО=code)
    worker.refresh_now()
    assert total(desk) == 6


@pytest.mark.parametrize("header", ["Публикации\nв СМИ", "Публикации\u00a0в СМИ", "публикации в  СМИ"])
def test_a_wrapped_header_stops_nothing(desk: Desk, header: str) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.edit(1, "Публикации в СМИ", header)
    desk.submit(VYAZNIKI)
    assert run_once(desk.worker(), desk.time.sleep).done
    assert total(desk) == 12
    assert desk.grid()[0].count(header) == 1


def test_a_latin_letter_in_a_header_is_named(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    desk.edit(1, "Публикации в СМИ", "Публикации в CМИ")
    outcome = run_once(desk.worker(), desk.time.sleep)
    assert not outcome.done
    assert "латинская «C»" in outcome.words
