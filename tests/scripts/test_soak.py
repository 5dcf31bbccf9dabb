"""`make soak`: it sends to everything, and says so when an answer is a fault, late, or memory grows."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from outbox.variables import outside_installation
from scripts.soak.memory import FORMULAS
from scripts.soak.report import Report, table, verdict
from scripts.soak.tally import Caller, Tally, allowed
from tests.acceptance.harness import ROOT


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/gone"):
            self.connection.close()
            return
        time.sleep(2.2 if self.path.startswith("/late") else 0)
        self.send_response(500 if self.path.startswith("/fault") else 200)
        self.end_headers()
        self.wfile.write(b"said")

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def caller() -> Iterator[Caller]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Caller(f"http://127.0.0.1:{server.server_port}", 60)
        server.shutdown()


@pytest.mark.parametrize(
    ("label", "path", "faults", "slow"),
    [
        ("any", "/", 0, 0),
        ("any", "/fault", 1, 0),
        ("any", "/gone", 1, 0),
        ("any", "/late", 0, 1),
        ("grid: POST cells", "/late", 0, 0),
    ],
)
def test_a_fault_and_a_late_answer_are_kept_with_what_was_sent(
    caller: Caller, label: str, path: str, faults: int, slow: int
) -> None:
    caller.ask(label, "GET", path, params={"a": "б"})
    tally = caller.tally
    assert (len(tally.faults), len(tally.slow)) == (faults, slow)
    assert all(f"GET {path}" in said and "б" in said for said in tally.faults + tally.slow)
    assert Report(tally).good is (not faults and not slow)
    assert len(verdict(Report(tally), 5).splitlines()) >= 1 + faults + slow


def test_only_writes_of_the_spreadsheet_may_take_longer() -> None:
    assert all(allowed(label) > 2 for label in ("grid: POST cells", "API: PUT values.update", "formulas: POST clear"))
    assert {allowed(label) for label in ("form: POST /form", "grid: GET /grid", "meanwhile: GET values")} == {2}


@pytest.mark.parametrize(
    ("middle", "end", "good"),
    [(100.0, 119.0, True), (100.0, 130.0, False), (500.0, 590.0, True), (500.0, 620.0, False)],
)
def test_memory_must_be_level(middle: float, end: float, good: bool) -> None:
    report = Report(Tally(), {"web": [10.0, middle, end], FORMULAS: [10.0, 20.0, 900.0]})
    assert report.good is good
    assert ("ПАМЯТЬ: «web»" in verdict(report, 1)) is not good
    assert "| web | 10 |" in table(report)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_short_soak_sends_to_everything() -> None:
    """Whether a few seconds of a busy machine are quick enough is not judged here."""
    command = [sys.executable, "-m", "scripts.soak", "--minutes", "0.1", "--seed", "7"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=outside_installation(os.environ),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    for label in (
        "form: POST /enter",
        "grid: GET /healthz",
        "API: ",
        "formulas: ",
        "meanwhile: GET values",
        "desk: ",
        "programs: ",
        "files: ",
    ):
        assert f"| `{label}" in done.stdout, done.stdout
    for name in ("sheets, serving", "web, serving", "worker"):
        assert f"\n| {name} | " in done.stdout
    assert "СБОЙ" not in done.stdout, done.stdout
