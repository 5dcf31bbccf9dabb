"""Lists of addressees: the municipalities that the campaigns of a list ask. Their codes: `outbox.address_codes`."""

from __future__ import annotations

from collections.abc import Iterable

from campaign import Campaign, Municipality


def lists_of(campaigns: Iterable[Campaign]) -> dict[str, dict[str, Municipality]]:
    """Return each list of addressees: its municipalities by ОКТМО.

    Where campaigns describe a municipality differently, the one that opens last has the say.
    """
    lists: dict[str, dict[str, Municipality]] = {}
    for campaign in sorted(campaigns, key=lambda one: one.about.opens, reverse=True):
        known = lists.setdefault(campaign.about.addressees, {})
        for municipality in campaign.municipalities:
            known.setdefault(municipality.oktmo, municipality)
    return lists
