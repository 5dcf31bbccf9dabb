"""`make faults`: the worker is killed again and again while it delivers under faults; every receipt must arrive once.

Real processes on free ports in a folder of their own: the embedded spreadsheet with faults on demand, and the worker.
Reports go straight into the outbox, as the form commits them. Exits 0 when every receipt stands in «Ответы» exactly
once, 1 when not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import requests

from campaign import Campaign, load_campaign
from outbox import Outbox, open_outbox
from outbox.records import Json, NewSubmission
from outbox.variables import outside_installation
from scripts import texts
from sheets import Area, CallBudget, GoogleSpreadsheet, open_client, read_service_account

ROOT = Path(__file__).resolve().parent.parent
KILLS = 50
FAST = {
    "delivery_seconds": "0.3",
    "refresh_seconds": "0.6",
    "staff_edits_seconds": "2",
    "reads_per_minute": "300",
    "writes_per_minute": "300",
    "call_timeout_seconds": "1",
}
WRITES = r":batchUpdate$"
RULES: list[dict[str, object]] = [
    {"kind": "error", "status": 503, "rate": 0.08},
    {"kind": "error", "status": 429, "rate": 0.05, "retry_after": 1},
    {"kind": "error", "status": 500, "rate": 0.05},
    {"kind": "reset_before", "rate": 0.05, "path": WRITES},
    {"kind": "reset_after", "rate": 0.10, "path": WRITES},
    {"kind": "late_commit", "rate": 0.07, "path": WRITES, "seconds": 2.5},
    {"kind": "hang", "rate": 0.02, "seconds": 2},
]
LATENCY = {"milliseconds": 60, "spread": 50}
READY_SECONDS, SETTLE_SECONDS, STOP_SECONDS = 60, 300, 20


@dataclass
class Report:
    """What came of a run. `missing`, `doubled`: receipts; `strange`: rows that nobody sent."""

    kills: int = 0
    sent: int = 0
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strange: int = 0
    attempts: int = 0
    struck: int = 0

    @property
    def good(self) -> bool:
        return not (self.missing or self.doubled or self.strange)


class Stage:
    """The processes and the outbox of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        config = folder / "config.yaml"
        config.write_text(fast((ROOT / "config.yaml").read_text(encoding="utf-8")), encoding="utf-8")
        self.environ = {
            **outside_installation(os.environ),
            "DATA_DIR": str(folder),
            "SHEETS_PORT": str(self.port),
            "SVOD_CONFIG": str(config),
            "LOCALSHEETS_FAULTS": "1",
        }
        self.campaign: Campaign = load_campaign(config)

    @contextlib.contextmanager
    def started(self, module: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process of the project; ended when the block ends."""
        with (self.folder / f"{module}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module], cwd=ROOT, env=self.environ, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def wait_ready(self) -> None:
        """Raises TimeoutError when the spreadsheet does not answer."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.url}/healthz", timeout=5).ok:
                    return
            time.sleep(0.1)
        raise TimeoutError(self.url)

    def log_size(self, module: str) -> int:
        path = self.folder / f"{module}.log"
        return path.stat().st_size if path.exists() else 0

    def wait_active(self, worker: subprocess.Popen[bytes], seen: int) -> None:
        """Until the worker says that it is at work; `seen`: size of its log before. Raises TimeoutError."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and worker.poll() is None:
            with (self.folder / "sync.log").open("rb") as log:
                log.seek(seen)
                if b'"active"' in log.read():
                    return
            time.sleep(0.02)
        raise TimeoutError("sync")

    def attempt(self, outbox: Outbox) -> tuple[int, int] | None:
        """Sequence and attempts of the batch that is being sent; None for none."""
        spreadsheet_id = (self.folder / "spreadsheet_id").read_text(encoding="utf-8").strip()
        delivery = outbox.deliveries.open(spreadsheet_id)
        return (delivery.sequence, delivery.attempts) if delivery and delivery.attempts else None

    def set_faults(self, seed: int) -> None:
        body = json.dumps({"rules": RULES, "latency": LATENCY, "seed": seed})
        headers = {"Content-Type": "application/json"}
        requests.post(f"{self.url}/_faults", data=body, headers=headers, timeout=30).raise_for_status()

    def clear_faults(self) -> None:
        requests.delete(f"{self.url}/_faults", timeout=30).raise_for_status()

    def operations(self) -> list[dict[str, object]]:
        found = requests.get(f"{self.url}/_operations", params={"limit": "200000"}, timeout=30).json()
        operations: list[dict[str, object]] = found["operations"]
        return operations

    def settle(self) -> None:
        """Run the worker's `--once` until it has nothing left to do. Raises TimeoutError."""
        until = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < until:
            command = [sys.executable, "-m", "sync", "--once"]
            done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, timeout=300, check=False)
            if done.returncode == 0:
                return
            time.sleep(1)
        raise TimeoutError(done.stderr.decode()[-2000:])

    def receipts(self) -> list[str]:
        """Every cell of the column «Приём», in the order of the tab."""
        account = read_service_account(self.folder / "credentials.json", private=True)
        client = open_client(account, CallBudget(99, 99), base_url=self.url)
        spreadsheet_id = (self.folder / "spreadsheet_id").read_text(encoding="utf-8").strip()
        spreadsheet = GoogleSpreadsheet(client, spreadsheet_id)
        tab = spreadsheet.describe().by_title(self.campaign.spreadsheet.tabs.answers)
        if tab is None:
            return []
        (block,) = spreadsheet.read([Area(tab.sheet_id)])
        place = [str(cell) for cell in block.cells[0]].index("Приём")
        return [str(row[place]) for row in block.cells[1:] if len(row) > place and row[place] != ""]


