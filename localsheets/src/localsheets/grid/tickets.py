"""Signing in by a one-time ticket, which a page of another program hands over (`POST /ticket`).

No token of a session protects this request, as the person has none here yet: the ticket names the origin of the page
that may hand it over, and is signed. So nobody is signed in under a stranger's name from a stranger's page.
"""

import re

from flask import Blueprint, request
from werkzeug.wrappers import Response

from localsheets.grid.answering import dressed, page
from localsheets.grid.browsers import address
from localsheets.grid.context import grid
from localsheets.grid.signing import ADDRESS, begin, counted, refused
from localsheets.grid.texts import Sign
from localsheets.people import TicketError

blueprint = Blueprint("tickets", __name__)
dressed(blueprint)

_OURS = re.compile(r"/spreadsheets/d/[\w-]{1,128}/edit(?:#gid=\d{1,10}(?:&range=[A-Z]{1,3}\d{1,8})?)?")


@blueprint.post("/ticket")
def take() -> Response:
    """Use the ticket up, sign this browser in under its name, and open what it names."""
    if not counted(ADDRESS, "ticket", address()):
        return _bad("too often", 429)
    tickets = grid().tickets
    try:
        ticket = tickets.read(request.form.get("ticket", ""), request.headers.get("Origin"))
        token = tickets.begin(ticket)
    except TicketError as error:
        refused(f"ticket {error.reason}")
        return _bad(error.reason, 403)
    return begin(token, ticket.to if _OURS.fullmatch(ticket.to) else "", "ticket", subject=ticket.subject)


def _bad(reason: str, status: int) -> Response:
    return page("message.html", status, title=Sign.TICKET_BAD, lead=Sign.TICKET_REASONS[reason])
