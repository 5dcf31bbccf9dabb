"""A form with a page for each section, in Chromium: drafts as one types, the way back, errors, both widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.axe import Axe
from tests.webform.harness import Site, make_site
from tests.webform.test_accessibility import look
from tests.webform.test_browser import SEND, SUBMIT, enter, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FILE = Path(__file__).with_name("pages.yaml")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("pages"), FILE)
    made.start()
    made.read_links()
    yield made
    made.stop()


def turn(page: Page, words: str, number: int) -> None:
    press(page, words)
    expect(page.locator(".step")).to_have_text(f"Раздел {number} из 4")


@pytest.mark.parametrize(("script", "oktmo"), [(True, "10000001"), (False, "10000002")], ids=["script", "plain"])
def test_pages_in_a_browser(site: Site, tab: Callable[..., Page], script: bool, oktmo: str) -> None:
    page, axe = tab(360, script=script), Axe()
    enter(page, site, oktmo)
    page.check("#has_canteen-yes")
    press(page, "Далее")
    expect(page.locator("#name-error")).to_be_visible()
    if script:
        look(page, "first page with an error", axe)
    page.fill("#name", "Ответственный")
    turn(page, "Далее", 2)
    page.fill("#seats", "40")
    turn(page, "Далее", 3)
    if script:
        look(page, "third page", axe)
        page.fill("#fed_daily_college", "12")
        expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
        expect(page.locator('[data-sum="fed_daily"]')).to_have_text("12")
    page.go_back()
    expect(page.locator("#seats")).to_have_value("40")
    page.fill("#seats", "41")
    turn(page, "Далее", 3)
    if script:
        expect(page.locator("#fed_daily_college")).to_have_value("12")
        expect(page.locator(".notice.warning")).to_have_count(0)
    page.fill("#fed_daily_college", "12")
    page.fill("#fed_daily_university", "1")
    turn(page, "Назад", 2)
    page.fill("#seats", "")
    press(page, "Сохранить черновик")
    page.goto(f"{site.address}/reports/pages/{oktmo}/form?page=rest")
    page.fill("#comment", "Всё, что есть")
    press(page, SEND)
    expect(page.locator(".step")).to_have_text("Раздел 2 из 4")
    expect(page.locator("#seats-error")).to_be_visible()
    page.fill("#seats", "42")
    for number in (3, 4):
        turn(page, "Далее", number)
    press(page, SEND)
    expect(page.get_by_role("heading", name="Осталось отправить")).to_be_visible()
    if script:
        look(page, "check", axe)
        copies = page.evaluate("Object.keys(localStorage)")
        assert copies == [], "what was saved stands in no copy"
    press(page, SUBMIT)
    expect(page.get_by_text("42")).to_be_visible()
    assert not axe.found


def test_a_line_of_the_summary_opens_the_page_of_its_error(site: Site, tab: Callable[..., Page]) -> None:
    page, axe = tab(1280), Axe()
    enter(page, site, "10000003")
    page.fill("#name", "Ответственный")
    page.check("#has_canteen-no")
    page.get_by_label("Почему столовой нет").fill("Ремонт")
    press(page, "Далее")
    page.goto(f"{site.address}/reports/pages/10000003/form?page=who")
    page.fill("#name", "")
    press(page, "Сохранить черновик")
    page.goto(f"{site.address}/reports/pages/10000003/form?page=rest")
    press(page, SEND)
    expect(page.locator("#name-error")).to_be_visible()
    look(page, "summary with other pages", axe)
    page.fill("#name", "Снова здесь")
    page.locator(".summary").get_by_role("button", name="университет").or_(
        page.locator(".summary").get_by_role("button", name="вузы")
    ).click()
    expect(page.locator("#fed_daily_university-error")).to_be_visible()
    expect(page.locator("#fed_daily_university")).to_be_in_viewport()
    expect(page.get_by_text("Имя — не заполнено")).to_have_count(0)
    assert not axe.found


def test_calculated_figures_follow_as_one_types(
    tab: Callable[..., Page], tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = make_site(tmp_path_factory.mktemp("calculated"), FILE.with_name("calculated.yaml"))
    site.start()
    site.read_links()
    try:
        page, axe = tab(360), Axe()
        enter(page, site, "10000001")
        page.fill("#boys", "1 010")
        page.fill("#girls", "5")
        page.fill("#fed", "203")
        expect(page.locator('[data-figure="pupils"]')).to_have_text("1\u00a0015")
        expect(page.locator('[data-figure="share"]')).to_have_text("20")
        look(page, "with calculated figures", axe)
        page.fill("#girls", "пять")
        page.locator("#girls").blur()
        expect(page.locator('[data-figure="pupils"]')).to_have_text("—")
        assert not axe.found
    finally:
        site.stop()
