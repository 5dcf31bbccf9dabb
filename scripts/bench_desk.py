"""`make bench ARGS=desk`: the roll-call of 2,500 municipalities; the form's POST while somebody pages through it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import requests

from campaign import Campaign
from outbox import Outbox, open_outbox
from outbox.records import Json, MunicipalityStatus, NewSubmission
from outbox.variables import outside_installation
from scripts.bench_webform import Clerk, free_port, rehearsal, served
from scripts.load import Figures, measure_open, processor_seconds

ROOT = Path(__file__).resolve().parents[1]
MUNICIPALITIES = 2500
CLERKS, RATE, SECONDS = 32, 100, 20.0
MOST_MS, MOST_BYTES, MOST_MS_POST = 150.0, 60_000, 100.0
"""Median of a page at the server; its size; p99 of a POST at RATE while somebody pages."""
LOOKS = 30


def fill(campaign: Campaign, outbox: Outbox) -> None:
    """Let three municipalities of five have sent a report that counts, but for those of the clerks."""
    counted: dict[str, Json] = {q.id: 7 if q.numeric else "Провели встречи. " * 8 for q in campaign.sheet_questions}
    contacts: dict[str, Json] = {q.id: "Ответственный исполнитель" for q in campaign.home_questions}
    now = campaign.about.deadline
    statuses = []
    for n, one in enumerate(campaign.municipalities):
        receipt, version = None, 0
        if n % 5 < 3 and n >= CLERKS:
            new = NewSubmission(campaign.id, one.oktmo, "k", 0, counted, contacts, {}, None, now, False, "ФО")
            receipt, version = outbox.submissions.submit(new).submission.receipt, 1
        state, figures = ("on_time", counted) if receipt else ("silent", {})
        statuses.append(
            MunicipalityStatus(one.oktmo, state, receipt, version or None, version, False, figures, (), (), now)
        )
    outbox.statuses.publish(campaign.id, statuses)


def sign_in(address: str, environ: dict[str, str]) -> requests.Session:
    """Return a browser that the rehearsal's one-time link has signed in."""
    made = subprocess.run(
        [sys.executable, "-m", "svod", "staff", "link", "--bare"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    browser = requests.Session()
    page = browser.get(made.stdout.strip(), timeout=30)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    browser.post(f"{address}/desk/link", data={"csrf_token": token[1] if token else ""}, timeout=30)
    return browser


def looks(get: Callable[[], requests.Response], pid: int) -> tuple[Figures, int]:
    """Return the times of LOOKS pages after the first, and the size of the largest."""
    figures, most = Figures(), 0
    used = processor_seconds(pid)
    for _ in range(LOOKS):
        began = time.perf_counter()
        page = get()
        figures.times.append((time.perf_counter() - began) * 1000)
        figures.answered += page.ok
        most = max(most, len(page.content))
    figures.processor = processor_seconds(pid) - used
    return figures, most


def main() -> int:
    """Print the figures; 1 if a target is missed."""
    with tempfile.TemporaryDirectory(prefix="svod-bench-") as name, ExitStack() as stack:
        folder, port = Path(name), free_port()
        campaign = rehearsal(folder, MUNICIPALITIES)
        address = f"http://127.0.0.1:{port}"
        environ = outside_installation(os.environ) | {
            "DATA_DIR": name,
            "SVOD_CONFIG": str(folder / "config.yaml"),
            "SUBMISSIONS_RATE": "10000000 per minute",
            "PUBLIC_URL": address,
        }
        pid = stack.enter_context(served("svod.web:create_app()", port, environ))
        with open_outbox(f"sqlite:///{folder / 'outbox.db'}") as outbox:
            fill(campaign, outbox)
        browser = sign_in(address, environ)
        roll = f"{address}/desk/{campaign.id}/"
        began = time.perf_counter()
        browser.get(roll, timeout=60)
        first = (time.perf_counter() - began) * 1000
        figures, size = looks(lambda: browser.get(f"{roll}?page=5", timeout=60), pid)
        load = os.getloadavg()[0]
        print(f"{datetime.now().astimezone():%d.%m.%Y}, процессоров: {os.cpu_count()}, загрузка: {load:.1f}")
        print(
            f"перекличка {MUNICIPALITIES}: первая {first:.0f} мс, p50 {figures.quantile(0.5):.0f} мс, "
            f"p95 {figures.quantile(0.95):.0f} мс, ЦП {figures.cost:.0f} мс, {size} байт"
        )
        clerks = [Clerk(address, link) for link in _links(environ)[:CLERKS]]
        over = threading.Event()
        pager = threading.Thread(target=_page, args=(browser, roll, over))
        pager.start()
        posts = measure_open(port, [*clerks], RATE, SECONDS)
        over.set()
        pager.join()
        print(
            f"POST, {RATE} в секунду, пока листают: p50 {posts.quantile(0.5):.1f} мс, p99 {posts.quantile(0.99):.1f} мс"
        )
        good = figures.quantile(0.5) < MOST_MS and size < MOST_BYTES and figures.answered == LOOKS
        good = good and not posts.refused and posts.quantile(0.99) < MOST_MS_POST
        print("цели достигнуты" if good else "цели НЕ достигнуты")
        return 0 if good else 1


def _links(environ: dict[str, str]) -> list[str]:
    listed = subprocess.run(
        [sys.executable, "-m", "webform", "links", "--format", "csv"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True,
    ).stdout.splitlines()[1:]  # fmt: skip
    return [line.rsplit(",", 1)[1] for line in listed]


def _page(browser: requests.Session, roll: str, over: threading.Event) -> None:
    """Open page after page, one a second, as somebody does who looks at them."""
    number = 0
    while not over.wait(1):
        number = number % 30 + 1
        browser.get(f"{roll}?page={number}", timeout=60)


if __name__ == "__main__":
    sys.exit(main())
