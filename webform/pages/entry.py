"""The personal link: one page with one button, then a clean address.

`GET /r/TOKEN` changes nothing (mail scanners open links too); `POST /enter` exchanges the token for the session.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, make_response, redirect, request, url_for

from outbox.clock import real_now
from webform.errors import LinkError
from webform.limits import count_failed_link
from webform.overview import state_in_words
from webform.pages.rendering import page, problem_page, received
from webform.remarks import unanswered_remarks
from webform.reports import draft_of, load_report
from webform.security import from_another_site
from webform.services import current_services
from webform.sessions import admit, link_is_good, reports_here

pages = Blueprint("entry", __name__)
_TOKEN = re.compile(r"[\w.-]*", re.ASCII)


@pages.get("/")
def start() -> str:
    """Show visitors without a link how to get one, and the reports that this browser may open."""
    campaign = current_services().campaign
    return page("start.html", reports=[campaign.by_oktmo[o] for o in reports_here() if o in campaign.by_oktmo])


@pages.get("/r/<token>")
def link(token: str) -> Response | tuple[str, int]:
    """Show the municipality, the state of its report, the deadline and the button that opens it."""
    try:
        oktmo, _ = opened_by(token)
    except LinkError:
        return refused_link()
    services = current_services()
    report = load_report(services, oktmo, received())
    draft = draft_of(services, oktmo)
    answer = make_response(
        page(
            "link.html",
            report=report,
            token=token,
            draft=draft,
            state=state_in_words(services, report, draft),
            unanswered=unanswered_remarks(services, report),
        )
    )
    # The address of this page is a secret: no later request may carry it as its referrer.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@pages.post("/enter")
def enter() -> Response | tuple[str, int]:
    """Exchange the token of a link for this browser's session and lead to the report."""
    services = current_services()
    if from_another_site(services.settings):
        return problem_page(403)
    try:
        oktmo, version = opened_by(request.form.get("token", ""))
    except LinkError:
        return refused_link()
    admit(oktmo, version)
    report = load_report(services, oktmo, received())
    target = "form.show" if report.window.open else "home.show"
    return make_response(redirect(url_for(target, oktmo=oktmo), 303))


def opened_by(token: str) -> tuple[str, int]:
    """Return OKTMO and version of a link that is good now. Raises LinkError, without a reason, for every other."""
    # Mail programs and messengers make the full stop, bracket or blank after an address part of it.
    token = _TOKEN.match(token.strip())[0].rstrip(".")  # type: ignore[index]
    oktmo, version = current_services().tokens.read_link(token, real_now())
    if not link_is_good(oktmo, version):
        raise LinkError
    return oktmo, version


def refused_link() -> tuple[str, int]:
    """Return the same page for every bad link, or abort with 429 after too many from one address."""
    count_failed_link()
    return page("refused.html"), 404
