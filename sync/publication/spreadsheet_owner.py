"""Which campaign a spreadsheet is filled by: one, for good.

Tabs and headers are bound by spreadsheet, questions by their ids; a worker with another campaign file would take both
for its own and rewrite them. So the campaign is kept beside them, and asked for before anything is written.
"""

from __future__ import annotations

from outbox.records import Lease
from sync.context import Context
from sync.errors import ForeignCampaign
from sync.texts import worker as texts

CAMPAIGN = "campaign"


def check_campaign(context: Context) -> None:
    """Raise ForeignCampaign where the spreadsheet is another campaign's. Sends nothing, writes nothing."""
    own = context.campaign.id
    other = filled_by(context)
    if other is not None and other != own:
        raise ForeignCampaign(texts.FOREIGN_CAMPAIGN.format(other=other, own=own))


def claim(context: Context, lease: Lease) -> None:
    """Keep that the spreadsheet is this campaign's from now on. Raises ForeignCampaign, LeaseLost, OutboxError."""
    check_campaign(context)
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    if bindings.recall(spreadsheet_id, CAMPAIGN) is None:
        bindings.remember(spreadsheet_id, CAMPAIGN, context.campaign.id, lease=lease)


def filled_by(context: Context) -> str | None:
    """The id of the campaign; None where no reports were brought there yet.

    An outbox older than this memory tells by the reports that it brought there: this campaign's, if some are.
    """
    bindings, spreadsheet_id = context.outbox.bindings, context.spreadsheet.id
    kept = bindings.recall(spreadsheet_id, CAMPAIGN)
    if isinstance(kept, str):
        return kept
    placed = bindings.campaigns(spreadsheet_id)
    return context.campaign.id if context.campaign.id in placed else min(placed, default=None)
