"""The desk's requests to put back what is gone from «Ответы»: `svod restore` in two steps, by the running worker."""

from __future__ import annotations

import structlog

from outbox.restore_requests import RestoreRequest
from sheets import SheetsError
from sync.context import Context
from sync.errors import WorkerError
from sync.process.restoring import carry_out, plan_restore
from sync.publication.refill import read_order

log = structlog.get_logger("sync.process.restore_asked")


def asked(context: Context) -> RestoreRequest | None:
    """Return the request for which the spreadsheet is to be read; None where there is none. Raises OutboxError.

    What was ordered is noted as done once nothing of it is left to do.
    """
    request = context.outbox.restore_requests.get(context.campaign.id)
    if request is None or request.state not in ("asked", "confirmed", "ordered"):
        return None
    if request.state != "ordered":
        return request
    delivered = context.outbox.deliveries.delivered_ids(context.campaign.id, context.spreadsheet.id)
    if read_order(context) is None and set(request.ids) <= set(delivered):
        context.outbox.restore_requests.move(context.campaign.id, request.number, ["ordered"], "done")
    return None


def answer(context: Context, request: RestoreRequest) -> None:
    """Say what would be done, or do it: if it was confirmed and is still the same. Raises OutboxError.

    A failure is kept for the person who asked, who may ask again.
    """
    requests, name = context.outbox.restore_requests, context.campaign.id
    try:
        plan = plan_restore(context, request.receipt or None)
        if request.state == "confirmed" and plan.words == request.words:
            carry_out(context, plan)
            ids = [one.id for one in plan.rows] + ([plan.set_aside.id] if plan.set_aside else [])
            requests.move(name, request.number, ["confirmed"], "ordered", ids=ids)
        else:
            changed = request.state == "confirmed"
            requests.move(name, request.number, [request.state], "shown", plan.words, changed=changed)
    except (SheetsError, WorkerError) as error:
        requests.move(name, request.number, [request.state], "failed", [str(error)])
        log.warning("restore failed", error=type(error).__name__)
