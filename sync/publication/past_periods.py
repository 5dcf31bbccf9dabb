"""The periods before a campaign, read from what the outbox keeps as published about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from campaign import Campaign
from sync.context import Context
from sync.totals.past import PastPeriod, past_period

MOST_PERIODS = 12
"""A year of months."""


class PastPeriods:
    """Remembers the totals of each period while its publication is the same."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._known: dict[str, PastPeriod] = {}

    def read(self) -> tuple[PastPeriod, ...]:
        """Return the periods before, the last one first; none for a campaign that follows none. Raises OutboxError."""
        before_it = periods_before(self._context.campaign, self._context.campaigns)
        return tuple(self._period(one, before) for one, before in before_it)

    def _period(self, period_id: str, before: Campaign | None) -> PastPeriod:
        statuses = self._context.outbox.statuses
        as_of = statuses.as_of(period_id)
        known = self._known.get(period_id)
        if known is None or known.as_of != as_of:
            published = statuses.all(period_id) if as_of is not None else []
            known = past_period(self._context.campaign, period_id, before, as_of, published)
            self._known[period_id] = known
        return known


def periods_before(campaign: Campaign, campaigns: Mapping[str, Campaign]) -> Iterator[tuple[str, Campaign | None]]:
    """Yield id and file of the periods before, the last one first. campaigns: of the installation, by id

    A file that is gone ends the chain: what it followed is not known.
    """
    seen, follows = {campaign.id}, campaign.about.follows
    while follows is not None and follows not in seen and len(seen) <= MOST_PERIODS:
        seen.add(follows)
        before = campaigns.get(follows)
        yield follows, before
        follows = None if before is None else before.about.follows
