"""The tabs: what they say, and requests that the embedded server takes and that bring them there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from outbox.records import DraftIdentity, JournalEntry
from sync.states import State
from sync.summary import Summary
from sync.tabs import (
    OWNED,
    MunicipalitiesAsRead,
    SeenTab,
    TabsWrite,
    WrittenState,
    pages,
    stamp_write,
    tabs_write,
)
from sync.tabs.page import Page, PageCell, Style
from sync.tabs.render import CELL_LIMIT, entered, rectangles
from sync.tabs.silent import left
from sync.tabs.styles import STYLES
from sync.texts import tabs as texts
from tests.sync.desk import Server
from tests.sync.made import (
    ALEXANDROV,
    KOVROV,
    NOW,
    VLADIMIR,
    VYAZNIKI,
    Made,
    answers,
    at,
    serial,
    the_campaign,
    with_municipalities,
)

CAMPAIGN = the_campaign()
KEYS = ("summary", "municipalities", "silent", "problems", "dynamics", "answers", "journal")
IDS = {key: 100 + i for i, key in enumerate(KEYS)}
ROWS, COLUMNS = 40, 8
EMPTY = MunicipalitiesAsRead([], ROWS, COLUMNS)


def busy() -> Made:
    """Something in every tab."""
    made = Made()
    made.submit(ALEXANDROV, answers(10, comment="=IMPORTXML(1)"), at("2023-05-02 10:00"))
    made.submit(VYAZNIKI, answers(20, informed=5), reasons={"registered_above_informed": "Узнали сами."})
    broken = made.submit(KOVROV, answers(3))
    made.row_of(broken)["informed"] = "=1+1"
    made.submit(VLADIMIR, answers(4), row=False)
    made.by_hand(name="Муром")
    made.drafts.append(DraftIdentity("17735000", NOW))
    made.submit("17720000", delivered=False)
    made.journal.append(JournalEntry(NOW, "delivery", 3, 1, 120, "готово", ""))
    return made


def shown(summary: Summary, key: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in pages(CAMPAIGN, summary, IDS)[key].rows]


def line(summary: Summary, key: str, first: str) -> list[object]:
    """The row that begins with these words, up to its last filled cell."""
    row = next(row for row in shown(summary, key) if row[0] == first)
    while row and row[-1] is None:
        row.pop()
    return row


def text(summary: Summary, key: str) -> str:
    return "\n".join(str(value) for row in shown(summary, key) for value in row if value is not None)


# «Свод» -----------------------------------------------------------------------------------------------------------


def test_the_summary_tells_who_reported_and_the_totals() -> None:
    summary = busy().summary()
    assert line(summary, "summary", texts.REPORTED) == ["Отчитались", 2, Decimal("0.0952")]
    states = {state: line(summary, "summary", texts.STATES[state])[1] for state in State}
    assert states == summary.totals.states
    assert line(summary, "summary", texts.ALL_MUNICIPALITIES) == [texts.ALL_MUNICIPALITIES, 21]
    assert line(summary, "summary", "Всего зарегистрировалось") == ["Всего зарегистрировалось", 30]
    assert line(summary, "summary", texts.BY_SUM) == [texts.BY_SUM, 30, texts.AGREES]
    assert line(summary, "summary", texts.WAITING)[1] == 1
    said = text(summary, "summary")
    for group in CAMPAIGN.target_groups:
        assert group.title in said
        assert all(one.title in said for one in group.lines)
    assert "Данные на 28 мая 2023 г., 13:00 (московское время)" in said
    assert "старше 30\u00a0минут, таблица не обновляется" in said
    assert "РЕПЕТИЦИЯ" not in said


def test_a_rehearsal_says_so() -> None:
    summary = busy().summary(rehearsal=True)
    assert "РЕПЕТИЦИЯ" in text(summary, "summary")
    for key in OWNED[:-1]:
        assert "РЕПЕТИЦИЯ" in text(summary, key), key


def test_no_report_is_a_dash_and_zero_is_zero() -> None:
    nothing = Made().summary()
    assert line(nothing, "summary", "Всего зарегистрировалось") == ["Всего зарегистрировалось", "—"]
    assert line(nothing, "summary", texts.BY_SUM) == [texts.BY_SUM, "—", texts.NO_REPORTS]
    made = Made()
    made.submit(ALEXANDROV, answers(0))
    assert line(made.summary(), "summary", "Всего зарегистрировалось") == ["Всего зарегистрировалось", 0]
    rows = {row[0]: row for row in shown(made.summary(), "municipalities")}
    assert (rows[ALEXANDROV][6], rows[VYAZNIKI][6]) == (0, "—")


def test_what_was_left_out_is_named_with_a_link() -> None:
    page = pages(CAMPAIGN, busy().summary(), IDS)["summary"]
    top = next(i for i, row in enumerate(page.rows) if row[0].value == texts.LEFT_OUT_SECTION)
    named = {str(row[0].value): row[-1] for row in page.rows[top + 1 :] if row[0].value}
    assert set(named) == {"Муром", "город Ковров ФО-00003", "город Владимир ФО-00004"}
    assert named["город Ковров ФО-00003"].link == f"#gid={IDS['answers']}&range=A4"
    assert named["город Владимир ФО-00004"].link is None


def test_plans_and_rates_appear_where_there_are_any() -> None:
    campaign = with_municipalities(CAMPAIGN, **{f"m{ALEXANDROV}": {"plan": 40, "headcounts": {"students": 1000}}})
    made = busy()
    made.campaign = campaign
    page = pages(campaign, made.summary(), IDS)["summary"]
    said = [[cell.value for cell in row] for row in page.rows]
    assert ["Студенты", 30, Decimal("10.0")] in [row[:3] for row in said]
    assert ["Всего зарегистрировалось", 40, 10, Decimal("0.2500")] in [row[:4] for row in said]
    assert texts.PLAN_SECTION not in text(busy().summary(), "summary")


# The other tabs ---------------------------------------------------------------------------------------------------


def test_every_municipality_has_its_row_in_the_order_of_the_file() -> None:
    rows = shown(busy().summary(), "municipalities")
    assert [row[0] for row in rows[3:24]] == [m.oktmo for m in CAMPAIGN.municipalities]
    last = rows[24]
    assert last[:3] == ["Итого", "Владимирская область", "отчитались 2 из 21"]
    assert last[6 + 11] == 30
    assert rows[3][2:6] == ["сдан в срок", "ФО-00001", 1, at("2023-05-02 10:00")]


def test_marks_beside_a_municipality() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    made.submit(ALEXANDROV, answers(11), delivered=False)
    made.by_hand(answers(3), oktmo=KOVROV, accepted=serial(NOW))
    made.edit(made.submit(VYAZNIKI, answers(5)), "informed", 700)
    made.extensions[VYAZNIKI] = at("2023-06-05 18:00")
    rows = {row[0]: row[-1] for row in shown(made.summary(), "municipalities")}
    assert rows[ALEXANDROV] == "новая версия ещё не в таблице"
    assert rows[KOVROV] == "внесено вручную; замечаний: 1"
    assert rows[VYAZNIKI] == "исправлено министерством: 1; замечаний: 1; срок продлён до 05.06.2023 18:00"


def test_who_has_not_reported_gets_a_text_that_fits() -> None:
    made = busy()
    rows = {row[1]: row for row in shown(made.summary(), "silent")}
    assert set(rows) - {None, texts.OKTMO} == {m.oktmo for m in made.summary().municipalities if not m.state.reported}
    silent = str(rows["17615000"][5])
    assert "отчёт Гороховецкого муниципального района" in silent
    assert "до 30 мая 2023 г., 23:59" in silent
    assert "coordinator@example.org" in silent
    assert "начат, но не отправлен" in str(rows["17735000"][5])
    assert "Сколько человек проинформировано: " in str(rows[KOVROV][5])
    assert "ФО-00004" in str(rows[VLADIMIR][5])
    assert rows["17720000"][5] == texts.REMIND_WAITING
    overdue = {row[1]: row for row in shown(made.summary(at("2023-06-02 10:00")), "silent")}
    assert overdue["17615000"][4] == "просрочено на 3\u00a0дня"
    assert "истёк" in str(overdue["17615000"][5])


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2023-05-28 12:00", "осталось 2\u00a0дня"),
        ("2023-05-29 23:59", "осталось 1\u00a0день"),
        ("2023-05-30 12:00", "срок сегодня"),
        ("2023-05-31 00:00", "просрочено на 1\u00a0день"),
        ("2023-06-04 12:00", "просрочено на 5\u00a0дней"),
    ],
)
def test_days_left(now: str, words: str) -> None:
    assert left(at("2023-05-30 23:59"), at(now)) == words


def test_when_all_have_reported_nobody_is_listed() -> None:
    made = Made()
    for municipality in CAMPAIGN.municipalities:
        made.submit(municipality.oktmo)
    assert texts.SILENT_NOBODY in text(made.summary(), "silent")


def test_a_remark_leads_to_its_row() -> None:
    page = pages(CAMPAIGN, busy().summary(), IDS)["problems"]
    row = next(row for row in page.rows if row[-1].value == "registered_above_informed")
    assert [cell.value for cell in row[:5]] == [
        "ФО-00002",
        "предупреждение",
        "Вязниковский муниципальный район",
        "Сколько человек проинформировано",
        "5",
    ]
    assert row[7].value == "Узнали сами."
    assert row[8].link == f"#gid={IDS['answers']}&range=A3"
    assert [r[1].value for r in page.rows[4:7]] == ["ошибка"] * 3


def test_the_ministrys_corrections_and_those_that_were_lost_are_listed() -> None:
    made = Made()
    older = made.submit(ALEXANDROV, answers(10), NOW - timedelta(days=1))
    made.edit(older, "informed", 300)
    made.edit(older, "events", 4)
    newer = made.submit(ALEXANDROV, answers(12, events=4))
    made.edit(newer, "comment", "Уточнено по телефону.")
    summary = made.summary()
    found = {(r.code, r.question): r.message for r in summary.problems}
    assert "«300»" in found["correction_lost", "informed"]
    assert "«112»" in found["correction_lost", "informed"]
    assert ("correction_lost", "events") not in found  # the new version keeps the ministry's figure
    assert "Уточнено по телефону." in found["corrected", "comment"]
    assert [c.question for c in summary.by_oktmo[ALEXANDROV].corrections] == ["comment"]


def test_the_journal_has_the_last_two_hundred() -> None:
    made = Made()
    made.journal = [JournalEntry(NOW, "refresh", n, 2, 5, "готово", "") for n in range(300)]
    rows = shown(made.summary(), "journal")
    assert len(rows) == 3 + 200
    assert rows[3][:3] == [NOW, "пересчёт", 0]


def test_every_state_and_style_is_known() -> None:
    assert set(texts.STATES) == set(State) == set(texts.STATE_NOTES)
    assert set(STYLES) == set(get_args(Style))


# Requests ---------------------------------------------------------------------------------------------------------


def fresh(municipalities: MunicipalitiesAsRead | None = EMPTY) -> WrittenState:
    seen = {key: SeenTab(IDS[key], ROWS, COLUMNS) for key in KEYS}
    return WrittenState.fresh(seen).with_municipalities(municipalities)


def values_of(write: TabsWrite) -> list[dict[str, Any]]:
    """Every typed value that the write would enter."""
    updates = [r["updateCells"] for r in write.requests if "updateCells" in r]
    return [
        cell["userEnteredValue"]
        for update in updates
        for row in update["rows"]  # type: ignore[index]
        for cell in row["values"]
        if "userEnteredValue" in cell
    ]


def test_cells_are_typed_and_nothing_is_parsed() -> None:
    values = values_of(tabs_write(CAMPAIGN, busy().summary(), fresh()))
    assert {kind for value in values for kind in value} == {"stringValue", "numberValue"}
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
    state = first.after.with_municipalities(None)
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
    assert sheets == {IDS[key] for key in ("summary", "silent", "problems", "dynamics", "journal")}
    assert big == {IDS["summary"], IDS["silent"], IDS["journal"]}


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
    stamps = stamp_write(CAMPAIGN, made.summary(NOW + timedelta(hours=2)), write.after)
    values = [v["stringValue"] for v in values_of(stamps)]
    assert [v for v in values if v.startswith("Данные на")] == [
        "Данные на 28 мая 2023 г., 14:00 (московское время)"
    ] * 5
    assert len(stamps.requests) == len(values) == 6  # and the age of what waits
    tail = [v["stringValue"] for v in values_of(TabsWrite(write.requests[-6:], write.after))]
    assert sum(v.startswith("Данные на") for v in tail) == 5


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
        found = self.server.get(f"/v4/spreadsheets/{self.id}/values/'{title}'", valueRenderOption="UNFORMATTED_VALUE")
        return found.get("values", [])  # type: ignore[return-value]

    def described(self) -> dict[int, dict[str, Any]]:
        found: Any = self.server.get(f"/v4/spreadsheets/{self.id}")
        return {sheet["properties"]["sheetId"]: sheet for sheet in found["sheets"]}

    def send(self, requests: list[dict[str, Any]]) -> None:
        self.server.post(f"/v4/spreadsheets/{self.id}:batchUpdate", {"requests": requests})

    def as_read(self) -> MunicipalitiesAsRead:
        grid = self.described()[IDS["municipalities"]]["properties"]["gridProperties"]
        return MunicipalitiesAsRead(self.read("municipalities"), grid["rowCount"], grid["columnCount"])

    def write(self, summary: Summary) -> TabsWrite:
        write = tabs_write(CAMPAIGN, summary, self.state.with_municipalities(self.as_read()))
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
    assert seen[IDS["municipalities"]]["properties"]["gridProperties"]["frozenRowCount"] == 3
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
        if key != "municipalities":
            assert tabs.read(key) == expected(page), key


def test_staff_sort_annotate_and_insert_and_notes_stay_beside_their_row(server: Server) -> None:
    tabs = Tabs(server)
    made = busy()
    tabs.write(made.summary())
    sheet, width = IDS["municipalities"], len(tabs.read("municipalities")[2])
    note = {
        "range": {
            "sheetId": sheet,
            "startRowIndex": 3,
            "endRowIndex": 24,
            "startColumnIndex": width,
            "endColumnIndex": width + 1,
        },
        "rows": [
            {"values": [{"userEnteredValue": {"stringValue": f"заметка о {m.oktmo}"}}]} for m in CAMPAIGN.municipalities
        ],
        "fields": "userEnteredValue",
    }
    span = {"sheetId": sheet, "startRowIndex": 3, "endRowIndex": 24, "startColumnIndex": 0, "endColumnIndex": width + 1}
    tabs.send(
        [
            {"appendDimension": {"sheetId": sheet, "dimension": "COLUMNS", "length": 3}},
            {"updateCells": note},
            {"sortRange": {"range": span, "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}]}},
            {"insertDimension": {"range": {"sheetId": sheet, "dimension": "ROWS", "startIndex": 5, "endIndex": 6}}},
            {"insertDimension": {"range": {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": 3, "endIndex": 4}}},
            {
                "updateCells": {
                    "range": {"sheetId": sheet, "startRowIndex": 5, "endRowIndex": 6, "startColumnIndex": 3},
                    "rows": [{"values": [{"userEnteredValue": {"stringValue": "строка министерства"}}]}],
                    "fields": "userEnteredValue",
                }
            },
            {
                "mergeCells": {
                    "range": {
                        "sheetId": sheet,
                        "startRowIndex": 8,
                        "endRowIndex": 10,
                        "startColumnIndex": width + 2,
                        "endColumnIndex": width + 3,
                    },
                    "mergeType": "MERGE_ALL",
                }
            },
        ]
    )
    made.submit(CAMPAIGN.municipalities[2].oktmo, answers(5))
    summary = made.summary()
    tabs.write(summary)
    rows = tabs.read("municipalities")
    assert [row[0] for row in rows[3:24]] == [m.oktmo for m in CAMPAIGN.municipalities]
    assert all(f"заметка о {row[0]}" in row for row in rows[3:24])
    page = pages(CAMPAIGN, summary, IDS)["municipalities"]
    ours = [(row + [""] * page.width)[: page.width] for row in rows[:25]]
    assert ours == [[plain(c) for c in row] for row in page.rows]
    assert any("строка министерства" in row for row in rows[25:])
    assert tabs.write(summary).requests == []


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
        key: SeenTab(
            IDS[key],
            seen[IDS[key]]["properties"]["gridProperties"]["rowCount"],
            seen[IDS[key]]["properties"]["gridProperties"]["columnCount"],
            charts=tuple(c["chartId"] for c in seen[IDS[key]].get("charts", [])),
            bandings=tuple(b["bandedRangeId"] for b in seen[IDS[key]].get("bandedRanges", [])),
            protections=tuple(p["protectedRangeId"] for p in seen[IDS[key]].get("protectedRanges", [])),
            conditional_rules=len(seen[IDS[key]].get("conditionalFormats", [])),
        )
        for key in KEYS
    }
    tabs.state = WrittenState.fresh(described)
    tabs.write(made.summary())
    again = tabs.described()
    assert len(again[IDS["summary"]]["charts"]) == 1
    assert len(again[IDS["silent"]]["protectedRanges"]) == 1
    assert [len(again[i].get("conditionalFormats", [])) for i in again] == [
        len(seen[i].get("conditionalFormats", [])) for i in seen
    ]
    for key, page in pages(CAMPAIGN, made.summary(), IDS).items():
        assert tabs.read(key) == expected(page), key
