"""Times of rows: aware in the outbox, serial numbers of wall time or text in the spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from campaign import Cell
from campaign.values import SERIAL_ORIGIN
from sync.records.cells import DAY_SECONDS, wall_time

_LATEST = 146_100.0  # the year 2300
_TEXT_FORMS = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
WallTimes = npt.NDArray[np.int64]
"""Microseconds of wall time since 1970-01-01 00:00 of the same wall clock."""


def wall_times(moments: Iterable[datetime], zone: ZoneInfo) -> WallTimes:
    """Aware moments as wall time in the zone; a hundred thousand of them at once."""
    seconds = np.fromiter(map(datetime.timestamp, moments), dtype=np.float64)
    micros = np.rint(seconds * 1e6).astype(np.int64)
    local = pd.DatetimeIndex(micros.view("datetime64[us]"), tz="UTC").tz_convert(zone).tz_localize(None)
    return np.asarray(local.to_numpy(), dtype="datetime64[us]").view(np.int64)


def wall_serials(times: WallTimes) -> npt.NDArray[np.float64]:
    """Wall time as the spreadsheet's serial numbers."""
    origin = np.datetime64(SERIAL_ORIGIN, "us").view(np.int64)
    return (times - origin) / (DAY_SECONDS * 1e6)


def read_moment(cell: Cell, zone: ZoneInfo) -> datetime | None:
    """The time that a cell tells, aware, in the zone, to the second; None when blank. ValueError when it is none.

    A serial number, or text as people write it: «30.05.2023 14:00», «30.05.2023», «2023-05-30 14:00».
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        raise ValueError("a boolean is no time")  # noqa: TRY004 - what stands in the cell is the wrong value
    if isinstance(cell, int | float):
        if not 1 <= cell < _LATEST:
            raise ValueError("no serial number of a time")
        return wall_time(cell).replace(tzinfo=zone)
    text = " ".join(cell.replace(",", " ").split())
    if not text:
        return None
    for form in _TEXT_FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    raise ValueError("no time in the text")
