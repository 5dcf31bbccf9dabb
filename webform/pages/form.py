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
from webform.forms.examination import Examination, examine_filling
from webform.forms.filling import Filling, from_json, from_request, from_submission, values_of
from webform.forms.plan import REASON
from webform.forms.views import FormView
from webform.limits import limit_submissions
from webform.pages.access import Answer, for_admitted, other_draft, save_draft, sent_key, sent_version
from webform.pages.rendering import page, received
from webform.reports import Report, blank_report, draft_of, figures_before, load_report, values_before
from webform.services import services
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
    known = services()
    report = load_report(known, oktmo, received())
    if not report.window.open:
        return page("closed.html", report=report)
    draft = draft_of(known, oktmo)
    if draft is None:
        filling = from_submission(known.campaign, report.latest) if report.latest else Filling()
        return form_page(report, filling, explained(report, filling), hidden(oktmo, report.version), quiet=True)
    filling = from_json(known.plan, draft.typed)
    checked = "checked" in request.args
    examination = examine(report, filling) if checked or filling.asked or filling.checked else None
    carried = hidden(oktmo, draft.base_version)  # two windows are two forms: neither may write over the other unasked
    told = None if checked else draft
    return form_page(report, filling, examination, carried, draft=told, served=draft, quiet=not checked)


@pages.post("/form")
@for_admitted
@limit_submissions
def check(oktmo: str) -> Answer:
    """Keep what was typed as a draft and lead to «Проверьте ответы», or to the form with what is wrong and asked.

    By a redirect, so that the browser's way back and reload work. What a draft cannot keep is answered here and now.
    """
    known = services()
    report = load_report(known, oktmo, received())
    filling = from_request(known.plan, request.form)
    other = other_draft(oktmo, filling) if report.window.open else None
    if other is not None:
        return other_draft_page(report, other)
    if not report.window.open:
        kept = save_draft(oktmo, filling)
        return page("closed.html", report=report, kept=kept is not None and kept.draft is not None)
    examination = examine(report, filling)
    ready = examination.settled or to_choose(report, sent_version(), examination)
    kept = save_draft(oktmo, replace(filling, checked=not examination.settled))
    if kept and kept.sent:
        return redirect(url_for("receipts.show", oktmo=oktmo, version=kept.sent.version), 303)
    if kept and kept.draft and filling.keepable:
        target = url_for("form.review", oktmo=oktmo) if ready else f"{request.path}?checked"
        return redirect(target, 303)
    carried = hidden(oktmo, sent_version(), sent_key())
    if not ready:
        return form_page(report, filling, examination, carried)
    return reviewed(report, filling, examination, carried)


@pages.get("/check")
@for_admitted
def review(oktmo: str) -> Answer:
    """«Проверьте ответы»: the draft, as it will be sent."""
    known = services()
    report = load_report(known, oktmo, received())
    draft = draft_of(known, oktmo)
    if draft is None or not report.window.open:
        target = "home.show" if report.latest else "form.show"
        return redirect(url_for(target, oktmo=oktmo), 303)
    filling = from_json(known.plan, draft.typed)
    examination = examine(report, filling)
    if not examination.settled and not to_choose(report, draft.base_version, examination):
        return redirect(url_for("form.show", oktmo=oktmo) + "?checked", 303)
    return reviewed(report, filling, examination, hidden(oktmo, draft.base_version, draft.key))


def to_choose(report: Report, base_version: int, examination: Examination) -> bool:
    """Whether another version came meanwhile, so that the clerk chooses between the two.

    That comes before what the rules ask: they would ask about a figure of a report that this clerk has not seen. What
    is wrong in itself is mended first, for a choice shows answers that can be read.
    """
    return report.latest is not None and base_version != report.version and not examination.errors


def reviewed(report: Report, filling: Filling, examination: Examination, carried: Hidden) -> Answer:
    """«Проверьте ответы», or the choice when another version came meanwhile."""
    if report.latest is not None and to_choose(report, carried.base_version, examination):
        return conflict_page(report.latest, report, filling, examination)
    return check_page(report, filling, examination, carried)


@pages.post("/edit")
@for_admitted
def edit(oktmo: str) -> Answer:
    """Back to the form from «Проверьте ответы» or from a choice between versions."""
    known = services()
    report = load_report(known, oktmo, received())
    filling = from_request(known.plan, request.form)
    other = other_draft(oktmo, filling) if report.window.open else None
    if other is not None:
        return other_draft_page(report, other)
    kept = save_draft(oktmo, filling)
    if kept and kept.sent:
        return redirect(url_for("receipts.show", oktmo=oktmo, version=kept.sent.version), 303)
    if (kept and kept.draft and filling.keepable) or not report.window.open:
        return redirect(url_for("form.show", oktmo=oktmo), 303)
    carried = hidden(oktmo, sent_version(), sent_key())
    return form_page(report, filling, examine(report, filling), carried, quiet=True)


