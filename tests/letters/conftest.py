from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from outbox import Outbox, open_outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with open_outbox(f"sqlite:///{tmp_path / 'outbox.db'}") as store:
        yield store
