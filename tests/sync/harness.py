"""The worker's test environment: what clerks, staff and the worker do, through the same doors as in life."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from campaign import Campaign
from outbox import Outbox, open_outbox
from outbox.clock import CampaignClock
from outbox.records import Json, Lease, NewSubmission, Submission
from sheets import Area, CallBudget, Description, GoogleSpreadsheet, Reply, ServiceAccount, open_client
from sheets.credentials import read_service_account
from sheets.http import SheetsHttpClient
from sheets.port import Block
from sync.context import Context
from sync.lease import Held, lease_name
from sync.process.metrics import Metrics
from sync.process.worker import Worker

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2023, 5, 20, 9, 0, tzinfo=UTC)


@dataclass
class Server:
    """The embedded server: where it answers and where its data are."""

    url: str
    folder: Path

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False  # to look for proxies costs a third of a call
        self._session.headers["Connection"] = "close"  # or one that the server has just closed might be taken

    def account(self) -> ServiceAccount:
        return read_service_account(self.folder / "credentials.json", private=True)

    def create(self) -> str:
        body = {"properties": {"title": "Проверка", "locale": "ru_RU", "timeZone": "Europe/Moscow"}}
        return str(self.post("/v4/spreadsheets", body)["spreadsheetId"])

    def post(self, path: str, body: object) -> dict[str, object]:
        headers = {"Content-Type": "application/json"}
        response = self._session.post(self.url + path, data=json.dumps(body), headers=headers, timeout=60)
        assert response.ok, response.text
        found: dict[str, object] = response.json()
        return found

    def get(self, path: str, **params: str) -> dict[str, object]:
        response = self._session.get(self.url + path, params=params, timeout=60)
        assert response.ok, response.text
        found: dict[str, object] = response.json()
        return found

    def faults(self, *rules: Mapping[str, object], **settings: object) -> None:
        self.post("/_faults", {"rules": [dict(rule) for rule in rules], **settings})

    def clear_faults(self) -> None:
        self._session.delete(f"{self.url}/_faults", timeout=60).raise_for_status()

    def operations(self, spreadsheet_id: str) -> list[dict[str, object]]:
        found = self._session.get(f"{self.url}/_operations", params={"limit": "200000"}, timeout=60).json()
        return [one for one in found["operations"] if one["spreadsheet"] == spreadsheet_id]


class WatchedSpreadsheet:
    """The port with a hook before each write, where staff act: between what was read and what is written."""

    def __init__(self, inner: GoogleSpreadsheet) -> None:
        self._inner = inner
        self.before_write: Callable[[str], None] = lambda body: None
        self.bodies: list[str] = []

    @property
    def id(self) -> str:
        return self._inner.id

    @property
    def calls(self) -> int:
        return self._inner.calls

    def describe(self) -> Description:
        return self._inner.describe()

    def read(self, areas: Sequence[Area], *, dates_as_text: bool = False) -> list[Block]:
        return self._inner.read(areas, dates_as_text=dates_as_text)

    def write(self, body: str) -> Reply:
        self.bodies.append(body)
        self.before_write(body)
        return self._inner.write(body)

    def marker(self, sequence: int) -> str | None:
        return self._inner.marker(sequence)

    def version(self) -> int:
        return self._inner.version()


@dataclass
class FakeTime:
    """A clock that only grows when it is made to; the spreadsheet, the outbox and the worker stay real."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass(repr=False)
