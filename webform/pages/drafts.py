"""Drafts: saved by the form's script and by a button, deleted after a question.

A draft is taken on the form's ticket alone, so that an ended session loses nothing.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug import Response

from outbox.errors import OutboxError
from outbox.records import Draft
from webform import texts
from webform.addressing import REPORTS
from webform.attaching import reset_files
from webform.comparison import calculated_figures
from webform.drafting import AlreadySent, NotSaved, Saved, SentMeanwhile, other_draft, save_draft
from webform.forms.form_input import from_json
from webform.limits import count_check, count_draft
from webform.pages.access import for_admitted, holds_ticket, session_over
from webform.pages.rendering import local, received
from webform.pages.report_pages import (
    Page,
    delete_draft_page,
    kept_draft_page,
    other_draft_page,
    same_form_page,
    saved_by,
)
from webform.pages.sent import script_problem, sent_form, sent_page, wants_json
from webform.reports import draft_of, load_report, validate_input
from webform.services import current_services
from webform.sessions import admitted

pages = Blueprint("drafts", __name__, url_prefix=REPORTS)

JsonAnswer = tuple[Response, int]


@pages.post("/draft")
def save(oktmo: str) -> Page | JsonAnswer:
    """Save the input as a draft. Answer JSON to the form's script, a page to its button."""
    return _save_for_script(oktmo) if wants_json() else _save_for_button(oktmo)


def _save_for_button(oktmo: str) -> Page:
    if not holds_ticket(oktmo) or not admitted(oktmo):
        return session_over(oktmo)
    count_draft(oktmo)
    services, sent = current_services(), sent_form(oktmo)
    saved_elsewhere = other_draft(services, sent)
    if saved_elsewhere is not None:
        return other_draft_page(load_report(services, oktmo, received()), saved_elsewhere)
    match save_draft(services, sent):
        case NotSaved("too_long"):
            return same_form_page(oktmo, texts.DRAFT_TOO_LONG, 413)
        case NotSaved():
            return same_form_page(oktmo, texts.DRAFT_BUSY, 503)
    return redirect(url_for("form.show", oktmo=oktmo, page=sent_page() or None, left=sent_page() or None), 303)


def _save_for_script(oktmo: str) -> JsonAnswer:
    if not holds_ticket(oktmo):
        return script_problem(texts.DRAFT_STRANGER, 403)
    count_draft(oktmo)
    services, sent = current_services(), sent_form(oktmo)
    saved_elsewhere = other_draft(services, sent)
    if saved_elsewhere is not None:
        return jsonify(saved=None, other=saved_by(saved_elsewhere)), 409
    match save_draft(services, sent, by_script=True):
        case Saved(draft):
            return _script_answer(oktmo, texts.DRAFT_SAVED.format(at=texts.clock(draft.saved_at)), draft)
        case SentMeanwhile(correction):
            return _script_answer(oktmo, None, correction)
        case AlreadySent():
            return _script_answer(oktmo, texts.DRAFT_LATE)
        case NotSaved("too_long"):
            return script_problem(texts.DRAFT_TOO_LONG, 413)
        case NotSaved():
            return script_problem(texts.DRAFT_FAILED, 503)


def _script_answer(oktmo: str, saved: str | None, draft: Draft | None = None) -> JsonAnswer:
    """Return the words for the script to show, and the hidden fields with which the form goes on as that draft.

    saved: the words for a saved draft. None after the form was sent: if it is still open, the script takes over the
           hidden fields and saves again.
    """
    fields = (
        {}
        if draft is None
        else {
            "saved_at": draft.saved_at.isoformat(),
            "key": draft.key,
            "base_version": draft.base_version,
        }
    )
    words = {"saved": saved, "session": admitted(oktmo), "window": _deadline_passed(oktmo)}
    return jsonify(**words, **_evaluated(oktmo), **fields), 200


def _evaluated(oktmo: str) -> dict[str, object]:
    """Return the places that the answers rule out, and the calculated figures, of a campaign that has such.

    Nothing while the outbox is unreadable: the form then stays, and the check shows what it has to ask.
    """
    services = current_services()
    campaign = services.campaign
    if not campaign.conditions and not campaign.calculations:
        return {}
    try:
        reading = validate_input(services, load_report(services, oktmo, received()), sent_form(oktmo).input).reading
    except OutboxError:
        return {}
    return {"not_asked": sorted(reading.not_asked), "figures": calculated_figures(campaign, reading)}


def _deadline_passed(oktmo: str) -> str:
    """Return the warning for a clerk who types after the deadline; "" before it, and while the outbox is unreadable."""
    services = current_services()
    if received() <= services.campaign.deadline_of(oktmo):
        return ""
    try:
        report = load_report(services, oktmo, received())
    except OutboxError:
        return ""
    window = report.window
    if not window.late:
        return ""
    if not window.open:
        return texts.DRAFT_CLOSED.format(at=texts.moment(local(window.deadline)))
    return texts.DRAFT_CORRECTED_OVERDUE if report.in_time else texts.DRAFT_OVERDUE


@pages.get("/draft")
@for_admitted
def show(oktmo: str) -> Page:
    """Show the draft for reading and printing, also before the opening and after the end."""
    services = current_services()
    draft = draft_of(services, oktmo)
    if draft is None:
        return _to_home(oktmo)
    count_check(oktmo)
    return kept_draft_page(load_report(services, oktmo, received()), draft)


@pages.get("/draft/delete")
@for_admitted
def ask(oktmo: str) -> Page:
    """Ask whether to delete the draft: its text exists nowhere else and must not be lost by one press."""
    draft = draft_of(current_services(), oktmo)
    return _to_home(oktmo) if draft is None else _question(oktmo, draft)


@pages.post("/draft/delete")
@for_admitted
def delete(oktmo: str) -> Page:
    """Delete the draft that the sent page showed.

    A draft that was saved since stays: the question is asked again (409), and after a choice between versions home
    shows that draft.
    """
    services = current_services()
    draft = draft_of(services, oktmo)
    shown = draft is not None and _was_shown(draft)
    if draft is not None and shown:
        deleted = services.outbox.drafts.delete(services.campaign.id, oktmo, draft.key, draft.saved_at)
        if deleted:
            reset_files(services, oktmo, services.outbox.submissions.latest(services.campaign.id, oktmo))
    left = draft_of(services, oktmo) if "draft_key" in request.form else None
    if left is not None:
        return _question(oktmo, left, changed=True), 409
    return redirect(url_for("home.show", oktmo=oktmo, deleted=1 if shown else None), 303)


def _question(oktmo: str, draft: Draft, *, changed: bool = False) -> str:
    return delete_draft_page(load_report(current_services(), oktmo, received()), draft, changed=changed)


def _was_shown(draft: Draft) -> bool:
    """Return True if the sent page showed this draft: the question names it, the choice between versions holds it."""
    if "draft_key" in request.form:
        return (request.form["draft_key"], request.form.get("draft_at")) == (draft.key, draft.saved_at.isoformat())
    return from_json(current_services().plan, draft.typed).words == sent_form(draft.oktmo).input.words


def _to_home(oktmo: str) -> Response:
    return redirect(url_for("home.show", oktmo=oktmo), 303)
