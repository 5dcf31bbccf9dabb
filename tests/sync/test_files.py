"""Attached files in the spreadsheet: how many, never their names; what staff make of the number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign import load_campaign
from letters.export import excel_csv, plain_csv, reports
from letters.receipt import receipt_facts
from outbox.records import Json
from tests.sync.harness import ROOT, Desk, Server
from tests.sync.test_typed_by_staff import remarks as all_remarks

pytestmark = pytest.mark.slow

FIRST, SECOND = "10000001", "10000002"
NAME = "Приказ Имярековой"
FILES: list[Json] = [f"{n:032x}/{n + 1}000/{NAME} {n}.pdf" for n in range(2)]
BLANK: dict[str, Json] = {"informed": None, "audiences": None, "links": None}


@pytest.fixture
def papers(server: Server, tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(server, load_campaign(ROOT / "tests" / "webform" / "attaching.yaml"), tmp_path) as desk:
        yield desk


def all_text(desk: Desk) -> str:
    return str([desk.grid(sheet) for sheet in desk.sheets().values()])


def remarks(desk: Desk) -> list[str]:
    return [wrong for _, wrong, _ in all_remarks(desk)]


def test_the_spreadsheet_says_how_many_and_no_name(papers: Desk) -> None:
    worker = papers.worker()
    submission = papers.submit(FIRST, BLANK | {"done": True, "papers": FILES})
    papers.submit(SECOND, BLANK | {"done": False, "papers": FILES[:1]})
    papers.deliver_all(worker)
    worker.refresh_now()
    assert [row["Акты"] for row in papers.rows()] == ["2 файла", "1 файл"]
    assert (papers.figure("Отчитались"), remarks(papers)) == (2, [])
    assert NAME not in all_text(papers)
    papers.edit(2, "Акты", "3 файла")
    worker.refresh_now()
    assert any("2 файла" in one and "3 файла" in one for one in remarks(papers)), remarks(papers)
    papers.edit(3, "Акты", "прислали почтой")
    worker.refresh_now()
    assert "Это не число файлов." in " ".join(remarks(papers))
    assert papers.figure("Отчитались") == 1
    papers.edit(3, "Акты", "1 файл")
    worker.refresh_now()
    assert papers.figure("Отчитались") == 2
    assert NAME not in all_text(papers)
    status = papers.outbox.statuses.get("papers", FIRST)
    assert status is not None
    assert status.counted["papers"] == ["", "", ""]
    table = reports(papers.campaign, papers.outbox, contacts=False)
    for exported in (excel_csv(table).decode("utf-8-sig"), plain_csv(table).decode()):
        assert NAME not in exported
    assert b",2," in plain_csv(table)
    assert f"{NAME} 1.pdf (2" in str(receipt_facts(papers.campaign, submission)), "the receipt is the clerk's own"
