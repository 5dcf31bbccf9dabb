"""Fixtures of the tests. A test that needs more than Python packages is skipped with a word on what is missing.

With CI=true only the recordings and an account at Google may be missing. One open server serves most tests; each test
makes a spreadsheet of its own.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests.localsheets.harness import Book, Server, recordings, running

# No time limit for an example: any of them may be slow beside other work.
settings.register_profile("localsheets", deadline=None)
settings.load_profile("localsheets")

CHROMIUM = Path(shutil.which("chromium-headless-shell") or "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

# Marker → (test for its presence, how to get it, True if CI must have it)
NEEDS: dict[str, tuple[Callable[[], bool], str, bool]] = {
    "browser": (CHROMIUM.exists, "apt-get install chromium-headless-shell (или chromium)", True),
    "libreoffice": (
        lambda: bool(shutil.which("soffice") and shutil.which("pdftoppm")),
        "apt-get install libreoffice-calc poppler-utils",
        True,
    ),
    "recordings": (lambda: (recordings() / "recordings").is_dir(), "TEST_RECORDINGS=folder", False),
    "live": (lambda: bool(os.environ.get("TEST_LIVE_SPREADSHEET")), "TEST_LIVE_SPREADSHEET=id, and a key", False),
}


def pytest_configure() -> None:
    """Take away the variables that point to a running server, from all tests and the processes that they start."""
    for name in [name for name in os.environ if name == "SHEETS_PORT" or name.startswith("LOCALSHEETS_")]:
        del os.environ[name]
    os.environ["DATA_DIR"] = "/dev/null/a-test-names-its-own-DATA_DIR"


OWN_SERVERS = {"data_dir", "own_server", "guarded"}
"""Fixtures of tests that start servers of their own."""


@pytest.hookimpl(tryfirst=True)  # before `-m 'not slow'` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow each test that needs a component or a server of its own, and put modules with slow tests first."""
    slow: set[Path] = set()
    for item in items:
        components = any(item.get_closest_marker(name) for name in NEEDS if name != "recordings")
        if components or not OWN_SERVERS.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
        if item.get_closest_marker("slow"):
            slow.add(item.path)
    items.sort(key=lambda item: item.path not in slow)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name, (here, get, in_ci) in NEEDS.items():
        if item.get_closest_marker(name) is None or here():
            continue
        if os.environ.get("CI") == "true" and in_ci:
            pytest.fail(f"{name} is missing: {get}", pytrace=False)
        pytest.skip(f"{name} is missing: {get}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, once a process, because Playwright's loop cannot run twice."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=30_000)  # a limit, not an expectation: two cores are shared by many tests
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An open server (no tokens); tests that set faults start their own."""
    with running(tmp_path_factory.mktemp("localsheets")) as started:
        yield started


@pytest.fixture
def book(server: Server) -> Book:
    """A fresh spreadsheet with an empty tab of 1,000 rows and 26 columns."""
    return server.new()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"
