"""Measures what the storage of the embedded spreadsheet costs, and prints the table for docs/measurements.

`python scripts/bench_localsheets.py [--write]`. Servers of its own on free ports, in a folder of its own. Compared with
`json.dumps` of the same values in one process. Exits 1 when an aim is missed.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from outbox.variables import outside_installation

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000)
COLUMNS = 15
BATCH_ROWS = 1_000
ROUNDS = 15
SECONDS = 120


def record(number: int) -> list[Any]:
    """One row like those of «Ответы»: texts, a date-time, whole numbers, a comment, an ID."""
    return [
        f"В-{number:06d}",
        45000 + number / 1000,
        "17701000",
        "Александровский район",
        number % 7,
        *[number % (11 + column) for column in range(7)],
        "https://example.org/novosti/flagmany-obrazovaniya",
        "Проведены совещания руководителей",
        f"{number:032x}",
    ]


def cells(row: list[Any]) -> dict[str, Any]:
    """The row as typed cells."""
    return {
        "values": [
            {"userEnteredValue": {"stringValue": value} if isinstance(value, str) else {"numberValue": value}}
            for value in row
        ]
    }


class Server:
    """A server process over a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        environ = {
            **outside_installation(os.environ),
            "DATA_DIR": str(folder),
            "SHEETS_PORT": "0",
            "LOCALSHEETS_OPEN": "1",
        }
        started = time.perf_counter()
        self.log = (folder / "log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "localsheets"], cwd=ROOT, env=environ, stdout=self.log, stderr=self.log
        )
        self.session = requests.Session()
        self.session.trust_env = False
        self.base = self._address()
        while True:
            try:
                if self.session.get(f"{self.base}/healthz", timeout=5).status_code == 200:
                    break
            except requests.RequestException:
                time.sleep(0.02)
        self.start_seconds = time.perf_counter() - started

    def _address(self) -> str:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = re.search(r"http://\S+", (self.folder / "log").read_text(encoding="utf-8"))
            if found:
                return found.group()
            time.sleep(0.02)
        raise SystemExit("the server did not start")

    def call(self, method: str, path: str, body: object = None, **params: str) -> bytes:
        """The raw answer of a request that must succeed."""
        raw = None if body is None else json.dumps(body).encode()
        answer = self.session.request(method, f"{self.base}{path}", data=raw, params=params, timeout=SECONDS)
        answer.raise_for_status()
        return answer.content

    def stop(self) -> None:
        """Ends the process."""
        self.process.terminate()
        self.process.wait(SECONDS)
        self.log.close()


