"""The command line in Russian, and a second server that leaves the first one's files alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.localsheets.harness import Server

ROOT = Path(__file__).resolve().parents[2]


def command(data_dir: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "localsheets", *words],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(data_dir), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "code", "shown"),
    [
        ("--help", 0, "Как писать: python -m localsheets КОМАНДА"),
        ("account", 2, "Создать учётную запись."),
        ("account add", 2, "Не указано: 'ИМЯ'."),
        ("account add x --role boss", 2, "Значение '--role' не подходит: boss"),
        ("nope", 2, "Команды nope нет."),
        ("backup --nope", 2, "Ключа --nope нет."),
        ("staff-link --bare=1", 2, "Ключ --bare пишется без значения."),
        ("restore a b", 2, "В команде лишнее: b"),
        ("restore README.md", 1, "не копия данных сервера таблиц: это не база данных"),
    ],
)
def test_commands_are_explained_in_russian(data_dir: Path, words: str, code: int, shown: str) -> None:
    done = command(data_dir, *words.split())
    printed = done.stdout + done.stderr
    assert (done.returncode, shown in printed) == (code, True), printed
    for english in ("Usage", "Options", "Missing", "Error", "No such", "Show this"):
        assert english not in printed


def test_a_copy_into_a_folder_that_is_not_there(server: Server) -> None:
    done = command(server.data_dir, "backup", str(server.data_dir / "nowhere" / "copy.db"))
    assert (done.returncode, done.stderr) == (1, "Не получилось: такой папки нет\n")


def test_a_file_that_is_no_database_is_one_sentence(data_dir: Path) -> None:
    data_dir.mkdir(exist_ok=True)
    (data_dir / "sheets.db").write_text("not a database " * 100)
    done = command(data_dir, SHEETS_PORT="0", HOST="127.0.0.1")
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Файл {data_dir / 'sheets.db'} не открывается: это не база данных.")


@pytest.mark.slow
def test_a_second_server_says_one_sentence_and_leaves_the_pid_file_of_the_first(server: Server) -> None:
    pid_file = server.data_dir / "run" / "sheets.pid"
    assert int(pid_file.read_text()) == server.process.pid
    done = command(server.data_dir, SHEETS_PORT="0", HOST="127.0.0.1")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "занят другим сервером таблиц" in line
    assert int(pid_file.read_text()) == server.process.pid
