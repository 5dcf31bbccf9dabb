"""The command `svod`: what it prints, and its exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import svod
from outbox.variables import outside_installation
from svod.__main__ import ROOMS, main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "svod", *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_version_is_printed() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"Свод {svod.__version__}\n")


def test_help_is_russian() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Как писать: svod")
    assert "Показать версию и выйти." in done.stdout


def test_the_list_of_commands_describes_each_as_it_describes_itself() -> None:
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in ROOMS}
    assert {name: command and command.help for name, command in found.items()} == {n: h for n, (_, h) in ROOMS.items()}


def test_an_unknown_command_is_refused_with_advice() -> None:
    done = run("нет-такой")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Команды нет-такой нет." in done.stderr


def test_the_embedded_spreadsheet_is_started_with_the_settings_file(tmp_path: Path) -> None:
    settings = tmp_path / "svod.env"
    settings.touch(mode=0o600)
    settings.write_text("DATA_DIR=data\nSHEETS_PORT=0\n", encoding="utf-8")
    there = tmp_path / "elsewhere"
    there.mkdir()
    environ = outside_installation(os.environ) | {"SVOD_ENV": str(settings), "PYTHONPATH": str(ROOT)}

    def sheets(*words: str, entered: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "svod", "sheets", *words]
        return subprocess.run(
            command, cwd=there, env=environ, input=entered, capture_output=True, text=True, timeout=60, check=False
        )

    added = sheets(
        "account", "add", "Специалист", "--role", "edit", "--password-stdin", entered="длинный пароль сводки\n"
    )
    assert added.returncode == 0, added.stderr
    assert str(tmp_path / "data") in added.stderr
    assert (tmp_path / "data" / "sheets.db").exists()
    assert "Специалист" in sheets("account", "list").stdout
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "svod", "sheets"], cwd=there, env=environ, stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + 60
        while "http://127.0.0.1:" not in (tmp_path / "log").read_text():
            assert server.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        copied = sheets("backup", "copy.db")
    finally:
        server.terminate()
        server.wait(30)
    assert (copied.returncode, (there / "copy.db").exists()) == (0, True), copied.stderr
    assert "staff-link" in sheets("--help").stdout
