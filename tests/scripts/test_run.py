"""`make run` where it cannot start, or where one of its processes dies."""

from __future__ import annotations

import functools
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.harness import ROOT, Stand, clean_environment, free_port, start_stand, stop_stand, wait_for

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
def test_what_is_wrong_is_said_before_anything_starts(tmp_path: Path, variables: dict[str, str], said: str) -> None:
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


def test_outside_a_rehearsal_the_demo_refuses(tmp_path: Path) -> None:
    stand = start_stand(tmp_path, SVOD_NOW="real")
    try:
        assert "Часы настоящие" in (tmp_path / "run.log").read_text()
        demo = stand.run("scripts.demo")
        assert demo.returncode == 2
        assert "только на репетиции" in demo.stderr
        clock = stand.run("webform", "clock", "2023-05-29T12:00:00+03:00")
        assert clock.returncode != 0
    finally:
        assert stop_stand(stand) == 0


def test_without_anything_running_the_demo_says_what_to_start(tmp_path: Path) -> None:
    environment = {**clean_environment(), "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    demo = subprocess.run(
        [sys.executable, "-m", "scripts.demo"], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert demo.returncode == 2
    assert "make run" in demo.stderr


def test_a_process_that_dies_is_named_and_replaced_by_the_command_that_is_printed(stand: Stand) -> None:
    stand.kill("web")
    said = stand.data_dir / "run.log"
    wait_for(lambda: "Форма: процесс остановился" in said.read_text(), 30, "make run said nothing")
    line = next(part for part in said.read_text().splitlines() if "Запустить снова:" in part)
    command = line.split("Запустить снова: ", 1)[1]
    replacement = subprocess.Popen(["bash", "-c", f"exec env {command}"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: len(stand.links()) == 21 and stand.answers(), 60, "the replaced form does not answer")
        assert stand.process.poll() is None
    finally:
        replacement.terminate()
        replacement.wait(30)


def told_how_to_replace(said: Path, processes: int) -> bool:
    return said.read_text().count("Запустить снова:") == processes


def test_the_demo_outlives_its_processes_and_make_run_stays_beside_their_successors(stand: Stand) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "scripts.demo"],
        env=stand.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = stand.data_dir / "run.log"
    successors: list[subprocess.Popen[bytes]] = []
    try:
        wait_for(lambda: (stand.data_dir / "demo.json").exists(), 60, "the demo sent nothing")
        for count, name in enumerate(("web", "worker", "sheets"), 1):
            stand.kill(name)
            told = functools.partial(told_how_to_replace, said, count)
            wait_for(told, 30, f"make run said nothing of {name}")
            command = said.read_text().rsplit("Запустить снова: ", 1)[1].splitlines()[0]
            shell = ["bash", "-c", f"exec env {command}"]
            successors.append(subprocess.Popen(shell, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        words, _ = demo.communicate(timeout=120)
        assert demo.returncode == 0, words
        assert "Итоги сходятся" in words
        assert stand.process.poll() is None, said.read_text()
    finally:
        demo.kill()
        for process in successors:
            process.terminate()
        for process in successors:
            process.wait(30)
