"""The public page that confirms a receipt by number and code, without its answers. Imports the services."""

from __future__ import annotations

import re

from flask import Blueprint, request

from outbox.records import Submission, receipt_number
from webform.limits import count_failed_code
from webform.pages.access import Answer
from webform.pages.rendering import page
from webform.services import services

pages = Blueprint("confirm", __name__)
LONGEST = 60
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_LAST_DIGITS = re.compile("[0-9]+$")


@pages.route("/confirm", methods=["GET", "POST"])
def confirm() -> Answer:
    """Ask for number and code; say whether such a report was accepted, from whom and when."""
    if request.method != "POST":
        return page("confirm.html", number="", code="")
    number = " ".join(_typed("number").split()).upper()
    code = _typed("code")
    known = services()
    submission = _found(number)
    if submission is None or not known.tokens.is_code(submission, code):
        count_failed_code()
        return page("confirm.html", number=number, code=code, refused=True), 404
    latest = known.outbox.submissions.latest(known.campaign.id, submission.oktmo)
    municipality = known.campaign.by_oktmo.get(submission.oktmo)
    return page(
        "confirm.html", number=number, code=code, submission=submission, municipality=municipality, latest=latest
    )


def _found(number: str) -> Submission | None:
    """The submission of this receipt; the digits alone are enough, whatever letters were typed before them."""
    known = services()
    if not number:
        return None
    found = known.outbox.submissions.by_receipt(known.campaign.id, number)
    digits = _LAST_DIGITS.search(number)
    if found is None and digits:
        number = receipt_number(known.campaign.about.receipt_prefix, int(digits[0]))
        found = known.outbox.submissions.by_receipt(known.campaign.id, number)
    return found


def _typed(name: str) -> str:
    """A field as it may have been copied: programs make long dashes of short ones."""
    return _DASHES.sub("-", request.form.get(name, "")[:LONGEST].replace("\0", ""))
