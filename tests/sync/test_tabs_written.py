"""The requests that bring the tabs: what they change, and that the embedded server takes them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from outbox.records import JournalEntry
from sheets import SheetTab
from sync.records.cells import CELL_LIMIT, entered
from sync.review.summary import Summary
from sync.tabs import (
    KEYED,
    OWNED,
    TabAsRead,
    TabsWrite,
    WrittenState,
    pages,
    stamp_write,
    tabs_write,
)
from sync.tabs.page import Page, PageCell, Style
from sync.tabs.render import rectangles, values_digest
from tests.sync.factories import (
    CAMPAIGN,
    COLUMNS,
    EMPTY,
    IDS,
    KEYS,
    NOW,
    ROWS,
    answers,
    at,
    busy,
)
from tests.sync.harness import Server

# Requests ---------------------------------------------------------------------------------------------------------


def fresh() -> WrittenState:
    seen = {key: SheetTab(IDS[key], key, 0, ROWS, COLUMNS) for key in KEYS}
    return WrittenState.fresh(seen).with_read(EMPTY)


def values_of(write: TabsWrite) -> list[dict[str, Any]]:
    """Every typed value that the write would enter."""
    writing = ("updateCells", "appendCells")
    updates = [r[kind] for r in write.requests for kind in writing if kind in r and "rows" in r[kind]]  # type: ignore[operator]
    return [
        cell["userEnteredValue"]
        for update in updates
        for row in update["rows"]  # type: ignore[index]
        for cell in row["values"]
        if "userEnteredValue" in cell
    ]


def test_cells_are_typed_and_nothing_is_parsed() -> None:
    values = values_of(tabs_write(CAMPAIGN, busy().summary(), fresh()))
    assert {kind for value in values for kind in value} == {"stringValue", "numberValue", "formulaValue"}
    assert {value["formulaValue"] for value in values if "formulaValue" in value} == {
        "=A8",
        "=TRUNC((NOW()-B8)*1440)",
    }
    assert {"stringValue": "=1+1"} in values


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        ("", None),
        ("=1+1", {"stringValue": "=1+1"}),
        (True, {"boolValue": True}),
        (10**12, {"numberValue": 10**12}),
        (Decimal("2.50"), {"numberValue": 2.5}),
        (Decimal("2.00"), {"numberValue": 2}),
        (at("2023-05-30 12:00"), {"numberValue": 45076.5}),
        (at("2023-05-30 12:00").date(), {"numberValue": 45076}),
    ],
)
def test_a_value_becomes_a_typed_cell(value: Any, cell: object) -> None:
    assert entered(value) == cell


def test_the_limit_of_a_cell_is_kept() -> None:
    cell = entered("я" * 60_000)
    assert cell is not None
    assert len(str(cell["stringValue"])) == CELL_LIMIT


def test_styles_cover_every_cell_once() -> None:
    for page in pages(CAMPAIGN, busy().summary(), IDS).values():
        seen: dict[tuple[int, int], Style] = {}
        for area, style in rectangles(page.rows):
            for row in range(area.top, area.bottom):
                for column in range(area.left, area.right):
                    assert (row, column) not in seen
                    seen[row, column] = style
        assert seen == {(i, j): c.style for i, row in enumerate(page.rows) for j, c in enumerate(row)}


def test_all_rows_are_as_wide_as_the_page() -> None:
    for page in pages(CAMPAIGN, busy().summary(), IDS).values():
        assert {len(row) for row in page.rows} == {page.width}


def test_only_what_changed_is_written() -> None:
    made = busy()
    first = tabs_write(CAMPAIGN, made.summary(), fresh())
    state = first.after.with_read({})
    assert tabs_write(CAMPAIGN, made.summary(), state).requests == []
    made.journal.insert(0, JournalEntry(NOW, "refresh", 1, 2, 5, "готово", ""))
    assert tabs_write(CAMPAIGN, made.summary(), state).requests == []  # the journal never causes a write
    made.drafts.clear()
    second = tabs_write(CAMPAIGN, made.summary(), state)
    sheets = {r["updateCells"]["range"]["sheetId"] for r in second.requests if "updateCells" in r}  # type: ignore[index]
    big = {
        r["updateCells"]["range"]["sheetId"]  # type: ignore[index]
        for r in second.requests
        if "updateCells" in r and len(r["updateCells"]["rows"]) > 1  # type: ignore[index]
    }
    assert sheets == {IDS[key] for key in ("summary", "silent", "dynamics", "journal")}
    assert big == {IDS["summary"], IDS["silent"], IDS["journal"]}


def test_a_figure_that_goes_from_minus_one_to_minus_two_is_written() -> None:
    rows = pages(CAMPAIGN, busy().summary(), IDS)["dynamics"]
    one, two = (replace(rows, rows=((PageCell(value), *rows.rows[0][1:]), *rows.rows[1:])) for value in (-1, -2))
    assert values_digest(one) != values_digest(two)


def test_the_fingerprint_tells_what_is_shown_and_not_when() -> None:
    made = busy()
    base = made.summary(at("2023-05-28 13:00"))
    assert made.summary(at("2023-05-28 13:50")).fingerprint == base.fingerprint
    assert made.summary(at("2023-05-29 00:10")).fingerprint != base.fingerprint  # days left
    assert made.summary(at("2023-05-28 13:00"), rehearsal=True).fingerprint != base.fingerprint
    made.journal.append(JournalEntry(NOW, "refresh", 1, 2, 5, "готово", ""))
    assert made.summary(at("2023-05-28 13:00")).fingerprint == base.fingerprint
    made.rows[0]["informed"] = 111
    assert made.summary(at("2023-05-28 13:00")).fingerprint != base.fingerprint


def test_the_stamps_go_last_and_alone_when_nothing_else_changed() -> None:
    made = busy()
    write = tabs_write(CAMPAIGN, made.summary(), fresh())
    stamps = stamp_write(CAMPAIGN, made.summary(NOW + timedelta(hours=2)), write.after.with_read({}))
    values = [v.get("stringValue", "") for v in values_of(stamps)]
    assert [v for v in values if v.startswith("Данные на")] == [
        "Данные на 28 мая 2023 г., 14:00 (по московскому времени)"
    ] * 2
    assert json.dumps(stamps.requests, ensure_ascii=False).count("Данные на 28 мая 2023 г., 14:00") == 2 + 3  # a format
    assert len(stamps.requests) == len(values) == 6  # and the age of what waits, the time of the read and its age
    tail = [v.get("stringValue", "") for v in values_of(TabsWrite(write.requests[-6:], write.after))]
    assert sum(v.startswith("Данные на") for v in tail) == 2


# Through the embedded server --------------------------------------------------------------------------------------


class Tabs:
    """A spreadsheet with the seven tabs, written as the worker does."""

    def __init__(self, server: Server) -> None:
        self.server = server
        titles = CAMPAIGN.spreadsheet.tabs.model_dump()
        grid = {"rowCount": ROWS, "columnCount": COLUMNS}
        body = {
            "properties": {"title": "Проверка вкладок", "locale": "ru_RU", "timeZone": "Europe/Moscow"},
            "sheets": [
                {"properties": {"sheetId": IDS[key], "title": titles[key], "index": i, "gridProperties": grid}}
                for i, key in enumerate(KEYS)
            ],
        }
        self.id = str(server.post("/v4/spreadsheets", body)["spreadsheetId"])
        self.state = fresh()

    def read(self, key: str) -> list[list[Any]]:
        title = CAMPAIGN.spreadsheet.tabs.model_dump()[key]
        found = self.server.get(f"/v4/spreadsheets/{self.id}/values/'{title}'", valueRenderOption="FORMULA")
        return found.get("values", [])  # type: ignore[return-value]

    def described(self) -> dict[int, dict[str, Any]]:
        found: Any = self.server.get(f"/v4/spreadsheets/{self.id}")
        return {sheet["properties"]["sheetId"]: sheet for sheet in found["sheets"]}

    def send(self, requests: list[dict[str, Any]]) -> None:
        self.server.post(f"/v4/spreadsheets/{self.id}:batchUpdate", {"requests": requests})

    def as_read(self) -> dict[str, TabAsRead]:
        grids = {sheet_id: sheet["properties"]["gridProperties"] for sheet_id, sheet in self.described().items()}
        return {
            key: TabAsRead(self.read(key), grids[IDS[key]]["rowCount"], grids[IDS[key]]["columnCount"]) for key in OWNED
        }

    def write(self, summary: Summary) -> TabsWrite:
        write = tabs_write(CAMPAIGN, summary, self.state.with_read(self.as_read()))
        if write.requests:
            self.send(write.requests)
        self.state = write.after
        return write


def expected(page: Page) -> list[list[object]]:
    rows: list[list[object]] = []
    for row in page.rows:
        line: list[object] = [plain(cell) for cell in row]
        while line and line[-1] == "":
            line.pop()
        rows.append(line)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def plain(cell: PageCell) -> object:
    value = entered(cell.value)
    return "" if value is None else next(iter(value.values()))


def test_the_server_takes_every_request_and_shows_every_tab(server: Server) -> None:
    tabs = Tabs(server)
    made = busy()
    summary = made.summary()
    write = tabs.write(summary)
    assert len(json.dumps(write.requests, ensure_ascii=False).encode()) < 500_000
    for key, page in pages(CAMPAIGN, summary, IDS).items():
        assert tabs.read(key) == expected(page), key
    seen = tabs.described()
    assert [len(seen[IDS[key]].get("charts", [])) for key in OWNED] == [1, 0, 0, 0, 2, 0]
    assert all(len(seen[IDS[key]]["protectedRanges"]) == 1 for key in OWNED)
    assert seen[IDS["municipalities"]]["properties"]["gridProperties"]["frozenRowCount"] == 4
    assert tabs.write(summary).requests == []


def test_shorter_tabs_leave_nothing_behind(server: Server) -> None:
    tabs = Tabs(server)
    made = busy()
    tabs.write(made.summary())
    for municipality in CAMPAIGN.municipalities:
        made.submit(municipality.oktmo, answers(1), NOW + timedelta(minutes=1))
    made.rows = [row for row in made.rows if row.get("id")]
    summary = made.summary()
    tabs.write(summary)
    for key, page in pages(CAMPAIGN, summary, IDS).items():
        if key not in KEYED:
            assert tabs.read(key) == expected(page), key


def test_a_merge_that_reaches_beyond_our_columns_refuses_nothing(server: Server) -> None:
    """Staff merge across the edge of what we write, or an older layout was wider."""
    tabs = Tabs(server)
    made = busy()
    tabs.write(made.summary())
    sheet, width = IDS["silent"], len(tabs.read("silent")[3])
    across = {
        "sheetId": sheet,
        "startRowIndex": 4,
        "endRowIndex": 6,
        "startColumnIndex": width - 1,
        "endColumnIndex": width + 1,
    }
    tabs.send(
        [
            {"appendDimension": {"sheetId": sheet, "dimension": "COLUMNS", "length": 2}},
            {"mergeCells": {"range": across, "mergeType": "MERGE_ALL"}},
        ]
    )
    tabs.state = replace(
        tabs.state, tabs={key: replace(tab, values="", formats="") for key, tab in tabs.state.tabs.items()}
    )
    summary = made.summary()
    tabs.write(summary)
    assert tabs.read("silent") == expected(pages(CAMPAIGN, summary, IDS)["silent"])


def test_after_a_refusal_everything_is_written_anew(server: Server) -> None:
    """Staff delete charts, protections and conditional formats: known again after a description."""
    tabs = Tabs(server)
    made = busy()
    tabs.write(made.summary())
    chart = tabs.described()[IDS["summary"]]["charts"][0]["chartId"]
    protection = tabs.described()[IDS["silent"]]["protectedRanges"][0]["protectedRangeId"]
    tabs.send(
        [
            {"deleteEmbeddedObject": {"objectId": chart}},
            {"deleteProtectedRange": {"protectedRangeId": protection}},
        ]
    )
    seen = tabs.described()
    described = {
        key: SheetTab(
            IDS[key],
            key,
            0,
            seen[IDS[key]]["properties"]["gridProperties"]["rowCount"],
            seen[IDS[key]]["properties"]["gridProperties"]["columnCount"],
            charts=tuple(c["chartId"] for c in seen[IDS[key]].get("charts", [])),
            bandings=tuple(b["bandedRangeId"] for b in seen[IDS[key]].get("bandedRanges", [])),
            protections=tuple(p["protectedRangeId"] for p in seen[IDS[key]].get("protectedRanges", [])),
            conditional_rules=len(seen[IDS[key]].get("conditionalFormats", [])),
        )
        for key in KEYS
    }
    tabs.state = WrittenState.fresh(described, tabs.state.memory)
    tabs.write(made.summary())
    again = tabs.described()
    assert len(again[IDS["summary"]]["charts"]) == 1
    assert len(again[IDS["silent"]]["protectedRanges"]) == 1
    assert [len(again[i].get("conditionalFormats", [])) for i in again] == [
        len(seen[i].get("conditionalFormats", [])) for i in seen
    ]
    for key, page in pages(CAMPAIGN, made.summary(), IDS).items():
        assert tabs.read(key) == expected(page), key
