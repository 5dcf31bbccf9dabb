"""The form and its check. The input travels as a draft, so that the browser's way back and reload work.

`POST …/form` saves the draft and leads to `GET …/check` («Осталось отправить») or back to the form, which then shows
errors and prompts; `POST …/edit` leads back from the check. Of a form with pages it leads to the next page first, and
`POST …/turn` to any other one, without a check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, redirect, request, url_for

from webform.addressing import REPORTS
from webform.drafting import AlreadySent, Saved, save_draft
from webform.forms.form_input import from_json
from webform.forms.validation import Validation
from webform.forms.views import first_input
from webform.limits import count_check, limit_submissions
from webform.pages.access import for_admitted
from webform.pages.rendering import received
from webform.pages.report_pages import (
    Page,
    closed_page,
    draft_page,
    form_page,
    hidden_fields,
    new_form_page,
    review_page,
    same_form,
    saved_elsewhere_page,
    stopped_page,
    to_receipt,
)
from webform.pages.sent import sent_form, sent_page
from webform.reports import draft_of, load_report, validate_input
from webform.services import current_services
from webform.submitting import newer_version

ALL = "all"

pages = Blueprint("form", __name__, url_prefix=REPORTS)


@pages.get("/form")
@for_admitted
def show(oktmo: str) -> Page:
    """Show the form with the draft, else with the newest version in it. `?checked` shows errors and prompts too.

    Of a form with pages those of the shown page; `?checked=all` of all of them.
    """
    services = current_services()
    report = load_report(services, oktmo, received())
    if not report.window.open:
        return closed_page(report)
    draft = draft_of(services, oktmo)
    if draft is None:
        return new_form_page(report)
    checked = "checked" in request.args
    if checked:
        count_check(oktmo)
    whole = request.args.get("checked") == ALL or not services.steps
    return draft_page(report, draft, checked=checked, whole=whole)


@pages.post("/form")
@for_admitted
@limit_submissions
def check(oktmo: str) -> Page:
    """Save the input as a draft and lead to the check, or back to the form if it has errors or open prompts.

    From a page of several, but the last, to the next one, or back to this one if it has errors of its own.

    An input that a draft cannot hold exactly is answered at once, without a redirect.
    """
    services = current_services()
    steps = services.steps
    report = load_report(services, oktmo, received())
    sent = sent_form(oktmo)
    stopped = stopped_page(report, sent)
    if stopped is not None:
        return stopped
    validation = validate_input(services, report, sent.input)
    ready = validation.is_valid or newer_version(report, sent.hidden.base_version, validation) is not None
    following = steps.beside(sent_page(), validation.reading.not_asked, 1)
    checked = not validation.is_valid and not following
    match save_draft(services, replace(sent, input=replace(sent.input, checked=checked))):
        case AlreadySent(submission):
            return to_receipt(submission)
        case Saved() if sent.input.keepable and following:
            return redirect(_next_page(oktmo, sent_page(), following, steps.problems_at(validation)), 303)
        case Saved() if sent.input.keepable:
            return redirect(url_for("form.review", oktmo=oktmo) if ready else _checked(oktmo, validation), 303)
    if ready:
        return review_page(report, sent.input, validation, same_form(oktmo))
    return form_page(report, sent.input, validation, same_form(oktmo))


@pages.get("/check")
@for_admitted
def review(oktmo: str) -> Page:
    """Show the draft as it will be sent."""
    services = current_services()
    report = load_report(services, oktmo, received())
    draft = draft_of(services, oktmo)
    if draft is None or not report.window.open:
        return redirect(url_for("home.show" if report.latest else "form.show", oktmo=oktmo), 303)
    count_check(oktmo)
    form_input = from_json(services.plan, draft.typed)
    validation = validate_input(services, report, form_input)
    if not validation.is_valid and newer_version(report, draft.base_version, validation) is None:
        return redirect(_checked(oktmo, validation), 303)
    return review_page(report, form_input, validation, hidden_fields(oktmo, draft.base_version, draft.key))


@pages.post("/turn")
@for_admitted
@limit_submissions
def turn(oktmo: str) -> Page:
    """Save the page of this request and lead to the one before it, or to the page of the question that `to` names."""
    services = current_services()
    steps = services.steps
    report = load_report(services, oktmo, received())
    sent = sent_form(oktmo)
    stopped = stopped_page(report, sent)
    if stopped is not None:
        return stopped
    validation = validate_input(services, report, sent.input)
    to = request.form.get("to", "")
    asked = steps.page_of(to)
    page = asked or steps.beside(sent_page(), validation.reading.not_asked, -1)
    match save_draft(services, sent):
        case AlreadySent(submission):
            return to_receipt(submission)
        case Saved() if sent.input.keepable:
            place = first_input(services.campaign, to) if to in services.campaign.by_id else None
            checked = ALL if asked else None
            address = url_for(
                "form.show", oktmo=oktmo, page=page or None, left=sent_page(), checked=checked, _anchor=place
            )
            return redirect(address, 303)
    return form_page(report, sent.input, validation, same_form(oktmo), quiet=True)


@pages.post("/edit")
@for_admitted
def edit(oktmo: str) -> Page:
    """Lead back to the form from the check or from a choice between versions."""
    services = current_services()
    report = load_report(services, oktmo, received())
    sent = sent_form(oktmo)
    elsewhere = saved_elsewhere_page(report, sent)
    if elsewhere is not None:
        return elsewhere
    match save_draft(services, sent):
        case AlreadySent(submission):
            return to_receipt(submission)
        case Saved() if sent.input.keepable:
            return redirect(url_for("form.show", oktmo=oktmo), 303)
    if not report.window.open:
        return redirect(url_for("form.show", oktmo=oktmo), 303)
    validation = validate_input(services, report, sent.input)
    return form_page(report, sent.input, validation, same_form(oktmo), quiet=True)


def _checked(oktmo: str, validation: Validation) -> str:
    """Return the address of the form with errors and prompts shown; of one with pages, of the first with some."""
    pages_with_some = current_services().steps.problems_at(validation)
    if not pages_with_some:
        return url_for("form.show", oktmo=oktmo) + "?checked"
    return url_for("form.show", oktmo=oktmo, page=pages_with_some[0], left=sent_page() or None, checked=ALL)


def _next_page(oktmo: str, page: str, following: str, problems_at: Sequence[str]) -> str:
    if page in problems_at:
        return url_for("form.show", oktmo=oktmo, page=page, left=page, checked="page")
    return url_for("form.show", oktmo=oktmo, page=following, left=page)
