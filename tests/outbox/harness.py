"""Starts the programs of this folder, and the commands of `python -m outbox`, as processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def program(name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """One of `programs/` as a process; killed at the end if it still runs."""
    started = subprocess.Popen(
        [sys.executable, "-m", f"tests.outbox.programs.{name}", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(30)


def output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def command(environ: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m outbox …` in the checkout's folder until it ends."""
    return subprocess.run(
        [sys.executable, "-m", "outbox", *words],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
