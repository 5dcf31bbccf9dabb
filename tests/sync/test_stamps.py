"""The stamp of a tab, read back by another installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from campaign.zones import CITIES
from sync.tabs.heading import read_stamp, stamp_words


@dataclass(frozen=True)
class Shown:
    as_of: datetime
    rehearsal: bool = False

    @property
    def read_at(self) -> datetime:
        return self.as_of


@pytest.mark.parametrize("zone", [*map(ZoneInfo, sorted(CITIES)), *(timezone(timedelta(hours=h)) for h in (-3, 0, 11))])
def test_every_stamp_is_read_as_the_moment_that_it_shows(zone: tzinfo) -> None:
    for month in range(1, 13):
        moment = datetime(2026, month, 28, 9, 5, tzinfo=zone)
        assert read_stamp(stamp_words(Shown(moment))) == moment
        assert read_stamp(stamp_words(Shown(moment, rehearsal=True))) == moment


@pytest.mark.parametrize(
    "cell",
    [
        None,
        45066.5,
        "",
        "Данные на вчера",
        "Данные на 31 февраля 2026 г., 10:00 (по московскому времени)",
        "Данные на 1 мая 2026 г., 99:00 (по московскому времени)",
        "Данные на 1 мая 2026 г., 10:00 (по марсианскому времени)",
        "Данные на 1 мая 2026 г., 10:00 (по времени UTC+99)",
    ],
)
def test_anything_else_is_no_stamp(cell: str | float | None) -> None:
    assert read_stamp(cell) is None
