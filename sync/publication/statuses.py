"""Publish the status of each municipality into the outbox, where the form reads it."""

from __future__ import annotations

from campaign import to_json
from outbox.records import Lease, MunicipalityStatus
from sync.context import Context
from sync.records.remarks import remark_keys
from sync.review.summary import Summary


def publish(context: Context, summary: Summary, accepted: frozenset[str], lease: Lease) -> None:
    """Replace the statuses in the outbox by those of the summary. Raises LeaseLost.

    accepted: keys of the remarks that staff accepted in the spreadsheet
    """
    keys = dict(zip(summary.problems, remark_keys(summary.problems), strict=True))
    statuses = [
        MunicipalityStatus(
            oktmo=municipality.oktmo,
            state=municipality.state.value,
            receipt=municipality.receipt,
            version=municipality.version,
            seen=municipality.seen,
            by_hand=municipality.by_hand,
            counted=to_json(context.campaign, municipality.values),
            corrections=municipality.corrections,
            remarks=tuple(remark.published(keys[remark], accepted) for remark in municipality.remarks),
            as_of=summary.as_of,
        )
        for municipality in summary.municipalities
    ]
    context.outbox.statuses.publish(context.campaign.id, statuses, as_of=summary.as_of, lease=lease)
