"""The rehearsal of a soak: `make run`'s processes in a folder and on ports of their own, and how to get in."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials

from outbox.variables import outside_installation

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS, STOP_SECONDS = 180, 60
RATE = "1000000 per minute"
CAMPAIGN, FILES = "flagmany-2023", "proof"
"""The campaign of the rehearsal, and the question for files that it asks here besides its own."""
BEFORE_FILES = "      - id: informed\n"
QUESTION = f"      - {{id: {FILES}, type: files, title: Чем подтверждается, max_items: 5}}\n"


class StageError(Exception):
    """The rehearsal did not come up."""


@dataclass(frozen=True)
class Stage:
    """A running rehearsal. `pid`: of `make run`."""

    folder: Path
    form: str
    sheets: str
    pid: int

    def run(self, *words: str) -> str:
        """Return what a command of ours prints, run with the variables of this rehearsal."""
        command = ["sh", str(self.folder / "run" / "env"), sys.executable, "-m", *words]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout

    def links(self) -> dict[str, str]:
        """Return OKTMO → path of the personal link."""
        listed = csv.DictReader(io.StringIO(self.run("webform", "links", "--format", "csv")))
        return {row["oktmo"]: row["url"].removeprefix(self.form) for row in listed}

    def bearer(self) -> str:
        """Return the header's value of a call to the API, good for an hour."""
        account = json.loads((self.folder / "credentials.json").read_text(encoding="utf-8"))
        scopes = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]
        credentials = Credentials.from_service_account_info(account, scopes=scopes)  # type: ignore[no-untyped-call]
        credentials.refresh(Request())
        return f"Bearer {credentials.token}"

    def sign_in(self, session: requests.Session) -> str:
        """Give a session the right to edit the grid; return its token against requests across sites."""
        link = self.run("localsheets", "staff-link", "--bare").strip()
        csrf = _csrf(session.get(link, timeout=30).text)
        secret = link.rsplit("/", 1)[1]
        session.post(f"{self.sheets}/staff", data={"csrf": csrf, "secret": secret}, timeout=30).raise_for_status()
        return _csrf(session.get(f"{self.sheets}/spreadsheets", timeout=30).text)

    def new_spreadsheet(self, bearer: str) -> str:
        """Return the id of a new small spreadsheet with one tab of id 0."""
        sheet: dict[str, Any] = {
            "properties": {"sheetId": 0, "title": "Sheet1", "gridProperties": {"rowCount": 60, "columnCount": 14}}
        }
        answer = requests.post(
            f"{self.sheets}/v4/spreadsheets",
            json={"properties": {"title": "soak", "locale": "ru_RU"}, "sheets": [sheet]},
            headers={"Authorization": bearer},
            timeout=60,
        )
        answer.raise_for_status()
        return str(answer.json()["spreadsheetId"])

    def delete_spreadsheet(self, bearer: str, spreadsheet_id: str) -> None:
        """Delete one, if it is still there."""
        headers = {"Authorization": bearer}
        requests.delete(f"{self.sheets}/drive/v3/files/{spreadsheet_id}", headers=headers, timeout=60)


def _with_files(path: Path) -> Path:
    """Write the first campaign with a question for files. Raises StageError where the file has changed too much."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    if text.count(BEFORE_FILES) != 1:
        raise StageError(BEFORE_FILES)
    path.write_text(text.replace(BEFORE_FILES, QUESTION + BEFORE_FILES), encoding="utf-8")
    return path


def _csrf(page: str) -> str:
    found = re.search(r'(?:data-csrf="|name="csrf" value=")([\w-]+)"', page)
    if found is None:
        raise StageError(page[:300])
    return found.group(1)


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Stage]:
    """Start a rehearsal for the length of a block. Raises StageError."""
    port, sheets_port = _free_port(), _free_port()
    environ = {
        **outside_installation(os.environ),
        "DATA_DIR": str(folder),
        "SVOD_CONFIG": str(_with_files(folder / "config.yaml")),
        "PORT": str(port),
        "SHEETS_PORT": str(sheets_port),
        "SUBMISSIONS_RATE": RATE,
        "DRAFTS_RATE": RATE,
    }
    said = folder / "make-run.log"
    with said.open("wb") as log:
        command = [sys.executable, "-u", "-m", "scripts.run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        until = time.monotonic() + START_SECONDS
        while "Ctrl+C" not in (words := said.read_text(encoding="utf-8")):
            if process.poll() is not None or time.monotonic() > until:
                raise StageError(words)
            time.sleep(0.2)
        yield Stage(folder, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sheets_port}", process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
