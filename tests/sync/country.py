"""A country in the tests: spreadsheets of regions, and a roll-up of them with its own worker."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from campaign import Campaign, Rollup, load_file
from outbox import Outbox, open_outbox
from outbox.clock import CampaignClock
from outbox.records import Lease
from sheets import Area, CallBudget, Description, GoogleSpreadsheet, open_client
from sheets.http import SheetsHttpClient
from sheets.port import Block
from sync.context import RollupContext
from sync.lease import Held, lease_name
from sync.process.metrics import Metrics
from sync.process.rollup_worker import RollupWorker
from sync.rollup.collect import Sources
from tests.sync.harness import NOW, FakeTime, Server, WatchedSpreadsheet

REGIONS = Path(__file__).parent / "regions.csv"
MOST_BYTES = 1_000_000
TOTAL, EVENTS = "Всего зарегистрировалось", "Встречи и мероприятия"
STAMP = "Данные на 20 мая 2023 г., 12:00 (по московскому времени)"
HEAD = """\
rollup:
  id: by-region
  title: Регистрации
  subject: Регистрации по субъектам
  ministry: Министерство
figures:
  - {id: registered, title: Зарегистрировались, unit: чел., column: Всего зарегистрировалось}
  - {id: events, title: Встречи и мероприятия, unit: ед.}
regions:
"""


@dataclass(frozen=True)
class Named:
    """A region of `regions.csv`."""

    code: str
    name: str
    municipalities: int


def all_regions() -> list[Named]:
    with REGIONS.open(encoding="utf-8", newline="") as file:
        return [Named(row["code"], row["name"], int(row["municipalities"])) for row in csv.DictReader(file)]


def region_line(code: str, name: str, **source: str) -> str:
    words = "".join(f", {key}: {value}" for key, value in source.items())
    return f'  - {{code: "{code}", name: {name}{words}}}\n'


Line = tuple[str, str, str, object, object]
"""ОКТМО, name, state, registered, events: a row of «Муниципалитеты»."""


def put_region(
    server: Server,
    lines: Sequence[Line],
    *,
    total: object = None,
    summary: Sequence[str] = ("Регистрации",),
    stamp: str = STAMP,
    headers: Sequence[str] = ("№", "ОКТМО", "Муниципалитет", "Состояние", TOTAL, EVENTS),
    spreadsheet_id: str | None = None,
    kind: str | None = None,
) -> str:
    """Make a region's spreadsheet as Svod fills it, or fill it anew; return its id."""
    made = spreadsheet_id or server.create()
    rows: list[list[object]] = [
        ["Муниципалитеты. Регистрации"],
        [stamp],
        [None, "Итого", None, None, total],
        [*headers],
    ]
    rows += [[number, *line] for number, line in enumerate(lines, start=1)]
    sheets: list[dict[str, object]] = []
    for sheet_id, title, cells in ((11, "Свод", [[words] for words in summary]), (12, "Муниципалитеты", rows)):
        if spreadsheet_id is None:
            grid = {"rowCount": 6000, "columnCount": 20}
            sheets.append({"addSheet": {"properties": {"sheetId": sheet_id, "title": title, "gridProperties": grid}}})
        data = [{"values": [cell(value) for value in row]} for row in cells]
        place = {"sheetId": sheet_id}
        sheets.append({"updateCells": {"range": place, "rows": data, "fields": "userEnteredValue"}})
    if kind is not None:
        metadata = {"metadataKey": "svod.kind", "metadataValue": kind, "visibility": "DOCUMENT"}
        whole = {**metadata, "metadataId": 2_000_000_000, "location": {"spreadsheet": True}}
        sheets.append({"createDeveloperMetadata": {"developerMetadata": whole}})
    server.post(f"/v4/spreadsheets/{made}:batchUpdate", {"requests": sheets})
    return made


