"""What the worker published: the one source of figures that count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from campaign import Campaign
from letters import texts
from letters.errors import LettersError
from outbox import Outbox
from outbox.records import MunicipalityStatus

REPORTED = ("on_time", "late")
"""The states in which figures count."""


def published(campaign: Campaign, outbox: Outbox) -> tuple[datetime, Mapping[str, MunicipalityStatus]]:
    """Return the moment of the last publication, and its statuses by OKTMO. Raises LettersError where there is none."""
    statuses = {status.oktmo: status for status in outbox.statuses.all(campaign.id)}
    # Each status bears the moment of its own publication: read apart, the two could be of different ones.
    as_of = next((status.as_of for status in statuses.values()), None) or outbox.statuses.as_of(campaign.id)
    if as_of is None:
        raise LettersError(texts.NOTHING_PUBLISHED)
    return as_of, statuses
