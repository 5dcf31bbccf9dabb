"""The extension of one municipality's deadline, as an administrator or the ministry's desk types it."""

from __future__ import annotations

import re
from datetime import date, datetime

from campaign import Campaign
from outbox import texts
from outbox.errors import OutboxError
from outbox.links import Links

NONE = "none"
# Seconds in an ISO time: 18:00:30 or 180030, after the date.
_SECONDS = re.compile(r"\D\d\d:?\d\d:?\d\d")
# As it is written in letters: 10.12.2026 18:00
_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s+(?:в\s+)?(\d{1,2}:\d\d))?")


class DeadlineError(OutboxError):
    """What was typed is no moment to which the deadline can be extended; nothing was changed."""


def extend(links: Links, campaign: Campaign, oktmo: str, until: str) -> datetime | None:
    """Extend the deadline of a municipality of the campaign and return the moment; take that back for `none`.

    until: see `read_moment`; without seconds it lasts to the end of its minute. Raises DeadlineError, OutboxError.
    """
    if until.casefold() == NONE:
        links.set_extension(campaign.id, oktmo, None)
        return None
    own = campaign.deadline_of(oktmo)
    _refuse_day(until)
    moment = _lasting(until, read_moment(until, campaign)).astimezone(campaign.about.zone)
    if moment <= own:
        raise DeadlineError(texts.EXTENSION_EARLY.format(until=own))
    links.set_extension(campaign.id, oktmo, moment)
    return moment


def read_moment(text: str, campaign: Campaign) -> datetime:
    """Return the moment of `2026-12-10T18:00` or `10.12.2026 18:00`; without an offset in the campaign's zone.

    Raises DeadlineError.
    """
    try:
        moment = datetime.fromisoformat(_iso(text))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=campaign.about.zone)
        moment.astimezone(campaign.about.zone)
    except (ValueError, OverflowError) as error:
        raise DeadlineError(texts.NOT_A_TIME.format(text=text, example=campaign.about.deadline)) from error
    return moment


def _iso(text: str) -> str:
    found = _RUSSIAN.fullmatch(text.strip())
    if found is None:
        return text
    day, month, year, time = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}" + (f"T{time:0>5}" if time else "")


def _refuse_day(text: str) -> None:
    """Raise DeadlineError for a date without a time: it would end the extension at the beginning of that day."""
    try:
        day = date.fromisoformat(_iso(text))
    except ValueError:
        return
    raise DeadlineError(texts.DAY_ALONE.format(text=text, day=day))


def _lasting(text: str, moment: datetime) -> datetime:
    """Return the end of the minute if the text has no seconds, as for the deadline of the campaign file."""
    return moment if _SECONDS.search(text) else moment.replace(second=59, microsecond=999_999)
