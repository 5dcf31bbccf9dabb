"""`make bench` for many campaigns: what an idle minute costs in requests, with 1, 10 and 50 of 21 municipalities.

The real worker's jobs, outbox and embedded spreadsheet; only the clock is moved, so that minutes take seconds. Prints a
table of requests a minute, and of processor time a minute.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import requests

from campaign import Campaign, load_campaign
from outbox import open_outbox
from outbox.clock import CampaignClock, real_now
from scripts.faults import ROOT, Stage
from sheets import CallBudget, GoogleSpreadsheet, ServiceAccount, create_spreadsheet, open_client, read_service_account
from sync.context import Context
from sync.lease import LEASE_TIME, lease_name
from sync.process import logs
from sync.process.crew import BURST_PART
from sync.process.metrics import Metrics
from sync.process.watch import Watch
from sync.process.worker import Worker

COUNTS = (1, 10, 50)
READS, WRITES = 30, 30
STEP, POLL = 5.0, 0.5
"""Seconds between two polls: here, where minutes are counted, and in the worker's schedule, where work is."""
MINUTES = 10
SETTLING, AFTERWARDS = 40, 5
"""Minutes at most until every campaign has been read and written once, and minutes for the second time."""
KINDS = {
    "files.list": "list",
    "spreadsheets.get": "read",
    "values.batchGetByDataFilter": "read",
    "developerMetadata.search": "read",
    "spreadsheets.batchUpdate": "write",
}
ROW = "| {campaigns} | {lists:.1f} | {reads:.1f} | {most_reads} | {writes:.1f} | {most_writes} | {cpu:.2f} |"
HEAD = """\
| campaigns | files.list | reads/min | at most | writes/min | at most | CPU, s |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Idle:
    """Several campaigns of one installation, each with its worker, driven by one clock that is moved."""

    url: str
    clock: Clock
    workers: list[Worker]

    def minute(self, step: float = STEP) -> Counter[str]:
        """Let a minute pass; return the requests that it took, by `list`, `read` and `write`."""
        before = self.sent()
        for _ in range(int(60 / step)):
            for worker in self.workers:
                worker.deliver()
                worker.refresh()
            self.clock.now += step
        return self.sent() - before

    def settle(self) -> None:
        """Let minutes pass until all campaigns have been read and written twice. Raises TimeoutError."""
        for _ in range(SETTLING):
            self.minute()
            if all(worker.moments.refreshed is not None for worker in self.workers):
                break
        else:
            raise TimeoutError
        for _ in range(AFTERWARDS):
            self.minute()

    def sent(self) -> Counter[str]:
        found = requests.get(f"{self.url}/_operations", params={"limit": "200000"}, timeout=60).json()["operations"]
        return Counter(KINDS[one["kind"]] for one in found if one["kind"] in KINDS)


@contextmanager
def idle(url: str, account: ServiceAccount, folder: Path, count: int) -> Iterator[Idle]:
    """Make that many campaigns, with a spreadsheet each."""
    clock, begun = Clock(), real_now()
    # The outbox's own clock stands still, so that no lease runs out however busy the machine is.
    with open_outbox(f"sqlite:///{folder / 'outbox.db'}", now=lambda: begun) as outbox:
        watch = Watch(open_client(account, CallBudget(1, 1), base_url=url), clock) if count > 1 else None
        budget = CallBudget(READS, WRITES, clock, burst=READS // BURST_PART if count > 1 else None)
        workers = []
        for number in range(count):
            campaign = numbered(folder, number)
            making = open_client(account, CallBudget(99, 99), base_url=url)
            spreadsheet_id = create_spreadsheet(making, campaign.id, "ru_RU", "Europe/Moscow")
            lease = outbox.leases.acquire(lease_name(spreadsheet_id), "bench", LEASE_TIME)
            assert lease is not None  # noqa: S101 - nobody else is there
            share = budget.share()
            spreadsheet = GoogleSpreadsheet(open_client(account, share, base_url=url), spreadsheet_id)
            context = Context(campaign, outbox, spreadsheet, _clock(campaign, clock), clock)
            workers.append(Worker(context, share, lease, Metrics(), chance=lambda: 0.5, watch=watch))
        yield Idle(url, clock, workers)


def _clock(campaign: Campaign, clock: Clock) -> CampaignClock:
    start = campaign.about.deadline - timedelta(days=3)
    return CampaignClock(None, lambda: start + timedelta(seconds=clock.now))


def numbered(folder: Path, number: int) -> Campaign:
    """Return the campaign of `config.yaml` with an id and a receipt prefix of its own."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^  id: \S+", f"  id: campaign-{number}", text, count=1)
    text = re.sub(r"(?m)^  receipt_prefix: \S+", f"  receipt_prefix: К{number}", text, count=1)
    path = folder / f"campaign-{number}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_campaign(path)


@dataclass
class Figures:
    """Requests of each idle minute; the processor time of this process for one, polled as often as in earnest."""

    minutes: list[Mapping[str, int]] = field(default_factory=list)
    cpu: float = 0.0

    def mean(self, kind: str) -> float:
        return sum(minute.get(kind, 0) for minute in self.minutes) / len(self.minutes)

    def most(self, kind: str) -> int:
        return max(minute.get(kind, 0) for minute in self.minutes)


def measure(running: Idle) -> Figures:
    """Return the figures of ten idle minutes."""
    running.settle()
    figures = Figures([running.minute() for _ in range(MINUTES)])
    started = time.process_time()
    running.minute(POLL)
    figures.cpu = time.process_time() - started
    return figures


def main() -> int:
    """Print the table. 1 where a minute cost more than the budget, or more than one list."""
    logs.configure(silent=True)
    print(HEAD, flush=True)
    good = True
    for count in COUNTS:
        with tempfile.TemporaryDirectory(prefix="svod-campaigns-") as name:
            stage = Stage(Path(name))
            with stage.started("localsheets"):
                stage.wait_ready()
                account = read_service_account(stage.folder / "credentials.json", private=True)
                with idle(stage.url, account, stage.folder, count) as running:
                    figures = measure(running)
        print(
            ROW.format(
                campaigns=count,
                lists=figures.mean("list"),
                reads=figures.mean("read"),
                most_reads=figures.most("read"),
                writes=figures.mean("write"),
                most_writes=figures.most("write"),
                cpu=figures.cpu,
            ),
            flush=True,
        )
        good = good and figures.most("read") <= READS and figures.most("write") <= WRITES and figures.most("list") <= 1
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
