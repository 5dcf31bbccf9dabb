"""Measures what the storage of the embedded spreadsheet costs, and prints the table for docs/measurements.

`python scripts/bench_localsheets.py [--write]`. A server of its own on a free port, a folder of its own; the figures
are medians. Compared with: `json.dumps` of the same values in one process.
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

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000)
COLUMNS = 15
FLUSH_ROWS = 1_000
ROUNDS = 7
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
        environ = {**os.environ, "DATA_DIR": str(folder), "SHEETS_PORT": "0", "LOCALSHEETS_OPEN": "1"}
        environ["HOST"] = "127.0.0.1"
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


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of a piece of work."""
    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def append(server: Server, spreadsheet: str, rows: list[list[Any]]) -> None:
    """One flush."""
    body = {"sheetId": 0, "rows": [cells(row) for row in rows], "fields": "userEnteredValue"}
    server.call("POST", f"/v4/spreadsheets/{spreadsheet}:batchUpdate", {"requests": [{"appendCells": body}]})


def measure(folder: Path, size: int) -> dict[str, float]:
    """The figures of one size."""
    server = Server(folder)
    made = server.call("POST", "/v4/spreadsheets", {"properties": {"locale": "ru_RU"}})
    spreadsheet = str(json.loads(made)["spreadsheetId"])
    rows = [record(number) for number in range(size)]
    for start in range(0, size, 5_000):
        append(server, spreadsheet, rows[start : start + 5_000])
    path = f"/v4/spreadsheets/{spreadsheet}/values/Sheet1"
    got = json.loads(server.call("GET", path, valueRenderOption="UNFORMATTED_VALUE"))["values"]
    if got != rows:
        raise SystemExit("what was read is not what was written")
    body = {"dataFilters": [{"gridRange": {"sheetId": 0}}], "valueRenderOption": "UNFORMATTED_VALUE"}
    by_filter = f"/v4/spreadsheets/{spreadsheet}/values:batchGetByDataFilter"
    figures = {
        "dumps": median(lambda: json.dumps(rows)),
        "read": median(lambda: server.call("POST", by_filter, body)),
        "formatted": median(lambda: server.call("GET", path)),
    }
    fresh = [record(size + number) for number in range(FLUSH_ROWS)]
    figures["flush"] = median(lambda: append(server, spreadsheet, fresh))
    server.stop()
    again = Server(folder)
    figures["start"] = again.start_seconds
    figures["first read"] = median(lambda: again.call("POST", by_filter, body), 1)
    again.stop()
    return figures


def table(found: dict[int, dict[str, float]]) -> str:
    """The page of measurements."""
    lines = [
        "# What the storage of the embedded spreadsheet costs",
        "",
        f"`python scripts/bench_localsheets.py --write`, {datetime.now(UTC):%Y-%m-%d}, "
        f"{os.cpu_count()} cores, Python {platform.python_version()}. Rows of {COLUMNS} columns, milliseconds, medians "
        f"of {ROUNDS}. Over HTTP with `requests` on the same machine. A flush: one `appendCells` of {FLUSH_ROWS} rows, "
        "on disk when answered.",
        "",
        "| rows | `json.dumps` of the values | read them (`batchGetByDataFilter`, unformatted) | ratio (aim: at most 3) "
        "| read them formatted | flush of 1,000 rows | start with that file | first read after the start |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for size, one in found.items():
        ms = {name: f"{seconds * 1000:,.0f}" for name, seconds in one.items()}
        lines.append(
            f"| {size:,} | {ms['dumps']} | {ms['read']} | {one['read'] / one['dumps']:.2f} | {ms['formatted']} "
            f"| {ms['flush']} | {ms['start']} | {ms['first read']} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measures all sizes; exits 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/measurements/localsheets.md")
    arguments = parser.parse_args()
    found: dict[int, dict[str, float]] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            found[size] = measure(Path(folder), size)
    page = table(found)
    sys.stdout.write(page)
    if arguments.write:
        target = ROOT / "docs" / "measurements" / "localsheets.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    largest = found[max(SIZES)]
    slow = largest["read"] > 3 * largest["dumps"] or largest["start"] > 3
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
