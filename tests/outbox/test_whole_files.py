"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from outbox.whole_files import SHARED, whole_file, write_whole

KILLED = """
import os, signal, sys
from pathlib import Path
from outbox.whole_files import whole_file
with whole_file(Path(sys.argv[1]), b"new"):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def _refuse(path: Path) -> None:
    with whole_file(path, b"new") as fresh:
        assert (fresh.read_bytes(), fresh.suffix) == (b"new", ".xlsx")
        raise RuntimeError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_the_place_of_another_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "итоги.csv"
    path.write_bytes(b"old")
    write_whole(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, names(tmp_path)) == (b"new", 0o600, ["итоги.csv"])


def test_a_shared_file_is_as_the_umask_lets(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(tmp_path / "a.txt", b"", mode=SHARED)
    finally:
        os.umask(mask)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_there_is_kept_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a.txt", b"new", over=False)
    assert ((tmp_path / "a.txt").read_bytes(), names(tmp_path)) == (b"old", ["a.txt"])


def test_a_file_that_does_not_pass_leaves_the_place_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / ("я" * 120 + ".xlsx")
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError):
        _refuse(path)
    assert (path.read_bytes(), names(tmp_path)) == (b"old", [path.name])


def test_a_process_killed_in_the_middle_leaves_the_place_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False, timeout=60)
    assert (done.returncode, path.read_bytes()) == (-signal.SIGKILL, b"old")
