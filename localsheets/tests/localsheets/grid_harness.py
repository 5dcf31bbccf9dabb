"""A server with the sample workbook as its first spreadsheet, a signed-in client, and a browser."""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from localsheets.formulas import Calculator
from localsheets.model import Spreadsheet
from localsheets.storage import Store
from tests.localsheets.harness import ROOT, Server
from tests.localsheets.sample import make_workbook

SECONDS = 30


def compute(book: Spreadsheet) -> None:
    """Compute all formulas of a new spreadsheet."""
    calculator = Calculator()
    calculator.compute(None, book, SECONDS)
    calculator.close()


@contextlib.contextmanager
def seeded(data_dir: Path, *, answers: int = 18, opened: bool = True, host: str = "127.0.0.1") -> Iterator[Server]:
    """Start a server with the sample workbook as its first spreadsheet."""
    data_dir.mkdir(parents=True, exist_ok=True)
    store = Store(data_dir / "sheets.db")
    book = make_workbook(answers)
    compute(book)
    store.add(book)
    store.set_fact("home", book.id)
    store.close()
    server = Server(data_dir, opened=opened, HOST=host)
    try:
        yield server
    finally:
        server.stop()


def command(server_or_dir: Server | Path, *words: str, entered: str = "") -> subprocess.CompletedProcess[str]:
    """Run `python -m localsheets …` over the same data."""
    data_dir = server_or_dir.data_dir if isinstance(server_or_dir, Server) else server_or_dir
    return subprocess.run(
        [sys.executable, "-m", "localsheets", *words],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(data_dir)},
        input=entered,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


class Staff:
    """A plain HTTP client with cookies and the token of its session."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str, **params: Any) -> requests.Response:
        """Send GET; a redirect is not followed."""
        return self.session.get(self.base + path, params=params, timeout=SECONDS, allow_redirects=False)

    def csrf(self, path: str = "/") -> str:
        """Return the token in a page."""
        found = re.search(r'(?:data-csrf="|name="csrf" value=")([\w-]+)"', self.get(path).text)
        assert found, path
        return found.group(1)

    def send(self, path: str, **fields: str) -> requests.Response:
        """Send POST with a form."""
        return self.session.post(self.base + path, data=fields, timeout=SECONDS, allow_redirects=False)

    def edit(self, path: str, body: Any, csrf: str | None = None) -> requests.Response:
        """Send POST with JSON, as the scripts do."""
        token = self.csrf() if csrf is None else csrf
        headers = {"X-CSRF-Token": token, "Content-Type": "application/json"}
        return self.session.post(self.base + path, json=body, headers=headers, timeout=SECONDS)

    def follow(self, url: str) -> requests.Response:
        """Open a one-time link and press its button."""
        path = url.removeprefix(self.base)
        return self.send("/staff", csrf=self.csrf(path), secret=path.rsplit("/", 1)[1])


def opened(browser: Browser, url: str, *, width: int = 1280, scripts: bool = True) -> Page:
    """Open a page in a context of its own; errors in its console fail the test in `closed`."""
    page = context_of(browser, width=width, scripts=scripts).new_page()
    watched(page)
    page.goto(url)
    return page


def context_of(browser: Browser, *, width: int = 1280, scripts: bool = True) -> BrowserContext:
    """Return a new context: cookies and cache of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": 740}, java_script_enabled=scripts, locale="ru-RU", accept_downloads=True,
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    context.set_default_timeout(30_000)  # a limit, not an expectation
    return context


def watched(page: Page) -> None:
    """Collect the errors in a page's console, for `complaints`."""
    page.on("pageerror", lambda error: _complaints(page).append(str(error)))
    page.on("console", lambda line: _complaints(page).append(line.text) if "Content Security" in line.text else None)


def _complaints(page: Page) -> list[str]:
    return COMPLAINTS.setdefault(id(page), [])


COMPLAINTS: dict[int, list[str]] = {}


def closed(page: Page) -> None:
    """Close a page with its context. Fails if there were errors in its console."""
    complaints = COMPLAINTS.pop(id(page), [])
    page.context.close()
    assert complaints == []


@contextlib.contextmanager
def page_of(context: BrowserContext, url: str) -> Iterator[Page]:
    """Open a page in a context that several tests share. Fails at its end if there were errors in its console."""
    page = context.new_page()
    watched(page)
    page.goto(url)
    try:
        yield page
        assert COMPLAINTS.get(id(page), []) == []
    finally:
        COMPLAINTS.pop(id(page), None)
        page.close()


def css(name: str) -> str:
    found = re.fullmatch(r"([A-Z])(\d+)", name)
    assert found
    return f'tr[data-r="{int(found.group(2)) - 1}"] td[data-c="{ord(found.group(1)) - 65}"]'


def open_tab(page: Page, gid: int) -> None:
    page.locator(f'#tabs a[data-gid="{gid}"]').click()
    expect(page.locator(f'#tabs a[data-gid="{gid}"]')).to_have_attribute("aria-current", "page")
    expect(page.locator('#sheet td[tabindex="0"]')).to_have_count(1)  # its rows are there


def values(server: Server, tab: str, area: str) -> list[list[object]]:
    got = server.call(
        "GET", f"/v4/spreadsheets/{server.spreadsheet_id}/values/{tab}!{area}", valueRenderOption="UNFORMATTED_VALUE"
    )
    found: list[list[object]] = got.get("values", [])
    return found


def wait_for_values(server: Server, tab: str, area: str, wanted: list[list[object]]) -> None:
    """Ask the server until a cell has this text, because the page shows an edit before the server has it."""
    for _ in range(300):
        if values(server, tab, area) == wanted:
            return
        time.sleep(0.1)
    assert values(server, tab, area) == wanted


def type_into(page: Page, name: str, text: str) -> None:
    page.locator(css(name)).dblclick()
    page.locator(".editor").fill(text)
    page.keyboard.press("Enter")
