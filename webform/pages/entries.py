"""The entries of a list: a press adds one, takes one away or brings it back, and leads back to its place in the form.

The whole form is saved as the draft, so nothing that was typed is lost, with and without the form's script.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, request, url_for

from webform import texts
from webform.addressing import REPORTS
from webform.drafting import AlreadySent, NotSaved, Saved, save_draft
from webform.forms.entry_changes import ADD, BRING_BACK, TAKE_AWAY, add_entry, bring_back, read_place, take_away
from webform.forms.form_input import FormInput
from webform.limits import count_draft
from webform.pages.access import for_admitted
from webform.pages.rendering import received
from webform.pages.report_pages import (
    Page,
    form_page,
    same_form,
    same_form_page,
    stopped_page,
    to_receipt,
)
from webform.pages.sent import sent_form, sent_page
from webform.reports import load_report, validate_input
from webform.services import current_services

pages = Blueprint("entries", __name__, url_prefix=REPORTS)


@pages.post("/entries")
@for_admitted
def change(oktmo: str) -> Page:
    """Save the form with one entry more or less, and lead back to that entry."""
    count_draft(oktmo)
    services = current_services()
    report = load_report(services, oktmo, received())
    sent = sent_form(oktmo)
    stopped = stopped_page(report, sent)
    if stopped is not None:
        return stopped
    form_input, place = _changed(sent.input)
    match save_draft(services, replace(sent, input=form_input)):
        case AlreadySent(submission):
            return to_receipt(submission)
        case NotSaved("too_long"):
            return same_form_page(oktmo, texts.DRAFT_TOO_LONG, 413)
        case Saved() if form_input.keepable:
            page = sent_page() or None
            return redirect(url_for("form.show", oktmo=oktmo, page=page, left=page, at=place or None), 303)
    validation = validate_input(services, report, form_input)
    return form_page(report, form_input, validation, same_form(oktmo), quiet=True)


def _changed(form_input: FormInput) -> tuple[FormInput, str]:
    """Return the input after the press of this request, and the name of the entry it was about."""
    questions, name = current_services().plan.questions, request.form.get(ADD, "")
    question = questions.get(name)
    if question is not None and question.entries is not None:
        form_input, key = add_entry(form_input, question)
        return form_input, f"{name}.{key}" if key else ""
    for button, change_of in ((TAKE_AWAY, take_away), (BRING_BACK, bring_back)):
        place = request.form.get(button, "")
        name, key = read_place(place)
        question = questions.get(name)
        if question is not None and question.entries is not None:
            return change_of(form_input, question, key), place
    return form_input, ""
