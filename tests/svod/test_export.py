"""`svod export`: the answers as files that Excel and programs read, without contacts unless asked."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from outbox import open_outbox
from svod import __main__ as svod
from tests.commands import run_command
from tests.letters.factories import ALEXANDROV, EMAIL, PERSON, ROOT, VYAZNIKI, answers, publish, send, status

FORMULA = '=HYPERLINK("http://e.org";"a")\nвторая; строка'


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    data = tmp_path / "data"
    data.mkdir()
    with open_outbox(f"sqlite:///{data / 'outbox.db'}") as outbox:
        send(outbox, ALEXANDROV, answers(5, comment=FORMULA))
        second = send(outbox, ALEXANDROV, answers(6, comment="-1"), version=2)
        publish(outbox, status(second))
        send(outbox, VYAZNIKI, answers(7, events="семь"))
    return {"SVOD_ENV": "", "DATA_DIR": str(data), "SECRET_KEY": "k" * 40, "SVOD_CONFIG": str(ROOT / "config.yaml")}


def export(environ: dict[str, str], *words: str | Path) -> CompletedProcess[str]:
    done = run_command(svod.run, "export", *map(str, words), environ=environ)
    assert done.returncode == 0, done.stderr
    return done


def test_excel_reads_every_version_and_no_formula(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    assert "версий отчётов — 3" in export(environ, file).stdout
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""), delimiter=";"))
    assert [(row["Квитанция"], row["Версия"], row["Учтён"]) for row in rows] == [
        ("ФО-00001", "1", "нет"),
        ("ФО-00002", "2", "да"),
        ("ФО-00003", "1", "нет"),
    ]
    assert [row["Комментарий"] for row in rows[:2]] == [f"'{FORMULA}", "'-1"]
    assert rows[0]["Аудитории"] == "Родители; Педагогические работники"
    assert (rows[2]["Встречи и мероприятия"], rows[2]["Ответы прежнего вида"]) == ("", "events: семь")


def test_a_workbook_has_numbers_and_no_formula(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "answers.xlsx"
    export(environ, file)
    titles, *rows = load_workbook(file)["Отчёты"].iter_rows()
    columns = {cell.value: number for number, cell in enumerate(titles)}
    comment, events = rows[0][columns["Комментарий"]], rows[0][columns["Встречи и мероприятия"]]
    assert (comment.value, comment.data_type) == (FORMULA, "s")
    assert (events.value, events.data_type) == (5, "n")
    assert rows[0][columns["Принят"]].value == "20.05.2023 15:00"
    assert [row[columns["Учтён"]].value for row in rows] == ["нет", "да", "нет"]
    assert rows[0][columns["ОКТМО"]].value == ALEXANDROV


def test_programs_read_names_and_ids(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    export(environ, "--rfc4180", file)
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))
    assert (rows[0]["oktmo"], rows[0]["counts"], rows[0]["answer_events"]) == (ALEXANDROV, "false", "5")
    assert set(rows[0]["answer_audiences"].split("\n")) == {"parents", "teachers"}


def test_a_data_package_has_types_and_units(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    export(environ, file)
    (resource,) = json.loads(file.read_text("utf-8"))["resources"]
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    assert (fields["answer_events"]["type"], fields["answer_events"]["unit"]) == ("integer", "ед.")
    assert fields["answer_audiences"]["type"] == "array"
    assert {"value": "parents", "label": "Родители"} in fields["answer_audiences"]["options"]
    first = resource["data"][0]
    assert set(first) == set(fields)
    assert (first["answer_events"], first["late"], first["accepted_at"]) == (5, False, "2023-05-20T15:00:00+03:00")
    assert first["answer_comment"] == FORMULA


@pytest.mark.parametrize("name", ["answers.csv", "answers.json"])
def test_contacts_are_there_only_when_asked(environ: dict[str, str], tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    export(environ, file)
    assert not any(contact in file.read_text("utf-8") for contact in (PERSON, EMAIL))
    assert "сведения об исполнителях" in export(environ, "--with-contacts", "--yes", file).stdout
    assert all(contact in file.read_text("utf-8") for contact in (PERSON, EMAIL))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
