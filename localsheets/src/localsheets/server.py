"""The process: open the store, write the key file and the pid, serve with gunicorn.

One worker process with threads, because the published states live in its memory. A lock file keeps every other server
away from the same data.
"""

import atexit
import gc
import logging
import os
import socket
import sqlite3
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from filelock import FileLock, Timeout
from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from localsheets import texts
from localsheets.auth.accounts import ACCOUNT, AccountError, ensure_credentials
from localsheets.auth.tokens import Tokens
from localsheets.errors import SheetsError
from localsheets.faults.operations import Operations
from localsheets.faults.plan import Faults
from localsheets.formulas import Background, Calculator
from localsheets.model.defaults import new_spreadsheet
from localsheets.people import People
from localsheets.serving import Worker
from localsheets.settings import Settings, SettingsError, is_loopback
from localsheets.storage import Store
from localsheets.web import Context, create_app

LOCK_WAIT_SECONDS = 15
WRITING_SHARE = 3  # quarters of the threads in which writes may wait; the others are left to reads
WATCHDOG_SECONDS = 60  # a worker without any sign of life for so long is replaced

_log = structlog.get_logger("localsheets.server")


def check(settings: Settings) -> None:
    """Refuse an address that needs accounts while there are none. Raises SettingsError."""
    if is_loopback(settings.host):
        return
    if settings.open_api:
        raise SettingsError(texts.OPEN_NOT_LOOPBACK)
    if not settings.database.exists() or not People(settings.database).any():
        raise SettingsError(texts.NOT_LOOPBACK.format(host=settings.host))


def hold_lock(data_dir: Path) -> FileLock:
    """Lock the data folder until the result is released or this process ends.

    Raises SettingsError if another process holds it.
    """
    lock = FileLock(data_dir / "sheets.lock", mode=0o600)
    try:
        lock.acquire(timeout=LOCK_WAIT_SECONDS, poll_interval=0.1)
    except Timeout as error:
        raise SettingsError(texts.DATABASE_BUSY.format(path=data_dir / "sheets.db")) from error
    return lock


