"""A blank holds what the form holds, and gives it back; its cells are read as the campaign reads cells."""

from __future__ import annotations

import io
import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign import AnswerError, Campaign, Typed, examine, load_campaign, read_typed
from campaign.blank import BlankError, layout_of, read_blank
from campaign.words import CONTROL
from tests.campaign.blanks import EVERY, OKTMO, RELEVANT, WEBFORM, blank_of, changed, filled, origin
from webform.forms.form_input import FormInput, from_answers, typed_of
from webform.forms.plan import REASON

GOOD: dict[str, Typed] = {
    "whole": "12",
    "decimal": "-1,5",
    "line": "=1+1",
    "long": "раз\nдва",
    "one": "b",
    "some": ("x", "y"),
    "agree": "no",
    "day": "30.05.2023",
    "pages": "https://example.org/a\nhttps://example.org/b",
    "phone": "8 (4922) 00-00-00",
    "mail": "otdel@example.org",
    "registered_college": "0",
    "finished_teachers": "1000000",
}
LETTERS = st.characters(exclude_categories=["Cs"]).filter(lambda sign: not CONTROL.match(sign) and sign != "\r")
TEXTS = st.text(LETTERS, min_size=1, max_size=40)


def _typed(question_id: str) -> st.SearchStrategy[Typed]:
    """What a draft may hold for a question: an answer as the form writes it, or any other text."""
    question = EVERY.by_id[question_id]
    match question.type:
        case "several":
            some = st.lists(st.sampled_from(question.options), unique=True, min_size=1)
            return some.map(lambda chosen: tuple(o.id for o in question.options if o in chosen))
        case "one_of":
            return st.sampled_from([option.id for option in question.options])
        case "yes_no":
            return st.sampled_from(["yes", "no"])
        case "integer":
            return st.integers(-(10**18), 10**18).map(lambda n: typed_of(question, n)) | TEXTS
        case "decimal":
            numbers = st.decimals(-(10**9), 10**9, places=1).map(lambda n: typed_of(question, n.normalize() + 0))
            return numbers | TEXTS
        case "date":
            days = st.dates(date(1899, 1, 1), date(2300, 1, 1)).map(lambda day: typed_of(question, day))
            return days | TEXTS
    return TEXTS


ANSWERS = st.fixed_dictionaries({}, optional={question.id: _typed(question.id) for question in EVERY.questions})


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(answers=ANSWERS, reason=st.just("") | TEXTS)
def test_what_the_form_holds_comes_back(answers: dict[str, Typed], reason: str) -> None:
    """Answers, text that is no answer yet, and explanations, through the file and back: the same input."""
    reasons = {"more": reason} if reason else {}
    before = FormInput({**answers, **{f"{REASON}{key}": words for key, words in reasons.items()}})
    read = read_blank(blank_of(EVERY, answers, reasons), EVERY, OKTMO)
    after = FormInput({**read.answers, **{f"{REASON}{key}": words for key, words in read.reasons.items()}})
    assert after == before
    assert examine(EVERY, after.answers) == examine(EVERY, before.answers)
    assert read.origin == origin(EVERY)


def test_the_answers_of_a_report_come_back(real_campaign: Campaign) -> None:
    """From values, with contacts, choices and links, to a file and back to the same input."""
    samples: dict[str, Typed] = {
        "integer": "7",
        "decimal": "2,5",
        "text": "Должность",
        "long_text": "Провели\nвстречи",
        "phone": "8 (4922) 00-00-00",
        "email": "otdel@example.org",
        "links": "https://example.org/1\nhttps://example.org/2",
    }
    for campaign in (real_campaign, RELEVANT):
        typed = {
            q.id: (q.options[0].id,) if q.answer_type.many else "yes" if q.type == "yes_no" else samples[q.type]
            for q in campaign.questions
        }
        values = {q.id: value for q in campaign.questions if (value := read_typed(q, typed[q.id])) is not None}
        form_input = from_answers(campaign, values, {})
        oktmo = campaign.municipalities[0].oktmo
        content = blank_of(campaign, form_input.fields, oktmo=oktmo)
        assert read_blank(content, campaign, oktmo).answers == form_input.fields


