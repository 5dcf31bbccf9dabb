"""The server as a real process on a free port, and a small client that validates every exchange."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from tests.localsheets.discovery import methods, validate

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]  # the folder of the distribution
SECONDS = 30


def recordings() -> Path:
    """Return the folder of Google's recorded answers: TEST_RECORDINGS, or beside the checkout of the repository."""
    return Path(os.environ.get("TEST_RECORDINGS") or ROOT.parents[1] / "shared" / "google-recordings")


class Server:
    """`python -m localsheets` over a data folder."""

    def __init__(
        self, data_dir: Path, *, opened: bool = True, before: Callable[[], None] | None = None, **environ: str
    ) -> None:
        self.data_dir = data_dir
        data_dir.mkdir(parents=True, exist_ok=True)
        self.log = data_dir / "server.log"
        kept = {name: value for name, value in os.environ.items() if name not in {"HOST", "DYNO"}}
        settings = {
            "DATA_DIR": str(data_dir),
            "SHEETS_PORT": "0",
            "LOCALSHEETS_OPEN": "1" if opened else "",
            "LOCALSHEETS_FAULTS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        self._seen = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localsheets"],
                cwd=ROOT,
                env={**kept, **settings, **environ},
                stdout=log,
                stderr=log,
                preexec_fn=before,
            )
        self.base = self._wait()
        self.session = requests.Session()
        self.session.trust_env = False

    def _wait(self) -> str:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()
            found = re.findall(r"http://\S+", self.log.read_bytes()[self._seen :].decode())
            if found:
                base = str(found[-1])
                with contextlib.suppress(requests.RequestException):
                    if requests.get(f"{base}/healthz", timeout=5).status_code == 200:
                        return base
            time.sleep(0.05)
        raise AssertionError(f"the server did not start: {self.log.read_text()}")

    @property
    def spreadsheet_id(self) -> str:
        """The spreadsheet that the server made at its start."""
        return (self.data_dir / "spreadsheet_id").read_text().strip()

    def workers(self) -> list[int]:
        """Return the process ids of the server: gunicorn's master and its worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def stop(self) -> int:
        """Send SIGTERM and return the exit code."""
        self.session.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SECONDS)

    def kill(self) -> None:
        """Send SIGKILL to every process of the server, as when the machine loses power but keeps its disk."""
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(SECONDS)
        self.session.close()

    def send(
        self, method: str, path: str, body: object = None, *, timeout: float = SECONDS, **params: Any
    ) -> requests.Response:
        """Send a request; its body and that of a 200 are validated against the discovery document."""
        url = f"{self.base}{path}"
        _check(path, method, "request", body)
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if sent is not None else {}
        answer = self.session.request(method, url, data=sent, params=params, headers=headers, timeout=timeout)
        if answer.status_code == 200 and "fields" not in params and "export" not in path:
            _check(path, method, "response", answer.json())
        return answer

    def call(self, method: str, path: str, body: object = None, **params: Any) -> Json:
        """Return the answer to a request that must succeed."""
        answer = self.send(method, path, body, **params)
        assert answer.status_code == 200, answer.text
        got: Json = answer.json()
        return got

    def refused(self, method: str, path: str, body: object = None, **params: Any) -> Json:
        """Return the error of a request that must be refused."""
        answer = self.send(method, path, body, **params)
        assert answer.status_code >= 400, answer.text
        error: Json = answer.json()["error"]
        assert error["code"] == answer.status_code
        return error

    def new(self, rows: int = 1000, columns: int = 26, **properties: object) -> "Book":
        """Create a spreadsheet with one tab `Sheet1` of id 0."""
        grid = {"rowCount": rows, "columnCount": columns}
        sheet = {"properties": {"sheetId": 0, "title": "Sheet1", "gridProperties": grid}}
        made = self.call("POST", "/v4/spreadsheets", {"properties": properties, "sheets": [sheet]})
        return Book(self, str(made["spreadsheetId"]))

    def faults(self, **body: Any) -> None:
        """Set faults."""
        answer = self.session.post(f"{self.base}/_faults", json=body, timeout=SECONDS)
        assert answer.status_code == 200, answer.text

    def operations(self, since: int = 0) -> list[Json]:
        """Return the operation log."""
        got: list[Json] = self.session.get(f"{self.base}/_operations", params={"since": since}, timeout=SECONDS).json()[
            "operations"
        ]
        return got


def _check(path: str, method: str, side: str, body: object) -> None:
    bare = urlsplit(path).path
    for verb, pattern, request_schema, response_schema in methods():
        if verb != method:
            continue
        expression = re.sub(r"\\\{range\\\}", ".+?", re.sub(r"\\\{(?!range)\w+\\\}", "[^/:]+", re.escape(pattern)))
        if re.fullmatch(f"/{expression}", bare):
            schema = request_schema if side == "request" else response_schema
            if schema is not None and body is not None:
                validate(schema, body)
            return
    assert not bare.startswith("/v4/"), f"{method} {bare} is no method of the document"


class Book:
    """One spreadsheet, driven over HTTP."""

    def __init__(self, server: Server, spreadsheet_id: str) -> None:
        self.server = server
        self.id = spreadsheet_id
        self.path = f"/v4/spreadsheets/{spreadsheet_id}"

    def get(self, **params: Any) -> Json:
        return self.server.call("GET", self.path, **params)

    def sheet(self, number: int = 0, **params: Any) -> Json:
        """Return one entry of `sheets` by its index."""
        found: Json = self.get(**params)["sheets"][number]
        return found

    def batch(self, *requests_: Json, **options: Any) -> list[Json]:
        """Carry out a batchUpdate that must succeed; return the replies."""
        replies: list[Json] = self.whole_batch(*requests_, **options)["replies"]
        return replies

    def whole_batch(self, *requests_: Json, **options: Any) -> Json:
        return self.server.call("POST", f"{self.path}:batchUpdate", {"requests": list(requests_), **options})

    def refused(self, *requests_: Json) -> str:
        """Send a batchUpdate that must be refused with 400; return the message."""
        error = self.server.refused("POST", f"{self.path}:batchUpdate", {"requests": list(requests_)})
        assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
        return str(error["message"])

    def values_path(self, text: str, verb: str = "") -> str:
        return f"{self.path}/values/{quote(text, safe='')}{verb}"

    def values(self, text: str = "Sheet1", **params: Any) -> list[list[object]]:
        got: list[list[object]] = self.read(text, **params).get("values", [])
        return got

    def read(self, text: str = "Sheet1", **params: Any) -> Json:
        return self.server.call("GET", self.values_path(text), **params)

    def raw(self, text: str = "Sheet1") -> list[list[object]]:
        return self.values(text, valueRenderOption="UNFORMATTED_VALUE")

    def write(self, text: str, rows: list[list[Any]], typed: bool = False, **params: Any) -> Json:
        option = "USER_ENTERED" if typed else "RAW"
        return self.server.call("PUT", self.values_path(text), {"values": rows}, valueInputOption=option, **params)

    def append(self, text: str, rows: list[list[Any]], **params: Any) -> Json:
        return self.server.call(
            "POST", self.values_path(text, ":append"), {"values": rows}, valueInputOption="RAW", **params
        )


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, 60 seconds at most."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def span(axis: str, start: int, end: int, sheet_id: int = 0) -> Json:
    """Return a DimensionRange."""
    return {"sheetId": sheet_id, "dimension": axis, "startIndex": start, "endIndex": end}


def area(top: int, bottom: int, left: int, right: int, sheet_id: int = 0) -> Json:
    """Return a GridRange."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def cell(value: object) -> Json:
    """Return CellData with a typed value."""
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}}
    if isinstance(value, int | float):
        return {"userEnteredValue": {"numberValue": value}}
    if value is None:
        return {}
    return {"userEnteredValue": {"stringValue": value}}


def rows_of(*rows: list[Any]) -> list[Json]:
    """Return RowData of typed values."""
    return [{"values": [cell(value) for value in row]} for row in rows]


def fill(book: Book, *rows: list[Any]) -> None:
    """Write rows of typed values from A1 of the first tab."""
    book.batch({"updateCells": {"start": {"sheetId": 0}, "rows": rows_of(*rows), "fields": "userEnteredValue"}})


@contextlib.contextmanager
def running(data_dir: Path, **options: Any) -> Iterator[Server]:
    """Start a server for the length of a block."""
    server = Server(data_dir, **options)
    try:
        yield server
    finally:
        server.stop()
