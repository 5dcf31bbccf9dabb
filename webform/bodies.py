"""Checks of a request's body before anything is parsed: its size, and whether all of it arrived."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

MAX_BODY = 1_000_000
"""Bytes. A draft of the longest kept length in Cyrillic letters takes 900,000, percent-encoded."""

MAX_FIELDS = 3_000
MOST_DRAINED = 64_000_000
FILES = "files.add"
"""The endpoint of the one larger body, which has its own bounds: see `webform.pages.files`."""

BLANK = "blanks.upload"
"""The endpoint that takes a filled blank."""

MAX_BLANK = 500_000
"""Bytes of a body with a blank, which has 10,000 to 100,000."""


def register_bodies(app: Flask) -> None:
    """Bound every body and refuse a torn one. Call it before anything that reads `request.form` is registered."""
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=MAX_FIELDS)
    app.before_request(_read_whole_body)


def _read_whole_body() -> None:
    """Keep the body for `request.form`. Raise BadRequest where it broke off: half a number is another number.

    Werkzeug compares no lengths where the server ends the stream itself (`wsgi.input_terminated`, which gunicorn sets),
    and applies MAX_FORM_PARTS to multipart forms alone.
    """
    if request.endpoint in (None, FILES):
        return
    limit = MAX_BLANK if request.endpoint == BLANK else MAX_BODY
    request.max_content_length = limit
    try:
        body = request.get_data()
    except HTTPException:
        raise
    except Exception as error:  # the server's own classes, for a chunked body that breaks its syntax
        raise BadRequest from error
    if request.content_length is not None and len(body) < request.content_length:
        raise BadRequest
    if len(body) >= limit:  # a chunked body is cut there without an error
        raise RequestEntityTooLarge
    if request.mimetype == "application/x-www-form-urlencoded" and body.count(b"&") >= MAX_FIELDS:
        raise RequestEntityTooLarge


def drain(most: int = MOST_DRAINED) -> None:
    """Read the rest of the body: a browser that is cut off while sending shows a broken connection, not our page."""
    left = min(request.content_length or 0, most)
    stream = request.environ["wsgi.input"]
    while left > 0 and (piece := stream.read(min(left, 65536))):
        left -= len(piece)
