"""The fixtures of the form's tests: running sites, a municipality of one's own, a browser."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.webform.harness import FIRST_OF_OURS, Site, make_site, with_municipalities


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One form for all tests that only need a municipality of their own: 150 beside those of the campaign."""
    folder = tmp_path_factory.mktemp("site")
    made = make_site(folder / "data", with_municipalities(folder / "config.yaml", 300))
    made.start()
    made.read_links()
    yield made
    made.stop()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Makes sites of a test's own and ends them."""
    made: list[Site] = []

    def build(name: str = "own", **how: str) -> Site:
        config = Path(how.pop("config")) if "config" in how else None
        made.append(make_site(tmp_path / name, config, **how))
        return made[-1]

    yield build
    for one in made:
        if one.process is not None:
            one.stop()


_numbers = itertools.count(FIRST_OF_OURS)


@pytest.fixture
def oktmo(site: Site) -> str:
    """A municipality that no other test of this process has used."""
    return f"{next(_numbers):08d}"


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens tabs, each in a context of its own; whatever a page complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_tab(width: int = 1280, *, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, locale="ru-RU", java_script_enabled=script
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        return page

    yield open_tab
    for context in contexts:
        context.close()
    unexpected = [c for c in complaints if "net::ERR" not in c and "status of 4" not in c]
    assert not unexpected, unexpected
