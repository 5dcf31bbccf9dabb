"""The pages of one municipality's report: form, check, choice between versions, drafts. Views decide which is shown."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from flask import redirect, request, url_for
from werkzeug import Response

from campaign import Value
from campaign.entries import typed_entries
from outbox.records import Draft, Submission
from webform import texts
from webform.attaching import with_files
from webform.comparison import Difference, differences, reason_title, reworded
from webform.drafting import Saved, author, other_draft, save_draft
from webform.forms.form_input import FormInput, from_answers, from_json, values_of
from webform.forms.plan import REASON
from webform.forms.sent_form import HiddenFields, SentForm
from webform.forms.validation import Validation
from webform.forms.views import FormView, json_shown
from webform.overview import corrections_of
from webform.pages.rendering import local, page, received
from webform.pages.sent import input_to_show, left_page, sent_hidden, sent_page
from webform.remarks import reasons_left_out, unanswered_remarks
from webform.reports import (
    Report,
    blank_report,
    current_answers,
    draft_of,
    figures_before,
    validate_input,
    values_before,
)
from webform.services import current_services
from webform.sessions import address_version, holder_of
from webform.submitting import changes_only_home, newer_version

Page = str | Response | tuple[str, int]
"""Everything that a view of a page may return."""


def new_form_page(report: Report) -> str:
    """Return the form as it opens: with the answers that stand for the municipality in it, or empty.

    The newest version's explanations come along, and the prompts that they answer; other prompts wait for the check.
    """
    services = current_services()
    reasons = report.latest.reasons if report.latest else {}
    form_input = from_answers(services.campaign, current_answers(services, report), reasons)
    validation = None
    if any(name.startswith(REASON) for name in form_input.fields):
        validation = validate_input(services, report, form_input)
        validation = replace(validation, prompts=tuple(p for p in validation.prompts if p.field in form_input.fields))
    return form_page(report, form_input, validation, hidden_fields(report.oktmo, report.version), quiet=True)


def draft_page(report: Report, draft: Draft, *, checked: bool, whole: bool = True) -> str:
    """Return the form with the draft in it. checked: its errors and prompts are shown too, whole: of all pages.

    The form gets a key of its own: two windows are two forms, and neither may silently replace the draft of the other.
    The next page in the same window goes on under the same key, so that the browser's way back finds its own form.
    """
    services = current_services()
    form_input = from_json(services.plan, draft.typed)
    validation = None
    if checked or form_input.prompted or form_input.checked:
        validation = validate_input(services, report, form_input)
    hidden = hidden_fields(report.oktmo, draft.base_version, draft.key if left_page() else "")
    notice = None if checked else draft
    return form_page(report, form_input, validation, hidden, quiet=not checked, whole=whole, draft=notice, served=draft)


def form_page(
    report: Report,
    form_input: FormInput,
    validation: Validation | None,
    hidden: HiddenFields,
    *,
    quiet: bool = False,
    whole: bool = True,
    **context: object,
) -> str:
    """Return the form with this input, or the page of it that this request is about.

    quiet: errors and unanswered prompts are not shown; whole: the summary has the errors of all pages
    """
    services = current_services()
    before = values_before(services, figures_before(services, report))
    view = FormView(
        services.campaign,
        report.municipality,
        with_files(form_input, report.files),
        validation,
        before,
        report.corrections,
        quiet=quiet,
        steps=services.steps,
        page=sent_page(),
        whole=whole,
        focus=request.args.get("at", ""),
    )
    corrections = corrections_of(services, report)
    return page(
        "form.html",
        report=report,
        view=view,
        hidden=hidden,
        corrections=corrections,
        remarks=unanswered_remarks(services, report),
        left_out=reasons_left_out(services, report),
        left=left_page(),
        **context,
    )


def review_page(
    report: Report,
    form_input: FormInput,
    validation: Validation,
    hidden: HiddenFields,
    *,
    changed_since: Literal["", "corrected", "files", "more"] = "",
) -> Page:
    """Return «Осталось отправить», or the choice where another version was accepted meanwhile.

    changed_since: what is not as the check page that was sent said (409): answers, by the ministry, the files, or that
                   only answers kept at home change
    """
    newer = newer_version(report, hidden.base_version, validation)
    if newer is not None:
        return conflict_page(report, newer, form_input, validation)
    values = given_values(validation)
    content = page(
        "check.html",
        changed_since=changed_since,
        report=report,
        form_input=form_input,
        values=values,
        reasons=validation.reasons,
        hidden=hidden,
        last_page=_last_page(validation),
        only_home=changes_only_home(current_services(), report, validation),
        changed=_changes(report, values, validation) if report.latest or report.manual_row == "counts" else None,
    )
    return (content, 409) if changed_since else content


def conflict_page(
    report: Report, current: Submission, form_input: FormInput, validation: Validation
) -> tuple[str, int]:
    """Return the page that shows the accepted version beside the clerk's own and lets the clerk choose."""
    content = page(
        "conflict.html",
        report=report,
        current=current,
        form_input=form_input,
        hidden=hidden_fields(report.oktmo, current.version),
        differing=_differing(current, given_values(validation), validation),
    )
    return content, 409


def closed_page(report: Report, *, kept: bool | None = None) -> str:
    """Return the page for a time when no answers are taken. kept: whether what was sent is a draft now."""
    services = current_services()
    return page(
        "closed.html",
        report=report,
        kept=kept,
        # The page says that the draft was not stored even where the outbox cannot be read either.
        draft=None if kept is False else draft_of(services, report.oktmo),
        left_out=reasons_left_out(services, report),
    )


