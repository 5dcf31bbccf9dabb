"""Who holds the data folder of `make run`, which clock it gets, and with which variables its commands go."""

from __future__ import annotations

import ast
import os
import signal
import stat as modes
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from campaign import load_campaign
from campaign.workbook import workbook
from outbox import open_outbox
from outbox.clock import Kind
from outbox.records import NewSubmission
from outbox.variables import VARIABLES
from scripts import data_folder
from sync.publication.spreadsheet_owner import CAMPAIGN
from tests.acceptance.harness import ROOT, clean_environment, free_port, start_installation, stop_installation, wait_for
from tests.scripts.test_run import run
from tests.webform.harness import make_site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PACKAGES = ("campaign", "outbox", "webform", "sheets", "sync", "localsheets/src")
OKTMO = "17701000"
WSGI = ("CONTENT_", "HTTP_", "PATH_INFO", "QUERY_STRING", "REQUEST_METHOD")


def other_campaign(folder: Path, deadline: str = "2023-05-30") -> Path:
    """The campaign file with another title and deadline."""
    path = folder / "other.yaml"
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    title = load_campaign(ROOT / "config.yaml").about.title
    assert title in text
    path.write_text(text.replace(title, "Другая кампания").replace("2023-05-30", deadline), encoding="utf-8")
    return path


def campaign_of(folder: Path) -> object:
    """The campaign that fills the folder's spreadsheet; None before a worker has reached it."""
    kept = folder / "spreadsheet_id"
    if not kept.exists():
        return None
    with open_outbox(f"sqlite:///{folder.absolute() / 'outbox.db'}") as outbox:
        return outbox.bindings.recall(kept.read_text(encoding="utf-8").strip(), CAMPAIGN)


def accept(folder: Path, kind: Kind) -> None:
    """A report is accepted in an outbox of this kind."""
    campaign = load_campaign(ROOT / "config.yaml")
    with open_outbox(f"sqlite:///{folder.absolute() / 'outbox.db'}") as outbox:
        outbox.kind.claim(kind)
        outbox.submissions.submit(
            NewSubmission(
                campaign=campaign.id,
                receipt_prefix="ФО",
                oktmo=OKTMO,
                key="key",
                base_version=0,
                accepted_at=datetime.now(UTC),
                late=False,
                answers={},
                contacts={},
                reasons={},
                previous=None,
            )
        )


def test_every_variable_that_our_processes_read_is_handed_on() -> None:
    read: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Call):
                    called = ast.unparse(node.func)
                    if called in ("environ.get", "os.environ.get", "os.getenv"):
                        names = node.args[:1]
                    elif called in ("_whole", "_rate", "read_port", "whole"):
                        names = node.args[:2]
                elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
                    names = [node.slice]
                read |= {n.value for n in names if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    ours = {name for name in read if name.isupper() and not name.startswith(WSGI)}
    assert {"SVOD_CONFIG"} | ours <= set(VARIABLES)
    assert {"DATABASE_URL", "METRICS_PORT", "WEB_CONCURRENCY", "LOCALSHEETS_THREADS", "SUBMISSIONS_RATE"} <= ours


def test_the_printed_command_goes_on_with_the_same_campaign_and_tells_no_secret(tmp_path: Path) -> None:
    data, secret = tmp_path / "папка данных", "с'екрет " * 8
    data.mkdir()
    elsewhere = tmp_path / "outbox.db"
    running = start_installation(
        data,
        SVOD_CONFIG=str(other_campaign(tmp_path)),
        SECRET_KEY=secret,
        DATABASE_URL=f"sqlite:///{elsewhere}",
    )
    said = data / "run.log"
    kept = data / "run" / "env"
    successors = []
    try:
        first = said.read_text()
        assert "Свод запускается: Другая кампания" in first
        link = next(word for word in first.split() if "/m/" in word)
        assert modes.S_IMODE(kept.stat().st_mode) == 0o600
        made = [data / "log", kept.parent, *(data / "log").iterdir(), *kept.parent.iterdir()]
        open_to_others = [path.name for path in made if path.name != "web.pid" and path.stat().st_mode & 0o077]
        assert open_to_others == [], "everything but gunicorn's number is its owner's alone"
        with urllib.request.urlopen(f"{running.sheets}/_faults", timeout=30) as answer:  # noqa: S310 - our own address
            assert answer.status == 200, "a rehearsal may have faults"
        for count, name in enumerate(("worker", "web"), 1):
            running.kill(name)
            wait_for(lambda n=count: said.read_text().count("Запустить снова: ") == n, 30, "make run said nothing")  # type: ignore[misc]
            command = said.read_text().rsplit("Запустить снова: ", 1)[1].splitlines()[0]
            successors.append(
                subprocess.Popen(
                    ["sh", "-c", f"exec {command}"],
                    cwd="/",
                    env={"PATH": os.environ["PATH"], "SVOD_CONFIG": "/nowhere.yaml", "SPREADSHEET_ID": "another"},
                    stderr=subprocess.DEVNULL,
                )
            )
        wait_for(running.answers, 60, "the replaced form does not answer")
        wait_for(lambda: running.pid("worker") == successors[0].pid, 30, "the worker was not replaced")
        word = next(line for line in first.splitlines() if "webform links" in line).split(": ", 1)[1]
        listed = subprocess.run(
            ["sh", "-c", word], cwd="/", env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True
        )
        assert link in listed.stdout
        assert secret not in said.read_text()
        assert elsewhere.exists()
        assert not (data / "outbox.db").exists()
        assert successors[0].poll() is None
    finally:
        for process in successors:
            process.terminate()
            process.wait(30)
        stop_installation(running)


def test_a_process_started_by_hand_holds_the_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "ENDING_SECONDS", 0.0)
    by_hand = make_site(tmp_path)
    by_hand.start()
    assert by_hand.process is not None
    try:
        with pytest.raises(data_folder.StartError, match=f"Форма, номер {by_hand.process.pid}"):
            data_folder.hold(tmp_path)
    finally:
        by_hand.stop()
    data_folder.hold(tmp_path).release()


