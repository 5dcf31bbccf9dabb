"""Three campaigns in one installation: their files, their outbox, and what stands in their spreadsheets."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from campaign import Campaign, load_campaign
from outbox import Outbox, open_outbox, usage
from outbox.clock import real_now
from outbox.records import Json, NewSubmission, Submission
from svod import __main__ as svod
from sync.__main__ import main
from tests.commands import run_command
from tests.sync.harness import ROOT, Server, fast_campaign

CONTEST, MEALS, CHECKS = "flagmany-2023", "school-meals-2026", "new-year-2026"
FILES = {
    CONTEST: "config.yaml",
    MEALS: "docs/examples/school-meals.yaml",
    CHECKS: "docs/examples/check-list.yaml",
}
SCHEDULE = """
schedule:
  delivery_seconds: 0.2
  refresh_seconds: 0.2
  staff_edits_seconds: 1
  reads_per_minute: 300
  writes_per_minute: 300
  call_timeout_seconds: 20
"""


def campaign_text(campaign_id: str) -> str:
    """The campaign's file with a schedule for tests; of school meals five municipalities."""
    text = (ROOT / FILES[campaign_id]).read_text(encoding="utf-8")
    if campaign_id == MEALS:
        start = text.index("municipalities:\n")
        lines = text[start:].splitlines()
        kept = [line for line in lines if not line.startswith("  - {oktmo:")]
        districts = [line for line in lines if line.startswith("  - {oktmo:")][:5]
        text = text[:start] + "\n".join([kept[0], *districts, *kept[1:]]) + "\n"
    return fast_campaign(text if "\nschedule:" in text else text + SCHEDULE)


@dataclass
class Several:
    """An installation with a folder of campaigns over the embedded server of the tests."""

    server: Server
    folder: Path
    outbox: Outbox
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def make(cls, server: Server, folder: Path, url: str | None = None) -> Several:
        (folder / "campaigns").mkdir()
        shutil.copy(server.folder / "credentials.json", folder)
        (folder / "credentials.json").chmod(0o600)
        made = cls(server, folder, open_outbox(url or f"sqlite:///{folder / 'outbox.db'}"))
        made.environ |= {"DATABASE_URL": url} if url else {}
        for campaign_id in FILES:
            made.put(campaign_id)
        return made

    def __post_init__(self) -> None:
        self.environ = {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "SHEETS_PORT": str(urlsplit(self.server.url).port),
            "SVOD_CONFIG": str(self.folder / "campaigns"),
        }

    def file(self, campaign_id: str) -> Path:
        return self.folder / "campaigns" / f"{campaign_id}.yaml"

    def put(self, campaign_id: str, text: str | None = None) -> None:
        self.file(campaign_id).write_text(text or campaign_text(campaign_id), encoding="utf-8")

    def campaign(self, campaign_id: str) -> Campaign:
        return load_campaign(self.file(campaign_id))

    def start(self, **environ: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            env = {**self.environ, **environ}
            process = subprocess.Popen([sys.executable, "-m", "sync"], cwd=ROOT, env=env, stdout=log, stderr=log)
        self.running.append(process)
        return process

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`python -m sync …`, in this process."""
        return run_command(lambda: usage.run(main, "python -m sync"), *arguments, environ=self.environ)

    def svod(self, *arguments: str) -> tuple[int, str]:
        """`svod …`, in this process; return the exit code and all that was printed."""
        done = run_command(svod.run, *arguments, environ=self.environ)
        return done.returncode, done.stdout + done.stderr

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.outbox.close()

    def submit(self, campaign_id: str, place: int = 0, answers: Mapping[str, Json] | None = None) -> Submission:
        """A report of the n-th municipality: 1 for every number, yes to every question."""
        campaign = self.campaign(campaign_id)
        oktmo = campaign.municipalities[place].oktmo
        latest = self.outbox.submissions.latest(campaign.id, oktmo)
        filled: dict[str, Json] = {}
        for question in campaign.sheet_questions:
            if question.type in ("integer", "decimal"):
                filled[question.id] = 1
            elif question.type == "yes_no":
                filled[question.id] = True
        new = NewSubmission(
            campaign=campaign.id,
            oktmo=oktmo,
            key=uuid4().hex,
            base_version=latest.version if latest else 0,
            answers={**filled, **(answers or {})},
            contacts={},
            reasons={},
            previous=None,
            accepted_at=real_now(),
            late=False,
            receipt_prefix=campaign.about.receipt_prefix,
        )
        return self.outbox.submissions.submit(new).submission

    def spreadsheet(self, campaign_id: str) -> str:
        return (self.folder / "spreadsheets" / campaign_id).read_text(encoding="utf-8").strip()

    def grid(self, campaign_id: str, tab: str) -> list[list[object]]:
        """The cells of a tab; [] before the spreadsheet or the tab is made."""
        try:
            spreadsheet = self.spreadsheet(campaign_id)
        except FileNotFoundError:
            return []
        found = self.server.get(f"/v4/spreadsheets/{spreadsheet}", fields="sheets.properties(title)")
        sheets = found["sheets"]
        assert isinstance(sheets, list)
        if tab not in [one["properties"]["title"] for one in sheets]:
            return []
        values = self.server.get(f"/v4/spreadsheets/{spreadsheet}/values/{tab}", valueRenderOption="UNFORMATTED_VALUE")
        cells = values.get("values", [])
        assert isinstance(cells, list)
        return cells

    def reported(self, campaign_id: str) -> object:
        """What «Свод» says of how many reported."""
        return next((row[1] for row in self.grid(campaign_id, "Свод") if row and row[0] == "Отчитались"), None)

    def receipts(self, campaign_id: str) -> list[object]:
        return [row[0] for row in self.grid(campaign_id, "Ответы")[1:] if row]

    def staff(self, campaign_id: str, *what: Mapping[str, object]) -> None:
        self.server.post(f"/v4/spreadsheets/{self.spreadsheet(campaign_id)}:batchUpdate", {"requests": list(what)})

    def blank_header(self, campaign_id: str, column: int) -> str:
        """Staff empty a header of «Ответы»; gives what stood there."""
        sheet_id = self.outbox.bindings.tab(self.spreadsheet(campaign_id), "answers")
        text = str(self.grid(campaign_id, "Ответы")[0][column])
        self.write_header(campaign_id, column, "")
        assert sheet_id is not None
        return text

    def write_header(self, campaign_id: str, column: int, text: str) -> None:
        sheet_id = self.outbox.bindings.tab(self.spreadsheet(campaign_id), "answers")
        cell = {"userEnteredValue": {"stringValue": text}} if text else {}
        start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": column}
        self.staff(
            campaign_id,
            {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}},
        )

    def trouble(self, campaign_id: str) -> str:
        """What `status` says is in the way of the campaign."""
        said = self.call("status", "--campaign", campaign_id).stdout
        found = re.search(r"Сейчас мешает: +(.*)", said)
        assert found is not None, said
        return found[1]