def stopped_page(report: Report, sent: SentForm) -> Page | None:
    """Return the page for a form that goes no further, before it is saved: see the two below; None for any other."""
    if not report.window.open:
        return kept_closed_page(report, sent)
    return saved_elsewhere_page(report, sent)


def kept_closed_page(report: Report, sent: SentForm) -> Page:
    """Keep a form that came while no answers are taken as the draft, and say so; a colleague's newer draft stays."""
    elsewhere = saved_elsewhere_page(report, sent)
    if elsewhere is not None:
        return elsewhere
    return closed_page(report, kept=isinstance(save_draft(current_services(), sent), Saved))


def saved_elsewhere_page(report: Report, sent: SentForm) -> Page | None:
    """Return the form of this request where another form saved a draft meanwhile; None where none did."""
    draft = other_draft(current_services(), sent)
    return None if draft is None else other_draft_page(report, draft)


def same_form_page(oktmo: str, notice: str, status: int) -> tuple[str, int]:
    """Return the form of this request once more, after a problem that is not in it. Works without the outbox."""
    report = blank_report(current_services(), oktmo, received())
    return _same_form(report, same_form(oktmo), notice), status


def other_draft_page(report: Report, draft: Draft) -> tuple[str, int]:
    """Return the form of this request, and say who saved a draft in another form: the next press replaces that one."""
    hidden = replace(same_form(report.oktmo), opened=received().isoformat())
    return _same_form(report, hidden, texts.DRAFT_OTHER.format(at=saved_by(draft)), other=True), 409


def saved_by(draft: Draft) -> str:
    """Return who saved the draft, as far as it holds a name, and when."""
    services = current_services()
    at = texts.when(local(draft.saved_at), received())
    who = author(services, draft)
    return texts.DRAFT_BY.format(who=who, at=at) if who else at


def kept_draft_page(report: Report, draft: Draft) -> str:
    """Return the draft as it is kept, for reading and printing. Text that is not an answer yet is shown as typed."""
    services = current_services()
    campaign = services.campaign
    form_input = from_json(services.plan, draft.typed)
    values: dict[str, Value] = {
        q.id: typed_entries(q, form_input.answers) if q.entries else form_input.text(q.id)
        for q in campaign.questions
        if form_input.text(q.id).strip()
    }
    reasons = [
        (reason_title(campaign, rule), words)
        for key, rule in campaign.rules_by_key.items()
        if (words := form_input.text(REASON + key).strip())
    ]
    read = given_values(validate_input(services, report, form_input))
    return page("draft.html", report=report, draft=draft, values=values | read, reasons=reasons)


def delete_draft_page(report: Report, draft: Draft, *, changed: bool) -> str:
    """Return the question whether to delete the draft. changed: it is not the draft that the question was about."""
    return page("delete_draft.html", report=report, draft=draft, changed=changed)


def to_receipt(submission: Submission) -> Response:
    """Return the redirect to the receipt of a version."""
    return redirect(url_for("receipts.show", oktmo=submission.oktmo, version=submission.version), 303)


def hidden_fields(oktmo: str, base_version: int, key: str = "") -> HiddenFields:
    """Return the hidden fields of a page, with a new key where none is given.

    A page that answers a form counts as opened when that form was.
    """
    ticket = current_services().tokens.ticket(holder_of(oktmo), address_version(oktmo))
    opened = sent_hidden().opened or received().isoformat()
    return HiddenFields(key or secrets.token_hex(16), base_version, ticket, opened)


def same_form(oktmo: str) -> HiddenFields:
    """Return the hidden fields for the page that shows the form of this request again."""
    sent = sent_hidden()
    return hidden_fields(oktmo, sent.base_version, sent.key)


def given_values(validation: Validation) -> dict[str, Value]:
    """Return the answers that are not blank, by question id."""
    return {name: value for name, value in validation.reading.values.items() if value is not None}


def _same_form(report: Report, hidden: HiddenFields, notice: str, **context: object) -> str:
    form_input = input_to_show(report.oktmo)
    validation = validate_input(current_services(), report, form_input) if form_input.prompted else None
    return form_page(report, form_input, validation, hidden, quiet=True, whole=True, notice=notice, **context)


def _differing(submission: Submission, values: Mapping[str, Value], validation: Validation) -> list[Difference]:
    """Return the answers and explanations of this form that differ from the submission's."""
    campaign = current_services().campaign
    answers = differences(campaign, values_of(campaign, submission), values)
    return answers + reworded(campaign, submission.reasons, validation.reasons)


def _changes(report: Report, values: Mapping[str, Value], validation: Validation) -> list[Difference]:
    """Return what the form would change of the answers that stand now, the ministry's corrections named."""
    services = current_services()
    campaign = services.campaign
    notes = {
        correction.question: texts.CORRECTED_NOTE.format(submitted=json_shown(question, correction.submitted))
        for correction in report.corrections
        if (question := campaign.by_id.get(correction.question)) is not None
    }
    answers = differences(campaign, current_answers(services, report), values, notes)
    return answers + reworded(campaign, report.latest.reasons if report.latest else {}, validation.reasons)


def _last_page(validation: Validation) -> str:
    """Return the page from which the check was asked for; "" of a form of one page."""
    steps = current_services().steps
    first = steps.at("", validation.reading.not_asked)
    return steps.beside(first.id, validation.reading.not_asked, first.count - 1) if first else ""
