"""The command `status`; `restore` and `rebuild` have modules of their own."""

from __future__ import annotations

from datetime import UTC, datetime

from outbox.records import JournalEntry
from sync.context import Context
from sync.errors import ForeignCampaign, WorkerError
from sync.process.worker import TROUBLE
from sync.publication.spreadsheet_owner import check_campaign
from sync.texts import worker as texts


class CommandError(WorkerError):
    """Why a command did nothing; one Russian line or two."""


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
    for one in aside:
        municipality = campaign.by_oktmo.get(one.submission.oktmo)
        name = municipality.name if municipality else one.submission.oktmo
        lines.append(texts.SET_ASIDE_LINE.format(receipt=one.submission.receipt, municipality=name, reason=one.reason))
    return "\n".join(lines)


def trouble(context: Context) -> str | None:
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


def _moment(context: Context, moment: datetime | None) -> str:
    if moment is None:
        return texts.NEVER
    return moment.astimezone(context.campaign.about.zone).strftime("%d.%m.%Y %H:%M:%S")