@pytest.mark.parametrize("asked", [{}, {"SVOD_NOW": "2023-05-27T12:00:00+03:00"}])
def test_a_real_reception_never_becomes_a_rehearsal(tmp_path: Path, asked: dict[str, str]) -> None:
    accept(tmp_path, "real")
    done = run(tmp_path, **asked)
    assert done.returncode == 2
    assert "настоящий приём (отчётов: 1)" in done.stderr
    assert "SVOD_NOW=real make run" in done.stderr
    assert not (tmp_path / "clock.json").exists()


def test_svod_rehearses_a_campaign_of_the_future_whatever_the_settings_say(tmp_path: Path) -> None:
    moved = other_campaign(tmp_path, (datetime.now(UTC) + timedelta(days=30)).date().isoformat())
    data, said, book = tmp_path / "data", tmp_path / "said", tmp_path / "book.xlsx"
    book.write_bytes(workbook(load_campaign(moved)))
    production = {"SPREADSHEET_ID": "x", "GOOGLE_CREDENTIALS_JSON": "{}", "DATABASE_URL": "postgresql://127.0.0.1:1/x"}
    words = ["rehearse", book.name, "--folder", "data", "--port", str(free_port()), "--sheets-port", str(free_port())]
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "svod", *words],
            cwd=tmp_path,
            env=clean_environment() | production | {"PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(lambda: process.poll() is not None or "Ctrl+C" in said.read_text(), 90, said.read_text())
        assert "РЕПЕТИЦИЯ" in said.read_text()
        wait_for(lambda: campaign_of(data) is not None, 90, said.read_text())
    finally:
        process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    clock = (data / "clock.json").read_text()
    another = tmp_path / "another.yaml"
    another.write_text(moved.read_text(encoding="utf-8").replace("flagmany-2023", "osen-2027"), encoding="utf-8")
    refused = run(data, SVOD_CONFIG=str(another))
    assert (refused.returncode, "В файле — «osen-2027»".casefold() in refused.stderr.casefold()) == (2, True)
    done = run(data, SVOD_CONFIG=str(moved), SVOD_NOW="real")
    assert done.returncode == 2
    assert "возьмите другую папку" in done.stderr, "a rehearsal never becomes real"
    assert (data / "clock.json").read_text() == clock


def test_make_run_does_not_rehearse_where_the_settings_are_of_a_real_reception(tmp_path: Path) -> None:
    done = run(tmp_path, SPREADSHEET_ID="x", GOOGLE_CREDENTIALS_JSON="{}")
    assert done.returncode == 2
    assert "svod rehearse" in done.stderr
    assert not (tmp_path / "clock.json").exists()


def test_beside_a_real_reception_everything_of_a_rehearsal_is_refused(tmp_path: Path) -> None:
    real = start_installation(tmp_path, SVOD_NOW="real")
    try:
        assert "Часы настоящие" in (tmp_path / "run.log").read_text()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{real.sheets}/_faults", timeout=30)  # noqa: S310 - our own http address
        demo = real.run("scripts.demo")
        assert demo.returncode == 2
        assert "только на репетиции" in demo.stderr
        clock = real.webform("clock", "2023-05-29T12:00:00+03:00")
        assert clock.returncode != 0
        assert "не найден" not in clock.stderr

        # A second `make run` on its folder changes nothing.
        kept = (tmp_path / "run" / "env").read_text()
        second = run(tmp_path)
        assert second.returncode == 2
        assert "уже работает другой make run" in second.stderr
        assert not (tmp_path / "clock.json").exists()
        assert (tmp_path / "run" / "env").read_text() == kept
        listed = real.webform("links")
        assert (listed.returncode, "РЕПЕТИЦИЯ" in listed.stdout) == (0, False)
    finally:
        assert stop_installation(real) == 0
