"""`make bench` for the storm: 200 reports in 10 s, 300 ms to the spreadsheet, Google's quotas on; beside *usual*.

*Ours*: the real form and the real worker with the committed schedule. *Usual*: `scripts.usual`, plain and with
gspread's back-off. `--write` puts the table into docs/measurements/storm.md.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import requests

from outbox import open_outbox
from outbox.variables import outside_installation
from scripts import bench_webform as form
from scripts import texts
from sheets import Area, CallBudget, GoogleSpreadsheet, create_spreadsheet, open_client, read_service_account

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "measurements" / "storm.md"
REPORTS, SECONDS, WAIT_SECONDS = 200, 10.0, 90
LATENCY = {"milliseconds": 300, "spread": 100}
QUOTAS = {"user_reads": 60, "user_writes": 60, "project_reads": 300, "project_writes": 300}
ACKNOWLEDGED_MS, ARRIVED_SECONDS = 250.0, 10.0


@dataclass
class Outcome:
    """What became of the reports.

    acknowledged: how many were answered with success; times: milliseconds until the answer; rows: in the spreadsheet at
    the end; doubled: more than once; hidden: in the spreadsheet although answered with a failure; after: seconds from
    the last answer until the last row was there, None when it is the same moment
    """

    acknowledged: int = 0
    times: list[float] = field(default_factory=list)
    rows: int = 0
    doubled: int = 0
    hidden: int = 0
    after: float | None = None

    def quantile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def storm(send: Sequence[Callable[[], bool]]) -> tuple[list[bool], list[float]]:
    """Start every `send` at its own time, evenly over SECONDS; return which worked, and their milliseconds."""
    worked = [False] * len(send)
    times = [0.0] * len(send)
    began = time.perf_counter()

    def one(place: int) -> None:
        time.sleep(max(0.0, began + place * SECONDS / len(send) - time.perf_counter()))
        start = time.perf_counter()
        try:
            worked[place] = send[place]()
        except (OSError, http.client.HTTPException):
            worked[place] = False
        times[place] = (time.perf_counter() - start) * 1000

    # A thread a report: a waiting clerk must not hold back the next one.
    with ThreadPoolExecutor(len(send)) as pool:
        list(pool.map(one, range(len(send))))
    return worked, times


def post(port: int, path: str, body: str, cookie: str = "") -> int:
    """The status of one POST on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"Cookie": cookie} if cookie else {})
    try:
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


class Stage:
    """The embedded spreadsheet with Google's quotas and a long way to it."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.folder, self.stack = folder, stack
        self.port = form.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.campaign = form.rehearsal(folder, REPORTS)
        self.environ = outside_installation(os.environ) | {
            "DATA_DIR": str(folder),
            "SHEETS_PORT": str(self.port),
            "SVOD_CONFIG": str(folder / "config.yaml"),
            "SECRET_KEY": (folder / "secret_key").read_text(encoding="utf-8"),
            "LOCALSHEETS_FAULTS": "1",
        }
        stack.enter_context(form.running([sys.executable, "-m", "localsheets"], self.environ, f"{self.url}/healthz"))

    def trouble(self) -> None:
        """Latency and quotas on."""
        body = json.dumps({"latency": LATENCY, "quotas": QUOTAS})
        headers = {"Content-Type": "application/json"}
        requests.post(f"{self.url}/_faults", data=body, headers=headers, timeout=30).raise_for_status()

    def peace(self) -> None:
        requests.delete(f"{self.url}/_faults", timeout=30).raise_for_status()

    def spreadsheet(self, spreadsheet_id: str) -> GoogleSpreadsheet:
        account = read_service_account(self.folder / "credentials.json", private=True)
        return GoogleSpreadsheet(open_client(account, CallBudget(999, 999), base_url=self.url), spreadsheet_id)

    def column(self, spreadsheet_id: str, title: str | None, header: str | None) -> list[str]:
        """A column of a tab (its first one without a header), blank cells left out."""
        spreadsheet = self.spreadsheet(spreadsheet_id)
        seen = spreadsheet.describe()
        tab = seen.by_title(title) if title else seen.sheets[0]
        assert tab is not None  # noqa: S101
        (block,) = spreadsheet.read([Area(tab.sheet_id)])
        place = [str(cell) for cell in block.cells[0]].index(header) if header else 0
        rows = block.cells[1:] if header else block.cells
        return [str(row[place]) for row in rows if len(row) > place and row[place] != ""]


def ours(stage: Stage) -> Outcome:
    """Real form, real worker."""
    port = form.free_port()
    stage.stack.enter_context(form.served("webform:create_app()", port, stage.environ))
    listed = subprocess.run(
        [sys.executable, "-m", "webform", "links", "--format", "csv"],
        cwd=ROOT, env=stage.environ, capture_output=True, text=True, check=True,
    ).stdout.splitlines()[1:]  # fmt: skip
    clerks = [form.Clerk(f"http://127.0.0.1:{port}", line.rsplit(",", 1)[1]) for line in listed]
    stage.stack.enter_context(form.running([sys.executable, "-m", "sync"], stage.environ, None))
    with open_outbox(f"sqlite:///{stage.folder / 'outbox.db'}", migrate=False) as outbox:
        spreadsheet_id = (stage.folder / "spreadsheet_id").read_text(encoding="utf-8").strip()
        _wait(lambda: outbox.statuses.as_of(stage.campaign.id) is not None)
        stage.trouble()

        def sender(clerk: form.Clerk) -> Callable[[], bool]:
            head, _, body = clerk().partition(b"\r\n\r\n")
            path = head.split()[1].decode()
            return lambda: post(port, path, body.decode(), clerk.cookie) == 303

        worked, times = storm([sender(clerk) for clerk in clerks])
        ended = time.perf_counter()
        _wait(lambda: not outbox.deliveries.waiting(stage.campaign.id, spreadsheet_id).count)
        after = time.perf_counter() - ended
        stage.peace()
        known = {one.receipt for one in outbox.submissions.digests(stage.campaign.id)}
    found = Counter(stage.column(spreadsheet_id, stage.campaign.spreadsheet.tabs.answers, "Приём"))
    return Outcome(
        acknowledged=sum(worked),
        times=times,
        rows=sum(found[receipt] > 0 for receipt in known),
        doubled=sum(count > 1 for count in found.values()),
        hidden=len(found) - sum(worked),
        after=after,
    )


def usual(stage: Stage, backoff: bool) -> Outcome:
    """The tutorial's form, into a spreadsheet of its own."""
    account = read_service_account(stage.folder / "credentials.json", private=True)
    client = open_client(account, CallBudget(999, 999), base_url=stage.url)
    spreadsheet_id = create_spreadsheet(client, "usual", "ru_RU", "Europe/Moscow")
    port = form.free_port()
    environ = stage.environ | {
        "SHEETS_API_URL": stage.url,
        "USUAL_SPREADSHEET": spreadsheet_id,
        "USUAL_BACKOFF": "1" if backoff else "",
    }
    with form.served("scripts.usual:create_app()", port, environ):
        stage.trouble()
        bodies = [urllib.parse.urlencode({"n": f"r{n}", **form.ANSWERS}) for n in range(REPORTS)]

        def sender(body: str) -> Callable[[], bool]:
            return lambda: post(port, "/", body) == 200

        worked, times = storm([sender(body) for body in bodies])
        stage.peace()
    time.sleep(2)  # what is still on its way
    found = Counter(stage.column(spreadsheet_id, None, None))
    return Outcome(
        acknowledged=sum(worked),
        times=times,
        rows=sum(found[f"r{n}"] > 0 for n in range(REPORTS)),
        doubled=sum(count > 1 for count in found.values()),
        hidden=sum(found[f"r{n}"] > 0 and not worked[n] for n in range(REPORTS)),
    )


