"""A second campaign of 45 districts, with its «Свод» recomputed here in fractions; and a campaign of yes/no alone."""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from campaign import Campaign, Typed, examine, load_campaign, to_json
from tests.sync.harness import ROOT, Desk, Server, fast_campaign
from tests.webform.clerk import Clerk
from tests.webform.harness import make_site

pytestmark = pytest.mark.slow

EXAMPLE = (ROOT / "docs" / "examples" / "school-meals.yaml").read_text(encoding="utf-8")
LINES = ("primary_town", "primary_village", "senior_town", "senior_village")
GROUPS = {"Начальные классы": LINES[:2], "Остальные классы": LINES[2:], "Все классы": LINES}
DAYS_TO_NOVEMBER = 1286 * 86_400
"""Seconds from the harness's own present to one in which this campaign is open."""
Answers = Mapping[str, Typed]


def campaign_of(folder: Path, text: str) -> Campaign:
    path = folder / "config.yaml"
    schedule = "\nschedule:\n  delivery_seconds: 0.2\n  refresh_seconds: 0.2\n  staff_edits_seconds: 1\n"
    path.write_text(fast_campaign(text + schedule), encoding="utf-8")
    return load_campaign(path)


def one_report(chance: random.Random, place: int) -> dict[str, Typed]:
    """What a district types. The first one's pupils are all 0: nothing can be divided by them."""
    typed: dict[str, Typed] = {
        "spent": f"{chance.randint(0, 9000)},{chance.randint(0, 9)}",
        "price": chance.choice(["", f"{chance.randint(60, 140)},{chance.randint(10, 99)}"]),
        "cheapest": f"{chance.randint(40, 60)},5",
        "dearest": f"{chance.randint(140, 190)},25",
        "tariff": chance.choice(["", f"{chance.randint(300, 900)},{chance.randint(10, 99)}"]),
        "score": str(chance.randint(1, 100)),
        "hot": chance.choice(["yes", "no"]),
        "parents": chance.choice(["", "yes", "no"]),
        "started": f"{chance.randint(1, 30):02}.09.2026",
        "inspected": chance.choice(["", f"{chance.randint(1, 20):02}.10.2026"]),
        "way": chance.choice(["own", "factory"]),
    }
    for line in LINES:
        pupils = chance.randint(0, 3000) if place else 0
        fed = chance.randint(0, pupils)
        typed |= {f"enrolled_{line}": str(pupils), f"fed_{line}": str(fed)}
        typed[f"share_{line}"] = str(round(fed * 100 / pupils, 1)).replace(".", ",") if pupils else "0"
        typed[f"cost_{line}"] = f"{chance.randint(80, 160)},{chance.randint(10, 99)}"
    return typed


def submit(desk: Desk, oktmo: str, typed: Answers) -> None:
    reading = examine(desk.campaign, typed)
    assert not reading.errors, reading.errors
    nothing = dict.fromkeys(["informed", "audiences", "links"])  # the harness's own answers are of another campaign
    blank = dict.fromkeys(q.id for q in desk.campaign.questions)
    desk.submit(oktmo, {**nothing, **blank, **to_json(desk.campaign, reading.values)})


def shown(desk: Desk) -> dict[tuple[str, str], list[Any]]:
    """(heading, first cell) of «Свод» → the cells beside it. A heading is a lone text under a blank row."""
    found: dict[tuple[str, str], list[Any]] = {}
    heading, after_blank = "", True
    for row in desk.grid(desk.sheets()["Свод"]):
        filled = [cell for cell in row if cell != ""]
        if len(filled) == 1 and after_blank:
            heading = str(filled[0])
        elif filled:
            found[heading, str(row[0])] = list(row[1:])
        after_blank = not filled
    return found


def numbers(reports: Sequence[Answers], *questions: str) -> list[Fraction]:
    typed = [str(report[question]) for report in reports for question in questions]
    return [Fraction(text.replace(",", ".")) for text in typed if text]


