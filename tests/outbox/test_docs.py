"""The page about the outbox names every table and every module; the commands for a backup make one."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import outbox
from outbox import database_url, open_outbox
from outbox.schema import metadata
from tests.outbox.factories import report

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "outbox.md").read_text(encoding="utf-8")
BACKUPS = sorted(
    {
        (page, line.partition(" #")[0].strip())
        for page in ("outbox.md", "operating.md", "ru/administrator.md")
        for line in (DOCS / page).read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("( umask 077; ") and "pg_dump" not in line
    }
)


def test_every_table_is_documented() -> None:
    assert [name for name in metadata.tables if f"`{name}`" not in PAGE] == []


def test_every_module_is_documented() -> None:
    modules = {path.name for path in Path(outbox.__file__).parent.glob("*.py")} - {
        "__init__.py",
        "texts.py",
        "wiring.py",
    }
    assert [name for name in sorted(modules) if f"`{name}`" not in PAGE] == []


def test_every_page_for_administrators_says_how_to_back_up() -> None:
    assert {page for page, _ in BACKUPS} == {"outbox.md", "operating.md", "ru/administrator.md"}


@pytest.mark.parametrize(("page", "command"), BACKUPS)
def test_the_command_for_a_backup_copies_what_a_running_process_wrote(tmp_path: Path, page: str, command: str) -> None:
    if "sqlite3 var" in command and shutil.which("sqlite3") is None:
        command = next(other for _, other in BACKUPS if "import sqlite3" in other)
    with open_outbox(database_url({"DATA_DIR": str(tmp_path / "var")})) as running:
        running.submissions.submit(report())
        here = command.replace(".venv/bin/python", sys.executable)
        subprocess.run(["bash", "-c", here], cwd=tmp_path, check=True, timeout=60)
    copy = tmp_path / "outbox-2023-05-30.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM submissions").fetchone() == (1,)
