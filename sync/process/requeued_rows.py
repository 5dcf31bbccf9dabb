"""Rows that `restore` has delivered again, with the ministry's corrections.

The corrections are noted when the row goes into the queue: a refresh that does not find the row takes them for undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from campaign import Campaign
from outbox.records import Json, Submission
from sync.context import Context
from sync.delivery.batch import Cells, Rows
from sync.manual_edits.corrected import Corrections, corrected_cells, corrections_in

NOTE = "put_back"
"""Name of the note among the outbox's bindings: submission id → column id → the ministry's answer."""


def requeue(context: Context, ids: Iterable[str]) -> None:
    """Make delivered submissions pending, as their rows are gone, and note the corrections that they had."""
    outbox, spreadsheet_id = context.outbox, context.spreadsheet.id
    wanted = list(ids)
    known = corrections_in(outbox.staff_edits.current(spreadsheet_id))
    delivered = outbox.deliveries.delivered_ids(context.campaign.id, spreadsheet_id)
    waiting = {one: dict(columns) for one, columns in read_requeued(context).items() if one not in delivered}
    note: dict[str, Json] = {**waiting, **{one: dict(known[one]) for one in wanted if one in known}}
    outbox.bindings.remember(spreadsheet_id, NOTE, note or None)
    outbox.deliveries.withdraw(spreadsheet_id, wanted)


def read_requeued(context: Context) -> Corrections:
    """Return the corrections of requeued rows."""
    note = context.outbox.bindings.recall(context.spreadsheet.id, NOTE)
    return {one: kept for one, kept in note.items() if isinstance(kept, dict)} if isinstance(note, dict) else {}


class RequeuedRows(Rows):
    """Rows as they were sent; requeued ones with their corrections."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._corrections: Mapping[str, Mapping[str, Json]] = {}

    def start(self) -> None:
        self._corrections = read_requeued(self._context)

    def cells(self, campaign: Campaign, submission: Submission) -> Cells | None:
        return corrected_cells(campaign, submission, self._corrections.get(submission.id, {}))
