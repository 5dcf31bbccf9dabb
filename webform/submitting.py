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
from webform.comparison import reworded
from webform.forms.sent_form import SentForm
from webform.forms.validation import Validation
from webform.reports import Report, current_answers, figures_before, validate_input
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
class KeptAtHome:
    """Nothing new is accepted: answers that are kept at home are corrected in the newest version, `submission`."""

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
         another window), `more` (not only what is kept at home would change, as that page said) or `unstorable` (a
         character that no store takes)
    """

    why: Literal["closed", "invalid", "corrected", "files", "more", "unstorable"]
    validation: Validation


SubmitOutcome: TypeAlias = Submitted | Repeated | KeptAtHome | Conflict | Refused


def submit(services: Services, report: Report, sent: SentForm) -> SubmitOutcome:
    """Check the form and commit it as a new version of the report. Raises OutboxError."""
    figures = figures_before(services, report)
    validation = validate_input(services, report, sent.input)
    if not report.window.open or not validation.is_valid or _changed_since(report, sent):
        return _not_committed(services, report, sent, validation)
    if sent.hidden.only_home:
        return _keep_at_home(services, report, sent, validation)
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


def changes_only_home(services: Services, report: Report, validation: Validation) -> bool:
    """Return True if a report that counts would stay as it is, but for answers that are kept at home.

    Then there is nothing for the spreadsheet: no version, and the ministry's corrections stay the ministry's.
    """
    changed = changed_answers(services, report, validation)
    return bool(changed) and changed <= services.plan.home and _stands(services, report, validation)


def _stands(services: Services, report: Report, validation: Validation) -> bool:
    if report.latest is None or report.left_out or report.manual_row:
        return False
    return not reworded(services.campaign, report.latest.reasons, validation.reasons)


def changed_answers(services: Services, report: Report, validation: Validation) -> set[str]:
    """Return the questions with other answers than those that stand for the municipality now."""
    stand, given = current_answers(services, report), validation.reading.values
    return {q.id for q in services.campaign.questions if stand.get(q.id) != given.get(q.id)}


def _keep_at_home(services: Services, report: Report, sent: SentForm, validation: Validation) -> SubmitOutcome:
    """Correct what is kept at home. Sent again, the same form finds nothing to change and gets the same answer."""
    newer = newer_version(report, sent.hidden.base_version, validation)
    if newer is not None:
        return Conflict(newer, validation)
    changed = changed_answers(services, report, validation)
    if report.latest is None or not changed <= services.plan.home or not _stands(services, report, validation):
        return Refused("more", validation)
    _, contacts = _parted(services, validation)
    try:
        services.outbox.submissions.correct_contacts(
            services.campaign.id, report.oktmo, report.version, sent.hidden.key, contacts
        )
    except VersionConflict as conflict:
        return Conflict(conflict.current, validation)
    except OutboxDataError:
        return Refused("unstorable", validation)
    return KeptAtHome(report.latest)


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
    answers, contacts = _parted(services, validation)
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


def _parted(services: Services, validation: Validation) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the answers for the spreadsheet, and those that are kept at home."""
    answers = to_json(services.campaign, validation.reading.values)
    return answers, {name: answers.pop(name) for name in services.plan.home if name in answers}


def _same_answers(services: Services, submission: Submission, validation: Validation) -> bool:
    stored = to_json(services.campaign, validation.reading.values)
    return {**submission.answers, **submission.contacts} == stored


def _same_report(services: Services, submission: Submission, validation: Validation) -> bool:
    """Return True if answers and reasons are the same."""
    return _same_answers(services, submission, validation) and dict(submission.reasons) == dict(validation.reasons)
