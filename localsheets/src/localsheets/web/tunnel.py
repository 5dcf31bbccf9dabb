"""Requests in another form: a GET sent as POST because it is too long for an address, and compressed bodies.

google-api-python-client sends the first (`x-http-method-override`), Google's Java client the second.
"""

import json
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from localsheets.errors import invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


MAX_QUERY = 256 * 1024
"""Bytes of a query that comes as a body."""


class Tunnel:
    """Wraps the application: a POST with GET in its override header becomes one, with the form as its query."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        length = environ.get("CONTENT_LENGTH") or "0"
        override = str(environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "")).upper()
        form = str(environ.get("CONTENT_TYPE", "")).startswith("application/x-www-form-urlencoded")
        if override == "GET" and environ["REQUEST_METHOD"] == "POST" and form:
            if int(length) > MAX_QUERY:
                error = invalid(f"Request payload size exceeds the limit: {MAX_QUERY} bytes.")
                return Response(json.dumps(error.body()), error.code, mimetype="application/json")(
                    environ, start_response
                )
            query = environ["wsgi.input"].read(int(length)).decode("latin-1")
            held = str(environ.get("QUERY_STRING", ""))
            environ.update(
                {
                    "REQUEST_METHOD": "GET",
                    "QUERY_STRING": f"{held}&{query}" if held else query,
                    "CONTENT_LENGTH": "0",
                    "wsgi.input": BytesIO(),
                }
            )
        return self._app(environ, start_response)


def unpacked(raw: bytes, encoding: str, limit: int) -> bytes:
    """Return a body without its Content-Encoding. Raises 400 unless it is sound gzip within the size limit."""
    if encoding in {"", "identity"}:
        return raw
    if encoding != "gzip":
        raise invalid(f"Unsupported Content-Encoding: {encoding[:50]}")
    reader = zlib.decompressobj(wbits=31)
    try:
        out = reader.decompress(raw, limit + 1)
    except zlib.error as error:
        raise invalid("The body cannot be decompressed.") from error
    if len(out) > limit or not reader.eof:
        raise invalid(f"Request payload size exceeds the limit: {limit} bytes, or is cut short.")
    return out
