"""Where this process keeps its files and its database, from the environment. Imports the outbox's errors and texts."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from outbox import texts
from outbox.errors import OutboxSettingsError

PID_SECONDS = 0.5
"""How often a process that stands by looks whether the pid file is free."""


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
    can't be used, where DYNO is set without DATABASE_URL (the dyno's disk is lost at each restart), and where reports
    would be left behind in the data folder's SQLite: an empty database at another address would number them anew.
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
    _leave_no_reports_behind(environ, url)
    return given


def _leave_no_reports_behind(environ: Mapping[str, str], url: URL) -> None:
    file = (Path(environ.get("DATA_DIR") or "var") / "outbox.db").absolute()
    if not file.exists():
        return
    if url.drivername == "sqlite" and Path(url.database or "").absolute() == file:
        return
    behind = _submissions(URL.create("sqlite", database=file.as_uri(), query={"mode": "ro", "uri": "true"}))
    if behind and _submissions(url) == 0:
        raise OutboxSettingsError(texts.REPORTS_LEFT_BEHIND.format(path=file, count=behind))


def _submissions(url: URL) -> int | None:
    """How many submissions a database holds: 0 without tables, None when it can't be told now (opening it will say)."""
    if url.drivername == "sqlite" and not url.query and not Path(url.database or "").exists():
        return 0
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("submissions"):
                return 0
            return int(connection.execute(text("SELECT count(*) FROM submissions")).scalar_one())
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()


def pid_path(environ: Mapping[str, str], name: str) -> Path:
    """`$DATA_DIR/run/{name}.pid`."""
    return data_dir(environ) / "run" / f"{name}.pid"


@contextmanager
def pid_file(environ: Mapping[str, str], name: str) -> Iterator[Path]:
    """While it lasts the pid file holds this process's id, once no other process holds the file; gives its path.

    The holder has it locked, so that one that was killed holds nothing. A second process of the kind leaves the first
    one's file alone and writes its own when that one has ended.
    """
    path = pid_path(environ, name)
    ended = threading.Event()
    held = _take(path)
    waiting: threading.Thread | None = None

    def wait() -> None:
        nonlocal held
        while held is None and not ended.wait(PID_SECONDS):
            with suppress(OutboxSettingsError):  # a disk that is full now need not be full later
                held = _take(path)

    if held is None:
        waiting = threading.Thread(target=wait, name="pid file", daemon=True)
        waiting.start()
    try:
        yield path
    finally:
        ended.set()
        if waiting is not None:
            waiting.join()
        if held is not None:
            _let_go(path, held)


def _take(path: Path) -> int | None:
    """Lock the pid file and write this process's id into it; None while another process holds it."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        while True:
            held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_at(path, held):
                    number = f"{os.getpid()}\n".encode("ascii")
                    os.pwrite(held, number, 0)
                    os.ftruncate(held, len(number))
                    return held
            except BlockingIOError:
                os.close(held)
                return None
            except OSError:
                os.close(held)
                raise
            os.close(held)  # its holder removed it in between
    except OSError as error:
        raise OutboxSettingsError(
            texts.DATA_DIR_UNUSABLE.format(path=path.parent, reason=error.strerror or error)
        ) from error


def _is_at(path: Path, held: int) -> bool:
    try:
        return os.path.samestat(os.fstat(held), path.stat())
    except FileNotFoundError:
        return False


def _let_go(path: Path, held: int) -> None:
    """Remove the pid file, unless somebody put another one there."""
    try:
        if _is_at(path, held):
            path.unlink()
    finally:
        os.close(held)
