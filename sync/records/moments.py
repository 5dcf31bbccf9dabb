"""Times of rows: aware in the outbox, serial numbers of wall time or text in the spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from campaign import Campaign, Cell
from campaign.values import SERIAL_ORIGIN
from campaign.words import plain
from sync.records.cells import DAY_SECONDS, wall_time

_LATEST = 200_000.0
_FIRST_YEAR, _LAST_YEAR = 1900, 2299
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


class Span(NamedTuple):
    """The moments that a report can have come at: from a year before the opening to now."""

    first: datetime
    last: datetime

    @classmethod
    def of(cls, campaign: Campaign, now: datetime) -> Span:
        return cls(campaign.about.opens - timedelta(days=366), now)


def read_moment(cell: Cell, zone: ZoneInfo, span: Span | None = None) -> datetime | None:
    """Return the time in a cell, aware, in the zone, to the second; None for a blank one.

    A serial number, or text as people write it: «30.05.2023 14:00», «30.05.2023», «2023-05-30 14:00». Raises ValueError
    for anything else, and for a moment outside the span.
    """
    moment = _moment(cell)
    if moment is None:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError("no year of our time")
    aware = moment.replace(tzinfo=zone)
    if span is not None and not span.first <= aware <= span.last:
        raise ValueError("no report can have come then")
    return aware


def _moment(cell: Cell) -> datetime | None:
    """Return wall time."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        raise ValueError("a boolean is not a time")  # noqa: TRY004 - the content of the cell is wrong
    if isinstance(cell, int | float):
        if not 1 <= cell < _LATEST:
            raise ValueError("not the serial number of a time")
        return wall_time(cell)
    text = plain(cell.replace(",", " "))
    if not text:
        return None
    for form in _TEXT_FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - wall time
        except ValueError:
            continue
    raise ValueError("no time in the text")
