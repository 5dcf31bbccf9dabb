"""Home of the report: what is asked, until when, where it stands. Imports the services and the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint

from campaign import Rule
from outbox.records import Json, Submission
from webform import texts
from webform.comparison import Difference, differences, full_title, reworded
from webform.forms.form_input import values_of
from webform.forms.views import json_shown
from webform.pages.access import Answer, for_admitted
from webform.pages.rendering import page, received
from webform.reports import Report, draft_of, load_report
from webform.services import Services, current_services

pages = Blueprint("home", __name__, url_prefix="/reports/<oktmo>")


@dataclass(frozen=True, slots=True)
class Version:
    """A version and what changed since the one before; None for the first."""

    submission: Submission
    changed: list[Difference] | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A figure that the ministry changed in the spreadsheet."""

    title: str
    submitted: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What the worker's checks say of the newest version, in words for the clerk.

    title, shown: the question and what stands in its cell, "" for the report as a whole
    given:        the clerk's own explanation; confirmed: a tick instead of one
    """

    title: str
    shown: str
    message: str
    advice: str
    given: str
    confirmed: bool

    @property
    def answered(self) -> bool:
        """The clerk has explained or confirmed it, and has nothing more to do."""
        return self.confirmed or bool(self.given)


@pages.get("/")
@for_admitted
def show(oktmo: str) -> Answer:
    """Everything about one municipality's report on one page."""
    services = current_services()
    report = load_report(services, oktmo, received())
    draft = draft_of(services, oktmo)
    remarks = remarks_of(services, report)
    return page(
        "home.html",
        report=report,
        draft=draft,
        state=state_of(report, has_draft=draft is not None),
        versions=versions_of(services, oktmo),
        corrections=corrections_of(services, report),
        remarks=remarks,
        unanswered=[remark for remark in remarks if not remark.answered],
    )


def state_of(report: Report, *, has_draft: bool) -> str:
    """A key of `texts.STATES`. What the worker says counts where it has seen the newest version."""
    if report.hand_row == "counts":
        return "replaced"
    if report.latest is None:
        return "draft" if has_draft else "none"
    if report.left_out:
        return report.left_out
    if report.latest.late:
        return "late"
    return "corrected" if report.version > 1 else "sent"


def versions_of(services: Services, oktmo: str) -> list[Version]:
    """All versions, the newest first."""
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


def corrections_of(services: Services, report: Report) -> list[Corrected]:
    """What the ministry corrected in the spreadsheet, as of the worker's last look."""
    if report.status is None:
        return []
    corrected = []
    for correction in report.status.corrections:
        question = services.campaign.by_id.get(correction.question)
        if question is not None:
            corrected.append(
                Corrected(
                    full_title(question),
                    json_shown(question, correction.submitted),
                    json_shown(question, correction.sheet),
                )
            )
    return corrected


def remarks_of(services: Services, report: Report) -> list[Remark]:
    """The remarks of the worker's checks of the newest version, or of the row that stands for it, for the clerk too.

    The worker's words are for who works in the spreadsheet; where they ask for what a clerk cannot do, ours are said.
    """
    problems = report.status.problems if report.status and (report.delivered or report.hand_row) else []
    closed = not report.window.open and not report.window.before
    remarks = []
    for problem in problems:
        if not isinstance(problem, dict) or not problem.get("message"):
            continue
        code = _word(problem, "code")
        error = problem.get("level") == "error"
        if code in texts.REMARKS_OF_STAFF or (code in texts.REMARKS_OF_LEFT_OUT and not (report.left_out and error)):
            continue
        rules = services.campaign.rules_by_key
        rule = rules.get(code) or rules.get(f"{code}:{_word(problem, 'question')}")
        message, advice = texts.REMARKS.get(code, ("", texts.REMARK_OF_CELL if rule is None and error else ""))
        if closed:
            advice = closed_advice(code, rule, error=error) or advice
        given = _word(problem, "reason")
        confirmed = rule is not None and rule.ask == "confirm" and bool(given)
        remarks.append(
            Remark(
                title=_word(problem, "title"),
                shown=_word(problem, "shown"),
                message=message or untitled(problem),
                # Who has explained or confirmed is not asked to do it again; of a row that the ministry added the page
                # says once for all remarks what to do.
                advice="" if given or report.hand_row else advice or _word(problem, "advice"),
                given="" if confirmed else given,
                confirmed=confirmed,
            )
        )
    return remarks


def closed_advice(code: str, rule: Rule | None, *, error: bool) -> str:
    """What to do about a remark once no report is taken any more; "" where the usual advice can still be followed."""
    if code in texts.REMARKS_WHEN_CLOSED:
        return texts.REMARKS_WHEN_CLOSED[code]
    if rule is not None:
        return texts.REMARK_OF_RULE_WHEN_CLOSED
    return texts.REMARK_OF_CELL_WHEN_CLOSED if error and code not in texts.REMARKS else ""


def untitled(problem: Mapping[str, Json]) -> str:
    """The worker's message without what the page says before it: title and figure, or the title alone."""
    message, title, shown = (_word(problem, name) for name in ("message", "title", "shown"))
    for said in (f"{title}: {shown}. ", f"{title}: ") if title else ():
        if message.startswith(said):
            return message.removeprefix(said)
    return message


def _word(problem: Mapping[str, Json], name: str) -> str:
    word = problem.get(name)
    return word if isinstance(word, str) else ""
