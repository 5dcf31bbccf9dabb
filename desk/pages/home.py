"""The first page: all campaigns, with state and completeness."""

from __future__ import annotations

from flask import Blueprint

from desk.access import needs
from desk.municipality import sheet_address
from desk.rendering import now, page
from desk.rollcall import roll_call
from desk.services import current_desk

pages = Blueprint("home", __name__)


@pages.get("/")
@needs("read")
def show() -> str:
    """Show each campaign: the one with the next deadline first, campaigns that are over last."""
    desk, moment, rehearsal = current_desk(), now(), current_desk().clock.rehearsal
    calls = [
        roll_call(one, desk.outbox, desk.briefs[one.id], moment, rehearsal=rehearsal) for one in desk.campaigns.values()
    ]
    due = [call for call in calls if not call.over]
    over = [call for call in calls if call.over]
    due.sort(key=lambda call: call.campaign.last_deadline)
    over.sort(key=lambda call: call.campaign.last_deadline, reverse=True)
    sheets = {name: sheet_address(desk.outbox.sheet_places.get(name)) for name in desk.campaigns}
    return page("home.html", calls=due + over, sheets=sheets)
