"""Flask with less to do at each request: how sent fields are read, how functions are called. Imports Flask alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO, Any

from flask import Flask, Request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser

# How Werkzeug names its way with bytes that are no UTF-8: they stay as they were sent, percent signs and all.
_ERRORS = "werkzeug.url_quote"
_ESCAPED = re.compile("(?:%[0-9A-Fa-f]{2})+")


class FieldsParser(FormDataParser):
    """Werkzeug's, but for the usual forms, whose Cyrillic `urllib` decodes a byte at a time: twice as slow."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        try:
            pairs = sent_fields(stream.read().decode())
        except UnicodeDecodeError:  # no form of ours: as Werkzeug, which finds no fields in it
            pairs = []
        return stream, self.cls(pairs), self.cls()


def sent_fields(body: str) -> list[tuple[str, str]]:
    """Names and values in a body of type `application/x-www-form-urlencoded`, blank values too, in their order.

    The same as Werkzeug's `parse_qsl(body, keep_blank_values=True, errors="werkzeug.url_quote")`.
    """
    pairs = []
    for field in body.split("&"):
        if field:
            name, _, value = field.partition("=")
            pairs.append((_decoded(name), _decoded(value)))
    return pairs


def _decoded(text: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    return _ESCAPED.sub(_run, text) if "%" in text else text


def _run(escaped: re.Match[str]) -> str:
    return bytes.fromhex(escaped[0].replace("%", "")).decode("utf-8", _ERRORS)


class FormRequest(Request):
    form_data_parser_class = FieldsParser


class Application(Flask):
    """The form's Flask."""

    request_class = FormRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none here is a coroutine, and Flask would look at nine of them at each request."""
        return func
