"""Shared by all tests: isolation from any installation, and the real components that tests need.

A test names the components that it needs by markers. Where one is missing the test is skipped, and the end of the run
lists what was skipped and how to get it; in CI (CI=true) nothing may be skipped, so there the test fails.

Variables that only tests read begin with TEST_.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from outbox.variables import belongs_to_installation

ROOT = Path(__file__).resolve().parent.parent

# Nothing that a module makes at its import is thrown away, yet looking for it takes a quarter of the collection.
gc.disable()

# How long an example takes is no assertion: beside other work any of them may be slow.
settings.register_profile("svod", deadline=None)
settings.load_profile("svod")


NO_DATA_DIR = "/dev/null/a-test-names-its-own-DATA_DIR"
"""A folder that cannot be made: a process that a test starts without a data folder of its own fails at once."""


def pytest_configure() -> None:
    """Take away every variable of an installation, from all tests and from every process that they start.

    At this point because test modules and session-scoped servers read the environment before any test's fixture.
    """
    for name in list(filter(belongs_to_installation, os.environ)):
        del os.environ[name]
    os.environ["DATA_DIR"] = NO_DATA_DIR
    os.environ["SVOD_ENV"] = ""  # no settings file, not even the one of the folder
    for name in ("TEST_RECORDINGS", "TEST_LIVE_CREDENTIALS"):
        if given := os.environ.get(name):
            os.environ[name] = str(Path(given).absolute())


@pytest.fixture(scope="session", autouse=True)
def _away_from_the_checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run in an empty folder, where `var/`, the data folder of code that is given none, is nobody's."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("working-folder"))
    yield
    os.chdir(before)


def recordings() -> Path:
    """Where the recorded answers of Google's API are: TEST_RECORDINGS, or beside the checkout."""
    return Path(os.environ.get("TEST_RECORDINGS") or ROOT.parent / "shared" / "google-recordings")


CHROMIUM = Path(shutil.which("chromium-headless-shell") or "/usr/bin/chromium")
"""Debian's Chromium; without windows, where that package is installed: it takes a third of the processor time."""
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
    "browser": Need(CHROMIUM.exists, "apt-get install chromium-headless-shell (или chromium)"),
    "postgresql": Need(
        lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        "apt-get install postgresql",
    ),
    "redis": Need(lambda: bool(shutil.which("redis-server")), "apt-get install redis-server"),
    "libreoffice": Need(
        lambda: all(shutil.which(program) for program in ("soffice", "lowriter", "pdftoppm")),
        "apt-get install libreoffice-calc libreoffice-writer poppler-utils",
    ),
    "dovecot": Need(
        lambda: Path("/usr/lib/dovecot/imap").exists(),
        "apt-get install dovecot-imapd",
    ),
    "nginx": Need(lambda: bool(shutil.which("nginx") and shutil.which("openssl")), "apt-get install nginx openssl"),
    "systemd": Need(lambda: bool(shutil.which("systemd-analyze")), "apt-get install systemd"),
    "node": Need(lambda: bool(shutil.which("npm")), "apt-get install nodejs npm"),
    "recordings": Need(
        lambda: (recordings() / "recordings").is_dir(),
        "TEST_RECORDINGS=папка с записями ответов Google",
        required_in_ci=False,
    ),
    "live": Need(
        lambda: bool(os.environ.get("TEST_LIVE_SPREADSHEET")),
        "TEST_LIVE_SPREADSHEET=id таблицы и TEST_LIVE_CREDENTIALS=файл ключа",
        required_in_ci=False,
    ),
}


OWN_PROCESSES = {"make", "workers"}
"""Fixtures that start processes for one test alone."""


@pytest.hookimpl(tryfirst=True)  # before `-m 'not slow'` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow each test that needs a component or processes of its own, and put modules with slow tests first.

    Those with the longest time limits come before all others: a long module that starts last would keep one processor
    idle.
    """
    weight: dict[Path, float] = {}
    for item in items:
        components = any(item.get_closest_marker(name) for name in NEEDS if name != "recordings")
        if components or not OWN_PROCESSES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
        limit = item.get_closest_marker("timeout")
        own = float(limit.args[0]) if limit else float(item.get_closest_marker("slow") is not None)
        weight[item.path] = max(weight.get(item.path, 0.0), own)
    items.sort(key=lambda item: -weight[item.path])


def pytest_collection_finish() -> None:
    """From here on garbage is looked for again, among what the tests themselves make."""
    gc.freeze()
    gc.enable()


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
