"""A campaign of this installation as a source: what its worker last published. Sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from campaign import Campaign, Rollup, read_figures
from outbox import Outbox
from sync.records.states import Number, State
from sync.rollup.reading import Reading, RegionFigures, SourceUnreadableError
from sync.texts import rollup as texts
from sync.totals.aggregates import Report, aggregate


def read_campaign(outbox: Outbox, rollup: Rollup, campaign: Campaign, read_at: datetime) -> Reading:
    """Return what the campaign's summary holds. Raises SourceUnreadableError before its first refresh, OutboxError."""
    as_of = outbox.statuses.as_of(campaign.id)
    if as_of is None:
        raise SourceUnreadableError(texts.CAMPAIGN_UNCOUNTED)
    statuses = {one.oktmo: one for one in outbox.statuses.all(campaign.id)}
    members: dict[str, list[str]] = {}
    strangers: list[str] = []
    here = {one.code for one in rollup.regions_of(f"campaign:{campaign.id}")}
    for oktmo in campaign.by_oktmo:
        region = rollup.region_of(oktmo)
        if region is not None and region.code in here:
            members.setdefault(region.code, []).append(oktmo)
        else:
            strangers.append(oktmo)
    regions = {}
    for code, codes in members.items():
        reports = [
            read_figures(campaign.sheet_questions, statuses[oktmo].counted)
            for oktmo in codes
            if oktmo in statuses and State(statuses[oktmo].state).reported
        ]
        odd = (describe_strangers(strangers),) if strangers else ()
        figures = {one.id: _figure(campaign, one.name, reports) for one in rollup.figures}
        regions[code] = RegionFigures(len(reports), len(codes), figures, odd)
    return Reading(read_at, as_of.astimezone(campaign.about.zone), campaign.about.closed, regions)


def _figure(campaign: Campaign, name: str, reports: Sequence[Report]) -> Number | None:
    """Return the region's figure as the campaign aggregates it; the last accepted is not known here."""
    leaves = campaign.leaves_of(name)
    if not leaves or leaves[0].aggregate.kind == "last":
        return None
    return aggregate(leaves, reports)


def describe_strangers(codes: list[str]) -> str:
    """Return the sentence about municipalities of no region of the source."""
    shown = ", ".join(sorted(codes)[:5])
    return texts.STRANGERS.format(
        codes=shown if len(codes) <= 5 else f"{shown}, {texts.MORE.format(count=len(codes) - 5)}"
    )
