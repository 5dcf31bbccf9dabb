"""The form: fresh, from a draft or from the newest version; checked; shown again. Imports services and forms.

`POST …/form` keeps what was typed as a draft and leads to `GET …/check` («Проверьте ответы») or back to the form with
what is wrong; `POST …/edit` leads back from there.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, redirect, request, url_for

from campaign import Value, to_json
from outbox.records import Submission
from webform import texts
from webform.comparison import Difference, differences, reworded
from webform.forms.form_input import FormInput, from_json, from_request, from_submission, values_of
from webform.forms.plan import REASON
from webform.forms.validation import Validation, validate
from webform.forms.views import FormView
from webform.limits import limit_submissions
from webform.pages.access import Answer, for_admitted, other_draft, save_draft, sent_key, sent_version
from webform.pages.rendering import page, received
from webform.reports import Report, blank_report, draft_of, figures_before, load_report, values_before
from webform.services import current_services
from webform.sessions import link_version

pages = Blueprint("form", __name__, url_prefix="/reports/<oktmo>")


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a form carries unseen: the key of its submission, the version it started from, when it was opened."""

    key: str
    base_version: int
    ticket: str
    opened: str


@pages.get("/form")
@for_admitted
def show(oktmo: str) -> Answer:
    """The form, with the draft or else the newest version in it; `?checked` says what is wrong with the draft."""
    services = current_services()
    report = load_report(services, oktmo, received())
    if not report.window.open:
        return page("closed.html", report=report)
    draft = draft_of(services, oktmo)
    if draft is None:
        form_input = from_submission(services.campaign, report.latest) if report.latest else FormInput()
        return form_page(report, form_input, explained(report, form_input), hidden(oktmo, report.version), quiet=True)
    form_input = from_json(services.plan, draft.typed)
    checked = "checked" in request.args
    validation = examine(report, form_input) if checked or form_input.prompted or form_input.checked else None
    carried = hidden(oktmo, draft.base_version)  # two windows are two forms: neither may write over the other unasked
    told = None if checked else draft
    return form_page(report, form_input, validation, carried, draft=told, served=draft, quiet=not checked)


@pages.post("/form")
@for_admitted
@limit_submissions
def check(oktmo: str) -> Answer:
    """Keep what was typed as a draft and lead to «Проверьте ответы», or to the form with what is wrong and asked.

    By a redirect, so that the browser's way back and reload work. What a draft cannot keep is answered here and now.
    """
    services = current_services()
    report = load_report(services, oktmo, received())
    form_input = from_request(services.plan, request.form)
    other = other_draft(oktmo, form_input) if report.window.open else None
    if other is not None:
        return other_draft_page(report, other)
    if not report.window.open:
        kept = save_draft(oktmo, form_input)
        return page("closed.html", report=report, kept=kept is not None and kept.draft is not None)
    validation = examine(report, form_input)
    ready = validation.is_valid or to_choose(report, sent_version(), validation)
    kept = save_draft(oktmo, replace(form_input, checked=not validation.is_valid))
    if kept and kept.sent:
        return redirect(url_for("receipts.show", oktmo=oktmo, version=kept.sent.version), 303)
    if kept and kept.draft and form_input.keepable:
        target = url_for("form.review", oktmo=oktmo) if ready else f"{request.path}?checked"
        return redirect(target, 303)
    carried = hidden(oktmo, sent_version(), sent_key())
    if not ready:
        return form_page(report, form_input, validation, carried)
    return reviewed(report, form_input, validation, carried)


@pages.get("/check")
@for_admitted
def review(oktmo: str) -> Answer:
    """«Проверьте ответы»: the draft, as it will be sent."""
    services = current_services()
    report = load_report(services, oktmo, received())
    draft = draft_of(services, oktmo)
    if draft is None or not report.window.open:
        target = "home.show" if report.latest else "form.show"
        return redirect(url_for(target, oktmo=oktmo), 303)
    form_input = from_json(services.plan, draft.typed)
    validation = examine(report, form_input)
    if not validation.is_valid and not to_choose(report, draft.base_version, validation):
        return redirect(url_for("form.show", oktmo=oktmo) + "?checked", 303)
    return reviewed(report, form_input, validation, hidden(oktmo, draft.base_version, draft.key))


def to_choose(report: Report, base_version: int, validation: Validation) -> bool:
    """Whether another version came meanwhile, so that the clerk chooses between the two.

    That comes before what the rules ask: they would ask about a figure of a report that this clerk has not seen. What
    is wrong in itself is mended first, for a choice shows answers that can be read.
    """
    return report.latest is not None and base_version != report.version and not validation.errors


def reviewed(report: Report, form_input: FormInput, validation: Validation, carried: Hidden) -> Answer:
    """«Проверьте ответы», or the choice when another version came meanwhile."""
    if report.latest is not None and to_choose(report, carried.base_version, validation):
        return conflict_page(report.latest, report, form_input, validation)
    return check_page(report, form_input, validation, carried)


