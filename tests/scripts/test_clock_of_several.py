"""One clock for all campaigns of a rehearsal begins before the deadline that people have before them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from campaign import Campaign, load_campaign
from scripts.data_folder import nearest, rehearsal_start

ROOT = Path(__file__).resolve().parents[2]


def until(folder: Path, *years: int) -> list[Campaign]:
    """A campaign for each year in which the deadline is."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    made = []
    for year in years:
        path = folder / f"{year}.yaml"
        path.write_text(text.replace("deadline: 2023-05-30", f"deadline: {year}-05-30"), encoding="utf-8")
        made.append(load_campaign(path))
    return made


@pytest.mark.parametrize(
    ("years", "chosen"),
    [((2023,), 2023), ((2190, 2023, 2150), 2150), ((2150, 2190), 2150), ((2023, 2024), 2024)],
)
def test_the_nearest_deadline_ahead_counts(tmp_path: Path, years: tuple[int, ...], chosen: int) -> None:
    campaigns = until(tmp_path, *years)
    found = nearest(campaigns)
    assert found.about.deadline.year == chosen
    start = rehearsal_start(campaigns, "")
    assert start is not None
    assert timedelta(days=3) <= found.about.deadline - start < timedelta(days=3, minutes=1)
