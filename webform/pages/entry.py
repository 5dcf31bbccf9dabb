"""The personal address: one page with one button, then the clean addresses of reports.

`GET /m/CODE` changes nothing (mail scanners open links too); `POST /enter` exchanges the code for the session. An old
link, `/r/TOKEN` of one campaign, admits in the same way until the address is reissued or revoked.
"""

from __future__ import annotations

import re
from contextlib import suppress

from flask import Blueprint, Response, make_response, redirect, request, url_for

from outbox.address_codes import LONGEST_TYPED, Holder
from outbox.clock import real_now
from outbox.errors import OutboxError
from webform.addressing import home_of
from webform.cabinet import Cabinet, open_cabinet
from webform.errors import LinkError
from webform.limits import check_links, count_failed_link
from webform.pages.rendering import page, problem_page
from webform.security import from_another_site
from webform.services import current_installation, use_campaign
from webform.sessions import address_is_good, admit, holders_here, link_is_good

pages = Blueprint("entry", __name__)
_TOKEN = re.compile(r"[\w.-]*", re.ASCII)

Page = str | Response | tuple[str, int]


@pages.get("/")
def start() -> str:
    """Show visitors without an address how to get one, and the municipalities for which this browser may answer."""
    return _start()


@pages.post("/")
def dictate() -> Page:
    """Take a code that was dictated or typed from a letter: admit this browser as the button of its address does."""
    if from_another_site(current_installation().settings):
        return problem_page(403)
    typed = request.form.get("code", "")[:LONGEST_TYPED]
    if not typed.strip():
        return _start(blank=True)
    try:
        return _admit(*_of_code(typed))
    except LinkError:
        count_failed_link()
        return _start(refused=True, typed=typed), 404


@pages.get("/m/<code>")
def address(code: str) -> Page:
    """Show the municipality, what it is asked until when, and the button that opens it."""
    try:
        holder, _ = _of_code(code)
    except LinkError:
        return _refused()
    return _entry_page(holder, "code", code)


@pages.get("/r/<token>")
def link(token: str) -> Page:
    """Show the page of the address that an old link leads to."""
    try:
        holder, _ = _of_token(token)
    except LinkError:
        return _refused()
    return _entry_page(holder, "token", token)


@pages.post("/enter")
def enter() -> Page:
    """Exchange the code of an address, or the token of a link, for this browser's session and lead to the report."""
    if from_another_site(current_installation().settings):
        return problem_page(403)
    try:
        opened = _of_code(request.form["code"]) if "code" in request.form else _of_token(request.form.get("token", ""))
    except LinkError:
        return _refused()
    return _admit(*opened)


def _of_code(typed: str) -> tuple[Holder, int]:
    """Return the holder of the code that is good now, and its version. Raises LinkError for every other.

    Codes of reissued addresses are looked up in the outbox when one is not known, at most as often as codes may fail.
    """
    installation = current_installation()
    found = installation.codes.find(typed)
    if found is None:
        check_links()
        installation.codes.learn(installation.outbox.addresses.changed())
        found = installation.codes.find(typed)
    if found is None or not address_is_good(*found):
        raise LinkError
    return found


def _of_token(token: str) -> tuple[Holder, int]:
    """Return the holder that an old link leads to now, and its version. Raises LinkError for every other."""
    # Mail programs and messengers make the full stop, bracket or blank after an address part of it.
    token = _TOKEN.match(token.strip())[0].rstrip(".")  # type: ignore[index]
    for services in current_installation().campaigns.values():
        try:
            oktmo, version = services.tokens.read_link(token, real_now())
        except LinkError:
            continue
        holder = services.holder(oktmo)
        if link_is_good(services, oktmo, version) and address_is_good(holder, 1):
            return holder, 1
    raise LinkError


def _entry_page(holder: Holder, name: str, secret: str) -> Response:
    cabinet = open_cabinet(holder)
    if cabinet.target is not None:
        use_campaign(cabinet.target.services)
    municipality = current_installation().municipality(holder)
    content = page("link.html", cabinet=cabinet, municipality=municipality, name=name, secret=secret)
    answer = make_response(content)
    # The address of this page is a secret: no later request may carry it as its referrer.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _admit(holder: Holder, version: int) -> Response:
    admit(holder, version)
    with suppress(OutboxError):  # nobody is kept out because this cannot be noted
        current_installation().outbox.roll_call.address_opened(*holder)
    return make_response(redirect(_target(open_cabinet(holder)), 303))


def _target(cabinet: Cabinet) -> str:
    """Return where the button of an address leads: to the only report or the only open one, else to the cabinet."""
    holder, target = cabinet.holder, cabinet.target
    if target is None:
        return url_for("cabinet.show", addressees=holder.addressees, oktmo=holder.oktmo)
    page_of = "form.show" if target.report.window.open else "home.show"
    return url_for(page_of, campaign=target.services.campaign.id, oktmo=holder.oktmo)


def _start(*, blank: bool = False, refused: bool = False, typed: str = "") -> str:
    installation = current_installation()
    found = [(holder, installation.municipality(holder)) for holder in holders_here()]
    here = [(holder, municipality) for holder, municipality in found if municipality is not None]
    return page("start.html", here=here, home_of=home_of, blank=blank, refused=refused, typed=typed)


def _refused() -> tuple[str, int]:
    """Return the same page for every bad address, or abort with 429 after too many from one place."""
    count_failed_link()
    return page("refused.html"), 404
