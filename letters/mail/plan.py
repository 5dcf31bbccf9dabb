"""When the steps of a campaign's mails are due. Pure.

Each municipality has its own moments: they follow its own deadline, extension included.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from campaign import Campaign

Passed: TypeAlias = Literal["early", "late", "short", "replaced"]
"""Why a step makes no sense now: the deadline has not passed; it has; the campaign is too short for the step; a later
reminder has begun."""
WITHIN = timedelta(days=1)
"""A step that was not begun within a day is left out: an installation that stood still sends no old news."""


class Step(StrEnum):
    """The kinds of mails. The scheduled ones and the events are keys of `mails` in the campaign file."""

    OPENING = "opening"
    HALFWAY = "halfway"
    THREE_DAYS_BEFORE = "three_days_before"
    ONE_DAY_BEFORE = "one_day_before"
    DAY_AFTER = "day_after"
    REMINDER = "reminder"
    """By hand alone, at most once a day."""
    RECEIPT = "receipt"
    CORRECTED = "corrected"
    EXCLUDED = "excluded_report"


SCHEDULED = (Step.OPENING, Step.HALFWAY, Step.THREE_DAYS_BEFORE, Step.ONE_DAY_BEFORE, Step.DAY_AFTER)
BY_HAND = (*SCHEDULED, Step.REMINDER)
EVENTS = (Step.RECEIPT, Step.CORRECTED, Step.EXCLUDED)
REMINDERS = (*SCHEDULED[1:], Step.REMINDER)


def moments(campaign: Campaign, deadline: datetime) -> Mapping[Step, datetime]:
    """Return when each scheduled step begins for a deadline, in order. What a short campaign has no time for is absent.

    All in the campaign's zone, at the hour of the file; the opening not before the campaign opens.
    """
    about = campaign.about
    opens, deadline = about.opens, deadline.astimezone(about.zone)

    def at(moment: datetime) -> datetime:
        return datetime.combine(moment.date(), time(campaign.mails.hour), about.zone)

    opening = max(opens, at(opens))
    found = {
        Step.OPENING: opening,
        Step.HALFWAY: at(opens + (deadline - opens) / 2),
        Step.THREE_DAYS_BEFORE: at(deadline - timedelta(days=3)),
        Step.ONE_DAY_BEFORE: at(deadline - timedelta(days=1)),
        Step.DAY_AFTER: at(deadline + timedelta(days=1)),
    }
    if found[Step.HALFWAY] >= found[Step.THREE_DAYS_BEFORE]:
        del found[Step.HALFWAY]
    return {step: moment for step, moment in found.items() if step is Step.OPENING or moment > opening}


def passed(planned: Mapping[Step, datetime], deadline: datetime, step: Step, now: datetime) -> Passed | None:
    """Return why a scheduled step makes no sense at this moment; None if it does, and for all other steps.

    planned: the moments of this deadline. An early step may be sent before its moment: by hand.
    """
    if step not in SCHEDULED:
        return None
    if step is Step.DAY_AFTER:
        return None if now > deadline else "early"
    if now > deadline:
        return "late"
    if step not in planned:
        return "short"
    before = [other for other in planned if other in (Step.HALFWAY, Step.THREE_DAYS_BEFORE, Step.ONE_DAY_BEFORE)]
    begun = [other for other in before if planned[other] <= now]
    return "replaced" if step in before and begun and planned[begun[-1]] > planned[step] else None


def due(planned: Mapping[Step, datetime], now: datetime) -> Step | None:
    """Return the step that is to be sent at this moment; None between the steps."""
    begun = [step for step, moment in planned.items() if moment <= now < moment + WITHIN]
    return begun[-1] if begun else None
