"""The roll-call of a campaign: where every municipality stands now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from campaign import Campaign, Municipality
from campaign.window import Window, window_at
from desk.published import REPORTED, Brief, PublishedBriefs
from letters.mail.overview import unreachable
from outbox import Outbox
from outbox.clock import real_now
from outbox.rollcall import Newest

STATES = ("on_time", "late", "waiting", "draft", "silent", "excluded", "deleted")
"""Every municipality has exactly one. All but `waiting` are the worker's; `waiting`: sent, and not yet counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """A municipality in the roll-call.

    number:   its place in the campaign file, from 1
    receipt, version, accepted_at, late: of the newest version that it sent; "", 0, None, False where there is none
    waits:    a version was sent that the worker has not counted yet
    total:    its main figure that counts
    remarks:  of them the ministry accepted so many
    draft_at: when its draft was saved, if it has one
    unreachable: a mail came back from an address of it
    opened:   when its personal address was last opened (real clock)
    """

    number: int
    municipality: Municipality
    state: str
    window: Window
    receipt: str = ""
    version: int = 0
    accepted_at: datetime | None = None
    late: bool = False
    waits: bool = False
    total: int | Decimal | None = None
    remarks: int = 0
    accepted: int = 0
    corrections: int = 0
    by_hand: bool = False
    draft_at: datetime | None = None
    opened: datetime | None = None
    unreachable: bool = False

    @property
    def reported(self) -> bool:
        """True if its figures count."""
        return self.state in REPORTED

    @property
    def left(self) -> timedelta | None:
        """The time until its deadline, negative after it; None once it has sent a report."""
        return None if self.version or self.reported else self.window.left


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the municipalities are in each state. reported: of them, those with figures that count."""

    count: int
    reported: int
    by_state: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standstill:
    """The worker does not fill the spreadsheet. since: real clock, or None where it never did.

    summary: True if it runs, and yet the summary has not been refreshed; since is then campaign time
    """

    since: datetime | None
    summary: bool = False


@dataclass(frozen=True, slots=True)
class RollCall:
    """All municipalities of a campaign, in the order of the file. as_of: the last publication, campaign time."""

    campaign: Campaign
    now: datetime
    as_of: datetime | None
    lines: tuple[Line, ...]
    standstill: Standstill | None

    @property
    def over(self) -> bool:
        """True if the ministry has ended the campaign, or all its deadlines are past."""
        return self.campaign.about.closed or self.campaign.last_deadline < self.now

    @property
    def completeness(self) -> Completeness:
        return Completeness(
            count=len(self.lines),
            reported=sum(line.reported for line in self.lines),
            by_state=Counter(line.state for line in self.lines),
        )


def roll_call(
    campaign: Campaign, outbox: Outbox, briefs: PublishedBriefs, now: datetime, *, rehearsal: bool
) -> RollCall:
    """Return the roll-call of this moment (campaign time). Raises OutboxError."""
    as_of, published = briefs.read()
    newest = outbox.roll_call.newest(campaign.id)
    drafts = {draft.oktmo: draft.saved_at for draft in outbox.drafts.all(campaign.id)}
    extensions = outbox.links.extensions(campaign.id)
    dead = unreachable(campaign, outbox)
    decided = outbox.remark_decisions.accepted(campaign.id)
    opened = outbox.roll_call.opened(campaign.about.addressees)
    lines = []
    for number, one in enumerate(campaign.municipalities, 1):
        window = window_at(campaign, one.oktmo, now, extensions.get(one.oktmo))
        brief, sent, draft = published.get(one.oktmo), newest.get(one.oktmo), drafts.get(one.oktmo)
        line = _line(number, one, window, brief, sent, draft, opened.get(one.oktmo))
        open_ones = sum(key not in decided for key in brief.undecided) if brief else 0
        lines.append(replace(line, accepted=line.remarks - open_ones, unreachable=one.oktmo in dead))
    still = standstill(campaign, outbox, now, as_of, rehearsal=rehearsal)
    return RollCall(campaign, now, as_of, tuple(lines), still)


def _line(
    number: int,
    municipality: Municipality,
    window: Window,
    brief: Brief | None,
    newest: Newest | None,
    draft_at: datetime | None,
    opened: datetime | None,
) -> Line:
    return Line(
        number=number,
        municipality=municipality,
        state=state_of(brief, newest, has_draft=draft_at is not None),
        window=window,
        receipt=newest.receipt if newest else "",
        version=newest.version if newest else 0,
        accepted_at=newest.accepted_at if newest else None,
        late=newest.late if newest else False,
        waits=newest is not None and newest.version > (brief.seen if brief else 0),
        total=brief.total if brief else None,
        remarks=brief.remarks if brief else 0,
        corrections=brief.corrections if brief else 0,
        by_hand=brief.by_hand if brief else False,
        draft_at=draft_at,
        opened=opened,
    )


def state_of(brief: Brief | None, newest: Newest | None, *, has_draft: bool) -> str:
    """Return one of STATES: what the worker published, unless that is older than what was sent or saved."""
    if brief is not None and brief.state not in ("silent", "draft"):
        return brief.state
    if newest is not None:
        return "waiting"
    return "draft" if has_draft else "silent"


def standstill(
    campaign: Campaign, outbox: Outbox, now: datetime, as_of: datetime | None, *, rehearsal: bool
) -> Standstill | None:
    """Return since when nothing is counted any more; None while all is well, and for a campaign that is over.

    The clock of a rehearsal is moved by hand, so that the age of its summary says nothing.
    """
    if campaign.about.closed:
        return None
    until = outbox.roll_call.worker_until(campaign.id)
    if until is None or until <= real_now():
        return Standstill(until)
    if not rehearsal and as_of is not None and now - as_of > timedelta(minutes=campaign.schedule.stale_minutes):
        return Standstill(as_of, summary=True)
    return None
