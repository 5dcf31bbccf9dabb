"""Where this process keeps its files and its database, from the environment. Imports the outbox's errors and texts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from outbox import texts
from outbox.errors import OutboxSettingsError


def data_dir(environ: Mapping[str, str]) -> Path:
    """`DATA_DIR` (default `var`), made with mode 700 if it isn't there. Raises OutboxSettingsError."""
    path = Path(environ.get("DATA_DIR") or "var")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutboxSettingsError(texts.DATA_DIR_UNUSABLE.format(path=path, reason=error.strerror or error)) from error
    return path


def database_url(environ: Mapping[str, str]) -> str:
    """The SQLAlchemy address of the outbox: `DATABASE_URL`, else SQLite in the data folder.

    `postgres://` and `postgresql://` become `postgresql+psycopg://`. Raises OutboxSettingsError for an address that
    can't be used, and where DYNO is set without DATABASE_URL (the dyno's disk is lost at each restart).
    """
    given = (environ.get("DATABASE_URL") or "").strip()
    if not given:
        if environ.get("DYNO"):
            raise OutboxSettingsError(texts.DYNO_WITHOUT_DATABASE)
        return f"sqlite:///{(data_dir(environ) / 'outbox.db').absolute()}"
    for scheme in ("postgres://", "postgresql://"):
        if given.startswith(scheme):
            given = "postgresql+psycopg://" + given.removeprefix(scheme)
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise OutboxSettingsError(texts.DATABASE_URL_UNKNOWN.format(reason=texts.URL_NO_ADDRESS)) from error
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise OutboxSettingsError(texts.DATABASE_URL_UNKNOWN.format(reason=texts.URL_KIND.format(kind=url.drivername)))
    return given


def pid_path(environ: Mapping[str, str], name: str) -> Path:
    """`$DATA_DIR/run/{name}.pid`."""
    return data_dir(environ) / "run" / f"{name}.pid"


def write_pid(environ: Mapping[str, str], name: str) -> Path:
    """Write this process's id to its pid file (over one that a killed process left behind); gives the path."""
    path = pid_path(environ, name)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.write_text(f"{os.getpid()}\n", encoding="ascii")
        fresh.replace(path)
    except OSError as error:
        raise OutboxSettingsError(
            texts.DATA_DIR_UNUSABLE.format(path=path.parent, reason=error.strerror or error)
        ) from error
    return path


def remove_pid(environ: Mapping[str, str], name: str) -> None:
    """Remove the pid file if it is this process's; a successor's stays."""
    path = pid_path(environ, name)
    try:
        if path.read_text(encoding="ascii").strip() == str(os.getpid()):
            path.unlink()
    except (FileNotFoundError, UnicodeDecodeError):
        pass


@contextmanager
def pid_file(environ: Mapping[str, str], name: str) -> Iterator[Path]:
    """`write_pid` on entering, `remove_pid` on leaving."""
    path = write_pid(environ, name)
    try:
        yield path
    finally:
        remove_pid(environ, name)