@pages.post("/edit")
@for_admitted
def edit(oktmo: str) -> Answer:
    """Back to the form from «Проверьте ответы» or from a choice between versions."""
    services = current_services()
    report = load_report(services, oktmo, received())
    form_input = from_request(services.plan, request.form)
    other = other_draft(oktmo, form_input) if report.window.open else None
    if other is not None:
        return other_draft_page(report, other)
    kept = save_draft(oktmo, form_input)
    if kept and kept.sent:
        return redirect(url_for("receipts.show", oktmo=oktmo, version=kept.sent.version), 303)
    if (kept and kept.draft and form_input.keepable) or not report.window.open:
        return redirect(url_for("form.show", oktmo=oktmo), 303)
    carried = hidden(oktmo, sent_version(), sent_key())
    return form_page(report, form_input, examine(report, form_input), carried, quiet=True)


def examine(report: Report, form_input: FormInput) -> Validation:
    """All checks of this form_input beside the figures that count."""
    services = current_services()
    before = values_before(services, figures_before(services, report))
    return validate(services.campaign, form_input, before)


def explained(report: Report, form_input: FormInput) -> Validation | None:
    """The rules to which a report that was sent gives an explanation, and which still ask; None when there is none."""
    if not any(name.startswith(REASON) for name in form_input.fields):
        return None
    validation = examine(report, form_input)
    return replace(validation, prompts=tuple(p for p in validation.prompts if p.field in form_input.fields))


def hidden(oktmo: str, base_version: int, key: str | None = None) -> Hidden:
    """The unseen fields; a new key where none is given. A page that answers a form was opened when that form was."""
    ticket = current_services().tokens.ticket(oktmo, link_version(oktmo))
    opened = request.form.get("opened", "")[:40]
    return Hidden(key or secrets.token_hex(16), base_version, ticket, opened or received().isoformat())


def form_page(
    report: Report,
    form_input: FormInput,
    validation: Validation | None,
    carried: Hidden,
    *,
    quiet: bool = False,
    **context: object,
) -> str:
    """The form with this form_input; where a report was accepted, it says whether this one has been sent."""
    services = current_services()
    corrections = report.status.corrections if report.status else ()
    before = values_before(services, figures_before(services, report))
    view = FormView(services.campaign, report.municipality, form_input, validation, before, corrections, quiet=quiet)
    return page("form.html", report=report, view=view, carried=carried, **context)


def check_page(report: Report, form_input: FormInput, validation: Validation, carried: Hidden) -> str:
    """«Проверьте ответы»: everything as it will stand on the receipt, and what changes."""
    values = {name: value for name, value in validation.reading.values.items() if value is not None}
    changed = None
    if report.latest is not None:
        changed = differing(report.latest, values, validation)
    return page(
        "check.html",
        report=report,
        form_input=form_input,
        values=values,
        reasons=validation.reasons,
        carried=carried,
        changed=changed,
    )


def conflict_page(
    current: Submission, report: Report, form_input: FormInput, validation: Validation
) -> tuple[str, int]:
    """Another version came meanwhile: both are shown, and the clerk chooses."""
    values = {name: value for name, value in validation.reading.values.items() if value is not None}
    return (
        page(
            "conflict.html",
            report=report,
            current=current,
            form_input=form_input,
            carried=hidden(report.oktmo, current.version),
            differing=differing(current, values, validation),
        ),
        409,
    )


def differing(submission: Submission, values: Mapping[str, Value], validation: Validation) -> list[Difference]:
    """The answers and explanations of this form_input that are not the submission's."""
    campaign = current_services().campaign
    answers = differences(campaign, values_of(campaign, submission), values)
    # A rule that no longer asks, as of a figure that fell once and stands since, takes no explanation back.
    was = {key: words for key, words in submission.reasons.items() if answers or key in validation.reasons}
    return answers + reworded(campaign, was, validation.reasons)


def kept_page(oktmo: str, notice: str, status: int) -> tuple[str, int]:
    """The form once more with what was typed, after something that was nobody's mistake in it.

    Works without the outbox.
    """
    report = blank_report(current_services(), oktmo, received())
    return _typed_again(report, hidden(oktmo, sent_version(), sent_key()), notice), status


def other_draft_page(report: Report, saved: datetime) -> tuple[str, int]:
    """The form with what was typed, when another form has saved a draft meanwhile: the next press replaces that one."""
    carried = replace(hidden(report.oktmo, sent_version(), sent_key()), opened=received().isoformat())
    return _typed_again(report, carried, texts.DRAFT_OTHER.format(at=texts.when(saved, received()))), 409


def _typed_again(report: Report, carried: Hidden, notice: str) -> str:
    form_input = from_request(current_services().plan, request.form)
    validation = examine(report, form_input) if form_input.prompted else None
    return form_page(report, form_input, validation, carried, quiet=True, notice=notice)


def same_answers(submission: Submission, validation: Validation) -> bool:
    """Whether a submission's answers are those of this form_input."""
    stored = to_json(current_services().campaign, validation.reading.values)
    return {**submission.answers, **submission.contacts} == stored


def same_report(submission: Submission, validation: Validation) -> bool:
    """Whether a submission says the same as this form_input, reasons included."""
    return same_answers(submission, validation) and dict(submission.reasons) == dict(validation.reasons)
