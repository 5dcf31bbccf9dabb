"""When answers are taken: the opening, the deadline, what is late, an extension. Pure; imports campaign alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign import Campaign


@dataclass(frozen=True, slots=True)
class Window:
    """When one municipality may answer, seen from one moment. All times aware, campaign time.

    deadline: its own: the campaign's, or the extension where that is later
    """

    now: datetime
    opens: datetime
    deadline: datetime
    extended: bool
    accepts_late: bool

    @property
    def before(self) -> bool:
        """Not open yet."""
        return self.now < self.opens

    @property
    def late(self) -> bool:
        """What comes now is late."""
        return self.now > self.deadline

    @property
    def open(self) -> bool:
        """Answers are taken, in time or late."""
        return not self.before and (self.accepts_late or not self.late)

    @property
    def over(self) -> bool:
        """No more answers are taken."""
        return not self.before and not self.open

    @property
    def left(self) -> timedelta:
        """Until the deadline; negative when it is past."""
        return self.deadline - self.now


def window_at(campaign: Campaign, now: datetime, extension: datetime | None) -> Window:
    """The window of a municipality with this extension, if any, at this moment."""
    about = campaign.about
    deadline = max(about.deadline, extension) if extension is not None else about.deadline
    return Window(now, about.opens, deadline, deadline > about.deadline, about.late == "accept")