def fast(text: str) -> str:
    """The campaign file with a quick schedule."""
    for key, value in FAST.items():
        text = re.sub(rf"(?m)^  {key}: \S+", f"  {key}: {value}", text)
    return text


def submit(outbox: Outbox, campaign: Campaign, dice: random.Random) -> str:
    """One report of a random municipality; gives its receipt."""
    municipality = dice.choice(campaign.municipalities)
    latest = outbox.submissions.latest(campaign.id, municipality.oktmo)
    answers: dict[str, Json] = {q.id: dice.randrange(100) for q in campaign.sheet_questions if q.type == "integer"}
    new = NewSubmission(
        campaign=campaign.id,
        oktmo=municipality.oktmo,
        key=uuid4().hex,
        base_version=latest.version if latest else 0,
        answers=answers,
        contacts={},
        reasons={},
        previous=None,
        accepted_at=datetime.now(UTC),
        late=False,
        receipt_prefix=campaign.about.receipt_prefix,
    )
    return outbox.submissions.submit(new).submission.receipt


def run(folder: Path, kills: int, seed: int, say: bool = False) -> Report:
    """Kill the worker `kills` times under faults, let it finish in peace, and look what stands in «Ответы»."""
    dice, report, stage = random.Random(seed), Report(), Stage(folder)  # noqa: S311 - repeatable, not secret
    sent: list[str] = []
    with stage.started("localsheets"):
        stage.wait_ready()
        stage.settle()  # the tabs are made in peace
        stage.set_faults(seed)
        with open_outbox(f"sqlite:///{folder / 'outbox.db'}") as outbox:
            for _ in range(kills):
                seen = stage.log_size("sync")
                with stage.started("sync") as worker:
                    stage.wait_active(worker, seen)
                    # Half of them at any moment, half in the middle of a batch.
                    midst, until = dice.random() < 0.5, time.monotonic() + dice.uniform(0.05, 4.0)
                    before = stage.attempt(outbox)
                    sent.append(submit(outbox, stage.campaign, dice))
                    while time.monotonic() < until and not (midst and stage.attempt(outbox) not in (None, before)):
                        if dice.random() < 0.1:
                            sent.append(submit(outbox, stage.campaign, dice))
                        time.sleep(0.01)
                    if midst:
                        time.sleep(dice.uniform(0, 0.15))
                    worker.kill()
                    worker.wait()
                report.kills += 1
                if say:
                    print(texts.FAULTS_KILLED.format(kills=report.kills, of=kills, sent=len(sent)), flush=True)
            stage.clear_faults()
            stage.settle()
        operations = stage.operations()
        found = Counter(stage.receipts())
    report.sent = len(sent)
    report.missing = sorted(set(sent) - found.keys())
    report.doubled = sorted(receipt for receipt in set(sent) if found[receipt] > 1)
    report.strange = sum(found.values()) - sum(found[receipt] for receipt in set(sent))
    report.attempts = sum(operation["kind"] == "spreadsheets.batchUpdate" for operation in operations)
    report.struck = sum(bool(operation["fault"]) for operation in operations)
    return report


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=texts.FAULTS_ABOUT)
    parser.add_argument("--kills", type=int, default=KILLS, help=texts.FAULTS_KILLS)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help=texts.FAULTS_SEED)  # noqa: S311
    asked = parser.parse_args(arguments)
    print(texts.FAULTS_START.format(kills=asked.kills, seed=asked.seed), flush=True)
    with tempfile.TemporaryDirectory(prefix="svod-faults-") as folder:
        report = run(Path(folder), asked.kills, asked.seed, say=True)
    print(
        texts.FAULTS_DONE.format(
            kills=report.kills,
            sent=report.sent,
            attempts=report.attempts,
            struck=report.struck,
            missing=len(report.missing),
            doubled=len(report.doubled),
            strange=report.strange,
        )
    )
    print(texts.FAULTS_GOOD if report.good else texts.FAULTS_BAD.format(seed=asked.seed))
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
