"""The tests neither read nor change an installation: not by the environment, the folder, or the ports that are open."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outbox import open_outbox
from outbox.clock import start_rehearsal
from outbox.variables import VARIABLES
from svod import __main__ as svod
from tests.commands import run_command
from tests.outbox.factories import report

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = (".*", "var", "node_modules", "build", "*.egg-info")
TESTS = [
    # In the test's own process, with an environment given as a mapping: the default data folder is a relative path.
    "tests/outbox/test_environment.py::test_the_data_folder_is_made_for_its_owner_alone",
    "tests/outbox/test_environment.py::test_a_second_process_leaves_the_first_ones_pid_file_alone",
    "tests/outbox/test_leases.py::test_one_holder_until_it_runs_out",
    # Processes of all three kinds, and the commands.
    "localsheets/tests/localsheets/test_usage.py::test_a_copy_into_a_folder_that_is_not_there",
    "tests/webform/test_start.py::test_several_workers_asked_for_on_the_command_line",
    "tests/sync/test_processes.py::test_once_delivers_and_says_so",
    "tests/scripts/test_run.py::test_without_anything_running_the_demo_says_what_to_start",
    "tests/scripts/test_run.py::test_a_taken_port_is_named",
]


def fill_with_an_installation(folder: Path) -> None:
    """Put into a data folder what `make run` and `make demo` leave there, a report included."""
    (folder / "run").mkdir(parents=True)
    for name in ("credentials.json", "spreadsheet_id", "secret_key", "run/web.pid", "run/worker.pid", "run/sheets.pid"):
        (folder / name).write_text("an installation's own\n" * 3)
        (folder / name).chmod(0o600)
    start_rehearsal(folder, datetime(2020, 2, 2, tzinfo=UTC))
    with open_outbox(f"sqlite:///{folder / 'outbox.db'}") as outbox:
        outbox.submissions.submit(report())


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Return every path below the folder with its mode and, for a file, the digest of its bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(folder))] = (path.stat().st_mode, digest)
    return found


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port on which an installation seems to run; `accept` raises BlockingIOError while nobody has called."""
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        port.listen()
        port.setblocking(False)
        yield port


def test_tests_leave_an_installation_alone(tmp_path: Path, listening: socket.socket) -> None:
    checkout, elsewhere = tmp_path / "checkout", tmp_path / "elsewhere"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(*NOT_COPIED))
    for folder in (checkout / "var", elsewhere):
        fill_with_an_installation(folder)
    settings = checkout / "svod.env"
    settings.write_text(f"DATA_DIR={elsewhere}\n")
    settings.chmod(0o600)
    port = str(listening.getsockname()[1])
    variables = {name: str(elsewhere / name) for name in (*VARIABLES, "SVOD_ENV", "GUNICORN_CMD_ARGS", "PGHOST")} | {
        "DATA_DIR": str(elsewhere),
        "DATABASE_URL": f"sqlite:///{elsewhere / 'outbox.db'}",
        "PORT": port,
        "SHEETS_PORT": port,
        "SHEETS_API_URL": f"http://127.0.0.1:{port}",
    }
    before = contents(checkout / "var"), contents(elsewhere)

    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS],
        cwd=checkout,
        env=inherited | variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert (contents(checkout / "var"), contents(elsewhere)) == before
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_a_command_in_the_tests_own_process_leaves_it_where_it_was(tmp_path: Path) -> None:
    """`svod` goes into the checkout, where `var/` may be an installation's: what runs next must not find it."""
    before = Path.cwd()
    done = run_command(svod.run, "--version", environ={"DATA_DIR": str(tmp_path), "SVOD_ENV": ""})
    assert done.returncode == 0
    run_command(svod.run, "status", "--no-form", environ={"DATA_DIR": str(tmp_path), "SVOD_ENV": ""})
    assert Path.cwd() == before
    assert before != ROOT