@pytest.mark.parametrize(
    ("name", "value", "typed"),
    [
        ("whole", 12.0, "12"),
        ("whole", 12.5, "12,5"),
        ("whole", 28.999999999999996, "29"),
        ("whole", 1.234, "1,2340"),
        ("whole", "1.234", "1.234"),
        ("whole", "1 234", "1 234"),
        ("whole", True, "ИСТИНА"),
        ("whole", datetime(2023, 5, 30), "30.05.2023"),  # noqa: DTZ001 - cells have no zone
        ("whole", 1e300, "1" + "0" * 300),
        ("decimal", 0.1 + 0.2, "0,3"),
        ("decimal", "1,5", "1,5"),
        ("day", datetime(2023, 5, 30), "30.05.2023"),  # noqa: DTZ001
        ("day", datetime(2023, 5, 30, 12, 30), "30.05.2023 12:30"),  # noqa: DTZ001
        ("day", 45076, "30.05.2023"),
        ("day", "2023-05-30", "2023-05-30"),
        ("one", "второй ", "b"),
        ("one", "Третий", "Третий"),
        ("agree", "Да", "yes"),
        ("agree", False, "no"),
        ("agree", "может быть", "может быть"),
        ("phone", 84922000000, "84922000000"),
        ("line", 12.5, "12,5"),
        ("registered_college", "12 чел.", "12 чел."),
    ],
)
def test_a_cell_is_read_as_the_form_would_hold_it(name: str, value: object, typed: str) -> None:
    assert read_blank(filled(blank_of(EVERY), EVERY, {name: value}), EVERY, OKTMO).answers == {name: typed}


def test_a_percentage_is_what_people_see_and_never_a_hundredth_of_it() -> None:
    cells = layout_of(EVERY).first_cells

    def write(book: Any) -> None:
        for name, value in (("whole", 0.5), ("decimal", 0.125), ("line", 1)):
            book["Отчёт"][cells[name]].value = value
            book["Отчёт"][cells[name]].number_format = "0%"

    read = read_blank(changed(blank_of(EVERY), write), EVERY, OKTMO)
    assert read.answers == {"whole": "50%", "decimal": "12,5%", "line": "100%"}
    with pytest.raises(AnswerError):
        read_typed(EVERY.by_id["whole"], "50%")


def test_an_option_is_chosen_by_any_usual_mark() -> None:
    blank = blank_of(EVERY)
    for mark in ("да", "Да ", "+", "x", "Х", 1, True):
        read = read_blank(filled(blank, EVERY, {"some=y": mark}), EVERY, OKTMO)
        assert read.answers == {"some": ("y",)}, mark
    for mark in ("нет", "-", 0, False, "  "):
        assert read_blank(filled(blank, EVERY, {"some=y": mark}), EVERY, OKTMO).answers == {}, mark


def test_a_figure_is_written_as_a_number_and_a_date_as_a_date() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(blank_of(EVERY, GOOD)))["Отчёт"]
    cells = layout_of(EVERY).first_cells
    found = {name: sheet[cells[name]].value for name in ("whole", "decimal", "day", "one", "agree", "line", "some")}
    assert found == {
        "whole": 12,
        "decimal": -1.5,
        "day": datetime(2023, 5, 30),  # noqa: DTZ001
        "one": "Второй",
        "agree": "нет",
        "line": "=1+1",
        "some": "да",
    }
    assert sheet[cells["line"]].data_type == "s", "no text becomes a formula"


