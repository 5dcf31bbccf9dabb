"""Drafts: what was typed and not sent yet. A draft of another window is never replaced unnoticed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal, TypeAlias

from outbox.errors import OutboxError
from outbox.records import Draft, Submission
from webform.attaching import current_files, with_files
from webform.forms.form_input import MOST_DRAFT, from_json
from webform.forms.sent_form import SentForm
from webform.forms.validation import repeats_submission
from webform.reports import draft_of
from webform.services import Services

MOST_SKEW = timedelta(minutes=5)
"""How far the clocks of two web processes may differ."""

LONGEST_NAME = 60
"""Characters of a name that a notice shows."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft is stored."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class SentMeanwhile:
    """Nothing is stored: this form was sent while the script saved. correction: the draft that the next save stores."""

    correction: Draft


@dataclass(frozen=True, slots=True)
class AlreadySent:
    """Nothing is stored: this form was sent with the same answers; `submission` is that report."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class NotSaved:
    """Nothing is stored. why: `too_long` (more text than a draft holds) or `unavailable` (the outbox, for now)"""

    why: Literal["too_long", "unavailable"]


DraftOutcome: TypeAlias = Saved | SentMeanwhile | AlreadySent | NotSaved


def save_draft(services: Services, sent: SentForm, *, by_script: bool = False) -> DraftOutcome:
    """Store the form as the municipality's draft. Raises no OutboxError: that is `NotSaved`.

    A form that was sent already, as in a window that stayed open, becomes the draft of a correction under a new key.
    by_script: the save may have been under way while the form was sent; the correction is then proposed, not stored.
    """
    if sent.input.size > MOST_DRAFT:
        return NotSaved("too_long")
    hidden = sent.hidden
    draft = Draft(
        services.campaign.id, sent.oktmo, hidden.key, sent.input.to_json(), hidden.base_version, sent.received
    )
    try:
        if services.outbox.drafts.save(draft):
            return Saved(draft)
        submission = services.outbox.submissions.by_key(draft.campaign, sent.oktmo, draft.key)
        if submission is None:
            return NotSaved("unavailable")
        if _repeats(services, sent, submission):
            return AlreadySent(submission)
        correction = replace(draft, key=secrets.token_hex(16), base_version=submission.version)
        if by_script:
            return SentMeanwhile(correction)
        return Saved(correction) if services.outbox.drafts.save(correction) else NotSaved("unavailable")
    except OutboxError:
        return NotSaved("unavailable")


def _repeats(services: Services, sent: SentForm, submission: Submission) -> bool:
    whole = with_files(sent.input, current_files(services, sent.oktmo))
    return repeats_submission(services.campaign, whole, submission)


def other_draft(services: Services, sent: SentForm) -> Draft | None:
    """Return the draft with other answers that another form saved after this form was opened; None if none did."""
    opened = sent.hidden.opened_at
    try:
        draft = draft_of(services, sent.oktmo)
    except OutboxError:
        return None
    if opened is None or draft is None or draft.key == sent.hidden.key:
        return None
    if from_json(services.plan, draft.typed).words == sent.input.words:
        return None
    # A time in the future comes from a rehearsal: its clock was set back. A draft with such a time is older than the
    # form; a form with such a time may be older than the draft.
    now = sent.received + MOST_SKEW
    if draft.saved_at > now or draft.saved_at <= opened <= now:
        return None
    return draft


def author(services: Services, draft: Draft) -> str:
    """Return the name in the draft, of the question that asks for the clerk's name; "" without one."""
    question = next((q for q in services.campaign.home_questions if q.autocomplete == "name"), None)
    return from_json(services.plan, draft.typed).text(question.id).strip()[:LONGEST_NAME] if question else ""
