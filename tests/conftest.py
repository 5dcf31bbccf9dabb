"""What all tests share: the real components that they need, and a clear word when one is missing.

A test names what it needs by a marker. Where that is missing the test is left out and the end of the run says what
and how to get it; in CI (CI=true) nothing may be left out, so there it fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes is no assertion: beside other work any of them may be slow.
settings.register_profile("svod", deadline=None)
settings.load_profile("svod")


def recordings() -> Path:
    """Where the recorded answers of Google's API are: SVOD_RECORDINGS, or beside the checkout."""
    return Path(os.environ.get("SVOD_RECORDINGS") or ROOT.parent / "shared" / "google-recordings")


CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, one a process: Playwright's loop cannot run twice. Its tests bear the marker `browser`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=30_000)  # a limit, not an expectation: two cores are shared by many tests
        yield browser
        browser.close()


@dataclass(frozen=True)
class Need:
    """A real component: whether it is here, and how to get it."""

    here: Callable[[], bool]
    get: str
    required_in_ci: bool = True


NEEDS = {
    "browser": Need(CHROMIUM.exists, "apt-get install chromium chromium-driver"),
    "postgresql": Need(
        lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        "apt-get install postgresql",
    ),
    "redis": Need(lambda: bool(shutil.which("redis-server")), "apt-get install redis-server"),
    "libreoffice": Need(
        lambda: bool(shutil.which("soffice") and shutil.which("pdftoppm")),
        "apt-get install libreoffice-calc poppler-utils",
    ),
    "node": Need(lambda: bool(shutil.which("npm")), "apt-get install nodejs npm"),
    "recordings": Need(
        lambda: (recordings() / "recordings").is_dir(),
        "SVOD_RECORDINGS=папка с записями ответов Google",
        required_in_ci=False,
    ),
    "live": Need(
        lambda: bool(os.environ.get("SVOD_LIVE_SPREADSHEET")),
        "SVOD_LIVE_SPREADSHEET=id таблицы и GOOGLE_APPLICATION_CREDENTIALS=ключ",
        required_in_ci=False,
    ),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name, need in NEEDS.items():
        if item.get_closest_marker(name) is None or need.here():
            continue
        if os.environ.get("CI") == "true" and need.required_in_ci:
            pytest.fail(f"{name} is missing: {need.get}", pytrace=False)
        pytest.skip(f"{name} is missing: {need.get}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    missing = {
        name
        for report in terminalreporter.stats.get("skipped", [])
        for name in NEEDS
        if f"{name} is missing" in str(report.longrepr)
    }
    for name in sorted(missing):
        terminalreporter.write_line(f"Не проверено: {name}. Чтобы проверить: {NEEDS[name].get}")
