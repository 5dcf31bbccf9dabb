"""The worker on a fresh spreadsheet, its one tab of id 0, before answers with every default left out, and written."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from scripts.plain_client import PlainClient
from sheets import CallBudget, GoogleSpreadsheet, open_client, read_service_account
from tests.acceptance.default_fields import DefaultsProxy
from tests.acceptance.harness import ROOT, Installation, start_installation, stop_installation, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

OKTMO = "17735000"
TABS = ["Свод", "Муниципалитеты", "Не сдали", "Замечания", "Динамика", "Ответы", "Журнал"]


AT_HOME = {
    "contact_name": "Ответственный По Отчёту",
    "contact_post": "методист",
    "contact_phone": "8 (4922) 33-44-55",
    "contact_email": "kept-at-home@example.org",
}
COMMENT = "Этот комментарий уходит в таблицу"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A real reception without its worker: another spreadsheet takes no rehearsal's reports."""
    config = tmp_path / "config.yaml"
    deadline = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    config.write_text(text.replace("2023-05-30", deadline), encoding="utf-8")
    started = start_installation(tmp_path, SVOD_NOW="real", SVOD_CONFIG=str(config))
    try:
        os.kill(started.pid("worker"), signal.SIGTERM)
        wait_for(lambda: not (tmp_path / "run" / "worker.pid").exists(), 30, "the worker did not end")
        yield started
    finally:
        stop_installation(started)


def send_report(personal_link: str, informed: str) -> str:
    """Send a report through the form; return its receipt."""
    client = PlainClient()
    link = client.open(personal_link)
    page = client.send(link, link.form())
    form = page.form("informed")
    zeros = {name: "0" for name in form.fields if name.startswith("registered_") or name.endswith("publications")}
    page = client.send(page, form, {**zeros, **AT_HOME, "informed": informed, "events": "1", "comment": COMMENT})
    page = client.send(page, page.form())
    found = re.search(r"ФО-\d{5}", page.heading)
    assert found, page.text
    return found.group()


class Fresh:
    """A spreadsheet beside the installation's own, as Google makes one: a single empty tab of id 0."""

    def __init__(self, installation: Installation) -> None:
        account = read_service_account(installation.data_dir / "credentials.json")
        self._client = open_client(account, CallBudget(reads=1000, writes=1000), base_url=installation.sheets)
        made = self._client.request("post", f"{installation.sheets}/v4/spreadsheets", json={}).json()
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
    with (Path(environment["DATA_DIR"]) / "log" / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "sync"], env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def check_what_went(installation: Installation, carried: str, links: dict[str, str]) -> None:
    """Check that the answers went to the spreadsheet and the contacts stayed at home.

    Names, phones and e-mail of clerks go neither to the spreadsheet nor to a log; links go to no log.
    """
    for goes in ("777", COMMENT, OKTMO):
        assert goes in carried
    logs = "\n".join(path.read_text(encoding="utf-8") for path in (installation.data_dir / "log").iterdir())
    for kept in AT_HOME.values():
        assert kept not in carried
        assert json.dumps(kept)[1:-1] not in carried
    for secret in (*AT_HOME.values(), COMMENT, *(url.rsplit("/", 1)[-1] for url in links.values())):
        assert secret not in logs


@pytest.mark.parametrize("defaults", ["left out", "written"])
def test_a_report_reaches_a_fresh_spreadsheet_and_a_rebuilt_one(
    installation: Installation, defaults: Literal["left out", "written"]
) -> None:
    links = installation.links()
    fresh, rebuilt = Fresh(installation), Fresh(installation)
    proxy = DefaultsProxy(installation.sheets, defaults)
    environment = {
        **installation.environment,
        "SHEETS_API_URL": proxy.url,
        "SPREADSHEET_ID": fresh.id,
        "GOOGLE_APPLICATION_CREDENTIALS": str(installation.data_dir / "credentials.json"),
    }
    try:
        receipt = send_report(links[OKTMO], "777")
        with worker(environment) as process:
            wait_for(lambda: process.poll() is None and fresh.titles() == TABS, 60, "the tabs were not made")
            wait_for(lambda: any(receipt in row for row in fresh.rows("Муниципалитеты")), 60, "nothing was delivered")
            again = send_report(links[OKTMO], "888")
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
    check_what_went(installation, "\n".join(proxy.carried), links)
