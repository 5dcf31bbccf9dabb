"""The form that this request brought, and how its script is answered."""

from __future__ import annotations

from flask import g, jsonify, request
from werkzeug import Response

from outbox.errors import OutboxError
from webform.forms.form_input import FormInput, from_answers, from_json, from_request
from webform.forms.sent_form import HiddenFields, SentForm, read_hidden
from webform.pages.rendering import received
from webform.reports import current_answers, draft_of, load_report
from webform.services import current_services


def sent_form(oktmo: str) -> SentForm:
    """Return the form of this request, with the fields that the campaign has. Raises OutboxError.

    What a page of several sends is put into what the draft holds, or else the report.
    """
    return SentForm(oktmo, _whole_input(oktmo), sent_hidden(), received())


def sent_hidden() -> HiddenFields:
    """Return the hidden fields of this request."""
    return read_hidden(request.form)


def sent_page() -> str:
    """Return the page of the form that this request came from, or asks for; "" for none."""
    return _known(request.form.get("page", "") or request.args.get("page", ""))


def left_page() -> str:
    """Return the page from which this window came, so that it goes on as the same form; "" for none."""
    return _known(request.args.get("left", ""))


def _known(page: str) -> str:
    return page if page in current_services().steps else ""


def typed_input() -> FormInput:
    """Return what this request itself brought."""
    return from_request(current_services().plan, request.form)


def input_to_show(oktmo: str) -> FormInput:
    """Return the input of this request to be shown again; what it brought itself, while the outbox is unreadable."""
    try:
        return _whole_input(oktmo)
    except OutboxError:
        return typed_input()


def _whole_input(oktmo: str) -> FormInput:
    services, page = current_services(), sent_page()
    if not page or "page" not in request.form:
        return typed_input()
    if "whole_input" not in g:
        draft = draft_of(services, oktmo)
        if draft is not None:
            kept = from_json(services.plan, draft.typed)
        else:
            report = load_report(services, oktmo, received())
            reasons = report.latest.reasons if report.latest else {}
            kept = from_answers(services.campaign, current_answers(services, report), reasons)
        g.whole_input = services.steps.merged(kept, typed_input(), page)
    found: FormInput = g.whole_input
    return found


def wants_json() -> bool:
    """Return True if the form's script asks, which shows the answer beside the form."""
    return request.accept_mimetypes.best == "application/json"


def script_problem(words: str, status: int) -> tuple[Response, int]:
    """Return the answer to the script for a draft that was not saved; `words` say why."""
    return jsonify(saved=None, problem=words), status
