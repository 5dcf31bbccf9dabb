"""How gunicorn serves the form: one process with threads, on loopback unless HOST says otherwise.

A mistake in the settings is reported by the master, before any worker is made, so that nothing restarts for ever.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from outbox import texts
from outbox.environment import data_dir
from outbox.errors import OutboxSettingsError
from outbox.settings_file import load_settings

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
    from gunicorn.workers.base import Worker  # type: ignore[import-untyped]

os.umask(0o077)  # what the form makes, folders and files, is its owner's alone

_INVALID = "Invalid request"
_SECRET = re.compile(r"/(r|m|calendar|desk/link)/[^\s\"'?]+")


class _WithoutSecrets(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if message.startswith(_INVALID):  # it goes on with the address and with what was sent
            record.msg, record.args = _INVALID, ()
        elif _SECRET.search(message):
            record.msg, record.args = _SECRET.sub(r"/\1/…", message), ()
        return True


class _Log(Logger):  # type: ignore[misc]
    """gunicorn's own lines: no access log (the form writes one by route), and no personal address in any error."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        self.error_log.addFilter(_WithoutSecrets())


def _run_dir() -> Path:
    """Return the folder of pid files. Raises OutboxSettingsError."""
    run = data_dir(os.environ) / "run"
    try:
        run.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OutboxSettingsError(texts.DATA_DIR_UNUSABLE.format(path=run, reason=texts.reason(error))) from error
    return run


def _check_room(run: Path) -> None:
    """Raise OutboxSettingsError where nothing can be written: gunicorn would end with a traceback at its number."""
    try:
        with tempfile.TemporaryFile(dir=run) as probe:
            probe.write(b"0" * 4096)
    except OSError as error:
        raise OutboxSettingsError(texts.DATA_DIR_UNWRITABLE.format(path=run, reason=texts.reason(error))) from error


def _whole(name: str, default: int) -> int:
    """Return a number of the environment; the default for any other text, which `on_starting` refuses."""
    given = (os.environ.get(name) or "").strip()
    return int(given) if given.isascii() and given.isdigit() else default


def _pid_file() -> Path:
    """Where gunicorn keeps its number, without a number left behind; beside a form that lives none is started.

    After SIGKILL or a new start of the computer it may be a process not yet buried, or another program's by now.
    """
    path, number = _run_dir() / "web.pid", 0
    try:
        number = int(path.read_text(encoding="ascii"))
        process = Path("/proc") / str(number)
        state = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
        words = (process / "cmdline").read_bytes().split(b"\0")
        ours = any(word.startswith(b"gunicorn:") or word.rpartition(b"/")[2] == b"gunicorn" for word in words)
        if state in "ZX" or not ours:
            path.unlink(missing_ok=True)
        elif number != os.getpid() and "GUNICORN_PID" not in os.environ:  # neither HUP nor USR2 of this very one
            print(texts.FORM_RUNS.format(path=path, number=number), file=sys.stderr)
            sys.exit(2)
    except (OSError, ValueError, IndexError):
        pass  # none, gone, unreadable, or no /proc here: gunicorn's own look decides
    if number != os.getpid() and "GUNICORN_PID" not in os.environ:  # a form that runs serves on with a full disk
        _check_room(path.parent)
    return path


try:
    load_settings(os.environ)
    pidfile = str(_pid_file())
except OutboxSettingsError as error:
    print(error, file=sys.stderr)
    sys.exit(2)

_socket = (os.environ.get("WEB_SOCKET") or "").strip()
bind = f"unix:{_socket}" if _socket else f"{os.environ.get('HOST') or '127.0.0.1'}:{_whole('PORT', 8000)}"
umask = 0o007  # of the Unix socket: for the owner and the group, that is the proxy's
workers = _whole("WEB_CONCURRENCY", 1)
worker_class = "webform.serving.PunctualWorker"
threads = 32
timeout = 60
graceful_timeout = 20
keepalive = 30
accesslog = None
errorlog = "-"
loglevel = "warning"
logger_class = _Log
limit_request_line = 2048
limit_request_fields = 60
control_socket_disable = True
# The scheme and the address come from ProxyFix (TRUSTED_PROXIES) alone.
secure_scheme_headers: dict[str, str] = {}
proc_name = "svod-web"


def post_worker_init(worker: Worker) -> None:
    """Set the worker's limit of seconds a request, and exempt the application's own objects from garbage collection."""
    from webform.environment import read_settings

    worker.longest = read_settings(os.environ).request_seconds
    gc.freeze()


def _check_port(server: Arbiter) -> None:
    """Raise SettingsError if another program listens at an address. A successor (USR2) gets the sockets themselves."""
    from webform import texts as words
    from webform.errors import SettingsError

    if "GUNICORN_FD" in os.environ:
        return
    for address in server.cfg.address:
        if isinstance(address, tuple):
            family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(address)
                except OSError as error:
                    where = f"{address[0]}:{address[1]}"
                    raise SettingsError(words.PORT_TAKEN.format(address=where, reason=texts.reason(error))) from error


def on_starting(server: Arbiter) -> None:
    """Check everything that a worker needs; say what is wrong and stop, before there is one."""
    from campaign import CampaignError
    from outbox.errors import OutboxError
    from webform import texts as words
    from webform.errors import WebformError
    from webform.wiring import check_start

    def say(what: str, error: Exception) -> None:
        print(f"{what} {error}" if "\n" not in str(error) else f"{what}\n{error}", file=sys.stderr, flush=True)

    def reload() -> None:
        """Make new workers (HUP) once what they need is checked; with a mistake in it, keep those that serve."""
        try:
            load_settings(os.environ)
            check_start(os.environ, server.cfg.workers)
        except (CampaignError, OutboxError, WebformError, OSError) as error:
            say(words.NOT_RELOADED, error)
            return
        type(server).handle_hup(server)

    server.handle_hup = reload  # gunicorn's own ends the whole form when a new worker cannot start
    try:
        settings = check_start(os.environ, server.cfg.workers)
        _check_port(server)
    except (CampaignError, OutboxError, WebformError) as error:
        say(words.CANNOT_START, error)
        if server.pidfile is not None:
            server.pidfile.unlink()
        sys.exit(2)
    if server.cfg.workers > 1 and not settings.rates:
        print(words.SEVERAL_WITHOUT_RATES, file=sys.stderr)