def open_context(settings: Settings) -> Context:
    """Open or create everything in the data folder. Raises SettingsError with a sentence for the administrator."""
    calculator = Calculator()
    try:
        store = Store(settings.database, calculator, most_waiting=settings.threads * WRITING_SHARE // 4)
    except (sqlite3.Error, OSError) as error:
        raise SettingsError(texts.DATABASE_FAILED.format(path=settings.database, reason=texts.reason(error))) from error
    try:
        ensure_credentials(settings.data_dir / "credentials.json", store, f"{settings.base_url}/token")
        ensure_spreadsheet(settings.data_dir / "spreadsheet_id", store)
    except (AccountError, SheetsError) as error:
        store.close()
        raise SettingsError(str(error)) from error
    atexit.register(store.close)  # empties the write-ahead log, for a quick next start
    tokens = Tokens(store, settings.token_seconds)
    background = Background(store, calculator)
    background.start()
    atexit.register(background.stop)
    return Context(settings, store, tokens, Faults(), Operations(), People(settings.database))


def ensure_spreadsheet(path: Path, store: Store) -> None:
    """Create the first spreadsheet, and the file with its id at `path`, if they are missing."""
    files = store.files()
    if not files:
        state = new_spreadsheet(
            texts.FIRST_TITLE, ACCOUNT, datetime.now(UTC), "ru_RU", "Europe/Moscow", texts.FIRST_TAB
        )
        store.add(state)
        store.set_fact("home", state.id)
        path.write_text(state.id + "\n", encoding="utf-8")
    elif not path.exists():
        path.write_text((store.fact("home") or files[-1][0]) + "\n", encoding="utf-8")


class _WithoutBootFailure(logging.Filter):
    """Hides gunicorn's messages about a worker that could not start, which printed its own sentence."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        return not (message.endswith("exited with code 3.") or message.startswith(("Shutting down: ", "Reason: ")))


class _Log(Logger):  # type: ignore[misc]
    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_WithoutBootFailure())


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured from the settings alone."""

    def __init__(self, settings: Settings, *bound: socket.socket) -> None:
        self.settings = settings
        self.bound = bound
        self.lock: FileLock | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, object] = {
            "bind": [f"fd://{one.fileno()}" for one in self.bound],
            "workers": 1,
            "worker_class": Worker,
            "threads": self.settings.threads,
            "timeout": WATCHDOG_SECONDS,
            "graceful_timeout": 5,
            "keepalive": 75,
            "loglevel": "warning",
            "limit_request_line": 8190,
            "post_worker_init": self.ready,
            "on_exit": lambda _: _forget(_pid_file(self.settings)),
            "logger_class": _Log,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def ready(self, worker: object) -> None:
        """Print the address once the first worker serves."""
        # Rows are long-lived and form no cycles; at the default thresholds the collector would walk all of them.
        gc.set_threshold(100_000, 50, 100)
        if getattr(worker, "age", 1) == 1:
            sys.stdout.write(texts.STARTED.format(url=self.settings.base_url) + "\n")
            sys.stdout.flush()
        _log.info("serving", pid=os.getpid())

    def load(self) -> Flask:
        """Take the lock, then open the store, in the worker process."""
        try:
            self.lock = hold_lock(self.settings.data_dir)
            _remember(_pid_file(self.settings), os.getppid())
            context = open_context(self.settings)
            return create_app(context)
        except SettingsError as error:
            sys.stderr.write(f"{error}\n")
            # gunicorn ends when a worker cannot boot (exit code 3) instead of starting it again and again.
            raise SystemExit(3) from error


def _pid_file(settings: Settings) -> Path:
    return settings.data_dir / "run" / "sheets.pid"


def _remember(pid_file: Path, master: int) -> None:
    """Write the master's pid, once its worker holds the data, so that no other server's pid is overwritten."""
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    fresh = pid_file.with_name(f"{pid_file.name}.{os.getpid()}")
    fresh.write_text(f"{master}\n", encoding="ascii")
    fresh.replace(pid_file)


def _forget(pid_file: Path) -> None:
    """Remove the pid file, unless a successor has written its own."""
    if pid_file.exists() and pid_file.read_text(encoding="ascii").strip() == str(os.getpid()):
        pid_file.unlink()


def bind(settings: Settings) -> socket.socket:
    """Return the listening socket. Raises SettingsError if the port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    until = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            bound.bind((settings.host, settings.port))
        except OSError as error:
            # The worker of a killed master frees the port within a second or two.
            if time.monotonic() > until:
                raise SettingsError(texts.PORT_TAKEN.format(port=settings.port)) from error
            time.sleep(0.2)
        else:
            break
    bound.listen(512)
    bound.set_inheritable(True)
    return bound


def bind_unix(path: Path) -> socket.socket:
    """Return a socket that listens at this path, for the owner and the group. Raises SettingsError.

    gunicorn makes none beside a socket that it inherits. One left behind is replaced: the data are locked by now.
    """
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    usual = os.umask(0o007)
    try:
        if path.is_socket():
            path.unlink()
        bound.bind(str(path))
    except OSError as error:
        raise SettingsError(texts.SOCKET_FAILED.format(path=path, reason=texts.reason(error))) from error
    finally:
        os.umask(usual)
    bound.listen(512)
    bound.set_inheritable(True)
    return bound


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises SettingsError if the server cannot start."""
    check(settings)
    os.umask(0o077)  # what it makes, folders, database and logs, is its owner's alone
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    bound = bind(settings)
    hold_lock(settings.data_dir).release()  # refuses before a worker starts; the worker then takes the lock
    port = int(bound.getsockname()[1])
    beside = [bind_unix(settings.socket)] if settings.socket else []
    _Server(replace(settings, port=port), bound, *beside).run()
