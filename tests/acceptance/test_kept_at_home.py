"""Names, phones and e-mail of clerks never go to the spreadsheet: every request body on the way there is searched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from scripts.plain_client import PlainClient
from tests.acceptance.harness import ROOT, Stand, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AT_HOME = {
    "contact_name": "Ответственный По Отчёту",
    "contact_post": "главный специалист отдела",
    "contact_phone": "8 (4922) 33-44-55",
    "contact_email": "kept-at-home@example.org",
}
GOES = {"informed": "777", "comment": "Этот комментарий уходит в таблицу", "events": "1"}


class Listener:
    """Passes every request on to the spreadsheet and keeps what it carried."""

    def __init__(self, target: str) -> None:
        self.carried: list[str] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                listener.carried += [self.path, body.decode()]
                headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "accept-encoding")}
                answer = requests.request(
                    self.command, target + self.path, data=body, headers=headers, timeout=30, allow_redirects=False
                )
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_PUT = _pass_on  # noqa: N815 - the library's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Silent: pytest shows what matters."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener(stand: Stand) -> Iterator[Listener]:
    listening = Listener(stand.sheets)
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


def send_report(stand: Stand, oktmo: str) -> None:
    client = PlainClient()
    link = client.open(stand.links()[oktmo])
    page = client.send(link, link.form())
    form = page.form("informed")
    zeros = {name: "0" for name in form.fields if name.startswith("registered_") or name.endswith("publications")}
    page = client.send(page, form, {**zeros, **AT_HOME, **GOES})
    page = client.send(page, page.form())
    assert "ФО-00001" in page.heading, page.text


def test_what_is_kept_at_home_is_in_no_request_to_the_spreadsheet(stand: Stand, listener: Listener) -> None:
    worker = stand.pid("worker")
    os.kill(worker, signal.SIGTERM)
    wait_for(lambda: not (stand.data_dir / "run" / "worker.pid").exists(), 30, "the worker did not end")
    send_report(stand, "17735000")

    once = subprocess.run(
        [sys.executable, "-m", "sync", "--once"],
        env={**stand.environment, "SHEETS_PORT": str(listener.port)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert once.returncode == 0, once.stderr
    carried = "\n".join(listener.carried)
    for goes in ("777", GOES["comment"], "ФО-00001", "17735000"):
        assert goes in carried
    for kept in AT_HOME.values():
        assert kept not in carried
        assert json.dumps(kept)[1:-1] not in carried
    logs = "\n".join(path.read_text(encoding="utf-8") for path in (stand.data_dir / "log").iterdir())
    for kept in (*AT_HOME.values(), GOES["comment"]):
        assert kept not in logs
    for url in stand.links().values():
        assert url.rsplit("/", 1)[-1] not in logs
