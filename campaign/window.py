"""When answers are taken: opening, deadline, lateness, an extension for one municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign import Campaign


@dataclass(frozen=True, slots=True)
class Window:
    """When one municipality may answer, as of `now`. All times are aware campaign time.

    deadline: the municipality's by the campaign file, or its extension if that is later
    closed:   the ministry has ended the campaign, whatever the deadline says
    """

    now: datetime
    opens: datetime
    deadline: datetime
    extended: bool
    accepts_late: bool
    closed: bool = False

    @property
    def before(self) -> bool:
        """True until the opening."""
        return self.now < self.opens

    @property
    def late(self) -> bool:
        """True after the deadline."""
        return self.now > self.deadline

    @property
    def open(self) -> bool:
        """True if answers are taken, in time or late."""
        return not self.before and not self.closed and (self.accepts_late or not self.late)

    @property
    def over(self) -> bool:
        """True if answers were taken once and are no more."""
        return not self.before and not self.open

    @property
    def left(self) -> timedelta:
        """The time until the deadline; negative after it."""
        return self.deadline - self.now


def window_at(campaign: Campaign, oktmo: str, now: datetime, extension: datetime | None) -> Window:
    """Return the window of a municipality with this extension, if any, at this moment."""
    about, own = campaign.about, campaign.deadline_of(oktmo)
    deadline = max(own, extension) if extension is not None else own
    return Window(now, about.opens, deadline, deadline > own, about.late == "accept", about.closed)
