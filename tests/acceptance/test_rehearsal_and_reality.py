"""Reports of a rehearsal never reach a real spreadsheet, nor real ones a rehearsal's, whatever the environment says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from campaign import Campaign
from outbox import open_outbox
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
        with open_outbox(f"sqlite:///{folder / 'outbox.db'}") as store:
            for municipality in campaign.municipalities:
                store.submissions.submit(report(municipality.oktmo))
        done = self._run("sync", "--once")
        assert done.returncode == 0, done.stderr

    def google(self, spreadsheet: str) -> dict[str, str]:
        """Return the variables of a real reception, with the embedded server in Google's place."""
        key = {"GOOGLE_APPLICATION_CREDENTIALS": str(self.folder / "credentials.json")}
        return PRODUCTION | key | {"SPREADSHEET_ID": spreadsheet, "SHEETS_API_URL": self.server.url}

    def worker(self, **variables: str) -> str:
        """Run a worker that refuses; return what it said."""
        done = self._run("sync", "--once", **variables)
        assert done.returncode in (1, 2)
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

    def summary(self) -> str:
        return str(self.server.get(f"/v4/spreadsheets/{self.spreadsheet}/values/Свод!A1:B9")["values"])

    def writes(self, spreadsheet: str) -> int:
        return sum(one["kind"] == "spreadsheets.batchUpdate" for one in self.server.operations(spreadsheet))


@pytest.fixture(scope="module")
def make(
    server: Server, campaign: Campaign, campaign_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Kind], Installation]:
    return lambda kind: Installation(server, campaign, campaign_file, tmp_path_factory.mktemp(kind), kind)


@pytest.fixture(scope="module")
def rehearsal(make: Callable[[Kind], Installation]) -> Installation:
    return make("rehearsal")


def test_a_rehearsals_reports_never_reach_the_real_spreadsheet(server: Server, rehearsal: Installation) -> None:
    assert "РЕПЕТИЦИЯ" in rehearsal.summary()
    fresh = server.create()
    for refused in (rehearsal.worker, rehearsal.form):
        words = refused(**rehearsal.google(fresh))
        assert "учебных отчётов: 21" in words
        assert "возьмите другую папку: DATA_DIR" in words
    clock = rehearsal.folder / "clock.json"
    clock.rename(rehearsal.folder / "away")
    assert "учебных отчётов: 21" in rehearsal.worker()
    (rehearsal.folder / "away").rename(clock)
    assert rehearsal.writes(fresh) == 0


def test_real_reports_never_become_a_rehearsal_nor_reach_its_spreadsheet(
    make: Callable[[Kind], Installation], rehearsal: Installation
) -> None:
    real = make("real")
    before = real.writes(real.spreadsheet), real.writes(rehearsal.spreadsheet)
    assert "заполнена на репетиции" in real.worker(**real.google(rehearsal.spreadsheet))
    shutil.copy(rehearsal.folder / "clock.json", real.folder)
    for refused in (real.worker, real.form):
        words = refused()
        assert "настоящий приём (отчётов: 21)" in words
        assert "DATA_DIR=… make run" in words
    (rehearsal.folder / "spreadsheet_id").write_text(real.spreadsheet, encoding="utf-8")
    assert "настоящий приём, а идёт репетиция" in rehearsal.worker()
    assert (real.writes(real.spreadsheet), real.writes(rehearsal.spreadsheet)) == before
