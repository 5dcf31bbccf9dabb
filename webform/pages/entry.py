"""The personal link: one page with one button, then a clean address. Imports the services, sessions and rendering.

`GET /r/TOKEN` changes nothing (mail scanners open links too); `POST /enter` exchanges the token for the session.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for

from outbox.clock import real_now
from webform.errors import LinkError
from webform.limits import count_failed_link
from webform.pages.rendering import page, received
from webform.reports import load_report
from webform.services import current_services
from webform.sessions import admit, link_is_good, reports_here

pages = Blueprint("entry", __name__)


@pages.get("/")
def start() -> str:
    """For who comes without a link; this browser's reports are offered."""
    campaign = current_services().campaign
    return page("start.html", reports=[campaign.by_oktmo[o] for o in reports_here() if o in campaign.by_oktmo])


@pages.get("/r/<token>")
def link(token: str) -> Response | tuple[str, int]:
    """The page that a personal link opens: whose report this is, and one button."""
    try:
        oktmo, _ = opened_by(token)
    except LinkError:
        return refused_link()
    services = current_services()
    report = load_report(services, oktmo, received())
    answer = make_response(page("link.html", report=report, token=token))
    # The address of this very page is the secret: no later request may carry it as its referrer.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@pages.post("/enter")
def enter() -> Response | tuple[str, int]:
    """The button of a link's page: from here on the browser's session opens the report."""
    try:
        oktmo, version = opened_by(request.form.get("token", ""))
    except LinkError:
        return refused_link()
    admit(oktmo, version)
    services = current_services()
    report = load_report(services, oktmo, received())
    target = "form.show" if report.window.open else "home.show"
    return make_response(redirect(url_for(target, oktmo=oktmo), 303))


def opened_by(token: str) -> tuple[str, int]:
    """OKTMO and version of a link that is good now. Raises LinkError for every other, without saying why."""
    oktmo, version = current_services().tokens.read_link(token, real_now())
    if not link_is_good(oktmo, version):
        raise LinkError
    return oktmo, version


def refused_link() -> tuple[str, int]:
    """The same page for every link that opens nothing; who sends too many of them is told to wait."""
    count_failed_link()
    return page("refused.html"), 404
