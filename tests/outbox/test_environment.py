"""The environment: data folder, address of the database, pid files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from outbox.environment import data_dir, database_url, pid_file, pid_path, remove_pid, write_pid
from outbox.errors import OutboxSettingsError


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = data_dir({"DATA_DIR": str(tmp_path / "a" / "b")})
    assert made == tmp_path / "a" / "b"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert data_dir({"DATA_DIR": str(made)}) == made
    monkeypatch.chdir(tmp_path)
    assert data_dir({}) == data_dir({"DATA_DIR": ""}) == Path("var")
    assert (tmp_path / "var").is_dir()


def test_a_data_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
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
def test_an_address_that_cannot_be_used_is_said_without_its_password(wrong: str) -> None:
    with pytest.raises(OutboxSettingsError, match="DATABASE_URL"):
        database_url({"DATABASE_URL": wrong})


def test_a_pid_file_is_there_while_the_process_is(tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path)}
    with pid_file(environ, "web") as path:
        assert path == pid_path(environ, "web") == tmp_path / "run" / "web.pid"
        assert path.read_text() == f"{os.getpid()}\n"
    assert list((tmp_path / "run").iterdir()) == []
    remove_pid(environ, "web")


def test_a_killed_processs_pid_file_is_replaced_and_a_successors_is_left(tmp_path: Path) -> None:
    environ = {"DATA_DIR": str(tmp_path)}
    path = write_pid(environ, "worker")
    path.write_text("1\n")
    remove_pid(environ, "worker")
    assert path.read_text() == "1\n"
    assert write_pid(environ, "worker").read_text() == f"{os.getpid()}\n"
