"""The pages about blanks: where one is taken and given back, and what was read of a file."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from outbox.records import Draft
from webform import texts
from webform.blanks import CellLine, Upload, cell_lines, replaced_answers
from webform.drafting import other_draft
from webform.forms.validation import Validation
from webform.pages.access import session_over
from webform.pages.rendering import page, problem_page, received
from webform.pages.report_pages import Page, closed_page, hidden_fields, saved_by
from webform.reports import Report, draft_of, load_report
from webform.services import campaign_services, current_services
from webform.sessions import admitted


def blank_page(report: Report, lines: Sequence[CellLine] = (), heading: str = texts.BLANK_REFUSED) -> str:
    """Return the page with the blank to take and the place to give it back.

    heading, lines: what did not work, and why
    """
    draft = draft_of(current_services(), report.oktmo)
    return page("blank.html", report=report, draft=draft, heading=heading, lines=lines)


def blank_again(words: str, status: int) -> Page:
    """Return that page for a request with a file nobody looked at; without access the page for an ended session."""
    oktmo, services = str((request.view_args or {}).get("oktmo", "")), campaign_services()
    if services is None or oktmo not in services.campaign.by_oktmo:
        return problem_page(status)
    if not admitted(oktmo):
        return session_over(oktmo)
    report = load_report(services, oktmo, received())
    return (blank_page(report, [CellLine("", words)]) if report.window.open else closed_page(report)), status


def read_page(report: Report, upload: Upload, validation: Validation, draft: Draft | None) -> str:
    """Return what was read of a file. draft: one with other answers, which the file has not replaced yet.

    The page says if that draft was saved after the blank was made, so that the file cannot hold it.
    """
    services = current_services()
    form_input, hidden = upload.sent.input, upload.sent.hidden
    return page(
        "blank_read.html",
        report=report,
        lines=cell_lines(services, upload, validation),
        replaced=replaced_answers(services, report, draft, form_input) if draft else [],
        draft=draft,
        author=saved_by(draft) if draft else "",
        newer=draft is not None and other_draft(services, upload.sent) is not None,
        form_input=form_input,
        hidden=hidden_fields(report.oktmo, hidden.base_version, hidden.key),
    )
