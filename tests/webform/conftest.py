"""The fixtures of the form's tests: running sites, a municipality of one's own, a browser."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.webform.sites import FIRST_OF_OURS, Site, make_site, with_municipalities


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One form for all tests that only need a municipality of their own: 150 beside those of the campaign."""
    folder = tmp_path_factory.mktemp("site")
    made = make_site(folder / "data", with_municipalities(folder / "config.yaml", 150))
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
