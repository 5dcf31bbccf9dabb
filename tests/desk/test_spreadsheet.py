"""What ties the desk to the spreadsheet: web process, worker and spreadsheet server as in life, over one outbox."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.desk.factories import ANSWERS, send
from tests.desk.harness import Person, add_staff, desk_site, signed_in
from tests.sync.conftest import campaign_file as campaign_file
from tests.sync.conftest import server as server
from tests.sync.harness import Server
from tests.webform.clerk import Clerk
from tests.webform.harness import CAMPAIGN, ROOT, Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
OKTMO, OTHER = "17605000", "17610000"
PLACE = f"/desk/{CAMPAIGN}/{OKTMO}/"
WAIT_SECONDS = 90


def wait_for(found: Callable[[], object]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not found():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.3)


@dataclass
class Running:
    """The service with its worker and its spreadsheet."""

    site: Site
    server: Server
    spreadsheet: str

    def sheet(self, title: str) -> tuple[int, list[list[Any]]]:
        """Return id and cells of a tab; no cells before it is made."""
        found: Any = self.server.get(f"/v4/spreadsheets/{self.spreadsheet}", fields="sheets.properties(sheetId,title)")
        ids = {one["properties"]["title"]: one["properties"].get("sheetId", 0) for one in found["sheets"]}
        if title not in ids:
            return 0, []
        read: Any = self.server.get(f"/v4/spreadsheets/{self.spreadsheet}/values/'{title}'")
        return ids[title], read.get("values", [])

    def column(self, title: str, header: str) -> dict[str, str]:
        """Return key → cell in the column, of a keyed tab."""
        _, cells = self.sheet(title)
        names = cells[3] if len(cells) > 3 else []
        key = "Ключ" if "Ключ" in names else "ОКТМО"
        if header not in names:
            return {}
        place, keys = names.index(header), names.index(key)
        return {row[keys]: row[place] if place < len(row) else "" for row in cells[4:] if len(row) > keys}

    def change(self, *requests: dict[str, object]) -> None:
        """One batchUpdate by staff."""
        self.server.post(f"/v4/spreadsheets/{self.spreadsheet}:batchUpdate", {"requests": list(requests)})

    def remark(self) -> str:
        """Return the key of the first remark that the worker published on the municipality."""
        with self.site.outbox() as outbox:
            status = outbox.statuses.get(CAMPAIGN, OKTMO)
        return status.remarks[0].key if status and status.remarks else ""

    def accepted_by_staff(self) -> bool:
        with self.site.outbox() as outbox:
            status = outbox.statuses.get(CAMPAIGN, OKTMO)
        return status is not None and any(one.accepted for one in status.remarks)


@pytest.fixture(scope="module")
def running(server: Server, campaign_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    key = str(server.folder / "ticket_key")
    site = desk_site(tmp_path_factory.mktemp("desk"), campaign_file, LOCALSHEETS_TICKET_KEY=key)
    shutil.copy(server.folder / "credentials.json", site.folder)
    (site.folder / "credentials.json").chmod(0o600)
    spreadsheet = server.create()
    (site.folder / "spreadsheet_id").write_text(spreadsheet)
    site.start()
    add_staff(site, "read", "read")
    add_staff(site, "work")
    with site.outbox() as outbox:
        send(outbox, OKTMO, {**ANSWERS, "informed": 5})
        send(outbox, OTHER)
    environ = site.environ | {"SHEETS_PORT": str(urlsplit(server.url).port), "PUBLIC_URL": site.address}
    with (site.folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen([sys.executable, "-m", "sync"], cwd=ROOT, env=environ, stdout=log, stderr=log)
    made = Running(site, server, spreadsheet)
    try:
        wait_for(lambda: made.remark() and len(made.sheet("Муниципалитеты")[1]) > 4)
        yield made
    finally:
        worker.terminate()
        worker.wait(30)
        site.stop()


def sheet_link(person: Person) -> tuple[int, int]:
    """Return sheet id and row to which «Открыть в таблице» leads."""
    found = re.search(r'href="[^"]+#gid=(\d+)&amp;range=A(\d+)">Открыть в таблице', person.page.text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def test_a_remark_is_accepted_and_taken_back_on_the_desk(running: Running) -> None:
    person, key = signed_in(running.site, "work"), running.remark()
    person.get(PLACE)
    assert key in person.text
    assert person.post(f"{PLACE}remarks", remark=key, comment="звонили 8 (4922) 11-22-33").status_code == 400
    assert "В комментарии номер телефона «8 (4922) 11-22-33»" in person.text
    assert person.post(f"{PLACE}remarks", remark="З-НЕТ", comment="").status_code == 409
    person.post(f"{PLACE}remarks", remark=key, comment="Сверено с организациями")
    assert "Замечание принято." in person.text
    assert re.search(r"Принято на столе \d+ \w+ 2023 г. в \d\d:\d\d, work: Сверено с организациями", person.text)
    wait_for(lambda: running.column("Замечания", "Принято на столе").get(key))
    shown = running.column("Замечания", "Принято на столе")
    assert re.fullmatch(r"принято 27\.05\.2023 \d\d:\d\d: Сверено с организациями", shown.pop(key)), shown
    assert set(shown.values()) <= {""}

    reader = signed_in(running.site, "read")
    reader.get(PLACE)
    assert "Сверено с организациями" in reader.text
    assert "Отменить принятие" not in reader.text
    assert reader.post(f"{PLACE}remarks/back", remark=key).status_code == 403

    person.get(f"/desk/{CAMPAIGN}/{OTHER}/")
    assert person.post(f"/desk/{CAMPAIGN}/{OTHER}/remarks/back", remark=key).status_code == 409
    person.get(PLACE)
    person.post(f"{PLACE}remarks/back", remark=key)
    assert "Принятие отменено." in person.text
    wait_for(lambda: not running.column("Замечания", "Принято на столе").get(key))
    with running.site.outbox() as outbox:
        acts = [(act.who, act.act, act.detail) for _, act in outbox.acts.last(2, campaign=CAMPAIGN, oktmo=OKTMO)]
    assert acts == [
        ("work", "remark_taken_back", {"remark": key}),
        ("work", "remark_accepted", {"remark": key, "comment": "Сверено с организациями"}),
    ]
    assert f"work: принято замечание {key}: Сверено с организациями" in person.text


def test_what_staff_accepted_in_their_column_is_taken_back_there(running: Running) -> None:
    person, key = signed_in(running.site, "work"), running.remark()
    sheet_id, cells = running.sheet("Замечания")
    header = cells[3]
    row = next(n for n, line in enumerate(cells) if line and line[header.index("Ключ")] == key)
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": header.index("Решение министерства")}

    def decide(words: str) -> None:
        cell = {"userEnteredValue": {"stringValue": words}} if words else {}
        rows = [{"values": [cell]}]
        running.change({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})

    decide("на исправление")
    decide("Принято")
    wait_for(running.accepted_by_staff)
    person.get(PLACE)
    assert "принято 1)" in person.text
    assert "Принято в таблице , в столбце «Решение министерства»; отменить можно там же." in person.text
    assert person.post(f"{PLACE}remarks/back", remark=key).status_code == 409
    decide("")
    wait_for(lambda: not running.accepted_by_staff())
    person.get(PLACE)
    assert "Принято в таблице" not in person.text


def test_the_tab_leads_to_the_desk_and_the_desk_to_the_row_wherever_it_is_sorted(running: Running) -> None:
    fields = "sheets(properties.title,data.rowData.values(formattedValue,userEnteredFormat.textFormat.link))"
    read: Any = running.server.get(f"/v4/spreadsheets/{running.spreadsheet}", fields=fields, includeGridData="true")
    tab = next(one for one in read["sheets"] if one["properties"]["title"] == "Муниципалитеты")
    links = {
        cell["formattedValue"]: cell["userEnteredFormat"]["textFormat"]["link"]["uri"]
        for line in tab["data"][0]["rowData"]
        for cell in line.get("values", [])
        if cell.get("userEnteredFormat", {}).get("textFormat", {}).get("link")
    }
    assert len(links) == 21
    person = signed_in(running.site, "read")
    person.get(next(link for name, link in links.items() if name.startswith("Александровский")))
    assert person.path == PLACE

    sheet_id, _ = running.sheet("Муниципалитеты")

    def led_to_row() -> bool:
        person.get(PLACE)
        gid, row = sheet_link(person)
        cells = running.sheet("Муниципалитеты")[1]
        return gid == sheet_id and OKTMO in cells[row - 1]

    wait_for(led_to_row)
    before = sheet_link(person)
    order = [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}]
    area = {"sheetId": sheet_id, "startRowIndex": 4}
    running.change({"sortRange": {"range": area, "sortSpecs": order}})
    wait_for(lambda: led_to_row() and sheet_link(person) != before)
    person.get(f"/desk/{CAMPAIGN}/")
    assert f'/spreadsheets/d/{running.spreadsheet}/edit#gid={sheet_id}">Открыть таблицу' in person.page.text


def test_the_roll_call_shows_the_days_of_the_dynamics_beside_the_plan(running: Running) -> None:
    person = signed_in(running.site, "read")

    def counted() -> bool:
        person.get(f"/desk/{CAMPAIGN}/")
        return "Отчитались: 2 из 21" in person.text

    wait_for(counted)
    assert person.page.text.count('<svg class="chart"') == 2
    _, cells = running.sheet("Динамика")
    last = next(line for line in reversed(cells) if line and re.match(r"\d\d\.\d\d\.\d{4}", line[0]))
    assert f"{last[0]} {last[2]} {last[4]}" in person.text


def test_a_note_of_the_ministry_stands_in_the_roll_call_and_nowhere_for_clerks(running: Running) -> None:
    sheet_id, cells = running.sheet("Муниципалитеты")
    row = next(n for n, line in enumerate(cells) if OTHER in line)
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": cells[3].index("Заметки министерства")}
    cell = {"userEnteredValue": {"stringValue": "звонили:\nобещали <к пятнице>"}}
    running.change({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})
    person = signed_in(running.site, "read")

    def noted() -> bool:
        person.get(f"/desk/{CAMPAIGN}/")
        return "Заметка: звонили: обещали &lt;к пятнице&gt;" in person.page.text

    wait_for(noted)
    person.get(f"/desk/{CAMPAIGN}/{OTHER}/")
    assert "Заметка министерства звонили: обещали <к пятнице>" in person.text
    running.site.read_links()
    form = Clerk(running.site.address).enter(running.site.links[OTHER])
    assert form.status == 200
    assert f"/reports/{CAMPAIGN}" in form.path
    assert "обещали" not in form.text
    with running.site.outbox() as outbox:
        assert "обещали" not in str(outbox.statuses.get(CAMPAIGN, OTHER))