def test_all_but_the_answers_is_locked_and_the_cells_are_checked() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank_of(EVERY)))
    sheet, layout = book["Отчёт"], layout_of(EVERY)
    assert (sheet.protection.sheet, sheet.protection.password, book.security.lockStructure) == (True, None, True)
    assert book["Служебный лист"].sheet_state == "hidden"
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert unlocked == {cell.ref for cell in layout.cells}
    checks = {place: check for check in sheet.data_validations.dataValidation for place in str(check.sqref).split()}
    kinds = {
        name: checks[layout.first_cells[name]].type for name in ("whole", "decimal", "day", "one", "agree", "some")
    }
    assert kinds == dict(zip(kinds, ("whole", "decimal", "date", "list", "list", "list"), strict=True))
    whole = checks[layout.first_cells["whole"]]
    assert (whole.formula1, whole.formula2) == ("5", "100")
    assert "от 5 до 100" in whole.error
    marked = {place.split(":")[0] for one in sheet.conditional_formatting for place in str(one.sqref).split()}
    assert marked == {layout.first_cells[name] for name in ("whole", "one", "agree")}
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == ("9", 1) or sheet.page_setup.paperSize == 9


def test_a_condition_is_told_in_words() -> None:
    labels = {row.cells[0].name: row.label for row in layout_of(RELEVANT).rows if row.cells}
    assert labels["seats"].endswith("Отвечайте, только если «Есть ли столовая» — да.")
    assert labels["shifts"].endswith("Отвечайте, только если «Сколько в ней мест» больше 100.")
    assert labels["why_not"].endswith("Отвечайте, только если «Есть ли столовая» — нет.")


def test_a_limit_of_today_does_not_make_a_blank_old_but_a_question_does() -> None:
    digest = layout_of(EVERY).digest
    assert layout_of(_with(EVERY, maximum=Decimal(1000))).digest == digest
    assert layout_of(_with(EVERY, hint="Иначе.")).digest != digest


def _with(campaign: Campaign, **changes: Any) -> Campaign:
    """The campaign with its first question changed."""
    section = campaign.sections[0]
    first = section.questions[0].model_copy(update=changes)
    section = section.model_copy(update={"questions": (first, *section.questions[1:])})
    return campaign.model_copy(update={"sections": (section, *campaign.sections[1:])})


def test_an_answer_that_no_cell_holds_is_named_instead_of_cut() -> None:
    with pytest.raises(BlankError, match="Ответ на вопрос «Текст» длиннее, чем помещается в ячейку Excel"):
        blank_of(EVERY, {"long": "я" * 32_768})
    kept = "я" * 32_767
    assert read_blank(blank_of(EVERY, {"long": kept}), EVERY, OKTMO).answers == {"long": kept}


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_what_it_saves_is_read(tmp_path: Path) -> None:
    blank = tmp_path / "blank.xlsx"
    blank.write_bytes(blank_of(EVERY, GOOD, {"more": "Пояснение"}))
    out = tmp_path / "saved"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for kind in ("xlsx", "pdf"):
        command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(blank)]
        subprocess.run(command, check=True, capture_output=True, timeout=100)
    read = read_blank((out / "blank.xlsx").read_bytes(), EVERY, OKTMO)
    assert read.answers == GOOD
    assert read.reasons == {"more": "Пояснение"}
    assert (out / "blank.pdf").stat().st_size > 5_000


def test_what_is_wrong_in_a_cell_is_what_the_form_says() -> None:
    """The reading keeps what people see, so that the form's own check has the last word."""
    content = filled(blank_of(EVERY), EVERY, {"whole": "12 чел.", "decimal": 1.25, "day": "завтра"})
    read = read_blank(content, EVERY, OKTMO)
    for name in ("whole", "decimal", "day"):
        with pytest.raises(AnswerError):
            read_typed(EVERY.by_id[name], read.answers[name])


def test_changed_is_the_workbook_that_it_was() -> None:
    """The helper of these tests loses nothing by itself."""
    assert read_blank(changed(blank_of(EVERY, GOOD), lambda book: None), EVERY, OKTMO).answers == GOOD


def test_what_is_not_typed_has_no_cell() -> None:
    for name, left_out in (("calculated.yaml", {"pupils", "share"}), ("attaching.yaml", {"papers", "order"})):
        campaign = load_campaign(WEBFORM / name)
        cells = {cell.name for cell in layout_of(campaign).cells}
        assert {q.id for q in campaign.questions} - cells == left_out
        titles = [row.title for row in layout_of(campaign).rows]
        assert all(any(campaign.by_id[one].title in title for title in titles) for one in left_out)
