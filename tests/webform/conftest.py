"""The fixtures of the form's tests: running sites, a municipality of one's own, a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.webform.sites import Site, make_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One form for all tests that only need a municipality of their own; its clock stands before the deadline."""
    made = make_site(tmp_path_factory.mktemp("site"))
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


_free: list[str] = []


@pytest.fixture
def oktmo(site: Site) -> str:
    """A municipality that no other test of this process has used, while there are any; then a reissued start."""
    if not _free:
        _free.extend(site.links)
    return _free.pop()
