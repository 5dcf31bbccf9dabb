"""A running rehearsal for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.harness import Stand, start_stand, stop_stand


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    started = start_stand(tmp_path)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            stop_stand(started)
