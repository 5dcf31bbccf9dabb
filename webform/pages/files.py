"""Attached files: a page of each question that asks for some, with a form of its own, so that no other takes 10 MB.

`POST …/files/QUESTION` comes from the report's form: it saves the draft and leads to the page.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for

from campaign import Question
from campaign.answer_types.files import FILE_KINDS, LARGEST_FILE, attached_files, most_files
from outbox.attachments import NewAttachment, download_headers
from outbox.errors import AttachmentsFull
from webform import texts
from webform.addressing import REPORTS
from webform.attaching import ensure_draft
from webform.bodies import FILES, drain
from webform.drafting import AlreadySent, NotSaved, other_draft, save_draft
from webform.forms.form_input import from_answers
from webform.limits import count_upload
from webform.pages.access import for_admitted
from webform.pages.rendering import page, problem_page, received
from webform.pages.report_pages import Page, closed_page, other_draft_page, same_form_page, to_receipt
from webform.pages.sent import sent_form
from webform.reports import Report, current_answers, load_report
from webform.services import campaign_services, current_services
from webform.sessions import admitted
from webform.texts import uploads as upload_texts
from webform.uploads import UploadError, read_upload

MAX_UPLOAD = LARGEST_FILE + 100_000
"""Bytes of the body of an upload: one file, its name, the fields of the form."""
MOST_PARTS = 10
MOST_AT_ONCE = 4

pages = Blueprint("files", __name__, url_prefix=REPORTS)
_slots = BoundedSemaphore(MOST_AT_ONCE)  # each upload that is looked at and stored takes some 30 MB of memory


def register_uploads(app: Flask) -> None:
    """Let the body of an upload be larger. Call it before anything that reads `request.form` is registered."""
    app.before_request(_admit_upload)


def _admit_upload() -> Page | None:
    """Look at an upload before its body is read: access, then size. Werkzeug then parses within these limits."""
    if request.endpoint != FILES or request.method != "POST":
        return None
    oktmo, services = str((request.view_args or {}).get("oktmo")), campaign_services()
    size = request.content_length
    if services is None or not admitted(oktmo):
        drain(MAX_UPLOAD)
        return page("session_over.html", saved=False, typed=False), 403
    if size is None:
        abort(411)
    if size > MAX_UPLOAD:
        drain()
        question = _question(str((request.view_args or {}).get("question")))
        return _page(load_report(services, oktmo, received()), question, upload_texts.UPLOAD_LARGE, 413)
    request.max_content_length = MAX_UPLOAD
    request.max_form_parts = MOST_PARTS
    return None


@pages.post("/files/<question>")
@for_admitted
def open_page(oktmo: str, question: str) -> Page:
    """Save the form of this request as a draft and lead to the files of the question."""
    services, asked = current_services(), _question(question)
    report, sent = load_report(services, oktmo, received()), sent_form(oktmo)
    if not report.window.open:
        return closed_page(report)
    saved_elsewhere = other_draft(services, sent)
    if saved_elsewhere is not None:
        return other_draft_page(report, saved_elsewhere)
    if not sent.input.keepable:
        return same_form_page(oktmo, texts.CANNOT_KEEP, 400)
    match save_draft(services, sent):
        case AlreadySent(submission):
            return to_receipt(submission)
        case NotSaved("too_long"):
            return same_form_page(oktmo, texts.DRAFT_TOO_LONG, 413)
        case NotSaved():
            return same_form_page(oktmo, texts.DRAFT_BUSY, 503)
    return _to_page(oktmo, asked)


@pages.get("/files/<question>")
@for_admitted
def show(oktmo: str, question: str) -> Page:
    """Show the files of a question, what may be added, and the way back to the form."""
    report, asked = load_report(current_services(), oktmo, received()), _question(question)
    return _page(report, asked) if report.window.open else closed_page(report)


@pages.post("/files/<question>/add")
@for_admitted
def add(oktmo: str, question: str) -> Page:
    """Keep one file for the next version of the report."""
    services, asked = current_services(), _question(question)
    count_upload(oktmo)
    report = load_report(services, oktmo, received())
    if not report.window.open:
        return closed_page(report)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(report, asked, upload_texts.UPLOAD_NONE, 400)
    with _slots:
        try:
            upload = read_upload(sent.filename, sent.stream.read(LARGEST_FILE + 1))
            new = NewAttachment(
                services.campaign.id, oktmo, asked.id, upload.name, upload.kind, upload.content, received()
            )
            _, fresh = services.outbox.attachments.add(new, most_files(asked))
        except UploadError as error:
            return _page(report, asked, str(error), 400)
        except AttachmentsFull as error:
            return _page(report, asked, upload_texts.UPLOAD_FULL[error.scope].format(most=most_files(asked)), 400)
    _keep_draft(report)
    return (
        _to_page(oktmo, asked)
        if fresh
        else _page(load_report(services, oktmo, received()), asked, upload_texts.UPLOAD_TWICE)
    )


@pages.post("/files/<question>/remove")
@for_admitted
def remove(oktmo: str, question: str) -> Page:
    """Take one file out of the next version; one that is out already is no mistake."""
    services, asked = current_services(), _question(question)
    count_upload(oktmo)
    report = load_report(services, oktmo, received())
    if not report.window.open:
        return closed_page(report)
    attachment = services.outbox.attachments.get(services.campaign.id, oktmo, request.form.get("file", ""))
    if attachment is not None and attachment.question == asked.id:
        services.outbox.attachments.remove(attachment)
        _keep_draft(report)
    return _to_page(oktmo, asked)


@pages.get("/attached/<file>")
@for_admitted
def download(oktmo: str, file: str) -> Page:
    """Serve a file of this municipality, of whatever version."""
    services = current_services()
    attachment = services.outbox.attachments.get(services.campaign.id, oktmo, file)
    content = services.outbox.attachments.content(attachment) if attachment else None
    if attachment is None or content is None:
        return problem_page(404)
    return current_app.response_class(content, headers=download_headers(attachment))


def _question(name: str) -> Question:
    services = current_services()
    return services.campaign.by_id[name] if name in services.plan.uploads else abort(404)


def _keep_draft(report: Report) -> None:
    services = current_services()
    answers = current_answers(services, report)
    form_input = from_answers(services.campaign, answers, report.latest.reasons if report.latest else {})
    ensure_draft(services, report.oktmo, form_input, report.version, received())


def _to_page(oktmo: str, question: Question) -> Response:
    return redirect(url_for("files.show", oktmo=oktmo, question=question.id), 303)  # type: ignore[return-value]


def _page(report: Report, question: Question, error: str = "", status: int = 200) -> Page:
    content = page(
        "files.html",
        report=report,
        question=question,
        files=attached_files(report.files[question.id]),
        most=most_files(question),
        error=error,
        back=current_services().steps.page_of(question.id) or None,
        accept=",".join(ending for kind in FILE_KINDS.values() for ending in kind.endings),
        largest=LARGEST_FILE,
        too_large=upload_texts.UPLOAD_LARGE,
    )
    return content, status
