"""The form: fresh, from a draft or from the newest version; checked; shown again. Imports services and forms.

`GET …/form` and, without JavaScript, two POSTs: `…/form` checks and leads to «Проверьте ответы», `…/edit` leads back.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Blueprint, request

from campaign import to_json
from outbox.records import Submission
from webform.comparison import differences
from webform.forms.examination import Examination, examine_filling
from webform.forms.filling import Filling, from_json, from_request, from_submission, values_of
from webform.forms.views import FormView
from webform.limits import limit_submissions
from webform.pages.access import Answer, for_admitted, save_draft, sent_key, sent_version
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
    """The form, with the draft or else the newest version in it."""
    known = services()
    report = load_report(known, oktmo, received())
    if not report.window.open:
        return page("closed.html", report=report), 200
    draft = draft_of(known, oktmo)
    if draft is not None:
        filling, base = from_json(known.plan, draft.typed), draft.base_version
    elif report.latest is not None:
        filling, base = from_submission(known.campaign, report.latest), report.version
    else:
        filling, base = Filling(), 0
    return form_page(report, filling, None, hidden(oktmo, base), draft=draft)


@pages.post("/form")
@limit_submissions
@for_admitted
def check(oktmo: str) -> Answer:
    """«Проверьте ответы», or the form again with what is wrong and what is asked."""
    known = services()
    report = load_report(known, oktmo, received())
    filling = from_request(known.plan, request.form)
    save_draft(oktmo, filling)
    if not report.window.open:
        return page("closed.html", report=report, kept=True), 200
    examination = examine(report, filling)
    carried = hidden(oktmo, sent_version(), sent_key())
    if not examination.settled:
        return form_page(report, filling, examination, carried)
    if report.latest is not None and carried.base_version != report.version:
        return conflict_page(report.latest, report, filling, examination)
    return check_page(report, filling, examination, carried)


@pages.post("/edit")
@for_admitted
def edit(oktmo: str) -> Answer:
    """Back to the form from «Проверьте ответы» or from a choice between versions."""
    known = services()
    report = load_report(known, oktmo, received())
    if not report.window.open:
        return page("closed.html", report=report), 200
    filling = from_request(known.plan, request.form)
    return form_page(report, filling, None, hidden(oktmo, sent_version(), sent_key()))


def examine(report: Report, filling: Filling) -> Examination:
    """All checks of this filling beside the figures that count."""
    known = services()
    before = values_before(known, figures_before(known, report))
    return examine_filling(known.campaign, filling, before)


def hidden(oktmo: str, base_version: int, key: str | None = None) -> Hidden:
    """The unseen fields; a new key where none is given."""
    ticket = services().tokens.ticket(oktmo, link_version(oktmo))
    opened = request.form.get("opened", "")[:40] if key else ""
    return Hidden(key or secrets.token_hex(16), base_version, ticket, opened or received().isoformat())


def form_page(
    report: Report, filling: Filling, examination: Examination | None, carried: Hidden, **context: object
) -> str:
    """The form with this filling."""
    known = services()
    corrections = report.standing.corrections if report.standing else ()
    before = values_before(known, figures_before(known, report))
    view = FormView(known.campaign, report.municipality, filling, examination, before, corrections)
    return page("form.html", report=report, view=view, carried=carried, **context)


def check_page(report: Report, filling: Filling, examination: Examination, carried: Hidden) -> str:
    """«Проверьте ответы»: everything as it will stand on the receipt, and what changes."""
    known = services()
    values = {name: value for name, value in examination.reading.values.items() if value is not None}
    changed = None
    if report.latest is not None:
        changed = differences(known.campaign, values_of(known.campaign, report.latest), values)
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
    known = services()
    values = {name: value for name, value in examination.reading.values.items() if value is not None}
    return (
        page(
            "conflict.html",
            report=report,
            current=current,
            filling=filling,
            carried=hidden(report.oktmo, current.version),
            differing=differences(known.campaign, values_of(known.campaign, current), values),
        ),
        409,
    )


def kept_page(oktmo: str, notice: str, status: int) -> tuple[str, int]:
    """The form once more with what was typed, after something that was nobody's mistake in it.

    Works without the outbox.
    """
    known = services()
    report = blank_report(known, oktmo, received())
    filling = from_request(known.plan, request.form)
    carried = hidden(oktmo, sent_version(), sent_key())
    return form_page(report, filling, None, carried, notice=notice), status


def same_answers(submission: Submission, examination: Examination) -> bool:
    """Whether a submission's answers are those of this filling."""
    stored = to_json(services().campaign, examination.reading.values)
    return {**submission.answers, **submission.contacts} == stored


def same_report(submission: Submission, examination: Examination) -> bool:
    """Whether a submission says the same as this filling, reasons included."""
    return same_answers(submission, examination) and dict(submission.reasons) == dict(examination.reasons)
