"""Resident memory of the processes of a `make run`, by what they are (Linux; nothing elsewhere)."""

from __future__ import annotations

from pathlib import Path

WORDS = {"web": b"gunicorn\0--config\0", "worker": b"\0-m\0sync\0", "sheets": b"\0-m\0localsheets\0"}
FORMULAS = "sheets, formulas"
"""The child that computes formulas: it is ended and started again by every formula that goes too far."""


def memory(root: int) -> dict[str, float]:
    """Return name → megabytes of every process below this one."""
    found: dict[str, float] = {}
    for child in _children(root):
        role = next((name for name, word in WORDS.items() if word in _command(child)), None)
        if role is not None:
            _look(child, role, 0, found)
    return found


def _look(pid: int, role: str, depth: int, found: dict[str, float]) -> None:
    name = (role, f"{role}, serving", FORMULAS)[min(depth, 2)]
    found[name] = found.get(name, 0.0) + _megabytes(pid)
    for child in _children(pid):
        _look(child, role, depth + 1, found)


def _children(pid: int) -> list[int]:
    """Of every thread: the formulas' child is started by whichever thread needs it first."""
    try:
        listed = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [int(word) for line in listed for word in line.split()]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)
