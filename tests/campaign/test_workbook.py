"""The workbook: a campaign goes there and back unchanged, and mistakes are told by sheet and cell."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

from campaign import Campaign, load_campaign
from campaign.model import About, Figure, MailSteps, Municipality, Question, Repeats, RuleText, Schedule, Section, Table
from campaign.model import Campaign as Model
from campaign.workbook import WorkbookError, layout, read_workbook, texts, workbook, yaml_text
from campaign.workbook.reading import SHEETS
from tests.campaign.factories import campaigns, changed
from tests.conftest import ROOT

DAY = datetime(2026, 9, 1)  # noqa: DTZ001 - cells have no zone
FILES = [ROOT / "config.yaml", *sorted(ROOT.glob("docs/examples/*.yaml")), ROOT / "tests" / "webform" / "events.yaml"]


@pytest.fixture(scope="module")
def content(real_campaign: Campaign) -> bytes:
    """The workbook of the real campaign with three of its municipalities: a change of it is written soon."""
    return workbook(real_campaign.model_copy(update={"municipalities": real_campaign.municipalities[:3]}))


def mistakes(path: Path) -> list[str]:
    with pytest.raises(WorkbookError) as caught:
        read_workbook(path)
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_goes_into_a_workbook_and_back(file: Path, tmp_path: Path) -> None:
    campaign = load_campaign(file)
    book, again = tmp_path / "book.xlsx", tmp_path / "again.yaml"
    book.write_bytes(workbook(campaign))
    read = read_workbook(book)
    again.write_text(yaml_text(read, "heading"), encoding="utf-8")
    assert read == campaign
    assert load_campaign(again) == campaign


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(campaigns())
def test_any_campaign_goes_into_a_workbook_and_back(campaign: Campaign) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book, again = Path(folder) / "book.xlsx", Path(folder) / "again.yaml"
        book.write_bytes(workbook(campaign))
        read = read_workbook(book)
        again.write_text(yaml_text(read, "heading"), encoding="utf-8")
        assert read == campaign
        assert load_campaign(again) == campaign


@pytest.mark.libreoffice
def test_a_workbook_that_libreoffice_saved_is_the_same_campaign(tmp_path: Path) -> None:
    """One start for all of them, because a start takes most of the time."""
    campaigns = {f"{file.stem}.xlsx": load_campaign(file) for file in FILES}
    for name, campaign in campaigns.items():
        (tmp_path / name).write_bytes(workbook(campaign))
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    subprocess.run(
        [
            str(soffice),
            f"-env:UserInstallation=file://{tmp_path}/profile",
            *("--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{tmp_path}/saved"),
            *(f"{tmp_path / name}" for name in campaigns),
        ],
        capture_output=True,
        timeout=100,
        check=True,
    )
    assert {name: read_workbook(tmp_path / "saved" / name) for name in campaigns} == campaigns


def test_rows_that_an_editor_left_empty_are_passed_over(content: bytes, tmp_path: Path) -> None:
    """LibreOffice keeps a row for each that once had a format: 1,000 on a sheet whose rules were deleted."""

    def left(book: Any) -> None:
        for row in range(8, 1001):
            book["Правила"].row_dimensions[row].height = 15

    def far(book: Any) -> None:
        left(book)
        book["Правила"]["A900"] = "late"

    path = changed(content, tmp_path / "book.xlsx", left)
    assert path.read_bytes() != content
    assert read_workbook(path).rule_texts
    assert mistakes(changed(content, tmp_path / "far.xlsx", far)) == [
        "«Правила», A501: строк больше 500: удалите лишние",
    ]


def test_every_scalar_key_of_the_models_has_its_place() -> None:
    lines = {".".join(path) for path, _ in layout.lines()}
    assert {f"campaign.{info.alias or name}" for name, info in About.model_fields.items()} - lines == {
        "campaign.contact"
    }
    assert {f"schedule.{name}" for name in Schedule.model_fields} <= lines
    asked = {column.key for column in layout.question_columns()}
    for model, lists in (
        (Section, {"questions"}),
        (Question, {"options", "place", "entries", "from_entries"}),
        (Table, {"figures", "rows"}),
        (Repeats, {"questions"}),
    ):
        assert {info.alias or name for name, info in model.model_fields.items()} - asked == lists
    assert {info.alias or name for name, info in Figure.model_fields.items()} <= asked
    assert {c.key for c in layout.rule_columns()} == {i.alias or n for n, i in RuleText.model_fields.items()}
    assert {c.key for c in layout.municipality_columns()} == set(Municipality.model_fields) - {"headcounts"}
    assert {f"mails.{name}" for name in MailSteps.model_fields} <= lines
    lists = {"campaign", "spreadsheet", "schedule", "mails", "target_groups", "sections", "rules", "municipality_kinds"}
    keys = {info.alias or name for name, info in Model.model_fields.items()}
    assert keys - lines == lists | {"municipalities"}


def test_every_column_and_line_is_explained() -> None:
    assert {".".join(path) for path, _ in layout.lines()} <= set(texts.LINES)
    for columns, explained in (
        (layout.question_columns(), texts.QUESTION_COLUMNS),
        (layout.option_columns(), texts.OPTION_COLUMNS),
    ):
        assert {layout.xlsform_name(column.key) for column in columns} == set(explained)
    for columns, explained in (
        (layout.group_columns(), texts.GROUP_COLUMNS),
        (layout.rule_columns(), texts.RULE_COLUMNS),
        (layout.municipality_columns(), texts.MUNICIPALITY_COLUMNS),
        (layout.kind_columns(), texts.KIND_COLUMNS),
    ):
        assert {column.key for column in columns} == set(explained)


def test_the_workbook_helps_whoever_fills_it_in(real_campaign: Campaign, tmp_path: Path) -> None:
    book = open_book(real_campaign, tmp_path)
    assert book.sheetnames == [
        "Кампания",
        "Вопросы",
        "Варианты",
        "Группы",
        "Правила",
        "Муниципалитеты",
        "Виды",
        "Справка",
    ]
    questions = book["Вопросы"]
    assert [cell.value for cell in questions[2]][:5] == ["type", "name", "label", "hint", "required"]
    assert questions.freeze_panes == "C3"
    assert "begin_group" in questions["A1"].comment.text
    places = {str(check.sqref): check.formula1 for check in questions.data_validations.dataValidation}
    assert places["E3:E1000"] == '"да,нет"'
    assert places["A3:A1000"].startswith("'Справка'!")
    kinds = {str(check.sqref): check.formula1 for check in book["Муниципалитеты"].data_validations.dataValidation}
    assert kinds == {"D3:D1000": "'Виды'!$A$3:$A$1000"}
    assert book["Муниципалитеты"]["A3"].number_format == "@"
    assert book["Муниципалитеты"]["G2"].value == "headcounts.students"


def open_book(campaign: Campaign, folder: Path) -> Any:
    path = folder / "book.xlsx"
    path.write_bytes(workbook(campaign))
    return openpyxl.load_workbook(path)


def test_a_text_that_begins_as_a_formula_stays_a_text(real_campaign: Campaign, tmp_path: Path) -> None:
    about = real_campaign.about.model_copy(update={"title": "=HYPERLINK(1)"})
    book = open_book(real_campaign.model_copy(update={"about": about}), tmp_path)
    cell = next(row[1] for row in book["Кампания"].iter_rows() if row[2].value == "campaign.title")
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_values_are_taken_as_people_type_them(content: bytes, tmp_path: Path) -> None:
    def typed(book: Any) -> None:
        lines = {row[2].value: row[1] for row in book["Кампания"].iter_rows()}
        lines["campaign.opens"].value = datetime(2026, 8, 1)  # noqa: DTZ001
        lines["campaign.opens"].number_format = "dd.mm.yyyy"
        lines["campaign.deadline"].value = "15.12.2026 18:00"
        lines["schedule.refresh_seconds"].value = "7,5"
        questions = {row[1].value: row for row in book["Вопросы"].iter_rows()}
        questions["informed"][4].value = True
        book["Вопросы"][at("maximum", 15)].value = "10 000 000"
        questions["events"][4].value = "ДА"
        book["Виды"]["C3"].value = DAY
        book["Виды"]["C4"].value = "20.12.2026 18:00"
        book["Муниципалитеты"]["A3"].value = 7605000
        book["Муниципалитеты"]["C3"].value = " Александровского района "
        book["Вопросы"]["AB1"].value = "Мои заметки"
        book["Вопросы"]["AB5"].value = "спросить у отдела"
        book.move_sheet("Виды", -5)

    read = read_workbook(changed(content, tmp_path / "book.xlsx", typed))
    assert read.about.opens_text == "2026-08-01 00:00"
    assert read.about.deadline_text == "2026-12-15 18:00"
    assert [kind.deadline_text for kind in read.municipality_kinds] == ["2026-09-01 00:00", "2026-12-20 18:00"]
    assert read.schedule.refresh_seconds == 7.5
    assert read.by_id["informed"].required
    assert read.by_id["informed"].maximum == 10_000_000
    assert read.by_id["events"].required
    assert read.municipalities[0].oktmo == "07605000"
    assert read.municipalities[0].genitive == "Александровского района"


def at(key: str, row: int) -> str:
    """The cell of «Вопросы» in the column of a key of the file."""
    keys = [layout.xlsform_name(column.key) for column in layout.question_columns()]
    return f"{get_column_letter(keys.index(key) + 1)}{row}"


def put(sheet: str, cell: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[sheet][cell].value = value

    return change


def merge(sheet: str, cells: str) -> Callable[[Any], None]:
    return lambda book: book[sheet].merge_cells(cells)


def drop(sheet: str) -> Callable[[Any], None]:
    return lambda book: book.remove(book[sheet])


def line(key: str, column: int, value: object) -> Callable[[Any], None]:
    """Change the line of «Кампания» with this key: its value (1) or its key (2)."""

    def change(book: Any) -> None:
        row = next(row for row in book["Кампания"].iter_rows() if row[2].value == key)
        row[column].value = value

    return change


AT_ONCE: list[tuple[Callable[[Any], None], str]] = [
    (line("campaign.title", 1, None), "(campaign.title): заполните эту ячейку"),
    (line("campaign.region", 2, "campaign.regoin"), "(campaign.regoin): строки с таким ключом нет; может быть, "),
    (line("campaign.letter", 2, "campaign.id"), "(campaign.id): этот ключ уже стоит в C"),
    (line("campaign.late", 1, "maybe"), "(campaign.late): нужно одно из: accept, refuse"),
    (put("Вопросы", at("label", 4), None), "«Вопросы», C4 (label): заполните эту ячейку"),
    (put("Вопросы", at("type", 5), None), "«Вопросы», A5 (type): впишите вид строки, например integer или begin_group"),
    (put("Вопросы", at("required", 6), "может быть"), "«Вопросы», E6 (required): нужно «да» или «нет»"),
    (put("Вопросы", at("minimum", 11), "много"), f"«Вопросы», {at('minimum', 11)} (minimum): нужно число"),
    (
        put("Вопросы", at("maximum", 15), DAY),
        f"«Вопросы», {at('maximum', 15)} (maximum): в ячейке дата, а нужно число: ",
    ),
    (
        put("Вопросы", at("type", 16), "select_multiple"),
        "«Вопросы», A16 (type): после select_multiple нужно имя списка",
    ),
    (
        put("Вопросы", at("type", 19), "integr"),
        "«Вопросы», A19 (type): такого вида нет: выберите из списка в ячейке или с листа «Справка»; "
        "может быть, «integer»?",
    ),
    (
        put("Вопросы", at("maximum", 20), "1.000"),
        f"«Вопросы», {at('maximum', 20)} (maximum): непонятно, 1000 это или 1: напишите 1000 или 1",
    ),
    (put("Вопросы", at("label", 21), DAY), "«Вопросы», C21 (label): в ячейке дата, а нужен текст: "),
    (
        put("Вопросы", at("maximum", 22), "=1+1"),
        f"«Вопросы», {at('maximum', 22)} (maximum): в ячейке формула: впишите само значение",
    ),
    (
        put("Вопросы", at("places", 23), 5),
        f"«Вопросы», {at('places', 23)} (places): у такой строки этой ячейки не бывает: очистите её",
    ),
    (put("Вопросы", at("type", 24), "select_one food"), "«Вопросы», A24 (type): списка «food» нет на листе «Варианты»"),
    (put("Вопросы", "AB2", "name"), "«Вопросы», AB2 (name): этот ключ уже стоит в столбце B2: оставьте один"),
    (
        put("Вопросы", at("header", 2), "heder"),
        f"«Вопросы», {at('header', 2)} (heder): столбца с таким ключом здесь нет; может быть, «header»?",
    ),
    (put("Варианты", "A5", None), "«Варианты», A5 (list_name): впишите, к какому списку относится вариант"),
    (put("Группы", "A3", None), "«Группы», A3 (group): впишите имя группы: первая строка группы называет её"),
    (put("Группы", "E4", None), "«Группы», E4 (short): заполните эту ячейку"),
    (put("Группы", "B6", "Другая"), "«Группы», B6 (group_title): название группы стоит без имени группы"),
    (put("Правила", "D3", None), "«Правила», D3 (at): заполните эту ячейку"),
    (put("Правила", "I4", None), "«Правила», A4: предупреждение должно спрашивать: впишите в столбец ask слово"),
    (put("Правила", "H5", "fatal"), "«Правила», H5 (level): нужно одно из: error, warning"),
    (put("Муниципалитеты", "A3", "1760"), "«Муниципалитеты», A3 (oktmo): нужен код ОКТМО из 8 цифр, например "),
    (merge("Муниципалитеты", "H4:I4"), "«Муниципалитеты», H4:I4: ячейки объединены: отмените объединение"),
    (put("Виды", "A3", "го"), "«Виды», A3 (id): нужны латинские буквы, цифры и «_», первой — буква"),
]


def test_mistakes_of_all_sheets_are_told_at_once_in_the_order_of_the_book(content: bytes, tmp_path: Path) -> None:
    def spoil(book: Any) -> None:
        for change, _ in AT_ONCE:
            change(book)

    found = mistakes(changed(content, tmp_path / "book.xlsx", spoil))
    for _, words in AT_ONCE:
        assert any(words in line for line in found), (words, found)
    sheets = [line.split("»")[0].removeprefix("лист ").removeprefix("«") for line in found]
    assert list(dict.fromkeys(sheets)) == sorted(set(sheets), key=list(SHEETS).index)
    rows = [int(number[1]) for line in found if (number := re.match(r"«Вопросы», [A-Z]+(\d+)", line))]
    assert rows == sorted(rows)


TOGETHER: list[tuple[Callable[[Any], None], str]] = [
    (put("Вопросы", at("name", 19), "id"), "«Вопросы», B19 (name): имя «id» занято: выберите другое"),
    (put("Вопросы", at("label", 20), "ОКТМО"), "«Вопросы», C20 (label): заголовок «ОКТМО» занят служебным столбцом"),
    (put("Варианты", "C5", "Педагогические работники"), "; то же стоит в строке 5 листа «Варианты»"),
    (
        put("Вопросы", at("relevant", 20), "events >"),
        f"«Вопросы», {at('relevant', 20)} (relevant): выражение не разобрать",
    ),
    (put("Правила", "C3", "registered > nobody"), "«Правила», C3 (if): в выражении нет такого имени: «nobody»"),
    (put("Правила", "F5", "Скобка {"), "«Правила», F5 (message): в сообщении скобка без пары"),
    (put("Муниципалитеты", "D4", "village"), "«Муниципалитеты», D4 (kind): такого вида муниципалитетов нет; есть: "),
    (put("Муниципалитеты", "H5", -1), "«Муниципалитеты», H5 (headcounts.educators): нужно не меньше 0"),
    (
        put("Муниципалитеты", "B4", "Александровский муниципальный район"),
        "«Муниципалитеты», B4 (name): «Александровский муниципальный район»: так уже называется муниципалитет в "
        "строке 3 листа «Муниципалитеты»; добавьте к названию отличие",
    ),
]


def test_what_the_checker_finds_between_sheets_is_told_by_cell(content: bytes, tmp_path: Path) -> None:
    def spoil(book: Any) -> None:
        for change, _ in TOGETHER:
            change(book)

    found = mistakes(changed(content, tmp_path / "book.xlsx", spoil))
    for _, words in TOGETHER:
        assert any(words in line for line in found), (words, found)


def test_a_column_that_is_gone_is_told_once(content: bytes, tmp_path: Path) -> None:
    def spoil(book: Any) -> None:
        book["Муниципалитеты"].delete_cols(3)
        book["Вопросы"].delete_cols(5)

    assert mistakes(changed(content, tmp_path / "book.xlsx", spoil)) == [
        "лист «Муниципалитеты» (genitive): в строке 2 нет этого ключа: верните столбец; новую книгу делает "
        "svod campaign to-xlsx"
    ]


ALONE: list[tuple[Callable[[Any], None], str]] = [
    (line("campaign.deadline", 1, "скоро"), "(campaign.deadline): нужны дата и время, например "),
    (put("Вопросы", at("type", 3), None), "«Вопросы», A4 (type): вопрос стоит вне раздела"),
    (put("Вопросы", at("type", 8), None), "«Вопросы», A9 (type): раздел внутри раздела"),
    (put("Вопросы", at("type", 12), "integer"), "«Вопросы», A10 (type): нет строки end_table"),
    (put("Вопросы", at("type", 10), "integer"), "«Вопросы», A11 (type): показатель стоит вне таблицы"),
    (put("Вопросы", at("type", 25), None), "«Вопросы», A18 (type): нет строки end_group"),
    (put("Варианты", "C4", "Родители; дети"), "«Варианты», A4: в названии варианта не должно быть «;»"),
    (drop("Муниципалитеты"), "лист «Муниципалитеты»: такого листа нет: верните его"),
    (line("workbook.version", 1, 7), "книга версии 7, а эта программа читает версию 1: "),
    (line("workbook.version", 2, None), "это не книга кампании: нет листа «Кампания» с версией книги."),
]


@pytest.mark.parametrize(("change", "expected"), ALONE, ids=range(len(ALONE)))
def test_a_mistake_that_upsets_the_whole_book_is_told_too(
    content: bytes, tmp_path: Path, change: Callable[[Any], None], expected: str
) -> None:
    found = mistakes(changed(content, tmp_path / "book.xlsx", change))
    assert any(expected in line for line in found), (expected, found)
