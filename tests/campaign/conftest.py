from pathlib import Path

import pytest

from campaign import Campaign, load_campaign

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def real_campaign() -> Campaign:
    return load_campaign(ROOT / "config.yaml")
