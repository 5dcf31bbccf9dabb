"""Receipts: number, time, all answers, and the code that proves them. Imports the services and the forms."""

from __future__ import annotations

from flask import Blueprint

from outbox.records import Submission
from webform.forms.filling import values_of
from webform.pages.access import Answer, for_admitted
from webform.pages.rendering import page, problem_page, received
from webform.reports import load_report
from webform.services import services

pages = Blueprint("receipts", __name__, url_prefix="/reports/<oktmo>")


@pages.get("/receipts/<int:version>")
@for_admitted
def show(oktmo: str, version: int) -> Answer:
    """The receipt of a version; 404 for one that does not exist."""
    known = services()
    report = load_report(known, oktmo, received())
    submission = _version(oktmo, version, report.latest)
    if submission is None:
        return problem_page(404)
    return page(
        "receipt.html",
        report=report,
        submission=submission,
        values=values_of(known.campaign, submission),
        reasons=submission.reasons,
        code=known.tokens.code(submission),
    )


def _version(oktmo: str, version: int, latest: Submission | None) -> Submission | None:
    if latest is not None and latest.version == version:
        return latest
    known = services()
    versions = known.outbox.submissions.versions(known.campaign.id, oktmo)
    return next((s for s in versions if s.version == version), None)
