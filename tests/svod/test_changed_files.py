"""`svod reload`: a changed file that takes accepted reports out of the totals says so, with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from outbox import open_outbox
from svod import __main__ as svod
from tests.commands import run_command
from tests.outbox.factories import report

FILE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "check-list.yaml"
OPTION = "- {id: guards, title: Охранная организация}"
FIRST, SECOND = "17605000", "17610000"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    text = FILE.read_text(encoding="utf-8")
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"type": "service_account", "client_email": "svod@example.org", "private_key": pem}
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps({**account, "token_uri": "http://127.0.0.1:9/token"}), encoding="utf-8")
    credentials.chmod(0o600)
    (tmp_path / "spreadsheet_id").write_text("1" * 44, encoding="ascii")
    with open_outbox(f"sqlite:///{tmp_path / 'outbox.db'}") as outbox:
        for number, oktmo in enumerate((FIRST, SECOND)):
            answers = {"guard": "guards" if number else "own"}
            outbox.submissions.submit(report(oktmo, f"key-{oktmo}", campaign="new-year-2026", answers=answers))
    return {
        "SVOD_ENV": "",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "k" * 40,
        "SVOD_CONFIG": str(tmp_path / "file.yaml"),
    }


def reload(environ: dict[str, str], old: str = "", new: str = "") -> list[str]:
    path = Path(environ["SVOD_CONFIG"])
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = run_command(svod.run, "reload", environ=environ)
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stdout.splitlines() if "не запущено" not in line]


def test_a_file_that_loses_nothing_says_nothing(environ: dict[str, str]) -> None:
    assert reload(environ, OPTION, f"{OPTION}\n          - {{id: nobody, title: Никто}}")[1:] == []


def test_an_option_that_disappears_is_named_with_its_reports(environ: dict[str, str]) -> None:
    said = reload(environ, OPTION, "- {id: police, title: Полиция}")
    assert said[1].endswith("по этому файлу в принятых отчётах ошибки, их показатели выйдут из итогов. Отчётов: 1.")
    assert said[2] == "Кто дежурит на праздниках: Такого варианта нет — 1"
    assert said[3].startswith("Верните в файл, что было")


def test_a_question_with_another_type_is_named(environ: dict[str, str]) -> None:
    said = reload(environ, "{id: comment, type: long_text,", "{id: more, type: text,")
    assert said[1:] == []
    text = FILE.read_text(encoding="utf-8")
    chosen = text[text.index("type: one_of") : text.index("      - {id: comment")]
    said = reload(environ, chosen, "type: date\n        title: Кто дежурит на праздниках\n")
    assert said[2].startswith("Кто дежурит на праздниках: ")
    assert said[2].endswith("— 2")


def test_a_municipality_that_disappears_is_named_with_its_receipt(environ: dict[str, str]) -> None:
    line = next(line for line in FILE.read_text(encoding="utf-8").splitlines() if FIRST in line)
    said = reload(environ, line)
    assert f"{FIRST} (" in said[1]
    assert "верните строку в файл" in said[1]
    assert len(said) == 2
