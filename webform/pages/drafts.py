"""Drafts: as one types and by a button. Imports the services and the access to reports.

A draft is taken on the form's ticket alone, so that an ended session loses nothing.
"""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug import Response

from outbox.errors import OutboxError
from outbox.records import Draft
from webform import texts
from webform.forms.form_input import MOST_DRAFT, from_json, from_request
from webform.limits import count_draft
from webform.pages.access import (
    Answer,
    Kept,
    for_admitted,
    holds_ticket,
    other_draft,
    save_draft,
    script_answer,
    session_over,
)
from webform.pages.form import kept_page, other_draft_page
from webform.pages.rendering import local, page, received
from webform.reports import draft_of, load_report
from webform.services import current_services
from webform.sessions import admitted

pages = Blueprint("drafts", __name__, url_prefix="/reports/<oktmo>")


@pages.post("/draft")
def save(oktmo: str) -> Answer | tuple[Response, int]:
    """Keep what was typed. JSON for the form's script, a page for its button."""
    script = request.accept_mimetypes.best == "application/json"
    if not holds_ticket(oktmo):
        return script_answer(texts.DRAFT_STRANGER, 403) if script else session_over(oktmo)
    if not script and not admitted(oktmo):
        return session_over(oktmo)
    count_draft(oktmo)
    form_input = from_request(current_services().plan, request.form)
    other = other_draft(oktmo, form_input)
    if other is not None and script:
        return jsonify(saved=None, other=texts.when(other, received())), 409
    if other is not None:
        return other_draft_page(load_report(current_services(), oktmo, received()), other)
    kept = save_draft(oktmo, form_input, late=script)
    if script and kept is not None:
        return jsonify(session=admitted(oktmo), window=window_passed(oktmo), **saved_answer(kept)), 200
    if script:
        long = form_input.size > MOST_DRAFT
        return script_answer(texts.DRAFT_TOO_LONG if long else texts.DRAFT_FAILED, 413 if long else 503)
    if kept is None:
        return kept_page(oktmo, texts.DRAFT_TOO_LONG, 413)
    return redirect(url_for("form.show", oktmo=oktmo), 303)


def saved_answer(kept: Kept) -> dict[str, str | int | None]:
    """For the form's script: what to say, and the unseen fields with which the form goes on.

    A form that was sent meanwhile is told the fields of a correction, and saves again if it is still there.
    """
    draft = kept.draft or kept.instead
    if draft is None:
        return {"saved": texts.DRAFT_LATE}
    saved = texts.DRAFT_SAVED.format(at=texts.clock(draft.saved_at)) if kept.draft else None
    return {
        "saved": saved,
        "saved_at": draft.saved_at.isoformat(),
        "key": draft.key,
        "base_version": draft.base_version,
    }


def window_passed(oktmo: str) -> str:
    """What to tell who types on past the deadline; "" before it, and while the outbox does not say of an extension."""
    services = current_services()
    if received() <= services.campaign.about.deadline:
        return ""
    try:
        window = load_report(services, oktmo, received()).window
    except OutboxError:
        return ""
    if not window.late:
        return ""
    return texts.DRAFT_OVERDUE if window.open else texts.DRAFT_CLOSED.format(at=texts.moment(local(window.deadline)))


@pages.get("/draft/delete")
@for_admitted
def ask(oktmo: str) -> Answer:
    """Whether the draft is to be forgotten: what is typed nowhere else is not lost by one press."""
    return question(oktmo) or to_home(oktmo)


@pages.post("/draft/delete")
@for_admitted
def delete(oktmo: str) -> Answer:
    """Forget the draft that the sent page showed. Another, saved since, stays.

    Then the question is asked anew; after a choice between versions home names that draft.
    """
    services = current_services()
    draft = draft_of(services, oktmo)
    if draft is not None and was_shown(draft):
        services.outbox.drafts.delete(services.campaign.id, oktmo, draft.key, draft.saved_at)
    asked_anew = question(oktmo, changed=True) if "draft_key" in request.form else None
    return to_home(oktmo) if asked_anew is None else (asked_anew, 409)


def question(oktmo: str, *, changed: bool = False) -> str | None:
    """The page that asks; None without a draft. `changed`: what it asked about before is another draft by now."""
    draft = draft_of(current_services(), oktmo)
    if draft is None:
        return None
    return page(
        "delete_draft.html", report=load_report(current_services(), oktmo, received()), draft=draft, changed=changed
    )


def was_shown(draft: Draft) -> bool:
    """Whether the page that was sent showed this very draft: the question names it, a choice holds its words."""
    sent = request.form
    if "draft_key" in sent:
        return (sent["draft_key"], sent.get("draft_at")) == (draft.key, draft.saved_at.isoformat())
    plan = current_services().plan
    return from_json(plan, draft.typed).words == from_request(plan, sent).words


def to_home(oktmo: str) -> Response:
    return redirect(url_for("home.show", oktmo=oktmo), 303)
