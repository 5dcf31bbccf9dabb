"""Cells at the top of every tab: title, «данные на», rehearsal."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from campaign import Campaign, Cell, Rollup
from campaign.texts import MINUS
from campaign.zones import CITIES, zone_words
from sync.records.cells import Formula
from sync.tabs.page import ConditionalColor, PageBuilder, PageCell, Rectangle
from sync.texts import tabs as texts


class Stamped(Protocol):
    """A summary. as_of: campaign time of the read, in the owner's zone; read_at: the real one"""

    @property
    def as_of(self) -> datetime: ...

    @property
    def read_at(self) -> datetime: ...

    @property
    def rehearsal(self) -> bool: ...


def title(owner: Campaign | Rollup, words: str) -> PageCell:
    return PageCell(f"{words}. {owner.about.title}", "title")


def stamp(summary: Stamped) -> PageCell:
    return PageCell(stamp_words(summary), "stamp", live=True)


def stamp_words(summary: Stamped) -> str:
    """«Данные на …»: the time of the last successful read."""
    words = texts.AS_OF.format(moment=texts.moment(summary.as_of), zone=zone_words(summary.as_of))
    return (texts.REHEARSAL_SHORT if summary.rehearsal else "") + words


_STAMP = re.compile(
    r"(?:.*?)Данные на (\d{1,2}) (\S+) (\d{4}) г\., (\d{2}):(\d{2}) \(по (?:времени UTC(\S+)|(\S+) времени)\)"
)


def read_stamp(cell: Cell) -> datetime | None:
    """Return the moment that a stamp names, aware; None for any other cell. The inverse of `stamp_words`."""
    found = _STAMP.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return None
    day, month, year, hour, minute, offset, city = found.groups()
    months = {words: number for number, words in texts.LOCALE.months["format"]["wide"].items()}
    zone = _zone_of_city(city) if city else _zone_of_offset(offset)
    if zone is None or month not in months:
        return None
    try:
        return datetime(int(year), months[month], int(day), int(hour), int(minute), tzinfo=zone)
    except ValueError:
        return None


def _zone_of_city(city: str) -> tzinfo | None:
    names = [name for name, words in CITIES.items() if words == city]
    return ZoneInfo("Europe/Moscow" if "Europe/Moscow" in names else names[0]) if names else None


def _zone_of_offset(words: str) -> tzinfo | None:
    found = re.fullmatch(rf"([+{MINUS}])(\d{{1,2}})(?::(\d\d))?", words)
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(ahead if found[1] == "+" else -ahead) if ahead < timedelta(hours=24) else None


def add_age(sheet: PageBuilder, summary: Stamped, limit: int | None) -> None:
    """Add the stamp, the minutes since the read and the read's time.

    The spreadsheet counts the minutes. The stamp is the same number, shown as its words: one condition turns both red.
    limit: minutes after which they are red; None for never
    """
    row = sheet.next + 1
    sheet.add_merged(PageCell(Formula(f"=A{row + 1}"), "stamp", live=True, words=stamp_words(summary)))
    age = PageCell(Formula(f"=TRUNC((NOW()-B{row + 1})*1440)"), "age", live=True)
    sheet.add(age, PageCell(summary.read_at.replace(tzinfo=None), "moment", live=True))
    if limit is not None:
        sheet.colours.append(ConditionalColor(Rectangle(row - 1, row + 1, 0, 1), limit, "alarm"))


def or_dash(value: object, cell: PageCell) -> PageCell:
    """Return `cell`, or «—» where `value` is None: no report is not zero."""
    return PageCell(texts.DASH, "centre") if value is None else cell
