"""The application's parts, which the wiring puts together once."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from campaign import Campaign
from outbox import Outbox
from outbox.clock import CampaignClock
from webform.environment import Settings
from webform.forms.plan import Plan
from webform.rates import Rates
from webform.tokens import Tokens

NAME = "svod"
"""The key of the services in Flask's `app.extensions`."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one application; many threads use them at once."""

    settings: Settings
    campaign: Campaign
    plan: Plan
    outbox: Outbox
    clock: CampaignClock
    tokens: Tokens
    rates: Rates


def current_services() -> Services:
    """Return the services of the application that answers this request."""
    services: Services = current_app.extensions[NAME]
    return services
