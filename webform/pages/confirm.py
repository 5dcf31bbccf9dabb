"""The public page that confirms a receipt by number and code, without its answers."""

from __future__ import annotations

import re

from flask import Blueprint, request

from webform.limits import check_codes, count_failed_code
from webform.pages.rendering import page
from webform.pages.report_pages import Page
from webform.services import current_services

pages = Blueprint("confirm", __name__)
LONGEST = 60
_DASHES = re.compile("[\u2010-\u2015\u2212]")


@pages.route("/confirm", methods=["GET", "POST"])
def confirm() -> Page:
    """Ask for number and code; show the municipality and the time of that report, or that there is none."""
    if request.method != "POST":
        return page("confirm.html", number="", code="")
    number, code = _typed("number"), _typed("code")
    blank = [name for name, words in (("number", number), ("code", code)) if not words.strip()]
    if blank:
        return page("confirm.html", number=number, code=code, blank=blank)
    check_codes()
    services = current_services()
    prefix = services.campaign.about.receipt_prefix
    submission = services.outbox.submissions.by_words(services.campaign.id, prefix, number)
    if submission is None or not services.tokens.is_code(submission, code):
        count_failed_code()
        return page("confirm.html", number=number, code=code, refused=True), 404
    latest = services.outbox.submissions.latest(services.campaign.id, submission.oktmo)
    municipality = services.campaign.by_oktmo.get(submission.oktmo)
    return page(
        "confirm.html", number=number, code=code, submission=submission, municipality=municipality, latest=latest
    )


def _typed(name: str) -> str:
    """Return a field with plain hyphens: programs turn them into dashes when a number is copied."""
    return _DASHES.sub("-", request.form.get(name, "")[:LONGEST].replace("\0", ""))
