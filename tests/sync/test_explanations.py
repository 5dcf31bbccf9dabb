"""«Пояснения»: what the clerk's words look like there, and which change of them is reported."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from campaign import Cell, load_campaign
from campaign.reasons import holds_reasons, reasons_text
from outbox.records import Submission
from sync.manual_edits.corrected import edited_cell
from sync.manual_edits.detect import Memory, compare
from sync.records import table
from tests.sync.factories import ALEXANDROV, CONFIG, NOW, Made, the_campaign

CAMPAIGN = the_campaign()
ABOVE, COLLEGE, TEACHERS = (
    "registered_above_informed",
    "decreased:registered_college_students",
    "decreased:registered_teachers",
)
DECREASED, COLLEGES = "Показатель стал меньше, чем был", CAMPAIGN.by_id["registered_college_students"].header
EDUCATORS = CAMPAIGN.by_id["registered_teachers"].header


def explained(reasons: Mapping[str, str]) -> tuple[Made, Submission]:
    """A report with these explanations, and its row as the worker writes it."""
    made = Made()
    sent = made.submit(ALEXANDROV, reasons=reasons)
    made.row_of(sent)[table.REASONS] = reasons_text(CAMPAIGN, reasons)
    return made, sent


def look(made: Made, memory: Memory | None = None) -> list[tuple[object, object]]:
    """From and to of each change of the explanations."""
    edits = compare(
        CAMPAIGN, made.table(), made.record(), {}, spreadsheet_id="sheet", seen_at=NOW, memory=memory or Memory()
    )
    return [(edit.was, edit.now) for edit in edits.values() if edit.question == table.REASONS]


def test_a_rule_for_several_questions_says_of_which() -> None:
    reasons = {ABOVE: "от коллег", COLLEGE: "ошибка", TEACHERS: "ошибка", "personal_data:comment": ""}
    assert reasons_text(CAMPAIGN, reasons).split("\n") == [
        "Зарегистрировалось больше, чем проинформировано: от коллег",
        f"{DECREASED} («{COLLEGES}»): ошибка",
        f"{DECREASED} («{EDUCATORS}»): ошибка",
        "Комментарий",
    ]


@pytest.mark.parametrize(
    ("reasons", "cell"),
    [
        ({ABOVE: "нет"}, f"{DECREASED}: интернет"),
        ({ABOVE: "нет"}, "Зарегистрировалось больше, чем проинформировано: интернет"),
        ({ABOVE: "больше"}, "Зарегистрировалось больше, чем проинформировано:"),
        ({COLLEGE: "ошибка", TEACHERS: "ошибка"}, f"{DECREASED} («{COLLEGES}»): ошибка"),
        ({COLLEGE: "ошибка", TEACHERS: "ошибка"}, f"{DECREASED}: ошибка"),
        ({COLLEGE: "ошибка", TEACHERS: "ошибка при вводе"}, f"{DECREASED}: ошибка при вводе"),
        ({TEACHERS: "педагоги"}, f"{DECREASED} («{EDUCATORS}»): учителя"),
        ({ABOVE: "(см. письмо)"}, "см. письмо"),
        ({ABOVE: "от коллег"}, ""),
    ],
)
def test_words_that_are_gone_are_reported(reasons: Mapping[str, str], cell: str) -> None:
    made, sent = explained(reasons)
    made.row_of(sent)[table.REASONS] = cell
    assert look(made) == [(reasons_text(CAMPAIGN, reasons), cell or None)]


@pytest.mark.parametrize(
    ("reasons", "cell"),
    [
        ({COLLEGE: "ошибка", TEACHERS: "ошибка"}, f"{DECREASED}: ошибка\n{DECREASED}: ошибка"),
        ({COLLEGE: "ошибка", TEACHERS: "ошибка при вводе"}, "Проверено. ошибка при вводе; ошибка"),
        ({ABOVE: "от  коллег"}, "Раньше правило звалось иначе: от\nколлег; проверено"),
        ({ABOVE: f"{DECREASED}: да"}, f"Зарегистрировалось больше, чем проинформировано: {DECREASED}: да"),
        ({ABOVE: "(см. письмо)"}, "письмо: (см. письмо)."),
        ({ABOVE: "5%"}, "5%"),
        ({"personal_data:comment": ""}, ""),
        ({"a_rule_that_is_gone": "да"}, "a_rule_that_is_gone: да"),
    ],
)
def test_words_that_stand_there_are_no_edit(reasons: Mapping[str, str], cell: str) -> None:
    made, sent = explained(reasons)
    assert look(made) == []
    made.row_of(sent)[table.REASONS] = cell
    assert look(made) == []


def test_a_memory_of_the_last_look_hides_nothing() -> None:
    made, sent = explained({COLLEGE: "ошибка", TEACHERS: "ошибка"})
    written, memory = made.row_of(sent)[table.REASONS], Memory()
    for cell in (written, "ошибка", "ошибка", written, None, written):
        made.row_of(sent)[table.REASONS] = cell
        assert look(made, memory) == look(made) == ([] if cell is written else [(written, cell)])


@pytest.mark.parametrize(("cell", "word"), [(True, "ИСТИНА"), (False, "ЛОЖЬ")])
def test_a_tick_box_is_named_in_the_words_of_the_sheet(cell: Cell, word: str) -> None:
    made, sent = explained({ABOVE: "от коллег"})
    written = made.row_of(sent)[table.REASONS]
    made.row_of(sent)[table.REASONS] = cell
    assert look(made) == [(written, word)]
    made.rows.append({**made.row_of(sent), table.REASONS: written})  # and where two rows with one ID differ
    (apart,) = compare(CAMPAIGN, made.table(), made.record(), {}, spreadsheet_id="s", seen_at=NOW).values()
    assert apart.now == {table.REASONS: [word, written]}


def test_a_title_that_the_file_has_changed_is_no_edit() -> None:
    campaign = load_campaign(CONFIG)
    assert holds_reasons(campaign, {COLLEGE: "ошибка"}, "Стало меньше: ошибка")


@pytest.mark.parametrize(
    ("now", "written"),
    [
        ("66.5", "66.5"),
        ("-0.05", "-0.05"),
        ("-3", "-3"),
        (40, "40"),
        ("100000000000000000000000", "100000000000000000000000"),
    ],
)
def test_a_number_that_is_no_answer_is_rebuilt_as_a_number(now: str | int, written: str) -> None:
    cell = edited_cell(CAMPAIGN.by_id["registered_teachers"], now)
    assert not isinstance(cell, str)
    assert str(cell) == written


@pytest.mark.parametrize("now", ["12 чел.", "007", "1e5", "0.12345678901234567891", "ИСТИНА"])
def test_what_would_be_another_number_is_rebuilt_as_its_text(now: str) -> None:
    assert edited_cell(CAMPAIGN.by_id["registered_teachers"], now) == now


def test_a_number_in_a_text_is_rebuilt_as_text() -> None:
    assert edited_cell(CAMPAIGN.by_id["comment"], "66.5") == "66.5"
