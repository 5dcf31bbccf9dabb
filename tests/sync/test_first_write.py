"""The first write of all tabs: small enough for a country, with the looks of the columns on every row."""

from __future__ import annotations

import json

import pytest

from scripts.bench_refresh import NOW, fresh, make, read
from sync.review.summary import summarise
from sync.tabs import tabs_write
from tests.sync.harness import Desk


def test_the_first_rows_have_the_looks_of_their_columns_and_their_links(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit("17605000", {"registered_teachers": 9_000})
    desk.deliver_all(worker)
    worker.refresh_now()
    for title in ("Муниципалитеты", "Замечания"):
        found = desk.server.get(
            f"/v4/spreadsheets/{desk.spreadsheet.id}",
            ranges=f"{title}!A5:Z5",
            fields="sheets(data.rowData.values(userEnteredValue,userEnteredFormat),properties.gridProperties.rowCount)",
        )
        sheets = found["sheets"]
        assert isinstance(sheets, list)
        cells = [one for one in sheets[0]["data"][0]["rowData"][0]["values"] if "userEnteredValue" in one]
        assert cells, title
        assert all("verticalAlignment" in one["userEnteredFormat"] for one in cells), title
        assert sheets[0]["properties"]["gridProperties"]["rowCount"] > 1_000
        if title == "Замечания":
            assert any("link" in one["userEnteredFormat"]["textFormat"] for one in cells)


@pytest.mark.slow
def test_the_first_write_of_a_country_is_within_what_the_server_takes() -> None:
    case = make(2_500, 2_500)
    summary = summarise(case.campaign, read(case), case.record(), as_of=NOW, rehearsal=False)
    body = {"requests": list(tabs_write(case.campaign, summary, fresh()).requests)}
    assert len(json.dumps(body, ensure_ascii=False).encode()) < 6_000_000
