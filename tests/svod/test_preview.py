"""`svod preview`: a workbook is shown as form and spreadsheet, and nothing is left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
import requests

from campaign import load_campaign
from campaign.model.settings import Schedule
from campaign.workbook import workbook
from tests.conftest import ROOT
from tests.sync.conftest import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "HOME": str(folder.parent)}


def test_a_workbook_is_shown_with_invented_figures_and_leaves_nothing_behind(tmp_path: Path) -> None:
    campaign = load_campaign(ROOT / "docs" / "examples" / "check-list.yaml")
    fast = Schedule(delivery_seconds=0.2, refresh_seconds=0.2, reads_per_minute=300, writes_per_minute=300)
    small = campaign.model_copy(update={"municipalities": campaign.municipalities[:4], "schedule": fast})
    book, temporary = tmp_path / "book.xlsx", tmp_path / "temporary"
    book.write_bytes(workbook(small))
    temporary.mkdir()
    port, sheets_port = free_port(), free_port()
    words = ["preview", "book.xlsx", "--demo", "--port", str(port), "--sheets-port", str(sheets_port)]
    shown = subprocess.Popen(
        [sys.executable, "-u", "-m", "svod", *words],
        cwd=tmp_path,
        env=environment(temporary),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert shown.stdout is not None
    said = []
    for line in shown.stdout:
        said.append(line)
        if line.startswith("Показ готов"):
            break
    assert any("Итоги сходятся" in line for line in said), "".join(said)
    text = "".join(said)
    page = Path(unquote(urlsplit(re.search(r"file://\S+", text)[0]).path))  # type: ignore[index]
    assert "Здравствуйте" in text
    assert "<html" in page.read_text(encoding="utf-8")
    assert page.with_name("region.pdf").read_bytes().startswith(b"%PDF"), text
    for address in (f"http://127.0.0.1:{port}/healthz", f"http://127.0.0.1:{sheets_port}/"):
        assert requests.get(address, timeout=10).status_code == 200
    shown.send_signal(signal.SIGTERM)
    rest = shown.stdout.read()
    assert (shown.wait(60), rest.splitlines()[-1]) == (0, "Показ закончен, введённое удалено.")
    assert list(temporary.iterdir()) == []


def test_a_workbook_with_mistakes_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    done = subprocess.run(
        [sys.executable, "-m", "svod", "preview", "book.xlsx"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "это не книга .xlsx или она повреждена" in done.stderr


def test_a_port_that_is_taken_shows_nothing(tmp_path: Path) -> None:
    """Whoever answers there is not the rehearsal: nothing is sent to it, and nothing is called ready."""
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook(load_campaign(ROOT / "docs" / "examples" / "check-list.yaml")))
    with somebody_else() as port:
        words = ["preview", "book.xlsx", "--demo", "--port", str(port), "--sheets-port", str(port)]
        done = subprocess.run(
            [sys.executable, "-m", "svod", *words],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2, done.stdout
    assert "занят" in done.stdout + done.stderr
    assert "Муниципалитеты заполняют" not in done.stdout
    assert "Показ готов" not in done.stdout


@contextmanager
def somebody_else() -> Iterator[int]:
    """Yield the port of a server that answers 200 to everything."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Welcoming) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


class Welcoming(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
