"""What an administrator does with links and deadlines, for the commands of `webform` and of `svod`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from campaign import Campaign, Municipality, load_campaign
from outbox import Outbox, open_outbox
from outbox.clock import real_now
from webform import texts
from webform.environment import Settings, read_settings
from webform.errors import WebformError
from webform.tokens import Tokens

# Seconds in an ISO time: 18:00:30 or 180030, after the date.
_SECONDS = re.compile(r"\D\d\d:?\d\d:?\d\d")
# As it is written in letters: 10.12.2026 18:00
_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s+(?:в\s+)?(\d{1,2}:\d\d))?")


@dataclass(frozen=True, slots=True)
class Installation:
    """The campaign with its outbox, and what signs the links."""

    settings: Settings
    campaign: Campaign
    outbox: Outbox
    tokens: Tokens

    def municipality(self, oktmo: str) -> Municipality:
        """Raises WebformError for an unknown code."""
        found = self.campaign.by_oktmo.get(oktmo)
        if found is None:
            raise WebformError(texts.UNKNOWN_OKTMO.format(oktmo=oktmo))
        return found

    def url(self, oktmo: str) -> str | None:
        """Return the address of the municipality's personal link, None if it is revoked. Raises OutboxError."""
        link = self.outbox.links.current(self.campaign.id, oktmo)
        if link.revoked:
            return None
        return f"{self.settings.public_url}/r/{self.tokens.link(oktmo, link.version, real_now())}"

    def reissue(self, oktmo: str) -> str:
        """Make a new link, and return its address."""
        self.municipality(oktmo)
        self.outbox.links.reissue(self.campaign.id, oktmo)
        return str(self.url(oktmo))

    def revoke(self, oktmo: str) -> str:
        """Revoke the link, and return words about it."""
        name = self.municipality(oktmo).name
        self.outbox.links.revoke(self.campaign.id, oktmo)
        return texts.REVOKED.format(name=name, oktmo=oktmo)

    def extend(self, oktmo: str, until: str) -> str:
        """Extend the deadline of a municipality, or take that back for `none`; return words about it."""
        name, own = self.municipality(oktmo).name, self.campaign.deadline_of(oktmo)
        if until.casefold() == "none":
            self.outbox.links.set_extension(self.campaign.id, oktmo, None)
            return texts.EXTENSION_OVER.format(name=name, until=texts.moment(own))
        _refuse_day(until)
        moment = _lasting(until, read_moment(until, self.campaign)).astimezone(self.campaign.about.zone)
        if moment <= own:
            raise WebformError(texts.EXTENSION_EARLY.format(until=texts.moment(own)))
        self.outbox.links.set_extension(self.campaign.id, oktmo, moment)
        return texts.EXTENDED.format(name=name, until=texts.hour_first(moment))


@contextmanager
def open_installation(environ: Mapping[str, str]) -> Iterator[Installation]:
    """Open what the environment names, until the block ends. Raises CampaignError, OutboxError, WebformError."""
    settings = read_settings(environ)
    campaign = load_campaign(settings.campaign_file)
    with open_outbox(settings.database_url) as outbox:
        outbox.kind.look(environ)
        yield Installation(settings, campaign, outbox, Tokens(settings.secrets, campaign.id))


def read_moment(text: str, campaign: Campaign) -> datetime:
    """Return the moment of `2026-12-10T18:00` or `10.12.2026 18:00`; without an offset in the campaign's zone.

    Raises WebformError.
    """
    try:
        moment = datetime.fromisoformat(_iso(text))
    except ValueError as error:
        example = f"{campaign.about.deadline:%Y-%m-%dT%H:%M}"
        raise WebformError(texts.NOT_A_TIME.format(text=text, example=example)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=campaign.about.zone)


def _iso(text: str) -> str:
    found = _RUSSIAN.fullmatch(text.strip())
    if found is None:
        return text
    day, month, year, time = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}" + (f"T{time:0>5}" if time else "")


def _refuse_day(text: str) -> None:
    """Raise WebformError for a date without a time: it would end the extension at the beginning of that day."""
    try:
        day = date.fromisoformat(_iso(text))
    except ValueError:
        return
    raise WebformError(texts.DAY_ALONE.format(text=text, day=day.isoformat()))


def _lasting(text: str, moment: datetime) -> datetime:
    """Return the end of the minute if the text has no seconds, as for the deadline of the campaign file."""
    return moment if _SECONDS.search(text) else moment.replace(second=59, microsecond=999_999)
