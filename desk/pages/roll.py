"""The roll-call of a campaign, and the contacts in it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, url_for
from werkzeug import Response as Redirect

from campaign import Campaign
from desk import mail_texts, texts
from desk.access import needs, person
from desk.chart import charts
from desk.contacts import Contacts, contacts_for
from desk.listing import ALL, Asked, Listing, listing, read_asked
from desk.municipality import sheet_address
from desk.pages.typed import asked
from desk.rendering import now, page
from desk.rollcall import RollCall, roll_call
from desk.services import campaign_of, current_desk
from outbox.clock import real_now

pages = Blueprint("roll", __name__)


@pages.get("/<campaign:campaign>/")
@needs("read")
def show(campaign: str) -> str:
    """Show where every municipality stands; a page of them, as chips, search and order say."""
    call = _call(campaign_of(campaign))
    return _page(call, _listed(call))


@pages.get("/<campaign:campaign>/contacts")
@needs("read")
def without_contacts(campaign: str) -> Redirect:
    """Lead from the address of a page with contacts, opened anew, to the page without them."""
    return redirect(url_for("roll.show", campaign=campaign, **_asked().query(page=_asked().page)), 303)


@pages.post("/<campaign:campaign>/contacts")
@needs("work")
def contacts(campaign: str) -> str:
    """Show the same page with the contacts of its municipalities, and journal that look."""
    asked_for = campaign_of(campaign)
    call = _call(asked_for)
    listed = _listed(call)
    if listed.asked.page == ALL:
        abort(400)
    desk = current_desk()
    found = contacts_for(asked_for, desk.outbox, [line.municipality.oktmo for line in listed.lines])
    desk.outbox.acts.record(person().account, "contacts_seen", campaign=campaign, detail={"oktmos": [*sorted(found)]})
    return _page(call, listed, found)


def _call(campaign: Campaign) -> RollCall:
    desk = current_desk()
    return roll_call(campaign, desk.outbox, desk.briefs[campaign.id], now(), rehearsal=desk.clock.rehearsal)


def _listed(call: RollCall) -> Listing:
    return listing(call.lines, _asked())


def _asked() -> Asked:
    return read_asked(asked("state"), asked("q"), asked("sort"), asked("page"))


def _page(call: RollCall, listed: Listing, found: Mapping[str, Contacts] | None = None) -> str:
    desk = current_desk()
    in_sheet = desk.outbox.sheet_places.get(call.campaign.id)
    # The page with contacts has no room for the mails: it is to ring by.
    shown = [line.municipality.oktmo for line in listed.lines] if found is None else []
    return page(
        "roll.html",
        campaign=call.campaign,
        call=call,
        listed=listed,
        asked=listed.asked,
        contacts=found,
        sheet=sheet_address(in_sheet),
        notes=in_sheet.notes if in_sheet else {},
        charts=charts(call.campaign, desk.outbox.daily.get(call.campaign.id)),
        chips=texts.CHIPS,
        columns=texts.columns(call.campaign),
        mails=current_desk().outbox.roll_call.last_mails(call.campaign.id, shown),
        mail_words=mail_texts.LAST,
        mail_states=mail_texts.STATES,
        mail_usual=mail_texts.NOT_SAID,
        real_now=real_now(),
    )
