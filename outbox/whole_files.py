"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE, SHARED = 0o600, 0o666
"""Modes of a file: for its owner alone, or as the umask lets."""
_NAME = 40


def write_whole(path: Path, content: bytes, *, mode: int = PRIVATE, over: bool = True) -> None:
    """Write a file; the arguments are those of `whole_file`. Raises OSError."""
    with whole_file(path, content, mode=mode, over=over):
        pass


@contextmanager
def whole_file(path: Path, content: bytes, *, mode: int = PRIVATE, over: bool = True) -> Iterator[Path]:
    """Write a file beside its place and give its path; it takes its place at the end of the block, unless that raised.

    mode: PRIVATE or SHARED
    over: replace a file that is there; without it FileExistsError is raised

    Raises OSError.
    """
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.name[-_NAME:])  # mode 600
    fresh = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(number)
        if mode != PRIVATE:
            fresh.chmod(mode & ~_umask())
        yield fresh
        if over:
            fresh.replace(path)
        else:
            os.link(fresh, path)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()


def _umask() -> int:
    mask = os.umask(0o077)  # there is no other way to read it
    os.umask(mask)
    return mask
