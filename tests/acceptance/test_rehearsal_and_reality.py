"""Reports of a rehearsal never reach a real spreadsheet, nor real ones a rehearsal's, whatever the environment says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from campaign import Campaign
from outbox.clock import Kind
from tests.outbox.factories import report
from tests.sync.conftest import campaign, campaign_file, server
from tests.sync.harness import ROOT, Server
from tests.webform.harness import Site, make_site

__all__ = ["campaign", "campaign_file", "server"]  # fixtures of the worker's tests

pytestmark = pytest.mark.slow

PRODUCTION = {"PUBLIC_URL": "https://svod.example.org"}


class Installation:
    """A data folder with reports of one kind, its own spreadsheet on the embedded server, and a form and worker."""

    def __init__(self, server: Server, campaign: Campaign, config: Path, folder: Path, kind: Kind) -> None:
        self.server = server
        self.folder = folder
        self.spreadsheet = server.create()
        self.site: Site = make_site(folder, config, SHEETS_PORT=str(urlsplit(server.url).port))
        if kind == "real":
            (folder / "clock.json").unlink()
        shutil.copy(server.folder / "credentials.json", folder)
        (folder / "spreadsheet_id").write_text(self.spreadsheet, encoding="utf-8")
        assert self.worker(check=True) == ""
        with self.site.outbox() as store:
            assert store.kind.get() == kind
            for municipality in campaign.municipalities:
                store.submissions.submit(report(municipality.oktmo))
        assert self.worker(check=True) == ""

    def google(self, spreadsheet: str) -> dict[str, str]:
        """Return the variables of a real reception, with the embedded server in Google's place."""
        key = {"GOOGLE_APPLICATION_CREDENTIALS": str(self.folder / "credentials.json")}
        return PRODUCTION | key | {"SPREADSHEET_ID": spreadsheet, "SHEETS_API_URL": self.server.url}

    def worker(self, *, check: bool = False, **variables: str) -> str:
        """Run the worker once; return what it said on standard error."""
        done = self._run("sync", "--once", **variables)
        assert (done.returncode == 0) == check, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def form(self, **variables: str) -> str:
        """Start a form that refuses; return what it said."""
        done = self._run("gunicorn", "--config", "gunicorn.conf.py", "webform:create_app()", **variables)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        return done.stderr

    def _run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.site.environ | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def content(self, spreadsheet: str) -> str:
        return json.dumps(self.server.get(f"/v4/spreadsheets/{spreadsheet}", includeGridData="true"), sort_keys=True)


def test_a_rehearsals_reports_never_reach_the_real_spreadsheet(
    server: Server, campaign: Campaign, campaign_file: Path, tmp_path: Path
) -> None:
    rehearsal = Installation(server, campaign, campaign_file, tmp_path / "var", "rehearsal")
    assert "РЕПЕТИЦИЯ" in json.dumps(json.loads(rehearsal.content(rehearsal.spreadsheet)), ensure_ascii=False)
    fresh = server.create()
    before = rehearsal.content(fresh)
    for refused in (rehearsal.worker, rehearsal.form):
        words = refused(**rehearsal.google(fresh))
        assert "учебных отчётов: 21" in words
        assert "возьмите другую папку: DATA_DIR" in words
    assert "возьмите другую папку" in rehearsal.worker(SVOD_NOW="real")
    (rehearsal.folder / "clock.json").unlink()
    assert "учебных отчётов: 21" in rehearsal.worker()
    assert "учебных отчётов: 21" in rehearsal.form()
    assert rehearsal.content(fresh) == before


def test_real_reports_never_reach_a_rehearsals_spreadsheet_nor_become_one(
    server: Server, campaign: Campaign, campaign_file: Path, tmp_path: Path
) -> None:
    real = Installation(server, campaign, campaign_file, tmp_path / "real", "real")
    rehearsal = Installation(server, campaign, campaign_file, tmp_path / "rehearsal", "rehearsal")
    before = real.content(real.spreadsheet), real.content(rehearsal.spreadsheet)
    assert "заполнена на репетиции" in real.worker(**real.google(rehearsal.spreadsheet))
    shutil.copy(rehearsal.folder / "clock.json", real.folder)
    for refused in (real.worker, real.form):
        words = refused()
        assert "настоящий приём (отчётов: 21)" in words
        assert "DATA_DIR=… make run" in words
    (rehearsal.folder / "spreadsheet_id").write_text(real.spreadsheet, encoding="utf-8")
    assert "настоящий приём, а идёт репетиция" in rehearsal.worker()
    assert (real.content(real.spreadsheet), real.content(rehearsal.spreadsheet)) == before
