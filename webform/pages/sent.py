"""The form that this request brought, and how its script is answered."""

from __future__ import annotations

from flask import jsonify, request
from werkzeug import Response

from webform.forms.form_input import from_request
from webform.forms.sent_form import SentForm, read_hidden
from webform.pages.rendering import received
from webform.services import current_services


def sent_form(oktmo: str) -> SentForm:
    """Return the form of this request, with the fields that the campaign has."""
    return SentForm(oktmo, from_request(current_services().plan, request.form), read_hidden(request.form), received())


def wants_json() -> bool:
    """Return True if the form's script asks, which shows the answer beside the form."""
    return request.accept_mimetypes.best == "application/json"


def script_problem(words: str, status: int) -> tuple[Response, int]:
    """Return the answer to the script for a draft that was not saved; `words` say why."""
    return jsonify(saved=None, problem=words), status
