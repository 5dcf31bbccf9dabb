"""The desk's parts, which the composition puts together once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import current_app
from limits import RateLimitItem

from campaign import Campaign
from desk.people.passwords import Passwords
from desk.published import PublishedBriefs
from letters.mail.office import Office
from letters.mail.settings import MailSettings
from outbox import Outbox
from outbox.clock import CampaignClock
from outbox.records import Submission

NAME = "svod-desk"
"""The key of the desk in Flask's `app.extensions`."""


class Rates(Protocol):
    """Counters of the rate limits, shared with the form."""

    def hit(self, rate: RateLimitItem, *names: str) -> bool:
        """Count once more under these names. Return True if the count is within the rate."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the web process was started; the form reads it from the environment.

    secrets:    the newest key first
    public_url: the service's address as people reach it, without a slash at its end
    templates:  the folder of the staff's own letters, which need not exist
    proxies, proxied_host: as for the form
    mail:       the mail server; None where none is named, or its settings are wrong
    mail_wrong: what is wrong with them, in Russian
    ticket_key: path of the key of tickets for the embedded spreadsheet; None with Google's
    """

    secrets: tuple[str, ...]
    public_url: str
    templates: Path
    proxies: int
    proxied_host: bool
    mail: MailSettings | None = None
    mail_wrong: str = ""
    ticket_key: Path | None = None

    @property
    def tls(self) -> bool:
        """True if people reach the service under TLS."""
        return self.public_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Doors:
    """What the form knows and the desk shows.

    address:      campaign id and ОКТМО → the personal address; None where it is revoked
    receipt_code: a submission → the code that proves its receipt
    """

    address: Callable[[str, str], str | None]
    receipt_code: Callable[[Submission], str]


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts of the desk; many threads use them at once. campaigns, briefs: by the campaign's id."""

    settings: Settings
    campaigns: Mapping[str, Campaign]
    outbox: Outbox
    clock: CampaignClock
    rates: Rates
    doors: Doors
    passwords: Passwords
    briefs: Mapping[str, PublishedBriefs]
    office: Office


def current_desk() -> Desk:
    """Return the desk of the application that answers this request."""
    desk: Desk = current_app.extensions[NAME]
    return desk


def campaign_of(name: str) -> Campaign:
    """Return the campaign of an address, by its id; addresses name no other."""
    return current_desk().campaigns[name]
