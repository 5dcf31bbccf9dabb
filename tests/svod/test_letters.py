"""`svod letter`: what it writes, and what it leaves alone."""

from __future__ import annotations

import stat
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from outbox import open_outbox
from outbox.summary_lines import SummaryLine
from svod import __main__ as svod
from tests.commands import run_command
from tests.letters.factories import ALEXANDROV, ROOT, VYAZNIKI, answers, publish, send, status

pytestmark = pytest.mark.slow


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the environment of an installation with one report that counts."""
    data = tmp_path / "data"
    data.mkdir()
    with open_outbox(f"sqlite:///{data / 'outbox.db'}") as outbox:
        publish(outbox, status(send(outbox, ALEXANDROV, answers(5))))
        outbox.summary_lines.keep("flagmany-2023", [SummaryLine("section", ("Кто отчитался",))])
    return {"SVOD_ENV": "", "DATA_DIR": str(data), "SECRET_KEY": "k" * 40, "SVOD_CONFIG": str(ROOT / "config.yaml")}


def letter(environ: dict[str, str], *words: str | Path) -> CompletedProcess[str]:
    return run_command(svod.run, "letter", *map(str, words), environ=environ)


def test_letters_are_written_for_those_who_may_read_them(environ: dict[str, str], tmp_path: Path) -> None:
    answer, note, receipt = tmp_path / "answer.docx", tmp_path / "note.PDF", tmp_path / "receipt.pdf"
    page = tmp_path / "summary.pdf"
    made = (("municipality", ALEXANDROV, answer), ("region", note), ("receipt", "ФО 1", receipt), ("summary", page))
    for words in made:
        done = letter(environ, *words)
        assert done.returncode == 0, done.stderr
        assert str(words[-1]) in done.stdout
        assert "Свод" in done.stderr  # which installation
    assert answer.read_bytes()[:2] == b"PK"
    assert note.read_bytes()[:4] == receipt.read_bytes()[:4] == page.read_bytes()[:4] == b"%PDF"
    assert stat.S_IMODE(answer.stat().st_mode) == 0o600
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["answer.docx", "data", "note.PDF", "receipt.pdf", "summary.pdf"]


def test_a_file_that_is_there_is_replaced_only_when_asked(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "note.pdf"
    file.write_text("чужое")
    done = letter(environ, "region", file)
    assert (done.returncode, "добавьте --yes" in done.stderr, file.read_text()) == (2, True, "чужое")
    assert letter(environ, "region", "--yes", file).returncode == 0
    assert file.read_bytes()[:4] == b"%PDF"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("region", "note.txt"), "должно оканчиваться на .docx или .pdf"),
        (("receipt", "ФО-1", "note.docx"), "должно оканчиваться на .pdf"),
        (("receipt", "ФО-77", "note.pdf"), "Квитанции ФО-77 в этой кампании нет"),
        (("municipality", "123", "note.pdf"), "кодом ОКТМО 123 в кампании нет"),
        (("municipality", VYAZNIKI, "note.pdf"), "ещё ничего не публиковал"),
        (("region", "no-such-folder/note.pdf"), "не записать"),
    ],
)
def test_what_cannot_be_made_is_told_and_writes_nothing(
    environ: dict[str, str], tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    *rest, name = words
    done = letter(environ, *rest, tmp_path / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_mistaken_template_of_the_staff_writes_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    own = Path(environ["DATA_DIR"]) / "templates"
    own.mkdir()
    (own / "region.docx").write_bytes(b"not a letter")
    done = letter(environ, "region", tmp_path / "note.docx")
    assert (done.returncode, "это не документ Word" in done.stderr) == (2, True)
    assert not (tmp_path / "note.docx").exists()
