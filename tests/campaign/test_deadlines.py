"""A kind of municipalities may have a deadline of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaign import Campaign, CampaignFileError, load_campaign

CONFIG = (Path(__file__).parents[2] / "config.yaml").read_text(encoding="utf-8")
CITY = "{id: city, title: Городские округа}"
VLADIMIR, ALEXANDROV = "17701000", "17605000"


def with_deadline(folder: Path, deadline: str, kind: str = CITY) -> Campaign:
    path = folder / "config.yaml"
    path.write_text(CONFIG.replace(kind, f"{kind[:-1]}, deadline: {deadline}}}"), encoding="utf-8")
    return load_campaign(path)


def test_a_kind_has_its_deadline_and_the_others_keep_the_campaigns(tmp_path: Path) -> None:
    campaign = with_deadline(tmp_path, "2023-05-20 18:00")
    assert campaign.by_oktmo[VLADIMIR].kind == "city"
    assert campaign.deadline_of(VLADIMIR).isoformat() == "2023-05-20T18:00:59.999999+03:00"
    assert campaign.deadline_of(ALEXANDROV) == campaign.about.deadline
    assert campaign.last_deadline == campaign.about.deadline
    assert list(campaign.deadlines) == [None, "city"]


@pytest.mark.parametrize(
    ("deadline", "said"),
    [("2023-03-01 18:00", "позже открытия"), ("20 мая", "2023-05-30 23:59"), ("1923-05-20 18:00", "год")],
)
def test_a_deadline_that_cannot_be_is_named_with_its_line(tmp_path: Path, deadline: str, said: str) -> None:
    with pytest.raises(CampaignFileError) as caught:
        with_deadline(tmp_path, deadline)
    assert "municipality_kinds[1].deadline" in str(caught.value)
    assert said in str(caught.value)
