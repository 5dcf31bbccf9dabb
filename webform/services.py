"""What the pages work with, put together by the wiring. Imports campaign, outbox and the package's own words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from campaign import Campaign
from outbox import Outbox
from outbox.clock import CampaignClock
from webform.assets import Assets
from webform.environment import Settings
from webform.forms.plan import Plan
from webform.tokens import Tokens

NAME = "svod"


@dataclass(frozen=True, slots=True)
class Services:
    """One for an application; safe to use from many threads."""

    settings: Settings
    campaign: Campaign
    plan: Plan
    outbox: Outbox
    clock: CampaignClock
    tokens: Tokens
    assets: Assets


def services() -> Services:
    """The services of the application that answers now."""
    known: Services = current_app.extensions[NAME]
    return known
