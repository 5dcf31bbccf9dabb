"""The one POST that commits a report."""

from __future__ import annotations

from flask import Blueprint

from webform import texts
from webform.addressing import REPORTS
from webform.limits import limit_submissions
from webform.pages.access import for_admitted
from webform.pages.rendering import page, received
from webform.pages.report_pages import (
    Page,
    conflict_page,
    form_page,
    kept_closed_page,
    review_page,
    same_form,
    same_form_page,
    to_receipt,
)
from webform.pages.sent import sent_form
from webform.reports import load_report, validate_input
from webform.services import current_services
from webform.submitting import Conflict, KeptAtHome, Refused, Repeated, Submitted, submit

pages = Blueprint("submissions", __name__, url_prefix=REPORTS)


@pages.post("/submissions")
@for_admitted
@limit_submissions
def send(oktmo: str) -> Page:
    """Submit the report and lead to its receipt; the same form sent again leads to the same receipt."""
    services = current_services()
    report = load_report(services, oktmo, received())
    sent = sent_form(oktmo)
    match submit(services, report, sent):
        case Submitted(submission) | Repeated(submission):
            return to_receipt(submission)
        case KeptAtHome(submission):
            return page("kept_at_home.html", report=report, submission=submission, key=sent.hidden.key)
        case Conflict(current, validation):
            return conflict_page(report, current, sent.input, validation)
        case Refused("closed"):
            return kept_closed_page(report, sent)
        case Refused("corrected", validation):
            return review_page(report, sent.input, validation, same_form(oktmo), changed_since="corrected")
        case Refused("more", validation):
            return review_page(report, sent.input, validation, same_form(oktmo), changed_since="more")
        case Refused("files"):
            return _with_other_files(oktmo)
        case Refused("unstorable"):
            return same_form_page(oktmo, texts.CANNOT_KEEP, 400)
        case Refused(validation=validation):
            return form_page(report, sent.input, validation, same_form(oktmo))


def _with_other_files(oktmo: str) -> Page:
    """Return the check with the files as they are now, or the form if they do not do."""
    services, sent = current_services(), sent_form(oktmo)
    report = load_report(services, oktmo, received())
    validation = validate_input(services, report, sent.input)
    if not validation.is_valid:
        return form_page(report, sent.input, validation, same_form(oktmo))
    return review_page(report, sent.input, validation, same_form(oktmo), changed_since="files")
