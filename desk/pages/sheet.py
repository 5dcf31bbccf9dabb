"""Opening the embedded spreadsheet under one's own name."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, request

from desk.access import needs, person
from desk.municipality import sheet_address
from desk.pages.typed import typed
from desk.rendering import page
from desk.security import POLICY
from desk.services import campaign_of, current_desk
from desk.tickets import has_key, make_ticket, origin_of

pages = Blueprint("sheet", __name__)


@pages.post("/<campaign:campaign>/sheet")
@needs("read")
def show(campaign: str) -> Response:
    """Show the page that hands a one-time ticket over to the spreadsheet's server; with scripts it does so by itself.

    No address may hold a ticket, so the page is the answer to a press, and its form sends the ticket.
    """
    about, desk = campaign_of(campaign), current_desk()
    address = sheet_address(desk.outbox.sheet_places.get(about.id), typed("oktmo", 20))
    key = desk.settings.ticket_key
    if not address or key is None or not has_key(key):
        abort(404)
    there, here = origin_of(address), request.headers.get("Origin") or origin_of(desk.settings.public_url)
    ticket = make_ticket(key, person().account, here, address)
    desk.outbox.acts.record(person().account, "sheet_opened", campaign=about.id)
    response = make_response(page("sheet.html", campaign=about, there=there, ticket=ticket))
    policy = POLICY.replace("form-action 'self'", f"form-action {there}") + "; script-src 'self'"
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "strict-origin"  # else the browser would not tell where the ticket comes from
    return response
