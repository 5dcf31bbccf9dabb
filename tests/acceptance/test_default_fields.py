"""The worker on a fresh spreadsheet, its one tab of id 0, before answers with every default left out, and written."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Literal

import pytest

from scripts.plain_client import PlainClient
from sheets import CallBudget, GoogleSpreadsheet, open_client, read_service_account
from tests.acceptance.default_fields import DefaultsProxy
from tests.acceptance.harness import ROOT, Stand, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

OKTMO = "17735000"
TABS = ["Свод", "Муниципалитеты", "Не сдали", "Замечания", "Динамика", "Ответы", "Журнал"]


def send_report(stand: Stand, informed: str) -> str:
    """Send a report through the form; return its receipt."""
    client = PlainClient()
    link = client.open(stand.links()[OKTMO])
    page = client.send(link, link.form())
    form = page.form("informed")
    zeros = {name: "0" for name in form.fields if name.startswith("registered_") or name.endswith("publications")}
    contact = {
        "contact_name": "Ответственный По Отчёту",
        "contact_post": "методист",
        "contact_phone": "8 (4922) 33-44-55",
        "contact_email": "report@example.org",
    }
    page = client.send(page, form, {**zeros, **contact, "informed": informed, "events": "1"})
    page = client.send(page, page.form())
    found = re.search(r"ФО-\d{5}", page.heading)
    assert found, page.text
    return found.group()


class Fresh:
    """A spreadsheet beside the stand's own, as Google makes one: a single empty tab of id 0."""

    def __init__(self, stand: Stand) -> None:
        account = read_service_account(stand.data_dir / "credentials.json")
        self._client = open_client(account, CallBudget(reads=1000, writes=1000), base_url=stand.sheets)
        made = self._client.request("post", f"{stand.sheets}/v4/spreadsheets", json={}).json()
        (tab,) = made["sheets"]
        assert tab["properties"]["sheetId"] == 0
        self.id = str(made["spreadsheetId"])

    def titles(self) -> list[str]:
        return [tab.title for tab in GoogleSpreadsheet(self._client, self.id).describe().sheets]

    def rows(self, tab: str) -> list[list[str]]:
        url = f"https://sheets.googleapis.com/v4/spreadsheets/{self.id}/values/{tab}"
        found: list[list[str]] = self._client.request("get", url).json().get("values", [])
        return found


@contextlib.contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "sync"], env=environment, cwd=ROOT)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@pytest.mark.parametrize("defaults", ["left out", "written"])
def test_a_report_reaches_a_fresh_spreadsheet_and_a_rebuilt_one(
    stand: Stand, defaults: Literal["left out", "written"]
) -> None:
    os.kill(stand.pid("worker"), signal.SIGTERM)
    wait_for(lambda: not (stand.data_dir / "run" / "worker.pid").exists(), 30, "the worker did not end")
    fresh, rebuilt = Fresh(stand), Fresh(stand)
    proxy = DefaultsProxy(stand.sheets, defaults)
    environment = {
        **stand.environment,
        "SHEETS_API_URL": proxy.url,
        "SPREADSHEET_ID": fresh.id,
        "GOOGLE_APPLICATION_CREDENTIALS": str(stand.data_dir / "credentials.json"),
    }
    try:
        receipt = send_report(stand, "777")
        with worker(environment) as process:
            wait_for(lambda: process.poll() is None and fresh.titles() == TABS, 60, "the tabs were not made")
            wait_for(lambda: any(receipt in row for row in fresh.rows("Муниципалитеты")), 60, "nothing was delivered")
            again = send_report(stand, "888")
            wait_for(lambda: any(again in row for row in fresh.rows("Муниципалитеты")), 60, "no second delivery")
        done = subprocess.run(
            [sys.executable, "-m", "sync", "rebuild", "--into", rebuilt.id],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        proxy.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    assert rebuilt.titles() == TABS
    assert rebuilt.rows("Ответы") == fresh.rows("Ответы")
    assert {row[0] for row in rebuilt.rows("Ответы")[1:]} == {receipt, again}
    assert proxy.changed > 0
