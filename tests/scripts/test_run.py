"""`make run` where it cannot start, and the demo where nothing runs."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.harness import ROOT, clean_environment, free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def run(data_dir: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **clean_environment(),
        "DATA_DIR": str(data_dir),
        "PORT": str(free_port()),
        "SHEETS_PORT": str(free_port()),
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-u", "-m", "scripts.run", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"PORT": "порт"}, "PORT: нужен номер порта"),
        ({"SHEETS_PORT": "70000"}, "SHEETS_PORT: нужен номер порта"),
        ({"HOST": "0.0.0.0"}, "HOST=0.0.0.0: make run — для этого компьютера"),
        ({"SVOD_NOW": "вчера"}, "SVOD_NOW: нужно время с часовым поясом"),
        ({"SVOD_NOW": "2023-05-27T12:00:00"}, "SVOD_NOW: нужно время с часовым поясом"),
        ({"SVOD_CONFIG": "нет.yaml"}, "нет.yaml:1:1: файл: не найден"),
    ],
)
def test_what_is_wrong_is_reported_before_anything_starts(tmp_path: Path, variables: dict[str, str], said: str) -> None:
    done = run(tmp_path, **variables)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run" / "sheets.pid").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").touch()
    done = run(tmp_path)
    assert done.returncode == 2
    assert f"Ничего не запущено: {tmp_path / 'run'} не записать" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run(tmp_path, PORT=port)
    assert done.returncode == 2
    assert f"Порт {port} занят" in done.stderr


def test_a_mistake_in_the_campaign_file_stops_the_start(tmp_path: Path) -> None:
    spoilt = tmp_path / "config.yaml"
    spoilt.write_text((ROOT / "config.yaml").read_text(encoding="utf-8").replace("late: accept", "late: no"), "utf-8")
    done = run(tmp_path / "data", SVOD_CONFIG=str(spoilt))
    assert done.returncode == 2
    assert "campaign.late: нужно одно из: accept, refuse" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("word", "code", "said"), [("--help", 0, "Как писать: make run"), ("--port", 2, "Лишнее: --port")]
)
def test_words_after_the_command_start_nothing(tmp_path: Path, word: str, code: int, said: str) -> None:
    done = run(tmp_path / "data", word)
    assert (done.returncode, said in done.stdout + done.stderr) == (code, True)
    assert not (tmp_path / "data").exists()


def test_without_anything_running_the_demo_says_what_to_start(tmp_path: Path) -> None:
    environment = {**clean_environment(), "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    demo = subprocess.run(
        [sys.executable, "-m", "scripts.demo"], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert demo.returncode == 2
    assert "make run" in demo.stderr
