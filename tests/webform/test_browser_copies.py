"""What no draft holds yet is kept in the browser, comes back, and overwrites nothing newer without being asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.axe import Axe
from tests.webform.harness import CAMPAIGN, REPORTS, Site
from tests.webform.test_accessibility import look
from tests.webform.test_browser import SEND, SUBMIT, Tab, enter, fill, kept_draft, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOW = "Вставить его в форму"


def saved(page: Page) -> None:
    expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")


def offline(page: Page, field: str, text: str) -> None:
    """Typed without a connection; the page promises to keep it."""
    page.context.set_offline(True)
    page.fill(field, text)
    expect(page.locator("#draft-state")).to_contain_text("Введённое хранится в этом браузере")


def online(page: Page, path: str) -> Page:
    """The tab closed, the connection back, another tab opened in the same browser."""
    context, origin = page.context, page.url.split("/reports/")[0]
    page.goto("about:blank")  # a page that is being closed may see the connection come back, and save its draft
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(origin + path)
    return again


def stored(page: Page) -> int:
    return int(page.evaluate("localStorage.length"))


def test_corrections_of_mistakes_survive_a_broken_line(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    fill(page, informed="пятьсот")
    press(page, SEND)
    expect(page.locator("#informed-error")).to_be_visible()
    address = page.url
    page.route("**/form", lambda route: route.abort())
    page.fill("#informed", "500")
    page.get_by_role("button", name=SEND, exact=True).click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/form")
    page.goto(address)
    expect(page.locator("#informed")).to_have_value("500")
    saved(page)
    offline(page, "#informed", "501")
    again = online(page, address[address.index("/reports/") :])
    expect(again.locator("#informed")).to_have_value("501")
    saved(again)
    assert stored(again) == 0


@pytest.mark.parametrize("by_link", [True, False], ids=["by the link", "by the address"])
def test_a_reason_and_a_tick_come_back_when_the_form_is_opened_again(
    site: Site, oktmo: str, tab: Tab, by_link: bool
) -> None:
    page = tab()
    enter(page, site, oktmo)
    fill(page, informed="5", comment="Почта otdel@example.org")
    press(page, SEND)
    reason = page.get_by_label("Пояснение")
    expect(reason).to_be_visible()
    page.context.set_offline(True)
    reason.fill("Узнали от коллег")
    page.get_by_label("Это не личные данные").check()
    expect(page.locator("#draft-state")).to_contain_text("Введённое хранится в этом браузере")
    again = online(page, site.links[oktmo].removeprefix(site.address) if by_link else f"{REPORTS}/{oktmo}/form")
    if by_link:
        press(again, "Открыть форму")
    expect(again.get_by_label("Пояснение")).to_have_value("Узнали от коллег")
    expect(again.get_by_label("Это не личные данные")).to_be_checked()
    saved(again)
    assert stored(again) == 0
    press(again, SEND)
    expect(again.get_by_role("heading", level=1)).to_contain_text("Осталось отправить")


def test_a_reason_that_the_page_does_not_ask_goes_along(site: Site, oktmo: str, tab: Tab) -> None:
    """The draft is gone, and with it the question; the reason comes back as soon as it is asked again."""
    page = tab()
    enter(page, site, oktmo)
    fill(page, informed="5")
    press(page, SEND)
    page.context.set_offline(True)
    page.get_by_label("Пояснение").fill("Узнали от коллег")
    expect(page.locator("#draft-state")).to_contain_text("Введённое хранится в этом браузере")
    with site.outbox() as store:
        store.drafts.delete(CAMPAIGN, oktmo)
    again = online(page, f"{REPORTS}/{oktmo}/form")
    expect(again.locator("#informed")).to_have_value("5")
    saved(again)
    press(again, SEND)
    expect(again.get_by_role("heading", level=1)).to_contain_text("Осталось отправить")
    expect(again.locator("main")).to_contain_text("Узнали от коллег")


def test_two_windows_with_mistakes_are_two_forms(site: Site, oktmo: str, tab: Tab) -> None:
    first = tab()
    enter(first, site, oktmo)
    fill(first, informed="x", events="y")
    press(first, SEND)
    expect(first.locator("#informed-error")).to_be_visible()
    second = first.context.new_page()
    second.goto(first.url)
    first.fill("#informed", "500")
    saved(first)
    second.fill("#events", "3")
    expect(second.locator("#draft-state")).to_contain_text("Черновик сохранили в другом окне")
    assert kept_draft(site, oktmo)["informed"] == "500"


def test_a_text_set_aside_does_not_come_back_by_itself(site: Site, oktmo: str, tab: Tab) -> None:
    page, colleague = tab(), tab()
    enter(page, site, oktmo)
    offline(page, "#comment", "Моё, без связи")
    enter(colleague, site, oktmo)
    colleague.fill("#comment", "Коллега")
    saved(colleague)
    again = online(page, f"{REPORTS}/{oktmo}/form")
    expect(again.locator(".notice.warning")).to_contain_text("(«Моё, без связи»)")
    again.get_by_role("button", name=SHOW).click()
    saved(again)
    with site.outbox() as store:
        store.drafts.delete(CAMPAIGN, oktmo)
    again.reload()
    expect(again.locator(".notice.warning")).to_contain_text("(«Коллега»)")
    expect(again.locator("#comment")).to_have_value("")


def test_a_save_that_hangs_is_given_up_and_reported(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    page.clock.install()
    enter(page, site, oktmo)
    page.route("**/draft", lambda route: None)
    with page.expect_request("**/draft"):
        page.fill("#comment", "Висит")
        page.clock.fast_forward(2_000)
    page.clock.fast_forward(21_000)
    expect(page.locator("#draft-state")).to_contain_text("Нет связи. Введённое хранится в этом браузере")
    page.unroute("**/draft")
    page.clock.fast_forward(11_000)
    saved(page)


def test_a_colleagues_newer_draft_is_not_overwritten(site: Site, oktmo: str, tab: Tab) -> None:
    page, colleague = tab(360), tab()
    enter(page, site, oktmo)
    offline(page, "#comment", "Моё, без связи")
    enter(colleague, site, oktmo)
    colleague.fill("#comment", "Коллега заполнил всё")
    colleague.fill("#informed", "77")
    saved(colleague)
    again = online(page, f"{REPORTS}/{oktmo}/form")
    expect(again.locator("#comment")).to_have_value("Коллега заполнил всё")
    expect(again.locator(".notice.warning")).to_contain_text("есть текст, который вы ввели")
    assert kept_draft(site, oktmo)["comment"] == "Коллега заполнил всё"
    axe = Axe()
    look(again, "a copy is offered", axe)
    assert not axe.found
    again.get_by_role("button", name=SHOW).click()
    expect(again.locator("#comment")).to_have_value("Моё, без связи")
    expect(again.locator("#informed")).to_have_value("")
    saved(again)
    assert kept_draft(site, oktmo)["comment"] == "Моё, без связи"
    again.reload()
    again.get_by_role("button", name=SHOW).click()
    expect(again.locator("#comment")).to_have_value("Коллега заполнил всё")
    expect(again.locator("#informed")).to_have_value("77")
    again.on("dialog", lambda dialog: dialog.accept())
    again.get_by_role("button", name="Удалить отложенное").click()
    expect(again.locator(".notice.warning")).to_have_count(0)
    saved(again)
    assert stored(again) == 0


def test_a_receipt_takes_away_only_what_it_is_of(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    fill(page)
    press(page, SEND)
    press(page, SUBMIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Квитанция")
    assert stored(page) == 0
    page.get_by_role("link", name="Исправить отчёт").click()
    page.wait_for_load_state()
    offline(page, "#comment", "Поправка без связи")
    again = online(page, f"{REPORTS}/{oktmo}/receipts/1")
    expect(again.get_by_role("heading", level=1)).to_contain_text("Квитанция")
    again.get_by_role("link", name="Исправить отчёт").click()
    expect(again.locator("#comment")).to_have_value("Поправка без связи")
    saved(again)
    assert stored(again) == 0


def test_two_tabs_keep_a_copy_each(site: Site, oktmo: str, tab: Tab) -> None:
    first = tab()
    enter(first, site, oktmo)
    second = first.context.new_page()
    second.goto(first.url)
    first.fill("#comment", "В первой вкладке")
    saved(first)
    second.fill("#comment", "Во второй вкладке")
    expect(second.locator("#draft-state")).to_contain_text("Черновик сохранили в другом окне")
    with first.expect_response("**/draft"):
        first.fill("#comment", "Ещё раз в первой")
    second.reload()
    expect(second.locator("#comment")).to_have_value("Ещё раз в первой")
    second.get_by_role("button", name=SHOW).click()
    expect(second.locator("#comment")).to_have_value("Во второй вкладке")


def test_a_form_left_open_after_sending_goes_on_as_a_correction(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    fill(page)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=SEND, exact=True).click(modifiers=["ControlOrMeta"])
    other = opened.value
    press(other, SUBMIT)
    expect(other.get_by_role("heading", level=1)).to_contain_text("Квитанция")
    page.fill("#comment", "Дописал после отправки")
    saved(page)
    assert kept_draft(site, oktmo)["comment"] == "Дописал после отправки"
    with site.outbox() as store:
        draft = store.drafts.get(CAMPAIGN, oktmo)
    assert draft is not None
    assert draft.base_version == 1
    press(page, SEND)
    expect(page.locator("main")).to_contain_text("Что изменится по сравнению с версией 1")


def test_a_form_left_open_after_sending_leads_to_its_receipt(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(script=False)
    enter(page, site, oktmo)
    fill(page)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=SEND, exact=True).click(modifiers=["ControlOrMeta"])
    press(opened.value, SUBMIT)
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Квитанция")
    press(page, SEND)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Квитанция")