def cell(value: object) -> dict[str, object]:
    if value is None:
        return {}
    return {"userEnteredValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}


class CountedSource(WatchedSpreadsheet):
    """A source; at what times it was asked for anything."""

    def __init__(self, inner: GoogleSpreadsheet, time: FakeTime) -> None:
        super().__init__(inner)
        self._time = time
        self.described: list[float] = []
        self.read_at: list[float] = []

    def describe(self) -> Description:
        self.described.append(self._time.now)
        return super().describe()

    def read(self, areas: Sequence[Area], *, dates_as_text: bool = False) -> list[Block]:
        self.read_at.append(self._time.now)
        return super().read(areas, dates_as_text=dates_as_text)


@dataclass(repr=False)
class Country:
    """One roll-up, its outbox and its spreadsheet. time: of all waits and of the clock"""

    server: Server
    rollup: Rollup
    outbox: Outbox
    spreadsheet: WatchedSpreadsheet
    context: RollupContext
    lease: Lease
    client: SheetsHttpClient
    budget: CallBudget
    time: FakeTime = field(default_factory=FakeTime)
    sources: dict[str, CountedSource] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(
        cls,
        server: Server,
        folder: Path,
        regions: str,
        *,
        campaigns: Sequence[Campaign] = (),
        outbox: Outbox | None = None,
        head: str = HEAD,
        spreadsheet_id: str | None = None,
        time: FakeTime | None = None,
    ) -> Iterator[Country]:
        path = folder / "rollup.yaml"
        path.write_text(head + regions, encoding="utf-8")
        rollup = load_file(path)
        assert isinstance(rollup, Rollup)
        time = time or FakeTime()
        budget = CallBudget(30, 30, time)
        client = open_client(server.account(), budget.share(), base_url=server.url, timeout=20.0)
        spreadsheet = WatchedSpreadsheet(GoogleSpreadsheet(client, spreadsheet_id or server.create()))
        with open_outbox(f"sqlite:///{folder / 'country.db'}") as own:
            store = outbox or own
            lease = store.leases.acquire(lease_name(spreadsheet.id), "test", timedelta(hours=1))
            assert lease is not None
            clock = CampaignClock(None, lambda: NOW + timedelta(seconds=time.now))
            known = {one.id: one for one in campaigns}
            context = RollupContext(rollup, known, store, spreadsheet, clock, time)
            with Held(store, lease):
                yield cls(server, rollup, store, spreadsheet, context, lease, client, budget, time)

    def worker(self) -> RollupWorker:
        """A worker as after a start."""
        budget = self.budget.share()
        url = self.server.url
        client = open_client(self.server.account(), budget, base_url=url, timeout=20.0)
        readers = open_client(self.server.account(), budget, base_url=url, timeout=20.0, most_bytes=MOST_BYTES)
        own = WatchedSpreadsheet(GoogleSpreadsheet(client, self.spreadsheet.id))
        self.spreadsheet = own
        context = RollupContext(self.rollup, self.context.campaigns, self.outbox, own, self.context.clock, self.time)

        def open_source(spreadsheet_id: str) -> CountedSource:
            self.sources[spreadsheet_id] = CountedSource(GoogleSpreadsheet(readers, spreadsheet_id), self.time)
            return self.sources[spreadsheet_id]

        sources = Sources(context, open_source, "svod@example.org")
        return RollupWorker(context, budget, self.lease, Metrics(), sources, self.server.url, chance=lambda: 0.5)

    def run(self, worker: RollupWorker, seconds: float = 300.0) -> None:
        """Let the worker work for so long, a step a second."""
        until = self.time.now + seconds
        while self.time.now < until:
            worker.step()
            self.time.now += 1

    def grid(self, title: str) -> list[list[object]]:
        values = self.server.get(
            f"/v4/spreadsheets/{self.spreadsheet.id}/values/{title}", valueRenderOption="UNFORMATTED_VALUE"
        )
        cells = values.get("values", [])
        assert isinstance(cells, list)
        return cells

    def rows(self) -> dict[str, dict[str, object]]:
        """Name → cells by header, of «Регионы»."""
        header, *rows = self.grid("Регионы")[3:]
        found = [dict(zip(map(str, header), [*row, *[""] * (len(header) - len(row))], strict=True)) for row in rows]
        return {str(row["Регион"]): row for row in found}

    def totals(self) -> Mapping[str, object]:
        """The line above the header of «Регионы»."""
        rows = self.grid("Регионы")
        return dict(zip(map(str, rows[3]), rows[2], strict=False))

    def summary(self) -> list[list[object]]:
        return self.grid("Свод")

    def beside(self, words: str) -> list[object]:
        """The cells right of these words in «Свод»."""
        return next(row[1:] for row in self.summary() if row and row[0] == words)
