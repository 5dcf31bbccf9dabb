"""The command `status`; `restore` and `rebuild` have modules of their own."""

from __future__ import annotations

from datetime import UTC, datetime

from campaign import Rollup
from letters.mail.overview import figures
from outbox.records import JournalEntry
from sync.context import Context, SpreadsheetContext
from sync.errors import ForeignCampaign, WorkerError
from sync.lease import lease_name
from sync.process.rollup_worker import SHOWN
from sync.process.served import read_served
from sync.process.trouble import TROUBLE
from sync.process.wiring import Installation
from sync.publication.spreadsheet_owner import check_campaign
from sync.rollup.collect import known_sources
from sync.texts import rollup as rollup_texts
from sync.texts import worker as texts

MOST_NAMED = 5
"""Regions of one source that are named."""


class CommandError(WorkerError):
    """Why a command did nothing; one Russian line or two."""


def status_of_all(found: Installation, campaign_id: str | None = None) -> str:
    """Return `status` of each campaign and roll-up, or of one; under its title if there are several.

    Raises SettingsError, CampaignNotChosenError, OutboxError.
    """
    served = read_served(found.outbox)
    lines = [texts.FILES_REFUSED.format(reason=served.refused)] if served.refused else []
    places = found.places()
    for owner in found.chosen_owners(campaign_id):
        if len(found.owners) > 1:
            lines.append(texts.CAMPAIGN_HEAD.format(title=owner.about.title, id=owner.id))
        if isinstance(owner, Rollup):
            lines.append(rollup_status(found, owner))
            continue
        if places[owner.id].id is None:
            lines.append(texts.NOT_MADE_YET.format(campaign=owner.id))
            continue
        context = found.wire(owner).context
        lines.append(status(context, holder_of(context)))
    lines += [
        (rollup_texts.NOT_IN_FILES if one in served.rollups else texts.NOT_IN_FILES).format(title=title, id=one)
        for one, title in served.campaigns.items()
        if campaign_id is None and one not in places
    ]
    return "\n".join(lines)


def holder_of(context: SpreadsheetContext) -> str | None:
    """Return who holds the lease of the spreadsheet; None for nobody."""
    return context.outbox.leases.holder(lease_name(context.spreadsheet.id))


def status(context: Context, holder: str | None) -> str:
    """What waits, what was set aside, when the summary was refreshed, and what is wrong now. Sends nothing."""
    outbox, campaign, spreadsheet_id = context.outbox, context.campaign, context.spreadsheet.id
    waiting = outbox.deliveries.waiting(campaign.id, spreadsheet_id)
    aside = outbox.deliveries.set_aside_list(campaign.id, spreadsheet_id)
    entries = outbox.journal.last(campaign.id, spreadsheet_id)
    age = (datetime.now(UTC) - waiting.oldest_received_real) if waiting.oldest_received_real else None
    as_of = outbox.statuses.as_of(campaign.id)
    lines = [
        texts.STATUS_LINES.format(
            spreadsheet=spreadsheet_id,
            holder=holder or texts.NOBODY,
            waiting=waiting.count,
            oldest=texts.SECONDS.format(seconds=max(0, round(age.total_seconds()))) if age else texts.NONE,
            delivered=len(outbox.deliveries.delivered_ids(campaign.id, spreadsheet_id)),
            set_aside=len(aside),
            delivery=_last_delivery(context, entries),
            refreshed=_moment(context, as_of),
            trouble=trouble(context) or texts.NOTHING,
        )
    ]
    mails = figures(outbox, campaign.id, datetime.now(UTC))
    if mails.any:
        minutes = round(mails.age.total_seconds() / 60)
        lines.append(texts.STATUS_MAILS.format(mails=mails, minutes=minutes))
    for one in aside:
        municipality = campaign.by_oktmo.get(one.submission.oktmo)
        name = municipality.name if municipality else one.submission.oktmo
        lines.append(texts.SET_ASIDE_LINE.format(receipt=one.submission.receipt, municipality=name, reason=one.reason))
    return "\n".join(lines)


def rollup_status(found: Installation, rollup: Rollup) -> str:
    """How many sources are read, which are not and why, when it was shown, and what is wrong now. Sends nothing."""
    if found.places()[rollup.id].id is None:
        return rollup_texts.NOT_MADE_YET.format(id=rollup.id)
    context = found.wire_rollup(rollup).context
    spreadsheet_id = context.spreadsheet.id
    sources = known_sources(context.outbox, rollup, spreadsheet_id)
    shown = context.outbox.bindings.recall(spreadsheet_id, SHOWN)
    lines = [
        rollup_texts.STATUS_LINES.format(
            spreadsheet=spreadsheet_id,
            holder=holder_of(context) or texts.NOBODY,
            read=sum(one.reading is not None and one.trouble is None for one in sources.values()),
            all=len(sources),
            refreshed=_moment(context, datetime.fromisoformat(str(shown)) if shown else None),
            trouble=trouble(context) or texts.NOTHING,
        )
    ]
    for key, one in sources.items():
        if one.trouble is not None:
            names = ", ".join(region.name for region in rollup.regions_of(key)[:MOST_NAMED])
            lines.append(rollup_texts.STATUS_SOURCE.format(region=names, why=one.trouble))
    return "\n".join(lines)


def trouble(context: SpreadsheetContext) -> str | None:
    """What is in the way: first what keeps a worker with this campaign file from starting at all; None for nothing."""
    try:
        check_campaign(context)
    except ForeignCampaign as error:
        return str(error)
    kept = context.outbox.bindings.recall(context.spreadsheet.id, TROUBLE)
    return str(kept) if kept else None


def _last_delivery(context: Context, entries: list[JournalEntry]) -> str:
    """Return when the last delivery ended, and how. A failure without an answer is reported as what is wrong now."""
    entry = next((one for one in entries if one.kind == "delivery" and one.result != texts.FAILED), None)
    return f"{_moment(context, entry.at)}, {entry.result}" if entry else texts.NEVER


def _moment(context: SpreadsheetContext, moment: datetime | None) -> str:
    if moment is None:
        return texts.NEVER
    return moment.astimezone(context.zone).strftime("%d.%m.%Y %H:%M:%S")
