"""Staff in «Муниципалитеты»: what they sort stays sorted, and whatever they do, no note is lost or changes its row."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest

from sync.texts import tabs as texts
from tests.sync.harness import Desk
from tests.sync.test_staff import TEACHERS, total

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HEADER = 3
TOTAL, OWN = "Всего зарегистрировалось", "Звонки"
BLANKS = ("", None)


class Tab:
    """«Муниципалитеты» as staff see it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        found = desk.outbox.bindings.tab(desk.spreadsheet.id, "municipalities")
        assert found is not None
        self.sheet = found

    def grid(self) -> list[list[object]]:
        rows = self.desk.grid(self.sheet)
        width = max(len(row) for row in rows)
        return [[*row, *[""] * (width - len(row))] for row in rows]

    def header(self) -> list[str]:
        return [str(cell) for cell in self.grid()[HEADER]]

    def place(self, title: str) -> int:
        return self.header().index(title)

    def codes(self) -> list[str]:
        place = self.place("ОКТМО")
        return [str(row[place]) for row in self.grid()[HEADER + 1 :]]

    def put(self, row: int, place: int, text: str) -> None:
        cell = {"userEnteredValue": {"stringValue": text}} if text else {}
        start = {"sheetId": self.sheet, "rowIndex": row, "columnIndex": place}
        self.desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})

    def sort(self, title: str, *, descending: bool = True) -> None:
        order = "DESCENDING" if descending else "ASCENDING"
        spec = {"dimensionIndex": self.place(title), "sortOrder": order}
        area = {"sheetId": self.sheet, "startRowIndex": HEADER + 1}
        self.desk.staff({"sortRange": {"range": area, "sortSpecs": [spec]}})

    def span(self, dimension: str, start: int) -> dict[str, object]:
        return {"sheetId": self.sheet, "dimension": dimension, "startIndex": start, "endIndex": start + 1}

    def notes(self) -> dict[str, str]:
        """Note → what stands under «ОКТМО» in its row; every note of the tab, in whatever column."""
        place = self.place("ОКТМО")
        found: dict[str, str] = {}
        for row in self.grid()[HEADER + 1 :]:
            for cell in row:
                if str(cell).startswith("заметка "):
                    assert str(cell) not in found, f"{cell} stands twice"
                    found[str(cell)] = str(row[place])
        return found


def test_what_staff_sorted_is_sorted_after_ten_refreshes(desk: Desk) -> None:
    worker = desk.worker()
    dice = random.Random(11)
    for one in desk.campaign.municipalities[:15]:
        desk.submit(one.oktmo, {TEACHERS: dice.randrange(500)})
    desk.deliver_all(worker)
    worker.refresh_now()
    tab = Tab(desk)
    for row, code in enumerate(tab.codes(), start=HEADER + 1):
        tab.put(row, tab.place(texts.NOTES), f"заметка {code}")
    tab.sort(TOTAL)
    order = tab.codes()
    for number in range(10):
        if number % 2:
            desk.submit(desk.campaign.municipalities[number].oktmo, {TEACHERS: dice.randrange(500)})
            desk.deliver_all(worker)
        desk.time.now += 70
        (worker if number % 3 else desk.worker()).refresh_now()
        assert tab.codes() == order
        assert tab.notes() == {f"заметка {code}": code for code in order}
    assert sum(int(str(row[tab.place(TOTAL)])) for row in tab.grid()[4:] if row[tab.place(TOTAL)] != "—") == total(desk)
    assert tab.grid()[2][tab.place(TOTAL)] == total(desk)


