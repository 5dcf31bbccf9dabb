"""Random staff: whatever they do between a read and a write, their cells stay, and every submission stands once."""

from __future__ import annotations

import os
import random

import pytest

from tests.sync.harness import Desk
from tests.sync.test_staff import TEACHERS, TEACHERS_HEADER, total

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NOTES = "Заметки министерства"


class Staff:
    """Does something at random, and knows afterwards what has to stand where."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.dice = random.Random(seed)
        self.notes: dict[str, str] = {}  # receipt → what staff wrote beside it
        self.deleted: set[str] = set()
        self.corrected: dict[str, int] = {}
        desk.worker().prepare()
        desk.insert_column(len(desk.grid()[0]), NOTES)

    def act(self) -> None:
        deeds = [self.note, self.note, self.correct, self.sort, self.move, self.insert, self.delete, self.write_below]
        self.dice.choice(deeds)()

    def receipts(self) -> list[tuple[int, str]]:
        """1-based rows of submissions with their receipts; neither misplaced rows nor those being written again."""
        grid = self.desk.grid()
        place = grid[0].index("ID")
        outbox, campaign = self.desk.outbox, self.desk.campaign.id
        there = outbox.deliveries.delivered_ids(campaign, self.desk.spreadsheet.id)
        known = {one.id: one.receipt for one in outbox.submissions.digests(campaign) if one.id in there}
        found = [(n + 1, str(row[place])) for n, row in enumerate(grid) if n and len(row) > place]
        return [(n, known[one]) for n, one in found if one in known]

    def note(self) -> None:
        for row, receipt in self.dice.sample(self.receipts(), min(1, len(self.receipts()))):
            self.notes[receipt] = f"заметка {self.dice.random()}"
            self.desk.edit(row, NOTES, self.notes[receipt])

    def correct(self) -> None:
        for row, receipt in self.dice.sample(self.receipts(), min(1, len(self.receipts()))):
            self.corrected[receipt] = self.dice.randrange(1000)
            self.desk.edit(row, TEACHERS_HEADER, self.corrected[receipt])

    def sort(self) -> None:
        self.desk.sort(self.dice.randrange(6), descending=self.dice.random() < 0.5)

    def move(self) -> None:
        width = len(self.desk.grid()[0])
        source, to = self.dice.randrange(width), self.dice.randrange(width)
        if to not in (source, source + 1):
            self.desk.move_column(source, to)

    def insert(self) -> None:
        self.desk.insert_column(self.dice.randrange(len(self.desk.grid()[0])), f"Столбец {self.dice.random()}")

    def delete(self) -> None:
        rows = self.receipts()
        if len(rows) > 3:
            row, receipt = self.dice.choice(rows)
            self.deleted.add(receipt)
            self.desk.delete_rows(row, row + 1)

    def write_below(self) -> None:
        grid = self.desk.grid()
        start = {
            "sheetId": self.desk.answers_id(),
            "rowIndex": len(grid) + 1,
            "columnIndex": grid[0].index(NOTES),
        }
        cell = {"userEnteredValue": {"stringValue": "внизу"}}
        self.desk.staff({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}})


@pytest.mark.parametrize("seed", range(int(os.environ.get("TEST_STAFF_SEEDS", "2"))))
def test_random_staff(desk: Desk, seed: int) -> None:
    staff = Staff(desk, seed)
    dice = random.Random(seed + 1000)
    desk.spreadsheet.before_write = lambda body: staff.act() if dice.random() < 0.7 else None
    worker = desk.worker()
    sent = {}
    for _ in range(8):
        one = desk.submit(dice.choice(desk.campaign.municipalities).oktmo, {TEACHERS: dice.randrange(100)})
        sent[one.receipt] = one
        for job in (worker.deliver, worker.refresh):
            desk.time.now += 20
            job()
        staff.act()
    desk.spreadsheet.before_write = lambda body: None
    desk.deliver_all(worker)
    desk.time.now += 100
    worker.refresh()
    assert worker.trouble is None
    ids = {one.id for one in sent.values()}
    rows = [row for row in desk.rows() if row["ID"] in ids]  # without misplaced rows, which keep their receipt
    found = [str(row["Приём"]) for row in rows]
    assert sorted(found) == sorted(sent.keys() - staff.deleted)
    by_receipt = {str(row["Приём"]): row for row in rows}
    for receipt in found:
        row, one = by_receipt[receipt], sent[receipt]
        assert (row["ID"], row["ОКТМО"], row["Версия"]) == (one.id, one.oktmo, one.version)
        assert row[TEACHERS_HEADER] == staff.corrected.get(receipt, one.answers[TEACHERS])
        assert row[NOTES] == staff.notes.get(receipt, "")
    assert total(desk) == recomputed(desk, rows, sent.keys() - staff.deleted)


def recomputed(desk: Desk, rows: list[dict[str, object]], present: set[str]) -> int:
    """The region's total from the rows as they stand: the highest version of each municipality, if it is there."""
    newest: dict[str, tuple[int, str]] = {}
    for one in desk.outbox.submissions.all(desk.campaign.id):
        newest[one.oktmo] = max(newest.get(one.oktmo, (0, "")), (one.version, one.receipt))
    counted = {receipt for _, receipt in newest.values()} & present
    headers = [q.header for q in desk.campaign.main_questions]
    return sum(int(str(row[h])) for row in rows if row["Приём"] in counted for h in headers)
