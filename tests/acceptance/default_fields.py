"""A proxy before the spreadsheet that leaves out, or writes, every field that holds its default.

Google's JSON leaves some defaults out and writes others; where no recording shows which, a reader has to accept both.
"""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import googleapiclient  # type: ignore[import-untyped]
import requests

Json = dict[str, Any]

# Messages with alternatives: exactly one field is set, and it is written at any value.
ALTERNATIVES = ("ColorStyle", "ConditionValue", "DataFilter", "DeveloperMetadataLocation", "ExtendedValue")
DEFAULTS: dict[str, object] = {"integer": 0, "number": 0, "boolean": False, "string": "", "array": []}


def without_defaults(schema: str, message: Json) -> Json:
    """Return the message without its fields at 0, false, "" and []."""
    fields = _fields(schema)
    return {
        name: _below(fields.get(name, {}), value, without_defaults)
        for name, value in message.items()
        if schema in ALTERNATIVES or not _is_default(fields.get(name, {}), value)
    }


def with_defaults(schema: str, message: Json) -> Json:
    """Return the message with every absent number, boolean, text and list written as 0, false, "" and []."""
    fields = _fields(schema)
    kept = {name: _below(fields.get(name, {}), value, with_defaults) for name, value in message.items()}
    if schema in ALTERNATIVES:
        return kept
    added = {
        name: DEFAULTS[field["type"]]
        for name, field in fields.items()
        if name not in message and field.get("type") in DEFAULTS and "enum" not in field
    }
    return {**added, **kept}


def _is_default(field: Json, value: object) -> bool:
    kind = field.get("type")
    return kind in DEFAULTS and type(value) in (int, float, bool, str, list) and value == DEFAULTS[kind]


def _below(field: Json, value: Any, change: Callable[[str, Json], Json]) -> Any:
    if "$ref" in field and isinstance(value, dict):
        return change(field["$ref"], value)
    if field.get("type") == "array" and isinstance(value, list):
        return [_below(field["items"], element, change) for element in value]
    if "additionalProperties" in field and isinstance(value, dict):
        return {key: _below(field["additionalProperties"], element, change) for key, element in value.items()}
    return value


CHANGES = {"left out": without_defaults, "written": with_defaults}


class DefaultsProxy:
    """Passes requests on to `target` and rewrites the Sheets answers.

    `changed` counts the answers that differ; `carried` holds the path and the body of every request.
    """

    def __init__(self, target: str, defaults: Literal["left out", "written"]) -> None:
        self.changed = 0
        self.carried: list[str] = []
        proxy, change = self, CHANGES[defaults]

        class Handler(BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                proxy.carried += [self.path, body.decode()]
                headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "accept-encoding")}
                answer = requests.request(self.command, target + self.path, data=body, headers=headers, timeout=60)
                content = answer.content
                schema = _response_schema(self.command, self.path.partition("?")[0])
                if schema is not None and answer.status_code == 200:
                    content = json.dumps(change(schema, answer.json())).encode()
                    proxy.changed += json.loads(content) != answer.json()
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = _pass_on  # noqa: N815 - the library's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Log nothing: pytest shows what matters."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@functools.cache
def _document() -> Json:
    """Google's discovery document of the Sheets API, as google-api-python-client brings it along."""
    folder = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    found: Json = json.loads((folder / "sheets.v4.json").read_text(encoding="utf-8"))
    return found


def _fields(schema: str) -> Json:
    fields: Json = _document()["schemas"][schema].get("properties", {})
    return fields


def _response_schema(method: str, path: str) -> str | None:
    """The schema of an answer; None for what is no method of the Sheets API."""

    def search(resource: Json) -> str | None:
        for described in resource.get("methods", {}).values():
            pattern = re.sub(r"\{(\w+)\}", lambda name: ".+?" if name[1] == "range" else "[^/:]+", described["path"])
            if described["httpMethod"] == method and re.fullmatch(f"/{pattern}", path):
                return str(described["response"]["$ref"])
        return next(filter(None, map(search, resource.get("resources", {}).values())), None)

    return search(_document())
