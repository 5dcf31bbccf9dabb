"""Putting back what is gone from «Ответы»: the desk asks and confirms, the worker reads, says and does it."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request, url_for
from limits import parse
from werkzeug import Response

from campaign import Campaign
from desk import texts
from desk.access import needs, person
from desk.pages.typed import asked, typed
from desk.rendering import now, page
from desk.rollcall import standstill
from desk.services import campaign_of, current_desk
from outbox.records import Json
from outbox.restore_requests import OPEN, State

pages = Blueprint("restore", __name__)
_RATE = parse("6 per minute")
"""Requests of a campaign: each costs the worker a read of the spreadsheet."""

Page = str | tuple[str, int]


@pages.get("/<campaign:campaign>/restore")
@needs("work")
def show(campaign: str) -> str:
    """Show the last request and what became of it, and the form for another one."""
    return _page(campaign_of(campaign))


@pages.get("/<campaign:campaign>/restore/do")
@pages.get("/<campaign:campaign>/restore/drop")
@needs("work")
def opened_anew(campaign: str) -> Response:
    """Lead from the address of a press, opened anew, to the page."""
    return redirect(url_for("restore.show", campaign=campaign), 303)


@pages.post("/<campaign:campaign>/restore")
@needs("work")
def ask(campaign: str) -> Page | Response:
    """Ask what would be put back. A second press finds the first one's request."""
    chosen, desk = campaign_of(campaign), current_desk()
    receipt = typed("receipt", 40) if request.form.get("what") == "one" else ""
    if request.form.get("what") == "one":
        if not receipt:
            return _page(chosen, wrong=texts.RECEIPT_BLANK), 400
        prefix = chosen.about.receipt_prefix
        found = desk.outbox.submissions.by_words(chosen.id, prefix, receipt)
        if found is None:
            return _page(chosen, wrong=texts.RECEIPT_UNKNOWN.format(receipt=receipt), receipt=receipt), 400
        receipt = found.receipt
    if not desk.rates.hit(_RATE, "desk", "restore", chosen.id):
        abort(429)
    if desk.outbox.restore_requests.ask(chosen.id, receipt, person().account.name) is not None:
        _record("restore_asked", chosen.id, {"receipt": receipt})
    return redirect(url_for("restore.show", campaign=campaign), 303)


@pages.post("/<campaign:campaign>/restore/do")
@needs("work")
def confirm(campaign: str) -> Response:
    """Let the worker do what the page showed."""
    return _moved(campaign, ("shown",), "confirmed", "restore_confirmed")


@pages.post("/<campaign:campaign>/restore/drop")
@needs("work")
def drop(campaign: str) -> Response:
    """Give a request up that the worker has not begun to carry out."""
    return _moved(campaign, ("asked", "shown"), "dropped", "restore_dropped")


def _moved(campaign: str, left: tuple[State, ...], state: State, act: str) -> Response:
    chosen, number = campaign_of(campaign), typed("number", 12)
    if number.isdecimal() and current_desk().outbox.restore_requests.move(chosen.id, int(number), left, state):
        _record(act, chosen.id, {})
        return redirect(url_for("restore.show", campaign=campaign), 303)
    return redirect(url_for("restore.show", campaign=campaign, late="1"), 303)


def _record(act: str, campaign: str, detail: dict[str, Json]) -> None:
    current_desk().outbox.acts.record(person().account, act, campaign=campaign, detail=detail)


def _page(chosen: Campaign, wrong: str = "", receipt: str = "") -> str:
    desk = current_desk()
    as_of = desk.briefs[chosen.id].read()[0]
    still = standstill(chosen, desk.outbox, now(), as_of, rehearsal=desk.clock.rehearsal)
    last = desk.outbox.restore_requests.get(chosen.id)
    return page(
        "restore.html",
        campaign=chosen,
        last=last,
        open_states=OPEN,
        answers=chosen.spreadsheet.tabs.answers,
        call={"standstill": still},
        late=texts.RESTORE_LATE if asked("late") else "",
        wrong=wrong,
        receipt=receipt,
    )
