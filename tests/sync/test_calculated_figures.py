"""Calculated figures in the spreadsheet: a number in the row, the total by what the row's other cells give."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from campaign import examine, load_campaign, to_json
from tests.sync.harness import ROOT, Desk, Server

pytestmark = pytest.mark.slow
FILE = ROOT / "tests" / "webform" / "calculated.yaml"
FIRST, SECOND = "10000001", "10000002"
PUPILS, SHARE = "Всего учеников", "Охват"


def submit(desk: Desk, oktmo: str, boys: int, girls: int, fed: int) -> None:
    values = examine(desk.campaign, {"boys": str(boys), "girls": str(girls), "fed": str(fed)}).values
    blank = dict.fromkeys(["informed", "audiences", "links", *desk.campaign.by_id])
    desk.submit(oktmo, {**blank, **to_json(desk.campaign, values)})


def codes(desk: Desk) -> list[str]:
    """The codes of the remarks that hold now, not of those that were taken back."""
    rows = desk.grid(desk.sheets()["Замечания"])
    place = next(number for number, row in enumerate(rows) if "Что не так" in row)
    return sorted(str(row[-1]) for row in rows[place + 1 :] if not str(row[1]).startswith("снято"))


def test_totals_follow_the_cells_from_which_a_figure_is_calculated(server: Server, tmp_path: Path) -> None:
    with Desk.open(server, load_campaign(FILE), tmp_path) as desk:
        worker = desk.worker()
        submit(desk, FIRST, 10, 5, 3)
        submit(desk, SECOND, 70, 15, 17)
        desk.deliver_all(worker)
        worker.refresh_now()
        assert [(row[PUPILS], row[SHARE]) for row in desk.rows()] == [(15, 20), (85, 20)]
        assert (desk.figure(f"{PUPILS}, чел."), codes(desk)) == (100, [])
        desk.edit(2, "Девочек", 15)
        worker.refresh_now()
        assert desk.figure(f"{PUPILS}, чел.") == 110
        assert codes(desk) == ["corrected", "recalculated", "recalculated"]
        status = desk.outbox.statuses.get("calculated", FIRST)
        assert status is not None
        assert (status.counted["pupils"], status.counted["share"]) == (25, "12")
        desk.edit(2, PUPILS, 25)
        desk.edit(2, SHARE, 12)
        worker.refresh_now()
        assert codes(desk) == ["corrected"], "the ministry put the figures right"
        desk.edit(3, PUPILS, 1000)
        worker.refresh_now()
        assert (desk.figure(f"{PUPILS}, чел."), codes(desk)) == (110, ["corrected", "recalculated"])
        share = next(row[1] for row in desk.grid(desk.sheets()["Свод"]) if row and str(row[0]).startswith(SHARE))
        assert Decimal(str(share)).quantize(Decimal("0.1")) == Decimal("18.2"), "weighted by another calculated figure"
