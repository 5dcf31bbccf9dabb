"""The report as an .xlsx blank: taken, filled in elsewhere, and given back. A file becomes a draft, never a report."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request, url_for

from webform import texts
from webform.addressing import REPORTS
from webform.blanks import BlankRefused, CellLine, make_blank, read_upload
from webform.drafting import AlreadySent, NotSaved, save_draft
from webform.forms.form_input import from_json
from webform.limits import count_check, limit_submissions
from webform.pages.access import for_admitted
from webform.pages.blank_pages import blank_page, read_page
from webform.pages.rendering import received
from webform.pages.report_pages import Page, closed_page, to_receipt
from webform.reports import draft_of, load_report, validate_input
from webform.services import current_services
from webform.submitting import newer_version

pages = Blueprint("blanks", __name__, url_prefix=REPORTS)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/blank")
@for_admitted
def show(oktmo: str) -> Page:
    """Show where a blank is taken and given back."""
    report = load_report(current_services(), oktmo, received())
    return blank_page(report) if report.window.open else closed_page(report)


@pages.get("/blank.xlsx")
@for_admitted
def download(oktmo: str) -> Page:
    """Give a blank with what the form would show now."""
    services = current_services()
    report = load_report(services, oktmo, received())
    if not report.window.open:
        return closed_page(report)
    count_check(oktmo)
    try:
        content = make_blank(services, report, draft_of(services, oktmo), received())
    except BlankRefused as refused:
        return blank_page(report, refused.lines, texts.BLANK_NOT_MADE), 409
    answer = Response(content, mimetype=XLSX)
    name = texts.BLANK_FILE.format(municipality=report.municipality.genitive, campaign=services.campaign.id)
    # RFC 6266: the plain name for programs that know no other.
    answer.headers["Content-Disposition"] = f"attachment; filename=blank.xlsx; filename*=UTF-8''{quote(name)}"
    return answer


@pages.post("/blank")
@for_admitted
@limit_submissions
def upload(oktmo: str) -> Page:
    """Save the answers of a filled blank as a draft, and lead to the check or say what is wrong, cell by cell.

    Where a draft has other answers, nothing is saved: the page shows what would be replaced, and asks.
    """
    services = current_services()
    report = load_report(services, oktmo, received())
    if not report.window.open:
        return closed_page(report)
    file = request.files.get("blank")
    if file is None or not file.filename:
        return blank_page(report, [CellLine("", texts.BLANK_NONE)]), 422
    try:
        given = read_upload(services, report, file.read(), received())
    except BlankRefused as refused:
        return blank_page(report, refused.lines), 422
    sent = given.sent
    validation = validate_input(services, report, sent.input)
    draft = draft_of(services, oktmo)
    if draft is not None and from_json(services.plan, draft.typed).words != sent.input.words:
        return read_page(report, given, validation, draft)
    match save_draft(services, replace(sent, input=replace(sent.input, checked=not validation.is_valid))):
        case AlreadySent(submission):
            return to_receipt(submission)
        case NotSaved("too_long"):
            return blank_page(report, [CellLine("", texts.BLANK_TOO_LONG)]), 413
        case NotSaved():
            return blank_page(report, [CellLine("", texts.BLANK_BUSY)]), 503
    if validation.is_valid or newer_version(report, sent.hidden.base_version, validation) is not None:
        return redirect(url_for("form.review", oktmo=oktmo), 303)
    return read_page(report, given, validation, None)
