"""What the form is told: the status of each municipality, from the summary. Imported by `sync` alone."""

from __future__ import annotations

from campaign import to_json
from outbox.records import Lease, MunicipalityStatus
from sync.context import Context
from sync.review.summary import Summary


def publish(context: Context, summary: Summary, lease: Lease) -> None:
    """Replace the statuses in the outbox by what the summary says. Raises LeaseLost."""
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
            problems=[remark.to_json() for remark in municipality.remarks],
            as_of=summary.as_of,
        )
        for municipality in summary.municipalities
    ]
    context.outbox.statuses.publish(context.campaign.id, statuses, as_of=summary.as_of, lease=lease)