def examine(report: Report, filling: Filling) -> Examination:
    """All checks of this filling beside the figures that count."""
    known = services()
    before = values_before(known, figures_before(known, report))
    return examine_filling(known.campaign, filling, before)


def explained(report: Report, filling: Filling) -> Examination | None:
    """The rules to which a report that was sent gives an explanation, and which still ask; None when there is none."""
    if not any(name.startswith(REASON) for name in filling.fields):
        return None
    examination = examine(report, filling)
    return replace(examination, asked=tuple(asked for asked in examination.asked if asked.field in filling.fields))


def hidden(oktmo: str, base_version: int, key: str | None = None) -> Hidden:
    """The unseen fields; a new key where none is given. A page that answers a form was opened when that form was."""
    ticket = services().tokens.ticket(oktmo, link_version(oktmo))
    opened = request.form.get("opened", "")[:40]
    return Hidden(key or secrets.token_hex(16), base_version, ticket, opened or received().isoformat())


def form_page(
    report: Report,
    filling: Filling,
    examination: Examination | None,
    carried: Hidden,
    *,
    quiet: bool = False,
    **context: object,
) -> str:
    """The form with this filling; where a report was accepted, it says whether this one has been sent."""
    known = services()
    corrections = report.status.corrections if report.status else ()
    before = values_before(known, figures_before(known, report))
    view = FormView(known.campaign, report.municipality, filling, examination, before, corrections, quiet=quiet)
    return page("form.html", report=report, view=view, carried=carried, **context)


def check_page(report: Report, filling: Filling, examination: Examination, carried: Hidden) -> str:
    """«Проверьте ответы»: everything as it will stand on the receipt, and what changes."""
    values = {name: value for name, value in examination.reading.values.items() if value is not None}
    changed = None
    if report.latest is not None:
        changed = differing(report.latest, values, examination)
    return page(
        "check.html",
        report=report,
        filling=filling,
        values=values,
        reasons=examination.reasons,
        carried=carried,
        changed=changed,
    )


def conflict_page(current: Submission, report: Report, filling: Filling, examination: Examination) -> tuple[str, int]:
    """Another version came meanwhile: both are shown, and the clerk chooses."""
    values = {name: value for name, value in examination.reading.values.items() if value is not None}
    return (
        page(
            "conflict.html",
            report=report,
            current=current,
            filling=filling,
            carried=hidden(report.oktmo, current.version),
            differing=differing(current, values, examination),
        ),
        409,
    )


def differing(submission: Submission, values: Mapping[str, Value], examination: Examination) -> list[Difference]:
    """The answers and explanations of this filling that are not the submission's."""
    campaign = services().campaign
    answers = differences(campaign, values_of(campaign, submission), values)
    # A rule that no longer asks, as of a figure that fell once and stands since, takes no explanation back.
    was = {key: words for key, words in submission.reasons.items() if answers or key in examination.reasons}
    return answers + reworded(campaign, was, examination.reasons)


def kept_page(oktmo: str, notice: str, status: int) -> tuple[str, int]:
    """The form once more with what was typed, after something that was nobody's mistake in it.

    Works without the outbox.
    """
    report = blank_report(services(), oktmo, received())
    return _typed_again(report, hidden(oktmo, sent_version(), sent_key()), notice), status


def other_draft_page(report: Report, saved: datetime) -> tuple[str, int]:
    """The form with what was typed, when another form has saved a draft meanwhile: the next press replaces that one."""
    carried = replace(hidden(report.oktmo, sent_version(), sent_key()), opened=received().isoformat())
    return _typed_again(report, carried, texts.DRAFT_OTHER.format(at=texts.when(saved, received()))), 409


def _typed_again(report: Report, carried: Hidden, notice: str) -> str:
    filling = from_request(services().plan, request.form)
    examination = examine(report, filling) if filling.asked else None
    return form_page(report, filling, examination, carried, quiet=True, notice=notice)


def same_answers(submission: Submission, examination: Examination) -> bool:
    """Whether a submission's answers are those of this filling."""
    stored = to_json(services().campaign, examination.reading.values)
    return {**submission.answers, **submission.contacts} == stored


def same_report(submission: Submission, examination: Examination) -> bool:
    """Whether a submission says the same as this filling, reasons included."""
    return same_answers(submission, examination) and dict(submission.reasons) == dict(examination.reasons)
