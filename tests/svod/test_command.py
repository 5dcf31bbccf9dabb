"""The command `svod`: what it prints, and its exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import svod

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


def test_an_unknown_command_is_refused_with_advice() -> None:
    done = run("нет-такой")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Команды нет-такой нет." in done.stderr
