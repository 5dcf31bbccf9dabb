"""The submission of a report: what was typed becomes a new version, or not, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, TypeAlias

from campaign import to_json
from outbox.errors import AttachmentsChanged, OutboxDataError, OutboxError, VersionConflict
from outbox.records import Json, NewSubmission, Submission
from webform.attaching import ids_of
from webform.forms.sent_form import SentForm
from webform.forms.validation import Validation
from webform.reports import Report, figures_before, validate_input
from webform.services import Services


@dataclass(frozen=True, slots=True)
class Submitted:
    """A new version is accepted."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class Repeated:
    """Nothing new is accepted: the same report was sent before; `submission` is that version."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing is accepted: the clerk has to choose between this report and another version. current: that version."""

    current: Submission
    validation: Validation


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is accepted.

    why: `closed` (no answers are taken now), `invalid` (an answer is wrong, or a prompt is unanswered), `corrected`
         (the ministry changed answers since the check page was made), `files` (the files changed since then, in
         another window) or `unstorable` (a character that no store takes)
    """

    why: Literal["closed", "invalid", "corrected", "files", "unstorable"]
    validation: Validation


SubmitOutcome: TypeAlias = Submitted | Repeated | Conflict | Refused


def submit(services: Services, report: Report, sent: SentForm) -> SubmitOutcome:
    """Check the form and commit it as a new version of the report. Raises OutboxError."""
    figures = figures_before(services, report)
    validation = validate_input(services, report, sent.input)
    if not report.window.open or not validation.is_valid or _changed_since(report, sent):
        return _not_committed(services, report, sent, validation)
    try:
        accepted = services.outbox.submissions.submit(_new_submission(services, report, sent, validation, figures))
    except VersionConflict as conflict:
        if not _same_report(services, conflict.current, validation):
            return Conflict(conflict.current, validation)
        with suppress(OutboxError):  # the report has its receipt, whatever becomes of the draft
            services.outbox.drafts.delete(services.campaign.id, sent.oktmo, sent.hidden.key)
        return Repeated(conflict.current)
    except AttachmentsChanged:
        return Refused("files", validation)
    except OutboxDataError:
        return Refused("unstorable", validation)
    if not accepted.repeated:
        return Submitted(accepted.submission)
    if _same_report(services, accepted.submission, validation):
        return Repeated(accepted.submission)
    return Conflict(report.latest or accepted.submission, validation)


def newer_version(report: Report, base_version: int, validation: Validation) -> Submission | None:
    """Return the version that was accepted after the form was opened, None if there is none or it cannot be shown yet.

    The choice between the two comes before the prompts, which would be about figures of a report that this clerk has
    not seen. Errors come before the choice, which shows answers side by side.
    """
    return report.latest if base_version != report.version and not validation.errors else None


def _not_committed(services: Services, report: Report, sent: SentForm, validation: Validation) -> SubmitOutcome:
    # The browser may repeat a request after the deadline, or after a rule changed: its receipt still stands.
    earlier = services.outbox.submissions.by_key(services.campaign.id, sent.oktmo, sent.hidden.key)
    if earlier is not None and _same_answers(services, earlier, validation):
        return Repeated(earlier)
    if not report.window.open:
        return Refused("closed", validation)
    newer = newer_version(report, sent.hidden.base_version, validation)
    if newer is not None:
        return Conflict(newer, validation)
    if not validation.is_valid:
        return Refused("invalid", validation)
    return Refused("corrected" if _corrected_since(report, sent) else "files", validation)


def _changed_since(report: Report, sent: SentForm) -> bool:
    """Return True if the check page that sends showed something else than what stands now."""
    return _corrected_since(report, sent) or sent.hidden.shown_files not in ("", report.files_digest)


def _corrected_since(report: Report, sent: SentForm) -> bool:
    """Return True if the ministry changed answers after the check page was made, which did not show that."""
    return bool(sent.hidden.shown) and sent.hidden.shown != report.edits_digest


def _new_submission(
    services: Services, report: Report, sent: SentForm, validation: Validation, figures: Mapping[str, Json]
) -> NewSubmission:
    """Return the report as the outbox takes it, with the contacts apart. figures: the previous ones that count."""
    campaign = services.campaign
    values = validation.reading.values
    answers = to_json(campaign, values)
    contacts = {name: answers.pop(name) for name in services.plan.home if name in answers}
    return NewSubmission(
        campaign=campaign.id,
        oktmo=report.oktmo,
        key=sent.hidden.key,
        base_version=sent.hidden.base_version,
        answers=answers,
        contacts=contacts,
        reasons=validation.reasons,
        previous=figures or None,
        accepted_at=report.window.now,
        late=report.window.late,
        receipt_prefix=campaign.about.receipt_prefix,
        attachments=ids_of({name: value for name, value in values.items() if name in services.plan.uploads}),
    )


def _same_answers(services: Services, submission: Submission, validation: Validation) -> bool:
    stored = to_json(services.campaign, validation.reading.values)
    return {**submission.answers, **submission.contacts} == stored


def _same_report(services: Services, submission: Submission, validation: Validation) -> bool:
    """Return True if answers and reasons are the same."""
    return _same_answers(services, submission, validation) and dict(submission.reasons) == dict(validation.reasons)
