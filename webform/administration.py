"""What an administrator does with personal addresses and deadlines, for the commands of `webform` and of `svod`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from campaign import Campaign, Municipality, load_campaigns
from outbox import Outbox, open_outbox
from outbox.address_codes import AddressCodes, personal_url
from webform import texts
from webform.addressees import lists_of
from webform.environment import Settings, read_settings
from webform.errors import WebformError

# Seconds in an ISO time: 18:00:30 or 180030, after the date.
_SECONDS = re.compile(r"\D\d\d:?\d\d:?\d\d")
# As it is written in letters: 10.12.2026 18:00
_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s+(?:в\s+)?(\d{1,2}:\d\d))?")


@dataclass(frozen=True, slots=True)
class Administration:
    """The campaigns of one addressee list with their outbox, and what makes the addresses.

    municipalities: of the list, by ОКТМО
    """

    settings: Settings
    campaigns: tuple[Campaign, ...]
    addressees: str
    municipalities: Mapping[str, Municipality]
    outbox: Outbox
    codes: AddressCodes

    @property
    def campaign(self) -> Campaign:
        """The campaign of the list that opens last."""
        return max(self.campaigns, key=lambda one: one.about.opens)

    def municipality(self, oktmo: str) -> Municipality:
        """Raises WebformError for an unknown code."""
        found = self.municipalities.get(oktmo)
        if found is None:
            raise WebformError(texts.UNKNOWN_OKTMO.format(oktmo=oktmo))
        return found

    def url(self, oktmo: str) -> str | None:
        """Return the municipality's personal address, None if it is revoked. Raises OutboxError."""
        address = self.outbox.addresses.current(self.addressees, oktmo)
        return personal_url(self.settings.public_url, self.codes, address)

    def reissue(self, oktmo: str) -> str:
        """Make a new personal address, and return it."""
        self.municipality(oktmo)
        self.outbox.addresses.reissue(self.addressees, oktmo)
        return str(self.url(oktmo))

    def revoke(self, oktmo: str) -> str:
        """Revoke the personal address, and return words about it."""
        name = self.municipality(oktmo).name
        self.outbox.addresses.revoke(self.addressees, oktmo)
        return texts.REVOKED.format(name=name, oktmo=oktmo)

    def extend(self, oktmo: str, until: str, campaign: str | None = None) -> str:
        """Extend the deadline of a municipality, or take that back for `none`; return words about it.

        campaign: its id; needed where several ask the municipality
        """
        name, chosen = self.municipality(oktmo).name, self._asking(oktmo, campaign)
        own = chosen.deadline_of(oktmo)
        if until.casefold() == "none":
            self.outbox.links.set_extension(chosen.id, oktmo, None)
            return texts.EXTENSION_OVER.format(name=name, until=texts.moment(own))
        _refuse_day(until)
        moment = _lasting(until, read_moment(until, chosen)).astimezone(chosen.about.zone)
        if moment <= own:
            raise WebformError(texts.EXTENSION_EARLY.format(until=texts.moment(own)))
        self.outbox.links.set_extension(chosen.id, oktmo, moment)
        return texts.EXTENDED.format(name=name, until=texts.hour_first(moment))

    def _asking(self, oktmo: str, chosen: str | None) -> Campaign:
        asking = {one.id: one for one in self.campaigns if oktmo in one.by_oktmo}
        if chosen is None and len(asking) == 1:
            return next(iter(asking.values()))
        if chosen not in asking:
            raise WebformError(texts.WHICH_CAMPAIGN.format(campaigns=", ".join(asking)))
        return asking[chosen]


@contextmanager
def open_installation(environ: Mapping[str, str], addressees: str | None = None) -> Iterator[Administration]:
    """Open what the environment names, until the block ends. addressees: a list; needed where there are several.

    Raises CampaignError, OutboxError, WebformError.
    """
    settings = read_settings(environ)
    campaigns = load_campaigns(settings.campaign_file)
    lists = lists_of(campaigns)
    if addressees is None and len(lists) == 1:
        addressees = next(iter(lists))
    if addressees not in lists:
        raise WebformError(texts.WHICH_LIST.format(lists=", ".join(sorted(lists))))
    of_list = tuple(one for one in campaigns if one.about.addressees == addressees)
    codes = AddressCodes(settings.secrets, {})
    with open_outbox(settings.database_url) as outbox:
        outbox.kind.look(environ)
        yield Administration(settings, of_list, addressees, lists[addressees], outbox, codes)


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
