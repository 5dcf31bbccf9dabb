"""The fixtures of the desk's tests: a running service, a browser's tab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desk.harness import add_staff, desk_site
from tests.webform.conftest import tab as tab
from tests.webform.harness import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One service for the tests of a module, with an account of each role."""
    made = desk_site(tmp_path_factory.mktemp("desk"))
    made.start()
    for role in ("read", "work", "administer"):
        add_staff(made, role, role)
    yield made
    made.stop()
