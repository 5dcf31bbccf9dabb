"""`svod campaign`: files made of each other, checked, never half written and never written over unasked."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from campaign import load_campaign
from campaign.workbook import read_workbook
from svod.__main__ import run
from tests.commands import run_command
from tests.conftest import ROOT

CONFIG = ROOT / "config.yaml"


def campaign(*words: object) -> CompletedProcess[str]:
    environ = {"SVOD_CONFIG": str(CONFIG), "HOME": "/nonexistent"}
    return run_command(run, "campaign", *map(str, words), environ=environ)


def test_a_file_goes_to_a_workbook_and_back_from_any_folder(tmp_path: Path) -> None:
    shutil.copy(CONFIG, tmp_path / "autumn.yaml")
    for words in (("to-xlsx", "autumn.yaml", "book.xlsx"), ("from-xlsx", "book.xlsx"), ("check", "book.yaml")):
        done = subprocess.run(
            [sys.executable, "-m", "svod", "campaign", *words],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path}/book.yaml: ошибок нет. Вопросов: 18, правил: 5, муниципалитетов: 21.\n"
    assert load_campaign(tmp_path / "book.yaml") == load_campaign(CONFIG) == read_workbook(tmp_path / "book.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["autumn.yaml", "book.xlsx", "book.yaml"]


def test_a_file_that_is_there_is_kept_unless_yes_is_said(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_text("mine", encoding="utf-8")
    done = campaign("to-xlsx", CONFIG, book)
    assert (done.returncode, done.stdout, book.read_text()) == (2, "", "mine")
    assert "такой файл уже есть. Укажите другое имя или повторите с ключом --yes" in done.stderr
    assert campaign("to-xlsx", CONFIG, book, "--yes").returncode == 0
    assert read_workbook(book) == load_campaign(CONFIG)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("book.xls", "имя должно кончаться на .xlsx"),
        ("none/book.xlsx", "папки нет. Создайте её или укажите другую"),
    ],
)
def test_a_name_that_cannot_be_written_is_refused(tmp_path: Path, target: str, words: str) -> None:
    done = campaign("to-xlsx", CONFIG, tmp_path / target)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
    assert words in done.stderr


def test_a_workbook_is_not_written_over_itself(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    campaign("to-xlsx", CONFIG, book)
    done = campaign("from-xlsx", book, book, "--yes")
    assert "это тот же файл, из которого читаем" in done.stderr
    assert read_workbook(book) == load_campaign(CONFIG)


def test_mistakes_leave_the_file_as_it_was(tmp_path: Path) -> None:
    book, file = tmp_path / "book.xlsx", tmp_path / "book.yaml"
    campaign("to-xlsx", CONFIG, book)
    spoiled: Any = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))
    spoiled["Муниципалитеты"]["A7"].value = "1"
    spoiled["Вопросы"]["C19"].value = None
    spoiled.save(book)
    file.write_text("mine", encoding="utf-8")
    for words in (("from-xlsx", book, file, "--yes"), ("check", book)):
        done = campaign(*words)
        assert (done.returncode, done.stdout, file.read_text()) == (2, "", "mine")
        assert done.stderr.splitlines() == [
            f"{book}: «Вопросы», C19 (label): заполните эту ячейку",
            f"{book}: «Муниципалитеты», A7 (oktmo): нужен код ОКТМО из 8 цифр, например 17701000",
        ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.xlsx", "book.yaml"]


def test_a_campaign_that_a_workbook_cannot_hold_exactly_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(CONFIG.read_text("utf-8").replace("summary: Свод", 'summary: " Свод"'), encoding="utf-8")
    done = campaign("to-xlsx", file, tmp_path / "book.xlsx")
    assert done.returncode == 2
    assert "эту кампанию книга передаёт не точно (spreadsheet.tabs.summary)" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["odd.yaml"]


def test_a_yaml_file_is_checked_too(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("campaign: 1\n", encoding="utf-8")
    assert campaign("check", CONFIG).returncode == 0
    assert f"{file}:1:1: campaign:" in campaign("check", file).stderr


def test_a_form_becomes_a_campaign_with_what_is_missing_from_another(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (["type", "name", "label"], ["integer", "pupils", "Сколько учеников"], ["geopoint", "where", "Где"]):
        book.active.append(row)
    book.save(tmp_path / "form.xlsx")
    done = campaign("from-xlsform", tmp_path / "form.xlsx")
    assert done.returncode == 0
    assert "Не перенесено или изменено (1):\n  «survey», A3 (type): вопрос «where» не переносится" in done.stdout
    assert f"муниципалитеты взяты из {CONFIG}" in done.stdout
    made = load_campaign(tmp_path / "form.yaml")
    assert (made.id, len(made.municipalities), [q.id for q in made.questions]) == ("form", 21, ["pupils"])
    again = campaign("from-xlsform", tmp_path / "form.xlsx", tmp_path / "next.xlsx", "--base", tmp_path / "form.yaml")
    assert again.returncode == 0
    assert read_workbook(tmp_path / "next.xlsx").id == "form-2"


def test_the_next_period_is_a_file_beside_the_one_before(tmp_path: Path) -> None:
    first = tmp_path / "first.yaml"
    shutil.copy(CONFIG, first)
    done = campaign("next", first)
    assert done.returncode == 0, done.stderr
    second = load_campaign(tmp_path / "flagmany-2024.yaml")
    assert second.about.follows == "flagmany-2023"
    assert "27 марта 2023 года" in done.stdout
    assert "svod reload" in done.stdout
    again = campaign("next", first)
    assert again.returncode == 2
    assert "уже есть" in again.stderr
    assert campaign("next", first, tmp_path / "quarter.yaml", "--months", "3").returncode == 0
    assert load_campaign(tmp_path / "quarter.yaml").id == "flagmany-2023-08"
