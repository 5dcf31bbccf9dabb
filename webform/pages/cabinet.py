"""The cabinet: everything that a municipality is asked, on one page; its address for print; its deadlines.

All of them but the calendar are for who was admitted by the address.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps

import segno
from flask import Blueprint, Response, make_response, url_for

from outbox.address_codes import Holder
from outbox.clock import real_now
from webform import texts
from webform.addressing import home_of
from webform.cabinet import CabinetReport, open_cabinet
from webform.calendars import Deadline, calendar_text
from webform.errors import LinkError
from webform.limits import count_calendar, count_failed_link
from webform.pages.rendering import page, problem_page
from webform.services import current_installation
from webform.sessions import address_is_good, held_version

pages = Blueprint("cabinet", __name__)
Page = str | Response | tuple[str, int]
CABINET = "/cabinet/<addressees>/<oktmo>"


def for_holder(view: Callable[[Holder, int], Page]) -> Callable[..., Page]:
    """Open the view, which takes holder and version of the address, only to browsers that exchanged that address."""

    @wraps(view)
    def wrapper(addressees: str, oktmo: str) -> Page:
        holder = Holder(addressees, oktmo)
        version = held_version(holder) if current_installation().municipality(holder) else None
        if version is None:
            return page("session_over.html", saved=False, typed=False), 403
        return view(holder, version)

    return wrapper


@pages.get(f"{CABINET}/")
@for_holder
def show(holder: Holder, _: int) -> Page:
    """Show the municipality's reports: what is overdue, what is due, what was accepted, what is over."""
    municipality = current_installation().municipality(holder)
    return page("cabinet.html", municipality=municipality, cabinet=open_cabinet(holder))


@pages.get(f"{CABINET}/address")
@for_holder
def share(holder: Holder, version: int) -> Page:
    """Show the personal address for print, with its QR code, and the address of the calendar."""
    installation = current_installation()
    token = installation.calendars.token(holder, version)
    return page(
        "share.html",
        municipality=installation.municipality(holder),
        holder=holder,
        address=_address(holder, version),
        code=installation.codes.code(holder, version),
        calendar=installation.settings.public_url + url_for("cabinet.calendar", token=token),
        home=home_of(holder),
    )


@pages.get(f"{CABINET}/qr.svg")
@for_holder
def qr(holder: Holder, version: int) -> Page:
    """Draw the personal address as a QR code."""
    drawing = io.BytesIO()
    segno.make(_address(holder, version), error="m").save(drawing, kind="svg", omitsize=True)
    answer = make_response(drawing.getvalue())
    answer.mimetype = "image/svg+xml"
    return answer


@pages.get("/calendar/<token>.ics")
def calendar(token: str) -> Page:
    """Give the deadlines of a municipality to a calendar program."""
    installation = current_installation()
    try:
        holder, version = installation.calendars.read(token)
    except LinkError:
        count_failed_link()
        return problem_page(404)
    count_calendar(holder)
    municipality = installation.municipality(holder)
    if municipality is None or not address_is_good(holder, version):
        return problem_page(404)
    deadlines = [_deadline(one) for one in open_cabinet(holder).reports]
    answer = make_response(calendar_text(texts.CALENDAR_NAME.format(name=municipality.name), deadlines, real_now()))
    answer.mimetype = "text/calendar"
    return answer


def _deadline(one: CabinetReport) -> Deadline:
    installation, about = current_installation(), one.services.campaign.about
    title = texts.CALENDAR_TITLE.format(title=about.title)
    host = installation.settings.public_url.partition("://")[2].partition(":")[0]
    return Deadline(
        uid=f"{about.id}-{one.report.oktmo}@{host}",
        title=texts.CALENDAR_REHEARSAL.format(title=title) if installation.clock.rehearsal else title,
        at=one.deadline,
    )


def _address(holder: Holder, version: int) -> str:
    installation = current_installation()
    return installation.settings.public_url + url_for("entry.address", code=installation.codes.code(holder, version))
