"""Makes the mails that are due: the steps of the schedule, and what happened to reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from campaign import Campaign
from letters.mail.concern import Situation, concerns, group_of, situations
from letters.mail.events import about_of
from letters.mail.office import Office
from letters.mail.plan import WITHIN, Step, due, moments, passed
from outbox.mails import AFTER, RESTORED, SINCE, NewMail

SETTLED = timedelta(minutes=15)
"""The ministry corrects one cell after another: a mail about them waits until nothing has changed for so long."""
AT_ONCE = 500


def make_due(office: Office, campaign: Campaign) -> int:
    """Make what is due now and not made yet; return how many. Reports from before mails began get none."""
    newest = office.outbox.submissions.highest(campaign.id)
    after, since = (office.outbox.meta.recall(f"{note} {campaign.id}") for note in (AFTER, SINCE))
    off = not office.makes or not campaign.mails.send
    if off or not isinstance(after, int) or not isinstance(since, int):
        first = 0 if office.clock.rehearsal and not off else newest
        if (after, since) != (first, first):
            for note in (AFTER, SINCE):
                office.outbox.meta.remember(f"{note} {campaign.id}", first)
        if off:
            return 0
        after = since = first
    made = _receipts(office, campaign, after, newest)
    if campaign.about.closed:
        return made
    found = situations(campaign, office.outbox)
    later = [one for one in found.values() if one.number > since]
    wanted = [*_scheduled(office, campaign, found.values()), *_events(office, campaign, later)]
    return made + len(office.outbox.mails.make(campaign.id, wanted))


def _receipts(office: Office, campaign: Campaign, after: int, newest: int) -> int:
    if newest <= after:
        return 0
    now, real = office.now(campaign), office.clock.real()
    fresh = office.outbox.submissions.above(campaign.id, after, AT_ONCE)
    wanted = [
        NewMail(one.oktmo, Step.RECEIPT, one.receipt, urgent=True, made_by="report", made_at=now, not_before=real)
        for one in fresh
        if office.clock.rehearsal
        or now - one.accepted_at < WITHIN  # of an installation that stood still, or sent no mails for a while
    ]
    made = office.outbox.mails.make(campaign.id, wanted) if campaign.mails.receipt else []
    if fresh:  # the mails are there: now the mark may pass them
        office.outbox.meta.remember(f"{AFTER} {campaign.id}", fresh[-1].number)
    return len(made)


def _scheduled(office: Office, campaign: Campaign, found: Iterable[Situation]) -> Iterable[NewMail]:
    now, real = office.now(campaign), office.clock.real()
    found = list(found)
    restored = office.outbox.meta.recall(RESTORED)
    earliest = datetime.fromisoformat(restored) if isinstance(restored, str) and not office.clock.rehearsal else None

    def step_for(deadline: datetime) -> Step | None:
        plan = moments(campaign, deadline)
        step = due(plan, now)
        if step is None or (earliest is not None and plan[step] <= earliest):
            return None
        return step if passed(plan, deadline, step, now) is None else None

    planned = {deadline: step_for(deadline) for deadline in {one.deadline for one in found}}
    for one in found:
        step = planned[one.deadline]
        if step is not None and concerns(group_of(campaign, step), one.state):
            yield NewMail(
                one.municipality.oktmo, step, "", urgent=False, made_by="schedule", made_at=now, not_before=real
            )


def _events(office: Office, campaign: Campaign, found: Iterable[Situation]) -> Iterable[NewMail]:
    now, real = office.now(campaign), office.clock.real()
    settled = real if office.clock.rehearsal else real + SETTLED
    for step, asked in ((Step.CORRECTED, campaign.mails.corrected), (Step.EXCLUDED, campaign.mails.excluded_report)):
        for one in found if asked else ():
            about = about_of(step, one)
            if about:
                yield NewMail(
                    one.municipality.oktmo,
                    step,
                    about,
                    urgent=True,
                    made_by="ministry",
                    made_at=now,
                    not_before=settled,
                )
