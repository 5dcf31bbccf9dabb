"""`svod files`: what municipalities attached, as folders; the newest versions alone, nothing half-written."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from campaign.answer_types.files import AttachedFile
from outbox import Outbox, open_outbox
from outbox.attachments import NewAttachment
from svod import __main__ as svod
from tests.commands import run_command
from tests.outbox.factories import OPENED, report

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "webform" / "attaching.yaml"
FIRST, SECOND = "10000001", "10000002"


def send(outbox: Outbox, oktmo: str, *names: str, version: int = 1) -> None:
    files = []
    for name in names:
        new = NewAttachment("papers", oktmo, "papers", name, "pdf", name.encode() * 3, OPENED)
        one, _ = outbox.attachments.add(new, 20)
        files.append(AttachedFile(one.id, one.size, one.name))
    answers = {"done": True, "papers": [file.text for file in files]}
    sent = report(oktmo, f"key-{version}", campaign="papers", answers=answers, base_version=version - 1)
    outbox.submissions.submit(replace(sent, attachments=tuple(file.id for file in files)))


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    data = tmp_path / "data"
    data.mkdir()
    with open_outbox(f"sqlite:///{data / 'outbox.db'}") as outbox:
        send(outbox, FIRST, "старый.pdf")
        send(outbox, FIRST, "акт.pdf", "второй акт.pdf", version=2)
        send(outbox, SECOND, "акт.pdf")
    return {"SVOD_ENV": "", "DATA_DIR": str(data), "SECRET_KEY": "k" * 40, "SVOD_CONFIG": str(FILE)}


def run(environ: dict[str, str], folder: Path) -> CompletedProcess[str]:
    return run_command(svod.run, "files", str(folder), environ=environ)


def test_the_files_of_the_newest_versions_come_out(environ: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = run(environ, folder)
    assert (done.returncode, "файлов — 3" in done.stdout) == (0, True), done.stderr
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert sorted(found) == [
        "10000001 город Первый/Акты/1 акт.pdf",
        "10000001 город Первый/Акты/2 второй акт.pdf",
        "10000002 город Второй/Акты/1 акт.pdf",
    ]
    assert found["10000002 город Второй/Акты/1 акт.pdf"].read_bytes() == "акт.pdf".encode() * 3
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in found.values()} == {0o600}
    again = run(environ, folder)
    assert (again.returncode == 0, "уже есть" in again.stderr) == (False, True)
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_campaign_without_files_says_so(environ: dict[str, str], tmp_path: Path) -> None:
    done = run(environ | {"SVOD_CONFIG": str(ROOT / "tests" / "webform" / "calculated.yaml")}, tmp_path / "out")
    assert (done.returncode == 0, "не просит файлов" in done.stderr) == (False, True)
    assert not (tmp_path / "out").exists()
