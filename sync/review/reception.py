"""Until when a municipality may send its report. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from campaign import Campaign


def deadline_of(campaign: Campaign, extensions: Mapping[str, datetime], oktmo: str) -> datetime:
    """Return the municipality's deadline by the campaign file, or its extension; in the campaign's zone."""
    return extensions.get(oktmo, campaign.deadline_of(oktmo)).astimezone(campaign.about.zone)


def is_closed(campaign: Campaign, extensions: Mapping[str, datetime], oktmo: str, now: datetime) -> bool:
    """Return True if the form takes no report of the municipality unless it is extended or the campaign opened."""
    return campaign.about.closed or (campaign.about.late == "refuse" and now > deadline_of(campaign, extensions, oktmo))
