"""What the home page shows of a report: its state, its versions, the ministry's corrections."""

from __future__ import annotations

from dataclasses import dataclass

from outbox.records import Draft, Submission
from webform import texts
from webform.attaching import with_files
from webform.comparison import Difference, differences, full_title, reworded
from webform.forms.form_input import from_json, values_of
from webform.forms.views import first_input, json_shown
from webform.reports import Report, is_answer
from webform.services import Services


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the report. changed: its differences from the version before; None for the first."""

    submission: Submission
    changed: list[Difference] | None


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """An answer that the ministry corrected in the spreadsheet, as people read it; "" for a blank one.

    field: id of the element of the form that holds the answer
    page:  the page of a form with pages that holds it, else ""
    taken: whether the form takes the ministry's content as an answer and starts from it
    """

    title: str
    submitted: str
    sheet: str
    field: str
    page: str
    taken: bool


def state_of(report: Report, *, has_draft: bool) -> str:
    """Return a key of `texts.STATES`. The worker's status counts if it has seen the newest version."""
    if report.manual_row == "counts":
        return "replaced"
    if report.latest is None:
        return "draft" if has_draft else "none"
    if report.left_out:
        return report.left_out
    if report.latest.late:
        return "corrected_late" if report.in_time else "late"
    return "corrected" if report.version > 1 else "sent"


def state_in_words(services: Services, report: Report, draft: Draft | None) -> str:
    """Return the state for the page of the link: «принят, версия 2», «не сдан, заполнено 6 из 15»."""
    match state_of(report, has_draft=draft is not None):
        case "draft" if draft is not None:
            done, needed = filled(services, report, draft)
            return texts.STATE_FILLED.format(done=done, needed=needed)
        case "sent" | "corrected" | "late" as state:
            words = texts.STATE_ACCEPTED_LATE if state == "late" else texts.STATE_ACCEPTED
            return words + (texts.STATE_VERSION.format(version=report.version) if report.version > 1 else "")
        case state:
            return texts.STATES[state]


def filled(services: Services, report: Report, draft: Draft) -> tuple[int, int]:
    """Return how many of the answers that nobody may leave out stand in the draft, and how many there are."""
    form_input = with_files(from_json(services.plan, draft.typed), report.files)
    required = [question for question in services.campaign.questions if question.required]
    return sum(bool(form_input.text(question.id).strip()) for question in required), len(required)


def versions_of(services: Services, oktmo: str) -> list[Version]:
    """Return all versions, the newest first. Raises OutboxError."""
    campaign = services.campaign
    submissions = services.outbox.submissions.versions(campaign.id, oktmo)
    values = [values_of(campaign, submission) for submission in submissions]
    versions = []
    for n, submission in enumerate(submissions):
        changed = None
        if n:
            changed = differences(campaign, values[n - 1], values[n])
            changed += reworded(campaign, submissions[n - 1].reasons, submission.reasons)
        versions.append(Version(submission, changed))
    return versions[::-1]


def corrections_of(services: Services, report: Report) -> list[CorrectionView]:
    """Return the ministry's corrections of the newest version, of questions that are still asked."""
    return [
        CorrectionView(
            full_title(question),
            json_shown(question, correction.submitted),
            json_shown(question, correction.sheet),
            first_input(services.campaign, question.id),
            services.steps.page_of(question.id),
            is_answer(question, correction.sheet),
        )
        for correction in report.corrections
        if (question := services.campaign.by_id.get(correction.question)) is not None
    ]