def timed(work: Callable[[], object]) -> float:
    """Seconds of a piece of work."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def append(server: Server, spreadsheet: str, rows: list[list[Any]]) -> None:
    """Append the rows in one request."""
    body = {"sheetId": 0, "rows": [cells(row) for row in rows], "fields": "userEnteredValue"}
    server.call("POST", f"/v4/spreadsheets/{spreadsheet}:batchUpdate", {"requests": [{"appendCells": body}]})


class Tab:
    """A server with a tab of one size, and what was measured on it: name → seconds of each round."""

    def __init__(self, folder: Path, size: int) -> None:
        self.size = size
        self.server = Server(folder)
        made = self.server.call("POST", "/v4/spreadsheets", {"properties": {"locale": "ru_RU"}})
        self.spreadsheet = str(json.loads(made)["spreadsheetId"])
        self.rows = [record(number) for number in range(size)]
        for start in range(0, size, 5_000):
            append(self.server, self.spreadsheet, self.rows[start : start + 5_000])
        if self.read_formatted(valueRenderOption="UNFORMATTED_VALUE") != self.rows:
            raise SystemExit("what was read is not what was written")
        self.spent: dict[str, list[float]] = {}

    def read_formatted(self, **params: str) -> list[list[Any]]:
        """The tab by `values.get`."""
        got = self.server.call("GET", f"/v4/spreadsheets/{self.spreadsheet}/values/Sheet1", **params)
        values: list[list[Any]] = json.loads(got)["values"]
        return values

    def read(self) -> bytes:
        """The tab as the worker reads it."""
        body = {"dataFilters": [{"gridRange": {"sheetId": 0}}], "valueRenderOption": "UNFORMATTED_VALUE"}
        return self.server.call("POST", f"/v4/spreadsheets/{self.spreadsheet}/values:batchGetByDataFilter", body)

    def read_rounds(self) -> None:
        """One round of reading, beside `json.dumps` of the same values."""
        path = f"/v4/spreadsheets/{self.spreadsheet}/values/Sheet1"
        self.note("dumps", lambda: json.dumps(self.rows))
        self.note("read", self.read)
        self.note("formatted", lambda: self.server.call("GET", path))

    def write(self) -> None:
        """One round of writing."""
        fresh = [record(self.size + number) for number in range(BATCH_ROWS)]
        body = {"sheetId": 0, "rows": [cells(row) for row in fresh], "fields": "userEnteredValue"}
        sent = {"requests": [{"appendCells": body}]}
        path = f"/v4/spreadsheets/{self.spreadsheet}:batchUpdate"
        self.note("write", lambda: self.server.call("POST", path, sent))

    def restart(self) -> None:
        """A new start over the same file, and the first read of it."""
        self.server.stop()
        self.server = Server(self.server.folder)
        self.spent.setdefault("start", []).append(self.server.start_seconds)
        self.note("first read", self.read)

    def note(self, name: str, work: Callable[[], object]) -> None:
        """Measures a piece of work."""
        self.spent.setdefault(name, []).append(timed(work))

    def best(self, name: str) -> float:
        """The quickest round: what the work costs when nothing else runs."""
        return min(self.spent[name])

    def shown(self, name: str) -> str:
        """Median and best, in milliseconds."""
        rounds = self.spent[name]
        return f"{statistics.median(rounds) * 1000:,.0f} ({min(rounds) * 1000:,.0f})"


def table(tabs: list[Tab]) -> str:
    """The page of measurements."""
    lines = [
        "# What the storage of the embedded spreadsheet costs",
        "",
        f"`python scripts/bench_localsheets.py --write`, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}. Rows of {COLUMNS} columns; milliseconds, median and in brackets the best of "
        f"{ROUNDS} rounds, the sizes taking turns. Over HTTP with `requests` on the same machine, which may have had "
        f"other work. A batch is one `appendCells` of {BATCH_ROWS:,} rows, on disk when answered; the client's "
        "serialising of the request is part of it.",
        "",
        "| rows | `json.dumps` of the values | read them (`batchGetByDataFilter`, unformatted) | ratio of medians, of "
        "bests (aim at 100,000: at most 3) | read them formatted | batch of 1,000 rows | start with that file (aim: "
        "under 3,000) | first read after the start |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in tabs:
        medians = statistics.median(one.spent["read"]) / statistics.median(one.spent["dumps"])
        lines.append(
            f"| {one.size:,} | {one.shown('dumps')} | {one.shown('read')} "
            f"| {medians:.2f}, {one.best('read') / one.best('dumps'):.2f} | {one.shown('formatted')} "
            f"| {one.shown('write')} | {one.shown('start')} | {one.shown('first read')} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measures all sizes; exits 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/measurements/localsheets.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tabs = []
        for size in SIZES:
            (Path(folder) / str(size)).mkdir()
            tabs.append(Tab(Path(folder) / str(size), size))
        try:
            for work in (Tab.read_rounds, Tab.write):
                for _ in range(ROUNDS):
                    for tab in tabs:
                        work(tab)
            for _ in range(3):
                for tab in tabs:
                    tab.restart()
        finally:
            for tab in tabs:
                tab.server.stop()
    page = table(tabs)
    sys.stdout.write(page)
    if arguments.write:
        target = ROOT / "docs" / "measurements" / "localsheets.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    largest = tabs[-1]
    slow = largest.best("read") > 3 * largest.best("dumps") or largest.best("start") > 3
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
