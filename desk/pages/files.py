"""The files that a municipality attached to its report. They may hold personal data, so each taking is journalled."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, url_for
from werkzeug import Response as Redirect

from desk.access import needs, person
from desk.services import campaign_of, current_desk
from outbox.attachments import download_headers

pages = Blueprint("files", __name__)
PLACE = "/<campaign:campaign>/<oktmo>/files/<file>"


@pages.get(PLACE)
@needs("read")
def opened_anew(campaign: str, oktmo: str, **_file: str) -> Redirect:
    """Lead from the address of a file to the municipality's page: files are taken by a press."""
    return redirect(url_for("municipality.show", campaign=campaign, oktmo=oktmo), 303)


@pages.post(PLACE)
@needs("work")
def take(campaign: str, oktmo: str, file: str) -> Response:
    """Return a file that some version names, to keep and never to show in place."""
    chosen, desk = campaign_of(campaign), current_desk()
    attachment = desk.outbox.attachments.get(chosen.id, oktmo, file)
    content = desk.outbox.attachments.content(attachment) if attachment and attachment.sent else None
    if attachment is None or content is None:
        abort(404)
    question = {"question": attachment.question}
    desk.outbox.acts.record(person().account, "file_taken", campaign=chosen.id, oktmo=oktmo, detail=question)
    return current_app.response_class(content, headers=download_headers(attachment))
