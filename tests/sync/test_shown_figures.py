"""Figures as they are seen: decimal places, what nobody filled, rows of municipalities that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaign import load_campaign
from sync.records.cells import wall_time
from tests.sync.factories import Made, changed, the_campaign, with_municipalities
from tests.sync.harness import ROOT, Desk, Server, fast_campaign

pytestmark = pytest.mark.slow

ALEXANDROV, VYAZNIKI = "17605000", "17610000"
COMMENT = "{id: comment, type: long_text, title: Комментарий, hint: Без фамилий и телефонов., max_length: 2000}"
SPENT = "{id: spent, type: decimal, places: 2, title: 'Израсходовано, тыс. руб.', role: action}"


def decimal_file(folder: Path) -> Path:
    """The real campaign, its main figure a decimal one, with a plan."""
    text = fast_campaign((ROOT / "config.yaml").read_text(encoding="utf-8"))
    text = text.replace(COMMENT, f"{COMMENT}\n      - {SPENT}")
    text = text.replace("main_figure: registered ", "main_figure: spent ")
    text = text.replace('{oktmo: "17605000",', '{oktmo: "17605000", plan: 3000,')
    path = folder / "decimal.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Iterator[Desk]:
    server.clear_faults()
    with Desk.open(server, load_campaign(decimal_file(tmp_path)), tmp_path) as opened:
        yield opened


def seen(desk: Desk, tab: str) -> dict[str, list[str]]:
    """The rows as people see them, by their first cell (in «Муниципалитеты» by the code); the last of each name."""
    rows = desk.server.get(f"/v4/spreadsheets/{desk.spreadsheet.id}/values/{tab}")["values"]
    assert isinstance(rows, list)
    place = 1 if tab == "Муниципалитеты" else 0
    return {row[place]: row for row in rows if len(row) > place}


def shown(desk: Desk, tab: str, row: str, header: str, head: str = "ОКТМО") -> str:
    cells = seen(desk, tab)
    return cells[row][cells[head].index(header)].replace("\u00a0", " ")


def test_decimal_figures_are_shown_with_their_places(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV, {"spent": "1500.5"})
    desk.submit(VYAZNIKI, {"spent": "0.4"})
    desk.deliver_all(worker)
    worker.refresh_now()
    title = "Израсходовано, тыс. руб."
    for row, header, words in (
        (ALEXANDROV, title, "1 500,50"),
        (VYAZNIKI, title, "0,40"),
        ("Итого", title, "1 500,90"),
        (VYAZNIKI, "Сколько человек проинформировано", "100"),
    ):
        assert shown(desk, "Муниципалитеты", row, header) == words, (row, header)
    overview = seen(desk, "Свод")
    assert overview["Сумма по муниципалитетам"][1].replace("\u00a0", " ") == "1 500,90"
    rows = desk.server.get(f"/v4/spreadsheets/{desk.spreadsheet.id}/values/Свод")["values"]
    assert isinstance(rows, list)
    lines = [[str(cell).replace("\u00a0", " ") for cell in row] for row in rows if row and row[0] == title]
    assert [title, "3 000,00", "1 500,50", "50,0%"] in lines  # plan and fact
    assert [title, "1 500,90", "2"] in lines  # what was done
    (day,) = [row for key, row in seen(desk, "Динамика").items() if key == "20.05.2023"]
    assert [cell.replace("\u00a0", " ") for cell in day[3:]] == ["+1 500,90", "1 500,90"]


def test_the_row_of_a_municipality_that_is_gone_stays_and_is_taken_up_again(desk: Desk) -> None:
    worker = desk.worker()
    desk.submit(ALEXANDROV, {"spent": "900"})
    desk.deliver_all(worker)
    worker.refresh_now()
    share = shown(desk, "Муниципалитеты", ALEXANDROV, "Доля плана")
    assert share == "30,0%"
    campaign = changed(desk.campaign, municipalities=desk.campaign.municipalities[1:])
    campaign = with_municipalities(campaign, **{f"m{VYAZNIKI}": {"plan": 10}})
    later = replace(desk, campaign=campaign, context=replace(desk.context, campaign=campaign))
    later.worker().refresh_now()
    assert shown(desk, "Муниципалитеты", ALEXANDROV, "Состояние") == "не в кампании"
    assert shown(desk, "Муниципалитеты", ALEXANDROV, "Доля плана") == "—"
    problems = seen(desk, "Замечания")
    (remark,) = [row for row in problems.values() if row[-1] == "municipality_gone"]
    assert remark[2] == "Александровский муниципальный район"
    desk.worker().refresh_now()
    assert shown(desk, "Муниципалитеты", ALEXANDROV, "Состояние") == "сдан в срок"
    assert shown(desk, "Муниципалитеты", ALEXANDROV, "Доля плана") == share


def test_a_figure_that_nobody_filled_is_zero_in_both_tabs(desk: Desk) -> None:
    worker = desk.worker()
    worker.refresh_now()
    title = "Израсходовано, тыс. руб."

    def plan_line() -> list[str]:
        rows = desk.server.get(f"/v4/spreadsheets/{desk.spreadsheet.id}/values/Свод")["values"]
        assert isinstance(rows, list)
        return next(row for row in rows if row and row[0] == title and len(row) == 4)

    assert plan_line()[2:] == ["—", "—"]
    assert shown(desk, "Муниципалитеты", "Итого", title) == "—"
    desk.submit(ALEXANDROV)
    desk.deliver_all(worker)
    worker.refresh_now()
    assert shown(desk, "Муниципалитеты", ALEXANDROV, title) == "—"
    assert shown(desk, "Муниципалитеты", "Итого", title) == "0,00"
    assert plan_line()[2:] == ["0,00", "0,0%"]


def test_nobody_with_a_plan_has_reported() -> None:
    made = Made(with_municipalities(the_campaign(), **{f"m{ALEXANDROV}": {"plan": 40}}))
    made.submit(VYAZNIKI)
    plan = made.summary().totals.plan
    assert plan is not None
    assert (plan.plan, plan.fact, plan.share) == (40, None, None)


def test_the_age_of_the_summary_is_counted_by_the_spreadsheet_and_turns_red_by_itself(desk: Desk) -> None:
    """The harness's clock stands in 2023: to the spreadsheet, with a clock of its own, the read is years old."""
    desk.worker().refresh_now()
    rows = desk.grid(desk.sheets()["Свод"])
    stamp, at = [at for at, row in enumerate(rows[:10]) if row and isinstance(row[0], int | float)]
    assert rows[stamp][0] == rows[at][0]
    read_at = desk.context.clock.real().astimezone(desk.campaign.about.zone)
    assert wall_time(float(str(rows[at][1]))) == read_at.replace(tzinfo=None, microsecond=0)
    minutes = (datetime.now(UTC) - read_at).total_seconds() / 60
    assert minutes - 10 < float(str(rows[at][0])) <= minutes
    (words,) = [key for key in seen(desk, "Свод") if key.startswith("Таблица прочитана")]
    assert words.endswith("мин. назад")
    assert any(key.startswith("Данные на") for key in seen(desk, "Свод")), "a number, shown as these words"
    fields = "properties(autoRecalc,timeZone),sheets(properties.title,conditionalFormats)"
    book: Any = desk.server.get(f"/v4/spreadsheets/{desk.spreadsheet.id}", fields=fields)
    assert book["properties"] == {"autoRecalc": "MINUTE", "timeZone": "Europe/Moscow"}
    (rule,) = next(one["conditionalFormats"] for one in book["sheets"] if one["properties"]["title"] == "Свод")
    (area,) = rule["ranges"]
    assert (area["startRowIndex"], area.get("startColumnIndex", 0), area["endColumnIndex"]) == (stamp, 0, 1)
    assert (area["endRowIndex"], stamp) == (at + 1, at - 1), "both lines turn red by the same condition"
    limit = [{"userEnteredValue": str(desk.campaign.schedule.stale_minutes)}]
    assert rule["booleanRule"]["condition"] == {"type": "NUMBER_GREATER", "values": limit}
