"""A spreadsheet that the version before 2.0 left is taken over in place, and nothing of the ministry's is lost.

`before_2_0` holds one that commit 534c2c1 wrote against the embedded server, with notes, a formula and a format of
staff, and the outbox that belongs to it.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campaign import Campaign
from sheets import OutcomeUnknown
from sync.texts import tabs as texts
from tests.sync.harness import Desk, Server

pytestmark = pytest.mark.slow

SAVED = Path(__file__).parent / "before_2_0"
ALEXANDROV, VYAZNIKI = "17605000", "17610000"


def restore_spreadsheet(server: Server) -> str:
    """A new spreadsheet with the saved cells, formats, notes and what lies over them."""
    saved = json.loads(gzip.decompress((SAVED / "spreadsheet.json.gz").read_bytes()))
    body = {"properties": saved["properties"], "sheets": [{"properties": s["properties"]} for s in saved["sheets"]]}
    made = str(server.post("/v4/spreadsheets", body)["spreadsheetId"])
    requests: list[dict[str, Any]] = []
    for sheet in saved["sheets"]:
        sheet_id = sheet["properties"]["sheetId"]
        rows = [{"values": [_cell(cell, saved["formats"]) for cell in row]} for row in sheet["rows"]]
        start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": 0}
        fields = "userEnteredValue,userEnteredFormat,note"
        requests.append({"updateCells": {"start": start, "rows": rows, "fields": fields}})
        requests += [{"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}} for area in sheet.get("merges", ())]
        requests += [{"addBanding": {"bandedRange": banding}} for banding in sheet.get("bandedRanges", ())]
        requests += [{"addProtectedRange": {"protectedRange": one}} for one in sheet.get("protectedRanges", ())]
        rules = enumerate(sheet.get("conditionalFormats", ()))
        requests += [{"addConditionalFormatRule": {"index": index, "rule": rule}} for index, rule in rules]
    server.post(f"/v4/spreadsheets/{made}:batchUpdate", {"requests": requests})
    return made


def _cell(cell: dict[str, Any], formats: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: cell[name] for name in ("userEnteredValue", "note") if name in cell}
    return found | {"userEnteredFormat": formats[cell["format"]]} if "format" in cell else found


def restore_outbox(folder: Path, spreadsheet_id: str) -> None:
    """The saved outbox, about this spreadsheet."""
    path = folder / "outbox.db"
    path.write_bytes(gzip.decompress((SAVED / "outbox.db.gz").read_bytes()))
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            if "spreadsheet_id" in columns:
                connection.execute(f"UPDATE {table} SET spreadsheet_id = ?", (spreadsheet_id,))  # noqa: S608
            if table == "notes":
                connection.execute("UPDATE notes SET scope = ?", (spreadsheet_id,))
            if table == "leases":
                connection.execute("DELETE FROM leases")
    connection.close()


@pytest.fixture
def desk(server: Server, campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    server.clear_faults()
    made = restore_spreadsheet(server)
    restore_outbox(tmp_path, made)
    monkeypatch.setattr(Server, "create", lambda self: made)
    with Desk.open(server, campaign, tmp_path) as opened:
        yield opened


def rows(desk: Desk) -> dict[str, dict[str, object]]:
    """«Муниципалитеты»: code → header → cell, below the header."""
    grid = desk.grid(desk.sheets()["Муниципалитеты"])
    header = [str(cell) for cell in grid[3]]
    wide = [[*row, *[""] * (len(header) - len(row))] for row in grid[4:]]
    return {str(row[header.index("ОКТМО")]): dict(zip(header, row, strict=False)) for row in wide}


def described(desk: Desk, title: str) -> dict[str, Any]:
    found: Any = desk.server.get(f"/v4/spreadsheets/{desk.spreadsheet.id}", includeGridData="true")
    return next(sheet for sheet in found["sheets"] if sheet["properties"]["title"] == title)


def check_municipalities(desk: Desk) -> None:
    found = rows(desk)
    for number, municipality in enumerate(desk.campaign.municipalities, start=1):
        row = found[municipality.oktmo]
        assert (row["№"], row["Звонки"]) == (number, f"заметка {municipality.oktmo}")
    assert found[ALEXANDROV]["Состояние"] == "сдан в срок"
    assert found[ALEXANDROV]["Вдвое"] == 2 * int(str(found[ALEXANDROV]["Руководители ОМСУ"]))
    (kept,) = [row for code, row in found.items() if not code]
    assert {word for word in kept.values() if word} == {"итог проверен"}
    sheet = described(desk, "Муниципалитеты")
    assert sheet["properties"]["gridProperties"]["frozenRowCount"] == 4
    assert "bandedRanges" not in sheet
    (protection,) = sheet["protectedRanges"]
    assert protection["range"]["endRowIndex"] == 4
    assert "endColumnIndex" not in protection["range"]
    data = sheet["data"][0]["rowData"]
    header = [cell.get("formattedValue") for cell in data[3]["values"]]
    line = next(row["values"] for row in data if row.get("values", [{}])[1:2] and _text(row, 1) == VYAZNIKI)
    note = line[header.index("Звонки")]
    assert note["note"] == "перезвонить в среду"
    assert note["userEnteredFormat"]["backgroundColorStyle"]["rgbColor"] == {"red": 1, "green": 1}
    assert _text(data[0], 0).startswith("Муниципалитеты. ")
    assert _text(data[1], 0).startswith("Данные на ")
    assert [_text(data[2], 1), _text(data[0], 1), _text(data[1], 1)] == ["Итого", "", ""]


def _text(row: dict[str, Any], column: int) -> str:
    cells = row.get("values", [])
    return str(cells[column].get("formattedValue", "")) if column < len(cells) else ""


def test_it_is_taken_over_in_one_write(desk: Desk) -> None:
    worker = desk.worker()
    worker.prepare()
    assert desk.grid()[0][5] == "Учёт"  # a column of «Ответы», made as that of a new question
    before = len(desk.spreadsheet.bodies)
    worker.refresh_now()
    assert len(desk.spreadsheet.bodies) == before + 1
    check_municipalities(desk)
    problems = desk.grid(desk.sheets()["Замечания"])
    assert problems[3][:2] == ["Ключ", "Уровень"]
    assert str(problems[4][0]).startswith("З-")
    assert list(desk.sheets()) == list(desk.campaign.spreadsheet.tabs.model_dump().values())
    assert not worker.refresh_now().wrote
    desk.submit(VYAZNIKI, {"events": 7})
    desk.deliver_all(worker)
    worker.refresh_now()
    check_municipalities(desk)
    assert rows(desk)[VYAZNIKI]["Встречи и мероприятия"] == 7


def test_remarks_with_words_of_staff_stay_under_another_title(desk: Desk) -> None:
    sheet = desk.sheets()["Замечания"]
    cell = {"userEnteredValue": {"stringValue": "принято по телефону"}}
    start = {"sheetId": sheet, "rowIndex": 4, "columnIndex": 11}
    desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    before = desk.grid(sheet)
    worker = desk.worker()
    worker.refresh_now()
    kept = texts.PROBLEMS_BEFORE.format(title="Замечания", day="20.05.2023")
    assert desk.sheets()[kept] == sheet
    assert desk.grid(sheet) == before
    assert desk.grid(desk.sheets()["Замечания"])[3][0] == "Ключ"
    check_municipalities(desk)
    assert not worker.refresh_now().wrote
    desk.worker().refresh_now()
    assert len(desk.sheets()) == 8


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
@pytest.mark.parametrize("staff", [False, True])
def test_a_worker_that_dies_meanwhile_takes_it_over_once(desk: Desk, kind: str, staff: bool) -> None:
    if staff:
        cell = {"userEnteredValue": {"stringValue": "принято по телефону"}}
        start = {"sheetId": desk.sheets()["Замечания"], "rowIndex": 4, "columnIndex": 11}
        desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    worker = desk.worker()
    worker.prepare()
    desk.server.faults({"kind": kind, "next": 1, "path": ":batchUpdate"})
    with pytest.raises(OutcomeUnknown):
        worker.refresh_now()
    desk.worker().refresh_now()
    desk.worker().refresh_now()
    check_municipalities(desk)
    assert len(desk.sheets()) == 7 + staff
    assert desk.grid(desk.sheets()["Замечания"])[3][0] == "Ключ"
