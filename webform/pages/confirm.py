"""The public page that confirms a receipt by number and code, without its answers."""

from __future__ import annotations

import re

from flask import Blueprint, request

from campaign.words import twin
from outbox.records import Submission
from webform.limits import check_codes, count_failed_code
from webform.pages.rendering import page
from webform.pages.report_pages import Page
from webform.services import Services, current_installation, use_campaign

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
    found = _proved(number, code)
    if found is None:
        count_failed_code()
        return page("confirm.html", number=number, code=code, refused=True), 404
    services, submission = found
    use_campaign(services)
    latest = services.outbox.submissions.latest(services.campaign.id, submission.oktmo)
    municipality = services.campaign.by_oktmo.get(submission.oktmo)
    return page(
        "confirm.html", number=number, code=code, submission=submission, municipality=municipality, latest=latest
    )


def _proved(number: str, code: str) -> tuple[Services, Submission] | None:
    """Return the report of this receipt and its campaign, None without one that the code proves.

    The prefix names the campaign; where only digits were typed, the code tells which it is.
    """
    campaigns = current_installation().campaigns.values()
    named = [one for one in campaigns if twin(one.campaign.about.receipt_prefix) in twin(number)]
    for services in named or campaigns:
        prefix = services.campaign.about.receipt_prefix
        submission = services.outbox.submissions.by_words(services.campaign.id, prefix, number)
        if submission is not None and services.tokens.is_code(submission, code):
            return services, submission
    return None


def _typed(name: str) -> str:
    """Return a field with plain hyphens: programs turn them into dashes when a number is copied."""
    return _DASHES.sub("-", request.form.get(name, "")[:LONGEST].replace("\0", ""))
