"""The pytest plugin: a server of your own for your tests, as a process on a free port."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

START_SECONDS = 60
STOP_SECONDS = 30
# Settings of a running installation, which must not reach the server of the tests.
_OTHERS = ("HOST", "DYNO", "LOCALSHEETS_TOKEN_SECONDS", "LOCALSHEETS_THREADS", "LOCALSHEETS_SOCKET")


@dataclass(frozen=True)
class LocalSheets:
    """A running server.

    url:            its address, without a slash at the end; put it in place of `https://sheets.googleapis.com` and
                    `https://www.googleapis.com`
    data_dir:       the folder of all that it keeps
    credentials:    the file of a service-account key that it accepts, as google-auth reads it
    spreadsheet_id: the empty spreadsheet that it made at its start
    """

    url: str
    data_dir: Path

    @property
    def credentials(self) -> Path:
        return self.data_dir / "credentials.json"

    @property
    def spreadsheet_id(self) -> str:
        return (self.data_dir / "spreadsheet_id").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="session")
def localsheets_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSheets]:
    """One server for the session. Requests need no token, and a token is not checked."""
    data_dir = tmp_path_factory.mktemp("localsheets")
    kept = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    environ = {
        **kept,
        "DATA_DIR": str(data_dir),
        "SHEETS_PORT": "0",
        "LOCALSHEETS_OPEN": "1",
        "LOCALSHEETS_FAULTS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    log = data_dir / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "localsheets"],
            cwd=data_dir,
            env=environ,
            stdout=out,
            stderr=out,
        )
    try:
        yield LocalSheets(_wait(process, log), data_dir)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def localsheets_url(localsheets_server: LocalSheets) -> str:
    """The address of the session's server, `http://127.0.0.1:PORT`."""
    return localsheets_server.url


def _wait(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address that the server prints, once it answers there. Fails the test if the server ends instead."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        for url in (word for line in lines for word in line.split() if word.startswith("http://")):
            if _healthy(url):
                return url
        time.sleep(0.05)
    pytest.fail(f"localsheets did not start: {log.read_text(encoding='utf-8', errors='replace')}", pytrace=False)


def _healthy(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
