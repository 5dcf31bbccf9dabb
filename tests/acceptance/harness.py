"""The whole of Svod as a newcomer starts it: `make run`'s processes on free ports, in a folder of their own."""

from __future__ import annotations

import csv
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.run import answers
from tests.commands import run_command
from webform import __main__ as webform

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment() -> dict[str, str]:
    """The environment without what would lead a process to another installation."""
    ours = ("DATABASE_URL", "SPREADSHEET_ID", "SECRET_KEY", "DYNO", "HOST", "SVOD_NOW", "SVOD_CONFIG", "PUBLIC_URL")
    return {k: v for k, v in os.environ.items() if k not in ours and not k.startswith("GOOGLE_")} | {"SVOD_ENV": ""}


@dataclass
class Installation:
    """A running rehearsal."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    data_dir: Path
    form: str
    sheets: str

    def run(self, *command: str, timeout: int = 120) -> subprocess.CompletedProcess[str]:
        """One of our commands, with the three variables of this installation."""
        return subprocess.run(
            [sys.executable, "-m", *command],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def webform(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`python -m webform …` in the test's own process, which stands in another folder than the campaign file."""
        return run_command(webform.main, *words, environ={"SVOD_CONFIG": str(ROOT / "config.yaml"), **self.environment})

    def links(self) -> dict[str, str]:
        """OKTMO → personal link."""
        listed = self.webform("links", "--format", "csv")
        assert listed.returncode == 0, listed.stderr
        return {row["oktmo"]: row["url"] for row in csv.DictReader(io.StringIO(listed.stdout))}

    def answers(self) -> bool:
        """Whether the form answers."""
        return answers(f"{self.form}/healthz")

    def pid(self, name: str) -> int:
        return int((self.data_dir / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> None:
        os.kill(self.pid(name), signal.SIGKILL)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """What `make run` says to do when the worker died."""
        with (self.data_dir / "log" / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "sync"], env=self.environment, cwd=ROOT, stdout=log, stderr=log
            )


def wait_for(what: Callable[[], bool], seconds: float, why: str) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.2)
    pytest.fail(why)


def start_installation(data_dir: Path, **variables: str) -> Installation:
    port, sheets_port = free_port(), free_port()
    environment = {
        **clean_environment(),
        "PORT": str(port),
        "SHEETS_PORT": str(sheets_port),
        "DATA_DIR": str(data_dir),
        **variables,
    }
    with (data_dir / "run.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "scripts.run"], env=environment, cwd=ROOT, stdout=log, stderr=log, text=True
        )

    def ready() -> bool:
        said = (data_dir / "run.log").read_text()
        assert process.poll() is None, said
        # The addresses are printed when form and spreadsheet answer; the worker may need a moment more.
        return "Ctrl+C" in said and (data_dir / "run" / "worker.pid").exists()

    wait_for(ready, START_SECONDS, "make run did not get ready")
    return Installation(process, environment, data_dir, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sheets_port}")


def stop_installation(installation: Installation) -> int:
    installation.process.send_signal(signal.SIGINT)
    return installation.process.wait(60)
