"""Mails that follow from what happened to a report: accepted, corrected by the ministry, left out of the totals."""

from __future__ import annotations

import hashlib

from letters.mail.concern import Situation
from letters.mail.plan import Step
from outbox.payload import canonical
from outbox.records import Json


def about_of(step: Step, situation: Situation) -> str:
    """Return what a mail about corrections or errors is about: version and a digest of them; "" for no such thing.

    Other corrections make another mail, and the one about these is then not sent any more. Nothing is said of a report
    that is no longer the newest.
    """
    status = situation.status
    if status is None or status.version is None or status.by_hand or situation.version > status.version:
        return ""
    found: list[Json] = []
    if step is Step.CORRECTED and status.state in ("on_time", "late"):
        found = [[one.question, one.submitted, one.sheet] for one in status.corrections]
    if step is Step.EXCLUDED and status.state == "excluded":
        found = [[one.code, one.question, one.shown] for one in situation.errors]
    if not found:
        return ""
    digest = hashlib.sha256(canonical(found, "about").encode()).hexdigest()
    return f"{status.version} {digest[:16]}"
