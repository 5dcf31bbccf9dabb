"""A campaign of this installation as a source: what its worker last published. Sends nothing."""

from __future__ import annotations

from datetime import datetime

from campaign import Campaign, Rollup
from outbox import Outbox
from sync.rollup.reading import Reading, RegionFigures, SourceNotReadyError
from sync.texts import rollup as texts
from sync.totals.published import published_figure, published_reports


def read_campaign(outbox: Outbox, rollup: Rollup, campaign: Campaign, read_at: datetime) -> Reading:
    """Return what the campaign's summary holds. Raises SourceNotReadyError before its first refresh, OutboxError."""
    as_of = outbox.statuses.as_of(campaign.id)
    if as_of is None:
        raise SourceNotReadyError(campaign.id)
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
        reports = published_reports(campaign, (statuses[oktmo] for oktmo in codes if oktmo in statuses))
        odd = (describe_strangers(strangers),) if strangers else ()
        figures = {one.id: published_figure(campaign.leaves_of(one.name), reports) for one in rollup.figures}
        regions[code] = RegionFigures(len(reports), len(codes), figures, odd)
    return Reading(read_at, as_of.astimezone(campaign.about.zone), campaign.about.closed, regions)


def describe_strangers(codes: list[str]) -> str:
    """Return the sentence about municipalities of no region of the source."""
    shown = ", ".join(sorted(codes)[:5])
    return texts.STRANGERS.format(
        codes=shown if len(codes) <= 5 else f"{shown}, {texts.MORE.format(count=len(codes) - 5)}"
    )
