"""The other commands: `status`, `restore`, `rebuild`."""

from __future__ import annotations

from datetime import UTC, datetime

from outbox.records import JournalEntry
from sheets import Area, TabMissing
from sync.context import Context
from sync.errors import ForeignCampaign, WorkerError
from sync.manual_edits.remarks import shown_answer
from sync.process.worker import TROUBLE
from sync.publication.spreadsheet_owner import check_campaign
from sync.records import table
from sync.records.columns import locate, wanted_headers
from sync.tabs.accounts import KEY as ANSWERS
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
            trouble=_trouble(context),
        )
    ]
    for one in aside:
        municipality = campaign.by_oktmo.get(one.submission.oktmo)
        name = municipality.name if municipality else one.submission.oktmo
        lines.append(texts.SET_ASIDE_LINE.format(receipt=one.submission.receipt, municipality=name, reason=one.reason))
    return "\n".join(lines)


def _trouble(context: Context) -> str:
    """What is in the way: first what keeps a worker with this campaign file from starting at all."""
    try:
        check_campaign(context)
    except ForeignCampaign as error:
        return str(error)
    return str(context.outbox.bindings.recall(context.spreadsheet.id, TROUBLE) or texts.NOTHING)


def _last_delivery(context: Context, entries: list[JournalEntry]) -> str:
    """What the spreadsheet last answered; a failure without an answer is told while it lasts, as what is wrong now."""
    entry = next((one for one in entries if one.kind == "delivery" and one.result != texts.FAILED), None)
    return f"{_moment(context, entry.at)}, {entry.result}" if entry else texts.NEVER


def _moment(context: Context, moment: datetime | None) -> str:
    if moment is None:
        return texts.NEVER
    return moment.astimezone(context.campaign.about.zone).strftime("%d.%m.%Y %H:%M:%S")


def restore(context: Context, receipt: str) -> str:
    """Let the deleted row of this receipt be delivered again. Raises CommandError, SheetsError.

    One read says that it is really gone; the worker that runs (or the next one) delivers it.
    """
    outbox, spreadsheet_id = context.outbox, context.spreadsheet.id
    prefix = context.campaign.about.receipt_prefix
    submission = outbox.submissions.by_words(context.campaign.id, prefix, receipt)
    if submission is None:
        raise CommandError(texts.RECEIPT_UNKNOWN.format(receipt=receipt))
    if outbox.deliveries.put_back(submission.id, spreadsheet_id):
        return texts.RECEIPT_PUT_BACK.format(receipt=submission.receipt)
    if submission.id not in outbox.deliveries.delivered_ids(context.campaign.id, spreadsheet_id):
        raise CommandError(texts.RECEIPT_WAITS.format(receipt=submission.receipt))
    sheet_id = outbox.bindings.tab(spreadsheet_id, ANSWERS)
    if sheet_id is None:
        raise CommandError(texts.RECEIPT_WAITS.format(receipt=submission.receipt))
    try:
        (block,) = context.spreadsheet.read([Area(sheet_id)])
    except TabMissing as error:
        title = context.campaign.spreadsheet.tabs.answers
        raise CommandError(texts.ANSWERS_DELETED.format(title=title)) from error
    columns = locate(block.cells[0] if block.cells else [], {table.ID: wanted_headers(context.campaign)[table.ID]})
    if not columns.sound:
        raise CommandError(columns.trouble(block.title))
    place = columns.places[table.ID]
    if any(len(row) > place and str(row[place]).strip() == submission.id for row in block.cells[1:]):
        raise CommandError(texts.RECEIPT_PRESENT.format(receipt=submission.receipt))
    outbox.deliveries.withdraw(spreadsheet_id, [submission.id])
    context.journal("restore", 1, 1, context.monotonic(), texts.RESTORED, submission.receipt)
    return "\n".join(
        [texts.RECEIPT_PUT_BACK.format(receipt=submission.receipt), *_lost_corrections(context, submission.id)]
    )


def _lost_corrections(context: Context, submission_id: str) -> list[str]:
    """What the ministry had corrected in the row that comes back as it was sent."""
    said = []
    for (row_key, of), edit in context.outbox.staff_edits.current(context.spreadsheet.id).items():
        question = context.campaign.by_id.get(of or "")
        if row_key == submission_id and question is not None and edit.kind == "changed":
            was, now = shown_answer(question, edit.was), shown_answer(question, edit.now)
            said.append(texts.LOST_CORRECTION.format(header=question.header, was=was, now=now))
    return [texts.LOST_CORRECTIONS.format(corrections="; ".join(said))] if said else []
