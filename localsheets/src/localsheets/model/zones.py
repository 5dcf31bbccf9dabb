"""Time zones of spreadsheets."""

import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def known_zone(name: str) -> bool:
    """Return True if a spreadsheet may have this time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def today_in(name: str) -> datetime.date:
    """Return today's date in a time zone, by the real clock."""
    zone: datetime.tzinfo = ZoneInfo(name) if known_zone(name) else datetime.UTC
    return datetime.datetime.now(zone).date()
