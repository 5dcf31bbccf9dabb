"""The public page that confirms a receipt by number and code, without its answers. Imports the services."""

from __future__ import annotations

from flask import Blueprint, request

from webform.limits import limit_failed_codes
from webform.pages.access import Answer
from webform.pages.rendering import page
from webform.services import services

pages = Blueprint("confirm", __name__)
LONGEST = 60


@pages.route("/confirm", methods=["GET", "POST"])
@limit_failed_codes
def confirm() -> Answer:
    """Ask for number and code; say whether such a report was accepted, from whom and when."""
    if request.method != "POST":
        return page("confirm.html", number="", code="")
    number = " ".join(request.form.get("number", "")[:LONGEST].replace("\0", "").split()).upper()
    code = request.form.get("code", "")[:LONGEST]
    known = services()
    submission = known.outbox.submissions.by_receipt(known.campaign.id, number) if number else None
    if submission is None or not known.tokens.is_code(submission, code):
        return page("confirm.html", number=number, code=code, refused=True), 404
    latest = known.outbox.submissions.latest(known.campaign.id, submission.oktmo)
    municipality = known.campaign.by_oktmo.get(submission.oktmo)
    return page(
        "confirm.html", number=number, code=code, submission=submission, municipality=municipality, latest=latest
    )