class Staff:
    """Does something at random, and knows which notes have to stand where."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.tab, self.dice = desk, Tab(desk), random.Random(seed)
        self.notes: dict[str, str] = {}  # note → the municipality that it is about
        self.free: set[str] = set()  # notes in rows that staff deprived of their code, or gave another
        self.titles = 0

    def act(self) -> None:
        deeds = (self.note, self.note, self.sort, self.insert_row, self.delete_row, self.move_row, self.move_column)
        self.dice.choice((*deeds, self.insert_column, self.clear_key, self.copy_key, self.rename))()

    def row(self) -> int:
        return self.dice.randrange(HEADER + 1, len(self.tab.grid()))

    def note(self) -> None:
        row, title = self.row(), self.dice.choice([texts.NOTES, OWN])
        grid, header = self.tab.grid(), self.tab.header()
        code = str(grid[row][header.index("ОКТМО")])
        if title in header and code in self.desk.campaign.by_oktmo and grid[row][header.index(title)] in BLANKS:
            text = f"заметка {self.dice.random()}"
            self.notes[text] = code
            self.tab.put(row, header.index(title), text)

    def sort(self) -> None:
        self.tab.sort(self.dice.choice(["ОКТМО", TOTAL, "Состояние"]), descending=self.dice.random() < 0.5)

    def insert_row(self) -> None:
        self.desk.staff({"insertDimension": {"range": self.tab.span("ROWS", self.row()), "inheritFromBefore": True}})

    def beside(self, row: int) -> set[str]:
        return {str(cell) for cell in self.tab.grid()[row] if str(cell).startswith("заметка ")}

    def delete_row(self) -> None:
        row = self.row()
        for note in self.beside(row):
            self.notes.pop(note)
        self.desk.staff({"deleteDimension": {"range": self.tab.span("ROWS", row)}})

    def move_row(self) -> None:
        source, to = self.row(), self.row()
        if to not in (source, source + 1):
            self.desk.staff({"moveDimension": {"source": self.tab.span("ROWS", source), "destinationIndex": to}})

    def move_column(self) -> None:
        width = len(self.tab.header())
        source, to = self.dice.randrange(width), self.dice.randrange(width)
        if to not in (source, source + 1):
            self.desk.staff({"moveDimension": {"source": self.tab.span("COLUMNS", source), "destinationIndex": to}})

    def insert_column(self) -> None:
        place = self.dice.randrange(len(self.tab.header()))
        self.desk.staff({"insertDimension": {"range": self.tab.span("COLUMNS", place), "inheritFromBefore": False}})
        self.titles += 1
        self.tab.put(HEADER, place, f"Столбец {self.titles}")

    def clear_key(self) -> None:
        row = self.row()
        self.free |= self.beside(row)
        self.tab.put(row, self.tab.place("ОКТМО"), "")

    def copy_key(self) -> None:
        source, row = self.row(), self.row()
        self.free |= self.beside(row)
        place = self.tab.place("ОКТМО")
        self.tab.put(row, place, str(self.tab.grid()[source][place]))

    def rename(self) -> None:
        self.titles += 1
        properties = {"sheetId": self.tab.sheet, "title": f"Районы {self.titles}"}
        self.desk.staff({"updateSheetProperties": {"properties": properties, "fields": "title"}})


@pytest.mark.parametrize("seed", range(int(os.environ.get("TEST_STAFF_SEEDS", "2"))))
def test_random_staff_lose_no_note_and_see_none_beside_another_municipality(desk: Desk, seed: int) -> None:
    worker = desk.worker()
    worker.refresh_now()
    staff = Staff(desk, seed)
    place = len(staff.tab.header())
    desk.staff({"appendDimension": {"sheetId": staff.tab.sheet, "dimension": "COLUMNS", "length": 1}})
    staff.tab.put(HEADER, place, OWN)
    for _ in range(12):
        staff.note()
    dice = random.Random(seed + 1000)
    left = [0]

    def meanwhile(body: str) -> None:
        if left[0] and str(staff.tab.sheet) in body:
            left[0] = 0
            staff.act()

    desk.spreadsheet.before_write = meanwhile
    for _ in range(15):
        desk.submit(dice.choice(desk.campaign.municipalities).oktmo, {TEACHERS: dice.randrange(100)})
        desk.deliver_all(worker)
        left[0] = int(dice.random() < 0.7)
        desk.time.now += 40
        desk.outbox.leases.renew(desk.lease, timedelta(hours=1))
        worker.refresh_now()
        staff.act()
        found = staff.tab.notes()
        assert found.keys() == staff.notes.keys()
        known = desk.campaign.by_oktmo
        for note, code in found.items():
            assert note in staff.free or code in (staff.notes[note], "") or code not in known, (note, code)
    for _ in range(3):
        desk.time.now += 70
        worker.refresh_now()
    assert worker.trouble is None
    counted = recomputed(desk)
    assert total(desk) == counted
    figures = staff.tab.grid()
    assert figures[2][staff.tab.place(TOTAL)] == counted
    shown = {str(row[staff.tab.place("ОКТМО")]): row[staff.tab.place(TOTAL)] for row in figures[HEADER + 1 :]}
    notices = texts.NOTICES_SECTION in str(desk.grid(desk.sheets()["Свод"]))
    if not notices:
        assert sum(int(str(v)) for code, v in shown.items() if code in desk.campaign.by_oktmo and v != "—") == counted


def recomputed(desk: Desk) -> int:
    """The region's total from the rows of «Ответы»: the highest version of each municipality."""
    newest: dict[str, dict[str, object]] = {}
    for row in desk.rows():
        code = str(row["ОКТМО"])
        if code not in newest or int(str(row["Версия"])) > int(str(newest[code]["Версия"])):
            newest[code] = row
    headers = [q.header for q in desk.campaign.main_questions]
    return sum(int(str(row[header])) for row in newest.values() for header in headers)
