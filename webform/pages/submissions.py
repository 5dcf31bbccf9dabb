"""The one POST that commits: a report is kept, then its receipt is shown. Imports services, forms, the form's page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from flask import Blueprint, request

from campaign import to_json
from outbox.errors import OutboxDataError, OutboxError, VersionConflict
from outbox.records import Json, NewSubmission, Submission
from webform import texts
from webform.application import SeeOther
from webform.forms.examination import Examination, examine_filling
from webform.forms.filling import from_request
from webform.limits import limit_submissions
from webform.pages.access import Answer, for_admitted, save_draft, sent_key, sent_version
from webform.pages.form import conflict_page, form_page, hidden, kept_page, same_answers, same_report, to_choose
from webform.pages.rendering import page, received
from webform.reports import Report, figures_before, load_report, values_before
from webform.services import Services, services

pages = Blueprint("submissions", __name__, url_prefix="/reports/<oktmo>")


@pages.post("/submissions")
@for_admitted
@limit_submissions
def send(oktmo: str) -> Answer:
    """Keep the report and lead to its receipt; the same key again leads to the same receipt."""
    known = services()
    report = load_report(known, oktmo, received())
    filling = from_request(known.plan, request.form)
    figures = figures_before(known, report)
    examination = examine_filling(known.campaign, filling, values_before(known, figures))
    if not report.window.open or not examination.settled:
        earlier = known.outbox.submissions.by_key(known.campaign.id, oktmo, sent_key())
        if earlier is not None and same_answers(earlier, examination):
            return to_receipt(earlier)
        if not report.window.open:
            kept = save_draft(oktmo, filling)
            return page("closed.html", report=report, kept=kept is not None and kept.draft is not None), 200
        if report.latest is not None and to_choose(report, sent_version(), examination):
            return conflict_page(report.latest, report, filling, examination)
        return form_page(report, filling, examination, hidden(oktmo, sent_version(), sent_key()))
    try:
        submitted = known.outbox.submissions.submit(new_submission(known, report, examination, figures))
    except VersionConflict as conflict:
        if same_report(conflict.current, examination):
            with suppress(OutboxError):  # the report has its receipt, whatever becomes of the draft
                known.outbox.drafts.delete(known.campaign.id, oktmo, sent_key())
            return to_receipt(conflict.current)
        return conflict_page(conflict.current, report, filling, examination)
    except OutboxDataError:
        return kept_page(oktmo, texts.CANNOT_KEEP, 400)
    if submitted.repeated and not same_report(submitted.submission, examination):
        newest = report.latest or submitted.submission
        return conflict_page(newest, report, filling, examination)
    return to_receipt(submitted.submission)


def new_submission(
    known: Services, report: Report, examination: Examination, figures: Mapping[str, Json]
) -> NewSubmission:
    """The report as the outbox takes it: contacts apart from answers. `figures`: the previous ones that count."""
    campaign = known.campaign
    answers = to_json(campaign, examination.reading.values)
    contacts = {name: answers.pop(name) for name in known.plan.home if name in answers}
    return NewSubmission(
        campaign=campaign.id,
        oktmo=report.oktmo,
        key=sent_key(),
        base_version=sent_version(),
        answers=answers,
        contacts=contacts,
        reasons=examination.reasons,
        previous=figures or None,
        accepted_at=report.window.now,
        late=report.window.late,
        receipt_prefix=campaign.about.receipt_prefix,
    )


def to_receipt(submission: Submission) -> SeeOther:
    # Written out: url_for costs as much here as keeping the report's figures.
    return SeeOther(f"/reports/{submission.oktmo}/receipts/{submission.version}")
