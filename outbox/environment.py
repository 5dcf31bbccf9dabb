"""The data folder, the address of the database and the pid files of a process, from the environment."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import create_engine, func, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from outbox import texts
from outbox.errors import OutboxSettingsError
from outbox.schema import submissions
from outbox.whole_files import write_whole

PID_SECONDS = 0.5
"""How long a process that stands by waits for the pid file's lock before it looks whether it has to end."""


def data_dir(environ: Mapping[str, str]) -> Path:
    """Return the folder `DATA_DIR` (default `var`), created with mode 700 if missing. Raises OutboxSettingsError."""
    path = Path(environ.get("DATA_DIR") or "var")
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutboxSettingsError(texts.DATA_DIR_UNUSABLE.format(path=path, reason=texts.reason(error))) from error
    return path


def database_url(environ: Mapping[str, str]) -> str:
    """Return the SQLAlchemy address of the outbox: `DATABASE_URL`, else SQLite in the data folder.

    `postgres://` and `postgresql://` become `postgresql+psycopg://`. Raises OutboxSettingsError for an address that
    can't be used, where DYNO is set without DATABASE_URL (the dyno's disk is lost at each restart), and where reports
    would be left behind in the data folder's SQLite: an empty database at another address would number them anew.
    """
    given = (environ.get("DATABASE_URL") or "").strip()
    if not given:
        if environ.get("DYNO"):
            raise OutboxSettingsError(texts.DYNO_WITHOUT_DATABASE)
        return f"sqlite:///{(data_dir(environ) / 'outbox.db').absolute()}"
    address = database_address(given)
    _leave_no_reports_behind(environ, make_url(address))
    return address


def database_address(given: str) -> str:
    """Return a SQLAlchemy address for the address that was given. Raises OutboxSettingsError."""
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
    """Return how many submissions a database holds: 0 without tables, None when it cannot be read now."""
    if url.drivername == "sqlite" and not url.query and not Path(url.database or "").exists():
        return 0
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("submissions"):
                return 0
            return int(connection.execute(select(func.count()).select_from(submissions)).scalar_one())
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()


def place(url: str) -> str:
    """Return how people name the database at this address: its file, or the address without its password."""
    parsed = make_url(url)
    return str(parsed.database) if parsed.drivername == "sqlite" else parsed.render_as_string(hide_password=True)


def in_production(environ: Mapping[str, str]) -> bool:
    """Return True if Google or a hosting's dyno is used: then nothing is a rehearsal and no address is guessed.

    A key alone says that Google is used: its spreadsheets may be named in the campaigns' files.
    """
    google = ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS_JSON")
    return any((environ.get(name) or "").strip() for name in ("DYNO", *google))


def pid_path(environ: Mapping[str, str], name: str) -> Path:
    """Return `$DATA_DIR/run/{name}.pid`."""
    return data_dir(environ) / "run" / f"{name}.pid"


@contextmanager
def pid_file(environ: Mapping[str, str], name: str) -> Iterator[Path]:
    """Keep this process's id in the pid file until the end of the block; give the file's path.

    A lock beside the file, free again when its holder is killed, decides between processes of one kind: a second one
    leaves the first one's pid file alone and writes its own when the first has ended. Raises OutboxSettingsError.
    """
    path = pid_path(environ, name)
    ended = threading.Event()
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        # Not bound to a thread: the one that waits takes the lock, this one gives it back.
        lock = FileLock(f"{path}.lock", thread_local=False)
        waiting = None if _take(lock, path, 0) else threading.Thread(target=_stand_by, args=(lock, path, ended))
    except OSError as error:
        raise OutboxSettingsError(
            texts.DATA_DIR_UNUSABLE.format(path=path.parent, reason=texts.reason(error))
        ) from error
    if waiting is not None:
        waiting.daemon = True
        waiting.start()
    try:
        yield path
    finally:
        ended.set()
        if waiting is not None:
            waiting.join()
        if lock.is_locked:
            with suppress(FileNotFoundError):
                if path.read_text(encoding="ascii") == _own_id():  # somebody may have put another one there
                    path.unlink()
            lock.release()


def _stand_by(lock: FileLock, path: Path, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            if _take(lock, path, PID_SECONDS):
                return
        except OSError:  # a disk that is full now need not be full later
            ended.wait(PID_SECONDS)


def _take(lock: FileLock, path: Path, seconds: float) -> bool:
    """Write the pid file once the lock is taken. Return False when another process holds it for so many seconds."""
    try:
        with lock.acquire(timeout=seconds):
            write_whole(path, _own_id().encode("ascii"))  # nobody may read it half written
            lock.acquire()  # a second hold, which outlasts this block
    except Timeout:
        return False
    return True


def _own_id() -> str:
    return f"{os.getpid()}\n"
