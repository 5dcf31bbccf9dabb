"""Which campaign or roll-up a spreadsheet is filled by, and whether in a rehearsal or in reality: one each, for good.

Tabs and headers are bound by spreadsheet, questions by their ids; a worker with another campaign file would take both
for its own and rewrite them. So the campaign is kept beside them, and asked for before anything is written. The kind
stands in the spreadsheet itself, since a rehearsal and a real reception have different outboxes.
"""

from __future__ import annotations

from outbox import Outbox
from outbox.clock import REHEARSAL
from outbox.records import Lease
from sheets import KIND_KEY, Description
from sync.context import SpreadsheetContext
from sync.errors import ForeignCampaign, ForeignKind
from sync.texts import worker as texts

CAMPAIGN = "campaign"
KIND_ID = 2_000_000_000
"""The developer metadata id of the kind: of two processes that give it only one can, and no sequence gets that far."""


def check_campaign(context: SpreadsheetContext) -> None:
    """Raise ForeignCampaign where the spreadsheet is another campaign's. Sends nothing, writes nothing."""
    own = context.owner
    other = filled_by(context)
    if other is not None and other != own:
        raise ForeignCampaign(texts.FOREIGN_CAMPAIGN.format(other=other, own=own))


def claim(context: SpreadsheetContext, lease: Lease) -> None:
    """Keep that the spreadsheet is this campaign's from now on. Raises ForeignCampaign, LeaseLost, OutboxError."""
    check_campaign(context)
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    if bindings.recall(spreadsheet_id, CAMPAIGN) is None:
        bindings.remember(spreadsheet_id, CAMPAIGN, context.owner, lease=lease)


def filled_by(context: SpreadsheetContext) -> str | None:
    """The id of the campaign; None where no reports were brought there yet."""
    return owner_of(context.outbox, context.spreadsheet.id, context.owner)


def owner_of(outbox: Outbox, spreadsheet_id: str, own: str | None = None) -> str | None:
    """Return the id of the campaign that fills the spreadsheet; None where no reports were brought there yet.

    An outbox older than this note shows it by the reports that it brought there: those of the campaign `own`, if some
    are.
    """
    kept = outbox.bindings.recall(spreadsheet_id, CAMPAIGN)
    if isinstance(kept, str):
        return kept
    placed = outbox.bindings.campaigns(spreadsheet_id)
    return own if own in placed else min(placed, default=None)


def check_kind(context: SpreadsheetContext, seen: Description) -> None:
    """Raise ForeignKind if the spreadsheet is a rehearsal's and this process isn't, or the other way round."""
    if seen.kind not in (None, context.clock.kind):
        words = texts.REHEARSED_SPREADSHEET if seen.kind == REHEARSAL else texts.REAL_SPREADSHEET
        raise ForeignKind(words.format(spreadsheet=context.spreadsheet.id))


def kind_request(context: SpreadsheetContext) -> dict[str, object]:
    """Return the request that gives the spreadsheet the kind of this process."""
    metadata = {
        "metadataId": KIND_ID,
        "metadataKey": KIND_KEY,
        "metadataValue": context.clock.kind,
        "visibility": "DOCUMENT",
        "location": {"spreadsheet": True},
    }
    return {"createDeveloperMetadata": {"developerMetadata": metadata}}
