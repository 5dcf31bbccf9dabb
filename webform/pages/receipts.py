"""Receipts: number, time, all answers, and the code that proves them."""

from __future__ import annotations

from flask import Blueprint

from outbox.records import Submission
from webform.addressing import REPORTS
from webform.forms.form_input import values_of
from webform.pages.access import for_admitted
from webform.pages.rendering import page, problem_page, received
from webform.pages.report_pages import Page
from webform.remarks import unanswered_remarks
from webform.reports import load_report
from webform.services import current_services

pages = Blueprint("receipts", __name__, url_prefix=REPORTS)


@pages.get("/receipts/<int:version>")
@for_admitted
def show(oktmo: str, version: int) -> Page:
    """Show the receipt of a version; 404 for one that does not exist."""
    services = current_services()
    report = load_report(services, oktmo, received())
    submission = _version(oktmo, version, report.latest)
    if submission is None:
        return problem_page(404)
    return page(
        "receipt.html",
        report=report,
        unanswered=unanswered_remarks(services, report),
        submission=submission,
        values=values_of(services.campaign, submission),
        reasons=submission.reasons,
        code=services.tokens.code(submission),
    )


def _version(oktmo: str, version: int, latest: Submission | None) -> Submission | None:
    if latest is not None and latest.version == version:
        return latest
    services = current_services()
    versions = services.outbox.submissions.versions(services.campaign.id, oktmo)
    return next((s for s in versions if s.version == version), None)
