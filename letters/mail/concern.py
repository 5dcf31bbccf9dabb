"""Where a municipality stands, and whether a mail concerns it. Read from the outbox at the moment of asking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from campaign import Campaign, Municipality
from campaign.model import MailTo
from letters.mail import texts
from letters.mail.plan import EVENTS, REMINDERS, Step, moments, passed
from outbox import Outbox
from outbox.records import MunicipalityStatus, PublishedRemark

State: TypeAlias = Literal["reported", "silent", "draft", "excluded", "ministry"]
"""ministry: the report was deleted or spoilt in the spreadsheet, so that it is the ministry's turn."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One municipality in one campaign.

    version:  the newest that was submitted, 0 for none; number: of that submission in the campaign
    deadline: its own, extension included; extended: later than by the file
    """

    municipality: Municipality
    status: MunicipalityStatus | None
    version: int
    number: int
    draft: bool
    deadline: datetime
    extended: bool

    @property
    def errors(self) -> tuple[PublishedRemark, ...]:
        """The errors that the municipality itself has to mend."""
        remarks = self.status.remarks if self.status is not None else ()
        return tuple(one for one in remarks if one.level == "error" and one.asks)

    @property
    def state(self) -> State:
        """What is so now. A version that the worker has not seen yet counts as a report: nobody is to be reminded."""
        status = self.status
        if status is None or status.state in ("silent", "draft"):
            seen = 0 if status is None else status.seen
            return "reported" if self.version > seen else "draft" if self.draft else "silent"
        if status.state in ("on_time", "late") or self.version > status.seen:
            return "reported"
        return "excluded" if status.state == "excluded" and self.errors else "ministry"


def situations(campaign: Campaign, outbox: Outbox, oktmos: Iterable[str] | None = None) -> dict[str, Situation]:
    """Return where each municipality of the campaign stands, by OKTMO in the order of the file.

    oktmos: of these alone; with few of them few rows are read
    """
    wanted = None if oktmos is None else frozenset(oktmos)
    chosen = [one for one in campaign.municipalities if wanted is None or one.oktmo in wanted]
    extensions = outbox.links.extensions(campaign.id)
    if wanted is not None and len(wanted) <= 20:
        statuses = {one.oktmo: outbox.statuses.get(campaign.id, one.oktmo) for one in chosen}
        drafts = {one.oktmo for one in chosen if outbox.drafts.get(campaign.id, one.oktmo) is not None}
        latest = {one.oktmo: outbox.submissions.latest(campaign.id, one.oktmo) for one in chosen}
        newest = {oktmo: (one.version, one.number) for oktmo, one in latest.items() if one is not None}
    else:
        statuses = {one.oktmo: one for one in outbox.statuses.all(campaign.id)}
        drafts = {one.oktmo for one in outbox.drafts.all(campaign.id)}
        newest = {one.oktmo: (one.version, one.number) for one in outbox.submissions.digests(campaign.id)}
    found = {}
    for municipality in chosen:
        oktmo = municipality.oktmo
        own = campaign.deadline_of(oktmo)
        deadline = max(own, extensions.get(oktmo, own)).astimezone(campaign.about.zone)
        version, number = newest.get(oktmo, (0, 0))
        status, draft = statuses.get(oktmo), oktmo in drafts
        found[oktmo] = Situation(municipality, status, version, number, draft, deadline, deadline > own)
    return found


def group_of(campaign: Campaign, step: Step) -> MailTo:
    """Return whom a scheduled step or a reminder is for, by the campaign file."""
    return "unreported" if step is Step.REMINDER else getattr(campaign.mails, step.value)


def by_hand_group(campaign: Campaign, step: Step) -> MailTo:
    """Return whom a step is for when staff send it: one that the file leaves out has its usual group."""
    given = group_of(campaign, step)
    if given != "nobody":
        return given
    return "all" if step is Step.OPENING else "unreported"


def untimely(campaign: Campaign, deadline: datetime, step: Step, now: datetime) -> str | None:
    """Return in Russian why a step makes no sense at this moment for a municipality of this deadline; None if it does.

    now: campaign time. Events are judged by what happened, and never by this.
    """
    if step in EVENTS:
        return None
    if campaign.about.closed:
        return texts.CLOSED
    if step in REMINDERS and now < campaign.about.opens:
        return texts.NOT_OPEN
    why = passed(moments(campaign, deadline), deadline, step, now)
    return None if why is None else texts.PASSED[why].format(deadline=texts.moment(deadline))


def concerns(to: MailTo, state: State) -> bool:
    """Return True if a step for this group concerns a municipality in this state."""
    if to == "unreported":
        return state in ("silent", "draft", "excluded")
    return to == "all" or to == state
