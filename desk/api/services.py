"""The API's parts, which the composition puts together once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from campaign import Campaign
from desk.published import PublishedBriefs
from desk.services import Rates
from outbox import Outbox
from outbox.clock import CampaignClock

NAME = "svod-api"
"""The key of the API in Flask's `app.extensions`."""


@dataclass(frozen=True, slots=True)
class Api:
    """The parts of the API; many threads use them at once. campaigns, briefs: by the campaign's id."""

    campaigns: Mapping[str, Campaign]
    outbox: Outbox
    clock: CampaignClock
    rates: Rates
    briefs: Mapping[str, PublishedBriefs]


def current_api() -> Api:
    """Return the API of the application that answers this request."""
    api: Api = current_app.extensions[NAME]
    return api