def total(figures: Sequence[Fraction]) -> Fraction:
    return sum(figures, Fraction(0))


def half_up(exact: Fraction, places: int) -> float:
    return float(Fraction((exact * 10**places * 2 + 1) // 2, 10**places))


def expected(reports: Sequence[Answers]) -> dict[tuple[str, str], list[object]]:
    """The figures of «Свод», made of what was typed alone."""
    money = "Расходы"
    price = Fraction(statistics.mean(numbers(reports, "price")))
    tariffs = numbers(reports, "tariff")
    some = {name: sum(n > 0 for n in numbers(reports, name)) for name in ("spent", "price", "tariff", "score")}
    found: dict[tuple[str, str], list[object]] = {
        (money, "Израсходовано на питание, тыс. руб."): [float(sum(numbers(reports, "spent"))), some["spent"]],
        (money, "Средняя стоимость обеда, руб. — среднее по муниципалитетам"): [half_up(price, 3), some["price"]],
        (money, "Самый дешёвый обед, руб. — наименьшее"): [float(min(numbers(reports, "cheapest"))), len(reports)],
        (money, "Самый дорогой обед, руб. — наибольшее"): [float(max(numbers(reports, "dearest"))), len(reports)],
        (money, "Тариф за вывоз отходов столовых, руб. за м³ — из последнего принятого отчёта"): [
            float(tariffs[-1]),
            some["tariff"],
        ],
        (money, "Индекс качества питания — по области не считается"): ["—", some["score"]],
    }
    share = "Доля получающих питание, % — отношение сумм: «Получают горячее питание» к «Учатся»"
    cost = "Стоимость питания в день, руб. — среднее, взвешенное по показателю «Получают горячее питание»"
    for group, lines in GROUPS.items():
        pupils, fed, price_a_day = (
            numbers(reports, *(f"{figure}_{line}" for line in lines)) for figure in ("enrolled", "fed", "cost")
        )
        weighted = total([n * price for n, price in zip(fed, price_a_day, strict=True)])
        row = "Все классы: {}" if group == "Все классы" else group
        found |= {
            ("Учатся, чел.", row.format("Учатся")): [float(sum(pupils))],
            ("Получают горячее питание, чел.", row.format("Получают горячее питание")): [float(sum(fed))],
            (share, row.format("Доля получающих питание")): [half_up(total(fed) * 100 / total(pupils), 2)],
            (cost, row.format("Стоимость питания в день")): [half_up(weighted / total(fed), 3)],
        }
    order = "Порядок и контроль"
    for question, title in (
        ("hot", "Горячее питание получают все школьники начальных классов"),
        ("parents", "Родители проверяют столовые"),
    ):
        said = [report[question] for report in reports]
        found[order, title] = [said.count("yes"), said.count("no"), said.count("")]
    for question, title in (
        ("started", "С какого дня организовано питание"),
        ("inspected", "Когда проверяли в последний раз"),
    ):
        days = [datetime.strptime(str(r[question]), "%d.%m.%Y").date() for r in reports if r[question]]  # noqa: DTZ007
        found[order, title] = [serial(min(days)), serial(max(days)), len(days)]
    ways = [report["way"] for report in reports]
    found["Как организовано питание: сколько муниципалитетов", "Готовят в школах"] = [ways.count("own")]
    return found


def serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def test_the_summary_of_a_campaign_of_shares_means_dates_and_yes_no(server: Server, tmp_path: Path) -> None:
    campaign = campaign_of(tmp_path, EXAMPLE)
    chance = random.Random(45)
    districts = [one.oktmo for one in campaign.municipalities]
    reports = {oktmo: one_report(chance, place) for place, oktmo in enumerate(districts[:-3])}
    with Desk.open(server, campaign, tmp_path) as desk:
        desk.time.now += DAYS_TO_NOVEMBER
        order = chance.sample(list(reports), len(reports))  # the last one accepted isn't the last of the file
        for oktmo in order:
            submit(desk, oktmo, reports[oktmo])
        worker = desk.worker()
        desk.deliver_all(worker)
        worker.refresh_now()
        found = shown(desk)
        listed = [reports[oktmo] for oktmo in order]
        wanted = expected(listed)
        assert {key: found.get(key, [])[: len(value)] for key, value in wanted.items()} == wanted
        assert found["Кто отчитался", "Отчитались"][0] == len(reports) == 42
        (fact,) = numbers([reports["33701000"]], "spent")  # the other one with a plan is silent
        assert found["План и факт", "Израсходовано на питание"][:2] == [2500.5 + 310.5, float(fact)]
        rows = desk.grid(desk.sheets()["Муниципалитеты"])
        header = next(row for row in rows if "ОКТМО" in row)
        first = dict(zip(header, next(row for row in rows if districts[1] in row), strict=False))
        typed = reports[districts[1]]
        assert first["Родители проверяют столовые"] == {"yes": "да", "no": "нет", "": "—"}[str(typed["parents"])]
        day, month, year = map(int, str(typed["started"]).split("."))
        assert first["С какого дня организовано питание"] == serial(date(year, month, day))
        assert first["Доля получающих питание: 1–4 кл. город"] == float(
            str(typed["share_primary_town"]).replace(",", ".")
        )


def test_a_campaign_of_yes_and_no_needs_no_figures(server: Server, tmp_path: Path) -> None:
    """Through the real form: rules over yes/no, dates and at a table ask; charts and sums are left out."""
    text = EXAMPLE[: EXAMPLE.index("main_figure:")] + EXAMPLE[EXAMPLE.index("sections:") :]
    money, order = text.index("  - id: money"), text.index("  - id: order")
    text = re.sub("plan: [0-9.]+, ", "", text[:money] + text[order:])
    rules, dear = text.index("  - id: more_fed"), text.index("  - id: inspected_before")
    text = text[:rules] + text[dear : text.index("  - id: dear")] + text[text.index("# План") :]
    campaign = campaign_of(tmp_path, text)
    site = make_site(tmp_path, tmp_path / "config.yaml")
    site.move("2026-11-25T12:00:00+03:00")
    site.start()
    try:
        site.read_links()
        oktmo = campaign.municipalities[0].oktmo
        clerk = Clerk(site.address)
        form = clerk.enter(site.links[oktmo])
        typed: dict[str, str | list[str] | None] = {"hot": "yes", "started": "01.09.2026", "inspected": "25.08.2026"}
        asked = clerk.send(form, typed)
        assert "за 7 дн. до того" in asked.text
        sent = clerk.send(clerk.send(asked, {"inspected": "25.09.2026"}))
        assert "ПИ-00001" in sent.text
    finally:
        site.stop()
    with Desk.open(server, campaign, tmp_path) as desk:
        desk.time.now += DAYS_TO_NOVEMBER + 10 * 86_400
        worker = desk.worker()
        desk.deliver_all(worker)
        worker.refresh_now()
        found = shown(desk)
        assert found["Порядок и контроль", "Горячее питание получают все школьники начальных классов"] == [1, 0, 0]
        assert found["Порядок и контроль", "Родители проверяют столовые"] == [0, 0, 1]
        assert found["Порядок и контроль", "Когда проверяли в последний раз"] == [serial(date(2026, 9, 25))] * 2 + [1]
        assert found["По видам муниципалитетов", "Муниципальные районы"] == [39, 1]
        charts = desk.server.get(f"/v4/spreadsheets/{desk.spreadsheet.id}", fields="sheets.charts(spec.title)")
        titles = [c["spec"]["title"] for s in charts["sheets"] for c in s.get("charts", ())]  # type: ignore[attr-defined]
        assert titles == ["Отчётов всего, по дням"]
        header = next(row for row in desk.grid(desk.sheets()["Муниципалитеты"]) if "ОКТМО" in row)
        assert "Всего" not in " ".join(map(str, header))
        assert "" not in header
