"""The environment: data folder, address of the database, pid files."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from outbox import open_outbox
from outbox.environment import data_dir, database_url, pid_file, pid_path
from outbox.errors import OutboxSettingsError
from tests.outbox.conftest import Cluster
from tests.outbox.factories import report

ROOT = Path(__file__).resolve().parents[2]


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = data_dir({"DATA_DIR": str(tmp_path / "a" / "b")})
    assert made == tmp_path / "a" / "b"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert data_dir({"DATA_DIR": str(made)}) == made
    monkeypatch.chdir(tmp_path)
    assert data_dir({}) == data_dir({"DATA_DIR": ""}) == Path("var")
    assert (tmp_path / "var").is_dir()


def test_a_data_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for wrong in (tmp_path / "file", tmp_path / "file" / "folder"):
        with pytest.raises(OutboxSettingsError, match="DATA_DIR"):
            data_dir({"DATA_DIR": str(wrong)})


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("postgres://u:p@h:5432/d?sslmode=require", "postgresql+psycopg://u:p@h:5432/d?sslmode=require"),
        ("postgresql://u:p%40@h/d", "postgresql+psycopg://u:p%40@h/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////srv/svod/outbox.db", "sqlite:////srv/svod/outbox.db"),
        (" postgres://h/d\n", "postgresql+psycopg://h/d"),
    ],
)
@pytest.mark.parametrize("dyno", [{}, {"DYNO": "web.1"}])
def test_the_address_is_made_for_the_driver(given: str, wanted: str, dyno: dict[str, str]) -> None:
    assert database_url({"DATABASE_URL": given} | dyno) == wanted


def test_without_an_address_it_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    assert database_url({"DATA_DIR": str(tmp_path / "var")}) == f"sqlite:///{tmp_path}/var/outbox.db"


@pytest.mark.parametrize("empty", [{}, {"DATABASE_URL": ""}, {"DATABASE_URL": "  "}])
def test_a_dyno_without_an_address_is_refused(tmp_path: Path, empty: dict[str, str]) -> None:
    with pytest.raises(OutboxSettingsError, match=r"DYNO.*DATABASE_URL"):
        database_url({"DYNO": "web.1", "DATA_DIR": str(tmp_path / "var")} | empty)
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("wrong", ["mysql://h/d", "postgresql+asyncpg://h/d", "/srv/outbox.db", "://"])
def test_an_address_that_cannot_be_used_is_reported_without_its_password(wrong: str) -> None:
    with pytest.raises(OutboxSettingsError, match="DATABASE_URL"):
        database_url({"DATABASE_URL": wrong})


def test_reports_in_the_data_folder_are_not_left_behind_for_an_empty_database(tmp_path: Path) -> None:
    folder, other = tmp_path / "var", tmp_path / "other.db"
    environ = {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{other}"}
    assert database_url(environ) == f"sqlite:///{other}"
    with open_outbox(database_url({"DATA_DIR": str(folder)})) as outbox:
        assert database_url(environ) == f"sqlite:///{other}"  # an empty file loses nothing
        outbox.submissions.submit(report())
    here = f"sqlite:///{folder / 'outbox.db'}"
    assert database_url({"DATA_DIR": str(folder)}) == here
    assert database_url({"DATA_DIR": str(folder), "DATABASE_URL": here}) == here
    for _ in range(2):
        with pytest.raises(OutboxSettingsError, match=r"пустую базу.*outbox\.db принятых отчётов: 1\..*DATA_DIR"):
            database_url(environ)
        open_outbox(f"sqlite:///{other}").close()
    with open_outbox(f"sqlite:///{other}") as outbox:
        outbox.submissions.submit(report())
    assert database_url(environ) == f"sqlite:///{other}"


@pytest.mark.postgresql
def test_an_empty_postgresql_is_refused_beside_reports_in_the_data_folder(tmp_path: Path, cluster: Cluster) -> None:
    with open_outbox(database_url({"DATA_DIR": str(tmp_path)})) as outbox:
        outbox.submissions.submit(report())
    cluster.execute("CREATE DATABASE left_behind")
    address = cluster.url("left_behind")
    environ = {"DATA_DIR": str(tmp_path), "DATABASE_URL": address}
    with pytest.raises(OutboxSettingsError, match="пустую базу"):
        database_url(environ)
    with open_outbox(address) as outbox:
        outbox.submissions.submit(report())
    assert database_url(environ) == address
    # What can't be asked now is left to the one who opens it.
    nowhere = "postgresql+psycopg://h@/d?host=/nowhere"
    assert database_url(environ | {"DATABASE_URL": nowhere}) == nowhere


def test_a_pid_file_is_there_while_the_process_is(tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path)}
    with pid_file(environ, "web") as path:
        assert path == pid_path(environ, "web") == tmp_path / "run" / "web.pid"
        assert path.read_text() == f"{os.getpid()}\n"
    assert not path.exists()


HOLDER = """
import os, sys, time
from outbox import open_outbox
from outbox.environment import pid_file
with pid_file(os.environ, "worker"):
    print("inside", flush=True)
    sys.stdin.read()
"""


@contextmanager
def process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is inside `pid_file` until its input is closed."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "inside\n"
        yield child
    finally:
        child.kill()
        child.communicate()


@pytest.mark.slow
def test_a_second_process_leaves_the_first_ones_pid_file_alone(tmp_path: Path) -> None:
    path = pid_path({"DATA_DIR": str(tmp_path)}, "worker")
    with process(tmp_path) as first:
        with process(tmp_path) as second:
            assert path.read_text() == f"{first.pid}\n"
            second.communicate("")
        assert path.read_text() == f"{first.pid}\n"
        first.communicate("")
    assert not path.exists()


@pytest.mark.slow
@pytest.mark.parametrize("killed", [False, True])
def test_a_process_that_stood_by_is_named_once_the_first_has_ended(tmp_path: Path, killed: bool) -> None:
    path = pid_path({"DATA_DIR": str(tmp_path)}, "worker")
    with process(tmp_path) as first, process(tmp_path) as second:
        if killed:
            first.kill()
        first.communicate("")
        end = time.monotonic() + 20
        while time.monotonic() < end and not (path.exists() and path.read_text() == f"{second.pid}\n"):
            time.sleep(0.05)
        assert path.read_text() == f"{second.pid}\n"
        second.communicate("")
    assert not path.exists()


def test_a_file_that_a_killed_process_left_is_replaced_and_one_put_in_its_place_is_left(tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path)}
    path = pid_path(environ, "worker")
    path.parent.mkdir()
    path.write_text("1234567\n")
    with pid_file(environ, "worker"):
        assert path.read_text() == f"{os.getpid()}\n"
        path.unlink()
        path.write_text("1\n")
    assert path.read_text() == "1\n"
