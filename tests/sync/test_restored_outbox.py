"""An older copy of the outbox beside a spreadsheet that was filled by a newer state of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from outbox import open_outbox
from sync.errors import ForeignMarker
from tests.sync.harness import Desk
from tests.sync.test_rebuild_conflicting_rows import rebuilt

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI, GOROKHOVETS = "17605000", "17610000", "17615000"


def copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@pytest.fixture
def restored(desk: Desk, tmp_path: Path) -> Desk:
    """A desk with an outbox that knows the first of two delivered reports."""
    desk.submit(ALEXANDROV)
    desk.deliver_all(desk.worker())
    copy(desk.folder / "outbox.db", tmp_path / "backup.db")
    assert desk.submit(VYAZNIKI).receipt == "ФО-00002"
    worker = desk.worker()
    desk.deliver_all(worker)
    outbox = open_outbox(f"sqlite:///{tmp_path / 'backup.db'}")
    return replace(desk, outbox=outbox, context=replace(desk.context, outbox=outbox))


def test_the_first_look_moves_the_numbering_above_every_receipt(restored: Desk) -> None:
    worker = restored.worker()
    worker.prepare()
    assert restored.submit(GOROKHOVETS).receipt == "ФО-00003"
    (entry, *_) = restored.outbox.journal.last(restored.campaign.id, restored.spreadsheet.id, 200)
    assert "№ 3" in entry.result
    with pytest.raises(ForeignMarker):
        restored.deliver_all(worker)


def test_a_receipt_given_twice_before_that_look_is_named(restored: Desk) -> None:
    assert restored.submit(GOROKHOVETS).receipt == "ФО-00002"
    with pytest.raises(ForeignMarker):
        restored.worker().refresh_now()
    assert restored.submit(ALEXANDROV).receipt == "ФО-00003"
    _, target = rebuilt(restored)
    said = [str(cell) for row in target.grid(target.sheets()["Замечания"]) for cell in row]
    assert any("номер квитанции выдан дважды" in text and "ФО-00002" in text for text in said), said


def test_a_report_that_the_outbox_does_not_know_is_named_as_such(restored: Desk) -> None:
    with pytest.raises(ForeignMarker):
        restored.worker().refresh_now()
    _, target = rebuilt(restored)
    said = [str(cell) for row in target.grid(target.sheets()["Замечания"]) for cell in row]
    assert any("Отчёта этой строки нет в хранилище" in text for text in said), said
