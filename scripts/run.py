"""`make run`: the embedded spreadsheet, the form and the worker on this computer, as three processes.

What dies is named and not restarted; the rest goes on. Ends on SIGINT and SIGTERM. Uses `campaign` and `outbox`.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from filelock import FileLock

from campaign import CampaignFileError, config_path, load_campaigns
from outbox.clock import open_clock
from outbox.environment import data_dir
from outbox.errors import OutboxError
from outbox.settings_file import load_settings
from outbox.texts import reason
from outbox.ticket_key import make_ticket_key
from scripts import texts
from scripts.announcing import Settings, announce, environment, with_environment
from scripts.data_folder import StartError, hold, rehearsal_start, set_clock, write_environment

START_SECONDS = 60
REPLACE_SECONDS = 10
"""How long after the last one's death to wait for a successor, which needs a moment to say that it lives."""
STOP_SECONDS = 20
LOG_TAIL = 15
PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass
class Process:
    """One of the three. `check`: the address that answers 200 when it is ready; None for the worker."""

    name: str
    command: list[str]
    check: str | None
    log: Path
    child: subprocess.Popen[bytes] | None = field(default=None)
    reported: bool = False


def main(words: Sequence[str] = ()) -> int:
    """Start, watch, stop. Gives 0 after a clean end, 1 when all processes died, 2 when nothing could be started."""
    if words:
        asked = words[0] in ("--help", "-h")
        print(
            texts.ABOUT if asked else texts.NO_WORDS.format(words=" ".join(words)), file=None if asked else sys.stderr
        )
        return 0 if asked else 2
    os.umask(0o077)  # folders, logs and numbers of processes are their owner's alone, as the data are
    try:
        load_settings(os.environ)
        settings = read_settings(os.environ)
        lock = prepare(settings, os.environ)
    except (StartError, CampaignFileError, OutboxError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:  # the folder cannot be written, or the disk is full
        print(texts.NOT_WRITTEN.format(path=error.filename, reason=reason(error)), file=sys.stderr)
        return 2
    processes = make_processes(settings)
    stop = Stop()
    try:
        if not start_all(processes, settings, stop):
            return 0 if stop.asked else 1
        if not stop.asked:
            announce(settings)
        return watch(processes, settings, stop)
    finally:
        print(texts.STOPPING)
        stop_all(processes)
        print(texts.STOPPED.format(data_dir=settings.data_dir))
        lock.release()


class Stop:
    """Whether SIGINT or SIGTERM came."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises StartError, CampaignFileError, OutboxError."""
    host = environ.get("HOST") or "127.0.0.1"
    if host not in ("127.0.0.1", "localhost"):
        raise StartError(texts.OUTSIDE_HOST.format(host=host))
    port = _port(environ, "PORT", 8000)
    sheets_port = _port(environ, "SHEETS_PORT", 8010)
    campaigns = load_campaigns(config_path(environ))
    rehearsal_start(campaigns, environ.get("SVOD_NOW") or "")
    # The folder is made last: what is refused above leaves nothing behind.
    return Settings(host, port, sheets_port, data_dir(environ), campaigns)


def _port(environ: Mapping[str, str], variable: str, default: int) -> int:
    value = environ.get(variable) or str(default)
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise StartError(texts.BAD_PORT.format(variable=variable, value=value))
    return int(value)


def prepare(settings: Settings, environ: Mapping[str, str]) -> FileLock:
    """Ports free, the folder ours, the secret there, the clock set: in this order. Gives what holds the folder.

    The clock last: a running form reads its file at each request. Raises StartError, OutboxError.
    """
    for port, variable in ((settings.port, "PORT"), (settings.sheets_port, "SHEETS_PORT")):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise StartError(texts.PORT_TAKEN.format(port=port, variable=variable)) from error
    for folder in ("run", "log"):
        (settings.data_dir / folder).mkdir(mode=0o700, exist_ok=True)
    lock = hold(settings.data_dir)
    _make_secret(settings.data_dir / "secret_key")
    make_ticket_key({**environ, "DATA_DIR": str(settings.data_dir)})
    set_clock(settings.data_dir, settings.campaigns, environ)
    _offer_faults(settings)
    write_environment(settings.data_dir, environment(settings))
    return lock


def _offer_faults(settings: Settings) -> None:
    """Let the spreadsheet have `/_faults` in a rehearsal, and in nothing else."""
    asked = settings.data_dir / "run" / "faults"
    if open_clock({**os.environ, "DATA_DIR": str(settings.data_dir)}).rehearsal:
        asked.touch(mode=0o600)
    else:
        asked.unlink(missing_ok=True)


def _make_secret(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))


