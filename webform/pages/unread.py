"""The answer to a request that gunicorn cannot parse: a page of ours instead of the server's."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from webform.pages.rendering import problem_page
from webform.security import PAGE_HEADERS, headers_of_all
from webform.services import NAME

if TYPE_CHECKING:
    from flask import Flask


def unread_answer(app: Flask, status: int) -> bytes:
    """Return the whole HTTP answer, head and body. Flask never saw the request, so the page is made as for `/`."""
    with app.test_request_context("/"):
        page = problem_page(status)[0].encode()
    head = {
        "Connection": "close",
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(page)),
        **PAGE_HEADERS,
        **headers_of_all(app.extensions[NAME].settings),
    }
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join((*lines, "", "")).encode("ascii") + page
