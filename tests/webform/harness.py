"""A running web form: gunicorn on a free port over a store of its own."""

from __future__ import annotations

import csv
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from outbox import Outbox, database_url, open_outbox
from outbox.clock import real_now, start_rehearsal
from tests.commands import run_command
from webform import __main__ as webform
from webform.tokens import Tokens

ROOT = Path(__file__).resolve().parents[2]
WHILE_OPEN = "2023-05-27T12:00:00+03:00"
CAMPAIGN = "flagmany-2023"
REPORTS = f"/reports/{CAMPAIGN}"
FIRST_OF_OURS = 90000001


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running web form. `log` holds all that its process wrote."""

    folder: Path
    environ: dict[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None
    links: dict[str, str] = field(default_factory=dict)
    application: str = "webform:create_app()"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._start()
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):  # noqa: S310
                    return
            except OSError:
                assert self.process is not None
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.1)

    def _start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", self.application],
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=log,
            )

    def listen(self) -> None:
        """Start on the Unix socket of WEB_SOCKET."""
        self._start()
        path, deadline = Path(self.environ["WEB_SOCKET"]), time.monotonic() + 30
        while not (path.is_socket() and socket.socket(socket.AF_UNIX).connect_ex(str(path)) == 0):
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process = None
        return code

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`python -m webform …` in this site's environment."""
        done = run_command(webform.main, *arguments, environ=self.environ)
        assert not check or done.returncode == 0, done.stderr
        return done

    def read_links(self) -> None:
        rows = csv.DictReader(self.command("links", "--format", "csv").stdout.splitlines())
        self.links = {row["oktmo"]: row["url"] for row in rows}

    def old_link(self, oktmo: str, version: int = 1) -> str:
        """A link as it was printed when each campaign had links of its own."""
        secret = (self.folder / "secret_key").read_text()
        return f"{self.address}/r/{Tokens([secret], CAMPAIGN).link(oktmo, version, real_now())}"

    def move(self, time: str) -> None:
        """Move the rehearsal's clock."""
        start_rehearsal(self.folder, datetime.fromisoformat(time))

    def outbox(self) -> Outbox:
        return open_outbox(database_url(self.environ), migrate=False)


def with_municipalities(config: Path, count: int) -> Path:
    """The committed campaign with so many municipalities more, from FIRST_OF_OURS on."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    lines = "".join(
        f'  - {{oktmo: "{n:08d}", kind: city, name: город № {n}, genitive: города № {n}}}\n'
        for n in range(FIRST_OF_OURS, FIRST_OF_OURS + count)
    )
    config.write_text(text.replace("\nmunicipalities:\n", f"\nmunicipalities:\n{lines}"), encoding="utf-8")
    return config


def make_site(folder: Path, config: Path | None = None, **environ: str) -> Site:
    """A site with a secret, a rehearsal three days before the deadline, and a free port; not started."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "secret_key"
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_hex(32))
    start_rehearsal(folder, datetime.fromisoformat(WHILE_OPEN))
    port = free_port()
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    full = inherited | {
        "SVOD_ENV": "",
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "SVOD_CONFIG": str(config or ROOT / "config.yaml"),
        "PYTHONUNBUFFERED": "1",
    }
    return Site(folder, full | environ, port, folder / "web.log")
