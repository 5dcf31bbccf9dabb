"""Flask with less to do at each request: how sent fields are read, how a redirect is sent. Imports Flask alone."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from flask import Flask, Request, Response
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge
from werkzeug.routing import MapAdapter, RequestRedirect

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LARGEST_BODY = 8_000_000
"""Bytes. Every text field of a form with 100 kB of Cyrillic takes 300 kB each once it is percent-encoded."""

MOST_FIELDS = 1_000

# How Werkzeug names its way with bytes that are no UTF-8: they stay as they were sent, percent signs and all.
_ERRORS = "werkzeug.url_quote"
_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")
# Marks that stand in for `&` and `=` while escapes become what they mean.
_FIELD, _VALUE = "\0", "\1"
_NO_FILES: ImmutableMultiDict[str, FileStorage] = ImmutableMultiDict()
_AS_QUOTED_PRINTABLE = bytes.maketrans(b"&=+%", f"{_FIELD}{_VALUE} =".encode())


def sent_fields(body: str) -> dict[str, list[str]]:
    """Names and their values in a body of type `application/x-www-form-urlencoded`, blank values too, in their order.

    The same as Werkzeug's `parse_qsl(body, keep_blank_values=True, errors="werkzeug.url_quote")`, by name.
    """
    fields: dict[str, list[str]] = {}
    text = _decoded_at_once(body)
    if text is None:
        for field in filter(None, body.split("&")):
            name, _, value = field.partition("=")
            fields.setdefault(_decoded(name), []).append(_decoded(value))
        return fields
    for field in filter(None, text.split(_FIELD)):
        name, _, value = field.partition(_VALUE)
        if _VALUE in value:
            value = value.replace(_VALUE, "=")
        if name in fields:
            fields[name].append(value)
        else:
            fields[name] = [value]
    return fields


def _decoded_at_once(body: str) -> str | None:
    """All of it, with marks where `&` and `=` stood; None for what no browser sends.

    But for its sign the escape is that of quoted-printable mail, which Python decodes natively.
    """
    if not body.isascii() or not body.isprintable():
        return None
    read = a2b_qp(body.encode("ascii").translate(_AS_QUOTED_PRINTABLE))
    # A whole escape is shorter by two, a torn one is not; and a mark that was escaped would be taken for one of ours.
    whole = len(body) - len(read) == 2 * body.count("%")
    ours = read.count(_FIELD.encode()) == body.count("&") and read.count(_VALUE.encode()) == body.count("=")
    return read.decode("utf-8", _ERRORS) if whole and ours else None


def _decoded(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return _ESCAPED.sub(_run, text) if "%" in text else text


def _run(escaped: re.Match[str]) -> str:
    return bytes.fromhex(escaped[0].replace("%", "")).decode("utf-8", _ERRORS)


class SeeOther(Response):
    """The answer to a POST that leads on: 303 to an address of ours, made of ASCII.

    Werkzeug would take the address apart and join it again, which costs a twentieth of a submission.
    """

    default_mimetype = None

    def __init__(self, target: str) -> None:
        super().__init__(status="303 SEE OTHER", headers=[("Location", target), ("Content-Length", "0")])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self.status, self.headers.to_wsgi_list())
        return ()


class FormRequest(Request):
    """Werkzeug's, but for the usual forms: it decodes Cyrillic a byte at a time, and looks thrice at what was sent."""

    # For every request; Flask would look into its configuration at each look of Werkzeug's.
    max_content_length = LARGEST_BODY
    max_form_memory_size = LARGEST_BODY
    max_form_parts = MOST_FIELDS

    def _load_form_data(self) -> None:
        kind = self.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded" or "form" in self.__dict__:
            super()._load_form_data()
            return
        body = self._whole_body()
        # Parsing a million tiny fields costs seconds; counting their separators costs nothing.
        if body.count(b"&") > MOST_FIELDS:
            raise RequestEntityTooLarge
        form: ImmutableMultiDict[str, str] = ImmutableMultiDict()
        with suppress(UnicodeDecodeError):  # no form of ours: as Werkzeug, which finds no fields in it
            dict.update(form, sent_fields(body.decode()))  # a MultiDict is a dict of such lists; its own way is long
        # Where Werkzeug keeps them, so that its own properties find them.
        self.__dict__.update(form=form, files=_NO_FILES)

    def _whole_body(self) -> bytes:
        """What was sent, all of it. Raises BadRequest for a body that broke off: half a number is another number."""
        try:
            body = self.stream.read()  # Werkzeug's stream, which keeps to the limits
        except HTTPException:
            raise
        except Exception as error:  # the server's own kinds, of chunks that are none
            raise BadRequest from error
        if self.content_length is not None and len(body) < self.content_length:
            raise BadRequest
        return body


def within(address: str) -> Response:
    """To the right spelling of an address, within this host: which one that is only the client has said."""
    wanted = urlsplit(address)
    path = "/" + wanted.path.lstrip("/")
    answer = Response(status=308, headers={"Location": f"{path}?{wanted.query}" if wanted.query else path})
    answer.autocorrect_location_header = False
    return answer


class Application(Flask):
    """The form's Flask."""

    request_class = FormRequest

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The addresses as this request sees them. The host that a client names plays no part in any of them.

        Flask would read it four times; `request.host` reads it where it is asked for.
        """
        if request is None:
            return super().create_url_adapter(None)
        return MapAdapter(
            self.url_map,
            server_name="",
            script_name=request.root_path,
            subdomain="",
            url_scheme=request.scheme,
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode("utf-8", "replace"),
        )

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """As Flask, but for addresses that lack a slash or have one too many."""
        if isinstance(request.routing_exception, RequestRedirect):
            raise HTTPException(response=within(request.routing_exception.new_url))
        super().raise_routing_exception(request)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none here is a coroutine, and Flask would look at nine of them at each request."""
        return func