def make_processes(settings: Settings) -> list[Process]:
    """In the order of their start."""
    log = settings.data_dir / "log"
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    return [
        Process(
            "sheets",
            [sys.executable, "-m", "localsheets"],
            f"{settings.sheets_address()}/healthz",
            log / "sheets.log",
        ),
        Process(
            "web",
            [gunicorn, "--config", "gunicorn.conf.py", "svod.web:create_app()"],
            f"{settings.form_address()}/healthz",
            log / "web.log",
        ),
        Process("worker", [sys.executable, "-m", "sync"], None, log / "worker.log"),
    ]


def start_all(processes: list[Process], settings: Settings, stop: Stop) -> bool:
    """One after the other, each ready before the next. False when one was not, or an end was asked for."""
    print(texts.STARTING.format(title=", ".join(one.about.title for one in settings.campaigns)))
    for process in processes:
        name = texts.NAMES[process.name]
        print(texts.WAITING.format(name=name))
        with process.log.open("ab") as log:
            process.child = subprocess.Popen(
                process.command,
                env=environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl+C comes here alone, so that the worker may finish its call before the sheets go
                preexec_fn=_die_with_parent,
            )
        if not wait_until_ready(process, stop):
            if not stop.asked:
                print(texts.NOT_READY.format(name=name, log=process.log), file=sys.stderr)
                lines = process.log.read_text(encoding="utf-8", errors="replace").splitlines()
                print("\n".join(lines[-LOG_TAIL:]), file=sys.stderr)
            return False
        if process.check is None:
            print(texts.WORKER_STARTED.format(name=name))
        else:
            print(texts.READY.format(name=name, address=process.check.removesuffix("healthz")))
    return True


def _die_with_parent() -> None:
    """On Linux a killed `make run` leaves no processes behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait_until_ready(process: Process, stop: Stop) -> bool:
    """Until its address answers 200. A process without one is ready when it is still alive after half a second."""
    end = time.monotonic() + START_SECONDS
    alive_since = time.monotonic()
    while time.monotonic() < end and not stop.asked:
        if process.child is not None and process.child.poll() is not None:
            return False
        if process.check is None:
            if time.monotonic() - alive_since > 0.5:
                return True
        elif answers(process.check):
            return True
        time.sleep(0.1)
    return False


def answers(address: str) -> bool:
    """Whether the address answers 200 within two seconds."""
    try:
        with urllib.request.urlopen(address, timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def watch(processes: list[Process], settings: Settings, stop: Stop) -> int:
    """Until an end is asked for, or none of the processes is left and nobody starts one again."""
    lived = time.monotonic()
    while not stop.asked:
        for process in processes:
            if process.child is None or process.reported or process.child.poll() is None:
                continue
            process.reported = True
            name = texts.NAMES[process.name]
            print(texts.DIED.format(name=name, code=process.child.returncode, log=process.log), file=sys.stderr)
            print(texts.REPLACE.format(command=replacement(process, settings)), file=sys.stderr)
        if not all(process.reported and not replaced(process, settings) for process in processes):
            lived = time.monotonic()
        elif time.monotonic() - lived > REPLACE_SECONDS:
            print(texts.ALL_DIED, file=sys.stderr)
            return 1
        time.sleep(0.3)
    return 0


def replaced(process: Process, settings: Settings) -> bool:
    """Whether somebody started this process again after its death: its file names another one that lives."""
    try:
        number = int((settings.data_dir / "run" / f"{process.name}.pid").read_text(encoding="ascii"))
        os.kill(number, 0)
    except (OSError, ValueError):
        return False
    return process.child is not None and number != process.child.pid


def replacement(process: Process, settings: Settings) -> str:
    """The command that replaces a process that died: the same one, with the same variables."""
    return f"{with_environment(settings)} {shlex.join(process.command)}"


def stop_all(processes: list[Process]) -> None:
    """The form first, then the worker (it finishes its call), then the sheets; what hangs is killed."""
    order = {"web": 0, "worker": 1, "sheets": 2}
    for process in sorted(processes, key=lambda p: order[p.name]):
        child = process.child
        if child is None or child.poll() is not None:
            continue
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
