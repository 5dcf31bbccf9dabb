"""The application's parts, which the wiring puts together once: those of each campaign, and those that all share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, g

from campaign import Campaign, Municipality
from campaign.model import Contact
from outbox import Outbox
from outbox.address_codes import AddressCodes, Holder
from outbox.clock import CampaignClock
from webform.calendars import CalendarTokens
from webform.environment import Settings
from webform.forms.plan import Plan
from webform.forms.steps import Steps
from webform.rates import Rates
from webform.tokens import Tokens

NAME = "svod"
"""The key of the installation in Flask's `app.extensions`."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts with which one campaign's pages work; many threads use them at once."""

    settings: Settings
    campaign: Campaign
    plan: Plan
    steps: Steps
    outbox: Outbox
    clock: CampaignClock
    tokens: Tokens
    rates: Rates

    def holder(self, oktmo: str) -> Holder:
        """Return the holder of the personal address that opens this municipality's report of the campaign."""
        return Holder(self.campaign.about.addressees, oktmo)


@dataclass(frozen=True, slots=True)
class Installation:
    """The parts of the application.

    campaigns: the services of each campaign, by its id; at least one
    lists:     the municipalities of each addressee list, by its name and their ОКТМО
    """

    settings: Settings
    outbox: Outbox
    clock: CampaignClock
    rates: Rates
    campaigns: Mapping[str, Services]
    lists: Mapping[str, Mapping[str, Municipality]]
    codes: AddressCodes
    calendars: CalendarTokens

    @property
    def only(self) -> Services | None:
        """The services of the only campaign; None where there are several."""
        return next(iter(self.campaigns.values())) if len(self.campaigns) == 1 else None

    @property
    def ministry(self) -> str | None:
        """The ministry that all campaigns name; None where they differ."""
        named = {services.campaign.about.ministry for services in self.campaigns.values()}
        return named.pop() if len(named) == 1 else None

    @property
    def contact(self) -> Contact | None:
        """The contact that all campaigns name; None where they differ."""
        named = [services.campaign.about.contact for services in self.campaigns.values()]
        return named[0] if all(one == named[0] for one in named) else None

    def asking(self, oktmo: str) -> list[Services]:
        """Return the services of the campaigns that ask this municipality."""
        return [services for services in self.campaigns.values() if oktmo in services.campaign.by_oktmo]

    def of_holder(self, holder: Holder) -> list[Services]:
        """Return the services of the campaigns that this address opens."""
        return [services for services in self.asking(holder.oktmo) if services.holder(holder.oktmo) == holder]

    def municipality(self, holder: Holder) -> Municipality | None:
        """Return the municipality of an address; None where no campaign of the list asks it."""
        return self.lists.get(holder.addressees, {}).get(holder.oktmo)


def current_installation() -> Installation:
    """Return the installation of the application that answers this request."""
    installation: Installation = current_app.extensions[NAME]
    return installation


def campaign_services() -> Services | None:
    """Return the services of the campaign that this request is about.

    None for a page of no campaign, such as `/`; where there is one campaign alone, every page is about it.
    """
    found: Services | None = g.get("services")
    return found or current_installation().only


def current_services() -> Services:
    """Return the services of the campaign that this request is about. Raises LookupError on a page of no campaign."""
    found = campaign_services()
    if found is None:
        raise LookupError("this page belongs to no campaign")
    return found


def use_campaign(services: Services) -> None:
    """Let this request be about the campaign: header, zone and contact are its own."""
    g.services = services
