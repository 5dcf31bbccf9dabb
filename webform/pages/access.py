"""Who may see a report's pages, and what becomes of the text of who may not any more.

Imports the services, sessions and rendering.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import jsonify, request
from werkzeug import Response

from outbox.errors import OutboxError
from outbox.records import Draft, Submission
from webform.forms.form_input import MOST_DRAFT, FormInput, from_json, from_request
from webform.forms.validation import says_the_same
from webform.limits import may_draft
from webform.pages.rendering import page, received
from webform.reports import draft_of
from webform.services import current_services
from webform.sessions import admitted, link_is_good

P = ParamSpec("P")
T = TypeVar("T")
LONGEST_KEY = 64
MOST_SKEW = timedelta(minutes=5)
"""How far the clocks of two web processes may differ."""

Answer = str | Response | tuple[str, int]
"""What a page's function gives."""


def for_admitted(view: Callable[P, T]) -> Callable[P, T | tuple[str, int]]:
    """Only for browsers that exchanged the municipality's link; others keep what they typed, as a draft."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T | tuple[str, int]:
        oktmo = str(kwargs["oktmo"])
        if admitted(oktmo):
            return view(*args, **kwargs)
        return session_over(oktmo)

    return guarded


def session_over(oktmo: str) -> tuple[str, int]:
    """The page for a session that ended: nothing is sent, what was typed is a draft when it came from our form."""
    saved = request.method == "POST" and keep_typed(oktmo)
    typed = request.method == "POST" and not from_request(current_services().plan, request.form).blank
    return page("session_over.html", saved=saved, typed=typed), 403


def keep_typed(oktmo: str) -> bool:
    """Keep what this request typed as the municipality's draft, on the proof of its form's ticket."""
    form_input = from_request(current_services().plan, request.form)
    if not holds_ticket(oktmo) or not may_draft(oktmo) or other_draft(oktmo, form_input) is not None:
        return False
    return save_draft(oktmo, form_input) is not None


def holds_ticket(oktmo: str) -> bool:
    """Whether the request comes from a form that was served to who held a link that is still good."""
    version = current_services().tokens.read_ticket(request.form.get("ticket", ""), oktmo)
    return version is not None and link_is_good(oktmo, version)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a draft.

    draft:   as it is kept; None when it is not
    instead: when it is not kept because its form was sent and the words are others now: what would be, as a correction
    sent:    when there is nothing to keep: the report that was sent by this form with these very words
    """

    draft: Draft | None = None
    instead: Draft | None = None
    sent: Submission | None = None


def save_draft(oktmo: str, form_input: FormInput, *, late: bool = False) -> Kept | None:
    """Keep the form_input as the draft; None when it is too long or the store cannot take it now.

    What was typed after the form had been sent, as in a window that stayed open, is a correction of that report: it is
    kept under a key of its own. late: the save may have been under way when the form was sent; then it is only told.
    """
    if form_input.size > MOST_DRAFT:
        return None
    services = current_services()
    draft = Draft(services.campaign.id, oktmo, sent_key(), form_input.to_json(), sent_version(), received())
    try:
        if services.outbox.drafts.save(draft):
            return Kept(draft)
        sent = services.outbox.submissions.by_key(draft.campaign, oktmo, draft.key)
        if sent is None or says_the_same(services.campaign, form_input, sent):
            return Kept(sent=sent)
        draft = replace(draft, key=secrets.token_hex(16), base_version=sent.version)
        if late:
            return Kept(instead=draft)
        return Kept(draft) if services.outbox.drafts.save(draft) else None
    except OutboxError:
        return None


def other_draft(oktmo: str, form_input: FormInput) -> datetime | None:
    """When another form saved a draft of other words after ours was opened; None when there is none."""
    try:
        draft = draft_of(current_services(), oktmo)
        opened = datetime.fromisoformat(request.form.get("opened", ""))
        if draft is None or draft.key == sent_key():
            return None
        if from_json(current_services().plan, draft.typed).words == form_input.words:
            return None
        # What is of a time still to come is of a rehearsal whose clock was set back since: a draft was there before,
        # and when the form was opened nobody knows.
        now = received() + MOST_SKEW
        if draft.saved_at > now or draft.saved_at <= opened <= now:
            return None
        return draft.saved_at.astimezone(current_services().campaign.about.zone)
    except (ValueError, TypeError, OutboxError):
        return None


def script_answer(words: str, status: int) -> tuple[Response, int]:
    """Why a draft is not saved, for the form's script, which shows the words beside the form."""
    return jsonify(saved=None, problem=words), status


def sent_key() -> str:
    """The idempotency key of the form that was sent; a form without one gets what cannot be repeated by accident."""
    key = request.form.get("key", "")
    return key if 8 <= len(key) <= LONGEST_KEY and key.isascii() and key.isalnum() else "none"


def sent_version() -> int:
    """The newest version that the form had seen."""
    text = request.form.get("base_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
