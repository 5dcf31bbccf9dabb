"""Fixtures of the embedded spreadsheet's tests. One open server serves most of them; each test makes its own file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localsheets.harness import Book, Server, running


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An open server (no tokens); the tests that set faults start their own."""
    with running(tmp_path_factory.mktemp("localsheets")) as started:
        yield started


@pytest.fixture
def book(server: Server) -> Book:
    """A fresh spreadsheet with an empty tab of 1,000 rows and 26 columns."""
    return server.new()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"