class Desk:
    """One campaign, one outbox, one spreadsheet."""

    server: Server
    campaign: Campaign
    folder: Path
    outbox: Outbox
    spreadsheet: WatchedSpreadsheet
    context: Context
    lease: Lease
    client: SheetsHttpClient
    time: FakeTime = field(default_factory=FakeTime)

    @classmethod
    @contextmanager
    def open(cls, server: Server, campaign: Campaign, folder: Path, url: str | None = None) -> Iterator[Desk]:
        spreadsheet_id = server.create()
        time = FakeTime()
        client = open_client(server.account(), CallBudget(100_000, 100_000), base_url=server.url, timeout=20.0)
        spreadsheet = WatchedSpreadsheet(GoogleSpreadsheet(client, spreadsheet_id))
        with open_outbox(url or f"sqlite:///{folder / 'outbox.db'}") as outbox:
            lease = outbox.leases.acquire(lease_name(spreadsheet_id), "test", timedelta(hours=1))
            assert lease is not None
            clock = CampaignClock(None, lambda: NOW + timedelta(seconds=time.now))
            context = Context(campaign, outbox, spreadsheet, clock, time)
            with Held(outbox, lease):  # writes renew it to some seconds, which a busy machine may take between two
                yield cls(server, campaign, folder, outbox, spreadsheet, context, lease, client, time)

    def at(self, spreadsheet_id: str) -> WatchedSpreadsheet:
        """Another spreadsheet of the same server."""
        return WatchedSpreadsheet(GoogleSpreadsheet(self.client, spreadsheet_id))

    def worker(self, metrics: Metrics | None = None) -> Worker:
        """A worker as after a start: it knows nothing but what is in the outbox."""
        budget = CallBudget(100_000, 100_000, self.time)
        return Worker(self.context, budget, self.lease, metrics or Metrics(), chance=lambda: 0.5)

    def submit(self, oktmo: str, answers: Mapping[str, Json] | None = None, **rest: object) -> Submission:
        """A clerk's report; whole numbers that are not given are 1."""
        latest = self.outbox.submissions.latest(self.campaign.id, oktmo)
        filled: dict[str, Json] = {q.id: 1 for q in self.campaign.sheet_questions if q.type == "integer"}
        filled |= {"informed": 100, "audiences": ["parents"], "links": ["https://example.org/1"]}
        filled |= dict(answers or {})
        reasons = rest.get("reasons", {})
        assert isinstance(reasons, Mapping)
        new = NewSubmission(
            campaign=self.campaign.id,
            oktmo=oktmo,
            key=uuid4().hex,
            base_version=latest.version if latest else 0,
            answers={key: value for key, value in filled.items() if value is not None},
            contacts={"contact_name": "Тайное Имя", "contact_phone": "+7 000 000-00-00"},
            reasons=dict(reasons),
            previous=None,
            accepted_at=self.context.now(),
            late=bool(rest.get("late", False)),
            receipt_prefix=self.campaign.about.receipt_prefix,
        )
        self.time.now += 1
        return self.outbox.submissions.submit(new).submission

    def deliver_all(self, worker: Worker) -> int:
        """Steps until nothing waits; the clock runs as far as the worker asks."""
        rows = 0
        for _ in range(200):
            step = worker.step()
            rows += step.rows if step.kind == "delivered" else 0
            if step.kind == "idle":
                return rows
            self.time.now += worker.prepare().deliverer.wait
        raise AssertionError(f"still not idle: {step}")

    # Staff

    def sheets(self) -> dict[str, int]:
        """Title → sheet id, in the order of the tabs."""
        found = self.server.get(f"/v4/spreadsheets/{self.spreadsheet.id}", fields="sheets.properties(sheetId,title)")
        sheets = found["sheets"]
        assert isinstance(sheets, list)
        return {one["properties"]["title"]: one["properties"].get("sheetId", 0) for one in sheets}

    def answers_id(self) -> int:
        sheet_id = self.outbox.bindings.tab(self.spreadsheet.id, "answers")
        assert sheet_id is not None
        return sheet_id

    def staff(self, *what: Mapping[str, object]) -> None:
        """One batchUpdate by somebody else."""
        self.server.post(f"/v4/spreadsheets/{self.spreadsheet.id}:batchUpdate", {"requests": list(what)})

    def grid(self, sheet_id: int | None = None) -> list[list[object]]:
        """All cells of a tab (the answers tab), unformatted."""
        body = {
            "dataFilters": [{"gridRange": {"sheetId": self.answers_id() if sheet_id is None else sheet_id}}],
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        found = self.server.post(f"/v4/spreadsheets/{self.spreadsheet.id}/values:batchGetByDataFilter", body)
        ranges = found["valueRanges"]
        assert isinstance(ranges, list)
        cells: list[list[object]] = ranges[0]["valueRange"].get("values", [])
        return cells

    def rows(self) -> list[dict[str, object]]:
        """The rows of the answers tab by header, wholly blank ones left out."""
        header, *rows = self.grid()
        wide = [[*row, *[""] * (len(header) - len(row))] for row in rows]
        return [dict(zip(map(str, header), row, strict=False)) for row in wide if any(cell != "" for cell in row)]

    def figure(self, label: str) -> Any:
        """What stands beside the label in «Свод»."""
        for row in self.grid(self.sheets()["Свод"]):
            if row and row[0] == label:
                return row[1]
        raise AssertionError(label)

    def edit(self, row: int, header: str, value: object) -> None:
        """Staff type into a cell. `row`: 1-based in the tab."""
        column = self.grid()[0].index(header)
        kind = "stringValue" if isinstance(value, str) else "numberValue"
        cell = {"userEnteredValue": {kind: value}} if value is not None else {}
        start = {"sheetId": self.answers_id(), "rowIndex": row - 1, "columnIndex": column}
        self.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})

    def insert_column(self, place: int, header: str = "") -> None:
        """Staff insert a column of their own."""
        sheet_id = self.answers_id()
        where = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
        start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": place}
        cell = {"userEnteredValue": {"stringValue": header}} if header else {}
        self.staff(
            {"insertDimension": {"range": where, "inheritFromBefore": False}},
            {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}},
        )

    def move_column(self, source: int, destination: int) -> None:
        where = {"sheetId": self.answers_id(), "dimension": "COLUMNS", "startIndex": source, "endIndex": source + 1}
        self.staff({"moveDimension": {"source": where, "destinationIndex": destination}})

    def delete_rows(self, first: int, end: int) -> None:
        """1-based, half-open."""
        where = {"sheetId": self.answers_id(), "dimension": "ROWS", "startIndex": first - 1, "endIndex": end - 1}
        self.staff({"deleteDimension": {"range": where}})

    def sort(self, column: int, *, descending: bool = True) -> None:
        order = "DESCENDING" if descending else "ASCENDING"
        area = {"sheetId": self.answers_id(), "startRowIndex": 1}
        self.staff({"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": column, "sortOrder": order}]}})


def once(action: Callable[[], None], when: str = "appendCells") -> Callable[[str], None]:
    """A hook that acts before the first write that holds `when`."""
    left = [action]

    def hook(body: str) -> None:
        if left and when in body:
            left.pop()()

    return hook


def fast_campaign(text: str) -> str:
    """The campaign file with a schedule for tests."""
    fast = {
        "delivery_seconds": "0.2",
        "refresh_seconds": "0.2",
        "staff_edits_seconds": "1",
        "reads_per_minute": "300",
        "writes_per_minute": "300",
        "call_timeout_seconds": "20",
    }
    for key, value in fast.items():
        text = re.sub(rf"(?m)^  {key}: \S+", f"  {key}: {value}", text)
    return text
