"""The one POST that commits: a report is kept, then its receipt is shown. Imports services, forms, the form's page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from campaign import to_json
from outbox.errors import OutboxDataError, OutboxError, VersionConflict
from outbox.records import Json, NewSubmission, Submission
from webform import texts
from webform.forms.form_input import from_request
from webform.forms.validation import Validation, validate
from webform.limits import limit_submissions
from webform.pages.access import Answer, for_admitted, save_draft, sent_key, sent_version
from webform.pages.form import conflict_page, form_page, hidden, kept_page, same_answers, same_report, to_choose
from webform.pages.rendering import page, received
from webform.reports import Report, figures_before, load_report, values_before
from webform.services import Services, current_services

pages = Blueprint("submissions", __name__, url_prefix="/reports/<oktmo>")


@pages.post("/submissions")
@for_admitted
@limit_submissions
def send(oktmo: str) -> Answer:
    """Keep the report and lead to its receipt; the same key again leads to the same receipt."""
    services = current_services()
    report = load_report(services, oktmo, received())
    form_input = from_request(services.plan, request.form)
    figures = figures_before(services, report)
    validation = validate(services.campaign, form_input, values_before(services, figures))
    if not report.window.open or not validation.is_valid:
        earlier = services.outbox.submissions.by_key(services.campaign.id, oktmo, sent_key())
        if earlier is not None and same_answers(earlier, validation):
            return to_receipt(earlier)
        if not report.window.open:
            kept = save_draft(oktmo, form_input)
            return page("closed.html", report=report, kept=kept is not None and kept.draft is not None), 200
        if report.latest is not None and to_choose(report, sent_version(), validation):
            return conflict_page(report.latest, report, form_input, validation)
        return form_page(report, form_input, validation, hidden(oktmo, sent_version(), sent_key()))
    try:
        submitted = services.outbox.submissions.submit(new_submission(services, report, validation, figures))
    except VersionConflict as conflict:
        if same_report(conflict.current, validation):
            with suppress(OutboxError):  # the report has its receipt, whatever becomes of the draft
                services.outbox.drafts.delete(services.campaign.id, oktmo, sent_key())
            return to_receipt(conflict.current)
        return conflict_page(conflict.current, report, form_input, validation)
    except OutboxDataError:
        return kept_page(oktmo, texts.CANNOT_KEEP, 400)
    if submitted.repeated and not same_report(submitted.submission, validation):
        newest = report.latest or submitted.submission
        return conflict_page(newest, report, form_input, validation)
    return to_receipt(submitted.submission)


def new_submission(
    services: Services, report: Report, validation: Validation, figures: Mapping[str, Json]
) -> NewSubmission:
    """The report as the outbox takes it: contacts apart from answers. `figures`: the previous ones that count."""
    campaign = services.campaign
    answers = to_json(campaign, validation.reading.values)
    contacts = {name: answers.pop(name) for name in services.plan.home if name in answers}
    return NewSubmission(
        campaign=campaign.id,
        oktmo=report.oktmo,
        key=sent_key(),
        base_version=sent_version(),
        answers=answers,
        contacts=contacts,
        reasons=validation.reasons,
        previous=figures or None,
        accepted_at=report.window.now,
        late=report.window.late,
        receipt_prefix=campaign.about.receipt_prefix,
    )


def to_receipt(submission: Submission) -> Response:
    return redirect(url_for("receipts.show", oktmo=submission.oktmo, version=submission.version), 303)
