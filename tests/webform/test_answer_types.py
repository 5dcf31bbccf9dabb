"""Every answer type of a campaign file, from the field to the receipt and back into the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.webform.clerk import Clerk
from tests.webform.harness import Site, make_site
from tests.webform.test_browser import SEND, enter, press

FILE = Path(__file__).with_name("every_type.yaml")
GIVEN: dict[str, str | list[str] | None] = {
    "whole": "12",
    "decimal": "1 234,5",
    "line": "Строка с «кавычками» & <знаками>",
    "long": "\r\nПервая\r\n\r\nтретья",
    "one": "b",
    "some": ["x", "y"],
    "agree": "no",
    "day": "1.5.2023",
    "pages": "https://example.org/a?b=1&c=2",
    "phone": "+7 (4922) 00-00-00 доб. 12",
    "mail": "otdel@example.org",
    "registered_college": "1",
    "registered_university": "2",
    "registered_teachers": "1 000",
    "informed_college": "10",
    "informed_university": "20",
    "informed_teachers": "",
    "finished_college": "0",
    "finished_university": "0",
    "finished_teachers": "0",
}


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("every"), FILE)
    made.start()
    made.read_links()
    yield made
    made.stop()


def test_from_the_field_to_the_receipt_and_back(every: Site) -> None:
    clerk = Clerk(every.address)
    form = clerk.enter(every.links["10000001"])
    assert set(GIVEN) <= form.form.names
    wrong = clerk.send(form, GIVEN | {"line": "длиннее двадцати знаков"})
    assert set(wrong.errors) == {"line"}
    assert "1\N{NO-BREAK SPACE}003" in wrong.text, "sums are shown without JavaScript too"
    assert "1\N{NO-BREAK SPACE}200" in wrong.ids["figures-table"], "and the plan"
    check = clerk.send(wrong, {"line": "«Строка» & <знак>"})
    receipt = clerk.send(check)
    words = receipt.ids["main"]
    for shown in ("1\N{NO-BREAK SPACE}234,5", "«Строка» & <знак>", "Второй", "Икс", "Игрек", "нет", "01.05.2023"):
        assert shown in words
    again = clerk.get(form.path)
    fields = again.form.fields
    assert dict(fields)["long"] == "Первая\r\n\r\nтретья"
    assert dict(fields)["decimal"] == "1234,5"
    assert dict(fields)["one"] == "b"
    assert dict(fields)["agree"] == "no"
    assert [value for name, value in fields if name == "some"] == ["x", "y"]
    assert clerk.send(clerk.send(again)).path.endswith("/receipts/2")
    home = clerk.get("/reports/every-type/10000001/").ids["main"]
    assert "Ответы не изменились." in home


def test_what_is_wrong_with_each(every: Site) -> None:
    clerk = Clerk(every.address)
    form = clerk.enter(every.links["10000002"])
    bad: dict[str, str | list[str] | None] = {
        "whole": "4",
        "decimal": "1,23",
        "one": "c",
        "some": "z",
        "agree": "может быть",
        "day": "31.02.2023",
        "pages": "ftp://example.org",
        "phone": "1",
        "mail": "a@b",
        "registered_college": "x",
    }
    page = clerk.send(form, bad)
    assert set(page.errors) == set(bad)
    assert page.error("whole") == "Ошибка: Число меньше допустимого — 5. Проверьте число."
    blank = clerk.send(form)
    assert set(blank.errors) == {"whole", "one", "agree"}
    assert '<a href="#one-a">' in blank.text, "the summary leads to the first choice"
    assert '<a href="#agree-yes">' in blank.text


def test_hard_rule_stops_and_soft_rule_asks_in_the_table(every: Site) -> None:
    clerk = Clerk(every.address)
    form = clerk.enter(every.links["10000002"])
    page = clerk.send(form, GIVEN | {"line": "", "finished_teachers": "5000", "registered_college": "500"})
    assert set(page.errors) == {"finished_teachers"}
    assert "Исправьте." in page.error("finished_teachers")
    assert "reason:more" in page.form.names
    refused = clerk.send(page, {"reason:more": "Так вышло"})
    assert "finished_teachers" in refused.errors
    check = clerk.send(refused, {"finished_teachers": "5"})
    assert "Осталось отправить" in check.title


def test_the_plan_stands_beside_a_main_figure_that_is_a_question(make: Callable[..., Site], tmp_path: Path) -> None:
    config = tmp_path / "whole.yaml"
    text = FILE.read_text(encoding="utf-8")
    config.write_text(text.replace("main_figure: registered", "main_figure: whole"), encoding="utf-8")
    site = make(config=str(config))
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    form = clerk.enter(site.links["10000001"])
    assert form.ids["whole-before"] == "План: 1\N{NO-BREAK SPACE}200."
    assert 'aria-describedby="whole-hint whole-before whole-unit"' in form.text
    assert "План" not in form.ids["figures-table"]
    clerk.send(clerk.send(form, GIVEN | {"line": ""}))
    again = clerk.get(form.path)
    assert again.ids["whole-before"] == "План: 1\N{NO-BREAK SPACE}200. Прежнее значение: 12."
    without = Clerk(site.address).enter(site.links["10000002"])
    assert "План" not in without.ids["main"]


def test_a_problem_of_one_figure_among_several_is_shown_in_its_cell(every: Site) -> None:
    clerk = Clerk(every.address)
    page = clerk.send(clerk.enter(every.links["10000002"]), GIVEN | {"line": "", "informed_college": "много"})
    cells = re.findall(r"<td class=\"num\".*?</td>", page.text, re.DOTALL)
    (mistaken,) = [cell for cell in cells if 'id="informed_college-error"' in cell]
    assert 'name="informed_college"' in mistaken
    assert page.error("informed_college").startswith("Ошибка: Это не число.")
    assert 'data-label="Проинформированы, чел."' in mistaken, "a phone shows no head of the table"


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_a_phone_shows_of_several_figures_what_there_is(every: Site, tab: Callable[..., Page], width: int) -> None:
    page = tab(width)
    enter(page, every, "10000001")
    plan = page.locator("#figures-table tfoot tr").nth(1).locator("td")
    shown = [cell.inner_text() for cell in plan.all() if cell.is_visible()]
    assert shown == ["1\N{NO-BREAK SPACE}200"] + ([] if width == 360 else ["—", "—"])
    for name in ("registered_college", "registered_university"):
        page.fill(f"#{name}", "50")
    for name in ("informed_college", "informed_university"):
        page.fill(f"#{name}", "1")
    press(page, SEND)
    before = "one => getComputedStyle(one, '::before').content"
    assert page.locator("tr.asks td").evaluate(before) == "none"
    label = page.locator("tr:not(.asks) td.num").first.evaluate(before)
    assert ("Зарегистрировались, чел." in label) is (width == 360)


@pytest.mark.parametrize("typed", ["-60,5", "\N{MINUS SIGN}60,5"], ids=["hyphen", "minus"])
def test_a_number_below_zero_is_shown_with_a_minus_and_typed_with_a_hyphen(every: Site, typed: str) -> None:
    clerk = Clerk(every.address)
    shown = "\N{MINUS SIGN}60,5"
    check = clerk.send(clerk.enter(every.links["10000002"]), GIVEN | {"line": "", "decimal": typed})
    assert shown in check.ids["main"]
    receipt = clerk.send(check)
    assert shown in receipt.ids["main"]
    assert "-60" not in receipt.ids["main"]
    form = clerk.get("/reports/every-type/10000002/form")
    assert clerk.field(form, "decimal") == "-60,5"
    assert form.ids["decimal-before"] == f"Прежнее значение: {shown}."
    assert "Число меньше допустимого — \N{MINUS SIGN}100." in clerk.send(form, {"decimal": "-101"}).error("decimal")