def _wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.1)


def table(outcomes: dict[str, Outcome]) -> list[str]:
    lines = [
        "| | answered with success | answer p50, ms | p95, ms | longest, ms | in the sheet | twice "
        "| there, answered with failure | last row after the last answer, s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, one in outcomes.items():
        after = "—" if one.after is None else f"{one.after:.1f}"
        lines.append(
            f"| {name} | {one.acknowledged} | {one.quantile(0.5):.0f} | {one.quantile(0.95):.0f} "
            f"| {max(one.times):.0f} | {one.rows} | {one.doubled} | {one.hidden} | {after} |"
        )
    return lines


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a target of *ours* is missed."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=storm")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    outcomes: dict[str, Outcome] = {}
    cases: dict[str, Callable[[Stage], Outcome]] = {
        "ours": ours,
        "usual": lambda stage: usual(stage, backoff=False),
        "usual with back-off": lambda stage: usual(stage, backoff=True),
    }
    for name, run in cases.items():
        with tempfile.TemporaryDirectory(prefix="svod-storm-") as folder, ExitStack() as stack:
            outcomes[name] = run(Stage(stack, Path(folder)))
    lines = table(outcomes)
    print("\n".join(lines))
    own = outcomes["ours"]
    good = (
        own.acknowledged == own.rows == REPORTS
        and not own.doubled
        and own.quantile(0.95) <= ACKNOWLEDGED_MS
        and (own.after or 0) <= ARRIVED_SECONDS
    )
    print(texts.STORM_GOOD if good else texts.STORM_BAD)
    if asked.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(lines), encoding="utf-8")
    return 0 if good else 1


def page(lines: list[str]) -> str:
    head = [
        "# A storm of reports",
        "",
        f"{REPORTS} reports in {SECONDS:.0f} s, {LATENCY['milliseconds']} ms (± {LATENCY['spread']}) away from the",
        "spreadsheet, Google's quotas on (60 reads and 60 writes a minute a user). *Usual*: Flask with gspread's",
        "`append_row` in the request, on the same gunicorn with the same settings; *with back-off*: gspread's",
        f"`BackOffHTTPClient`, clients that wait {WAIT_SECONDS} s. *Ours*: the real form and the real worker with the",
        "schedule of `config.yaml`.",
        "",
        f"{datetime.now().astimezone():%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; `make bench ARGS=storm`. All processes and the clients share the cores.",
        "",
    ]
    return "\n".join([*head, *lines, ""])


if __name__ == "__main__":
    threading.stack_size(256 * 1024)
    sys.exit(main(sys.argv[1:]))
