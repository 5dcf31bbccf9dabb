"""Keys and paste in the form's figures, the way to the button that sends, and a link with a trailing sign."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.webform.clerk import Clerk
from tests.webform.harness import Site
from tests.webform.test_browser import SEND, SUBMIT, enter, fill, press
from webform import texts

Tab = Callable[..., Page]

PASTE = """([name, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.getElementById(name).dispatchEvent(paste);
}"""


@pytest.mark.browser
def test_enter_and_arrows_move_between_figures_and_send_nothing(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(1280)
    enter(page, site, oktmo)
    page.locator("#contact_name").press("Enter")
    second = page.locator("#form input:not([type=hidden])").nth(1)
    expect(second).to_be_focused()
    names = page.locator("input[data-adds]").evaluate_all("all => all.map(input => input.id)")
    page.locator(f"#{names[0]}").fill("12")
    page.locator(f"#{names[0]}").press("Enter")
    expect(page.locator(f"#{names[1]}")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#{names[2]}")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(f"#{names[0]}")).to_be_focused()
    assert page.locator(f"#{names[0]}").get_attribute("enterkeyhint") == "next"
    assert page.url.endswith("/form")


@pytest.mark.browser
def test_a_column_from_a_spreadsheet_is_spread_over_the_table(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(360)
    enter(page, site, oktmo)
    names = page.locator("input[data-adds]").evaluate_all("all => all.map(input => input.id)")
    page.evaluate(PASTE, [names[0], "12\r\n384\r\n1 000\r\n"])
    assert [page.locator(f"#{name}").input_value() for name in names[:4]] == ["12", "384", "1 000", ""]
    expect(page.locator("tfoot [data-sum]").first).to_have_text("1\N{NO-BREAK SPACE}396")
    expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    page.evaluate(PASTE, [names[-1], "5\n6\n7"])
    assert page.locator(f"#{names[-1]}").input_value() == "5"
    expect(page.locator("#draft-state")).to_contain_text("не вставлено: 6; 7")
    page.evaluate(PASTE, ["informed", "120\n384"])
    assert page.locator("#informed").input_value() == ""
    expect(page.locator("#draft-state")).to_have_text(texts.SCRIPT_WORDS["paste_one"])


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_button_that_sends_is_in_sight_on_the_check_page(site: Site, oktmo: str, tab: Tab, width: int) -> None:
    page = tab(width)
    enter(page, site, oktmo)
    fill(page)
    expect(page.locator("#draft-state")).to_be_in_viewport()
    press(page, SEND)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Осталось отправить")
    button = page.get_by_role("button", name=SUBMIT, exact=True)
    expect(button.first).to_be_in_viewport()
    expect(button).to_have_count(2)


@pytest.mark.browser
def test_a_pressed_button_shows_that_its_page_is_on_the_way(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(1280)
    enter(page, site, oktmo)
    fill(page)
    pressed = "() => { const b = document.querySelector('form button.main'); b.click(); return b.textContent; }"
    assert page.evaluate(pressed) == "Проверяется…"
    page.wait_for_url("**/check")
    assert page.evaluate(pressed) == "Отправляется…"
    page.wait_for_url("**/receipts/1")


@pytest.mark.parametrize("sign", [".", "%3E", ")", "%20", ",", "%C2%BB", ".)"])
def test_a_link_with_a_trailing_sign_opens(site: Site, oktmo: str, sign: str) -> None:
    clerk = Clerk(site.address)
    page = clerk.get(site.links[oktmo].removeprefix(site.address) + sign)
    assert page.status == 200
    assert re.search(r"/reports/flagmany-2023/\d+/form$", clerk.send(page).path)
