"""The flows in Chromium, with JavaScript and without, at 360 and 1280 px."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.webform.clerk import GOOD
from tests.webform.harness import CAMPAIGN, Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Tab = Callable[..., Page]
NUMBERS = Path(__file__).parents[1] / "campaign" / "numbers.json"
SEND = "Далее: проверить ответы"
SUBMIT = "Отправить отчёт"


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()
    page.wait_for_load_state()


def enter(page: Page, site: Site, oktmo: str) -> None:
    """The form, with its script: a page is there before the script, on a slow line for long."""
    page.goto(site.links[oktmo])
    with page.expect_event("load"):
        press(page, "Открыть форму")


def fill(page: Page, **changes: str) -> None:
    for name, value in (GOOD | changes).items():
        if isinstance(value, list):
            for option in value:
                page.check(f'[name="{name}"][value="{option}"]')
        elif value is not None:
            page.fill(f'[name="{name}"]', value)


def no_sideways(page: Page, *widths: int) -> None:
    """Nothing is wider than the window, nor than a window of each other width; the page keeps its own."""
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(fits)
    before = page.viewport_size
    assert before is not None
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(fits), width
    if widths:
        page.set_viewport_size(before)


def kept_draft(site: Site, oktmo: str) -> dict[str, object]:
    with site.outbox() as store:
        draft = store.drafts.get(CAMPAIGN, oktmo)
    assert draft is not None
    return dict(draft.typed)


@pytest.mark.parametrize(("width", "script"), [(360, True), (1280, False)], ids=["script", "plain"])
def test_from_the_link_to_the_receipt(site: Site, oktmo: str, tab: Tab, width: int, script: bool) -> None:
    """By finger or by mouse, with a script or without; each page is looked at in both widths."""
    page = tab(width, script=script)
    foreign: list[str] = []
    page.on("request", lambda r: foreign.append(r.url) if not r.url.startswith(site.address) else None)
    enter(page, site, oktmo)
    assert "/r/" not in page.url
    fill(page, informed="5", registered_teachers="двадцать", contact_email="otdel")
    if script:
        expect(page.locator('[data-sum="registered"]')).to_have_text("21")
        expect(page.locator('[data-sum="registered.students"]')).to_have_text("15")
    press(page, SEND)
    expect(page).to_have_title(re.compile("^Ошибка:"))
    summary = page.locator(".summary")
    if script:
        expect(summary).to_be_focused()
    summary.get_by_role("link").nth(1).click()
    field = page.locator("#registered_teachers")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert "registered_teachers-error" in (field.get_attribute("aria-describedby") or "")
    no_sideways(page, 360, 1280)

    fill(page, informed="5")
    press(page, SEND)
    expect(page).to_have_title(re.compile("^Нужно пояснение:"))
    no_sideways(page, 360, 1280)
    page.get_by_label("Пояснение").fill("Узнали от коллег")
    press(page, SEND)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Осталось отправить")
    expect(page.locator("tfoot td")).to_have_text("41")
    no_sideways(page, 360, 1280)
    press(page, "Вернуться и исправить")
    expect(page.locator("#informed")).to_have_value("5")
    press(page, SEND)
    press(page, SUBMIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("ФО-")
    assert page.url.endswith("/receipts/1")
    expect(page.locator("#print")).to_be_visible(visible=script)  # it needs the script
    no_sideways(page, 360, 1280)
    page.reload()
    assert page.url.endswith("/receipts/1")
    page.get_by_role("link", name="Всё об отчёте").click()
    expect(page.locator(".status")).to_contain_text("сдан")
    no_sideways(page, 360, 1280)
    assert not foreign
    with site.outbox() as store:
        assert len(store.submissions.versions(CAMPAIGN, oktmo)) == 1
        assert store.drafts.get(CAMPAIGN, oktmo) is None


def test_draft_is_saved_as_one_types(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    page.fill("#informed", "321")
    expect(page.locator("#draft-state")).to_have_text(re.compile(r"^Черновик сохранён \d\d:\d\d$"))
    typed = kept_draft(site, oktmo)
    assert typed["informed"] == "321"
    assert page.evaluate("localStorage.length") == 0, "nothing personal stays in a shared browser"


def test_offline_keeps_the_text_and_sends_the_draft_when_back(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    page.context.set_offline(True)
    page.fill("#comment", "Набрано без связи")
    expect(page.locator("#draft-state")).to_contain_text("Нет связи. Введённое хранится в этом браузере")
    press(page, SEND)
    expect(page.locator("#draft-state")).to_contain_text("ничего не отправлено")
    expect(page.locator("#comment")).to_have_value("Набрано без связи")
    page.context.set_offline(False)
    expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    typed = kept_draft(site, oktmo)
    assert typed["comment"] == "Набрано без связи"
    with site.outbox() as store:
        assert store.submissions.latest(CAMPAIGN, oktmo) is None, "it never submits by itself"


def test_closed_tab_loses_nothing(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    form = page.url
    page.route("**/draft", lambda route: route.abort())
    page.fill("#comment", "Вкладку закрыли сразу")
    page.check('[name="audiences"][value="parents"]')
    context = page.context
    again = context.new_page()
    page.close(run_before_unload=True)
    again.goto(form)
    expect(again.locator("#comment")).to_have_value("Вкладку закрыли сразу")
    expect(again.locator('[name="audiences"][value="parents"]')).to_be_checked()
    expect(again.locator("#draft-state")).to_contain_text("Черновик сохранён")


def test_typed_before_the_script_came_is_kept(site: Site, oktmo: str, tab: Tab) -> None:
    """On a slow line one types while `form.js` is still on its way; an older copy in the browser must not win."""
    page = tab()
    enter(page, site, oktmo)
    page.route("**/draft", lambda route: route.abort())
    page.fill("#comment", "Прежний комментарий")
    page.fill("#links", "https://example.org/news/1")
    page.unroute("**/draft")
    held: list[Route] = []
    page.route("**/form.js*", lambda route: held.append(route))
    with page.expect_request("**/form.js*"):
        page.goto(page.url, wait_until="commit")
    page.fill("#comment", "Набрано до скрипта")
    page.check('[name="audiences"][value="parents"]')
    held[0].continue_()
    expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    expect(page.locator("#comment")).to_have_value("Набрано до скрипта")
    expect(page.locator("#links")).to_have_value("https://example.org/news/1")
    typed = kept_draft(site, oktmo)
    assert typed["comment"] == "Набрано до скрипта"
    assert typed["audiences"] == ["parents"]


def test_session_that_ended_while_typing(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    page.context.clear_cookies()
    page.fill("#comment", "Сеанс закончился")
    expect(page.locator("#draft-state")).to_contain_text("откройте свою ссылку ещё раз")
    press(page, SEND)
    expect(page.get_by_role("heading", level=1)).to_have_text("Откройте свою ссылку ещё раз")
    enter(page, site, oktmo)
    expect(page.locator("#comment")).to_have_value("Сеанс закончился")


def test_two_tabs_learn_of_each_other(site: Site, oktmo: str, tab: Tab) -> None:
    one = tab()
    enter(one, site, oktmo)
    other = one.context.new_page()
    other.goto(one.url)
    one.fill("#comment", "Первая вкладка")
    expect(one.locator("#draft-state")).to_contain_text("Черновик сохранён")
    other.fill("#comment", "Вторая вкладка")
    expect(other.locator("#draft-state")).to_contain_text("Черновик сохранили в другом окне")
    expect(other.locator("#comment")).to_have_value("Вторая вкладка")


def test_double_click_and_the_way_back_give_one_receipt(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    fill(page)
    press(page, SEND)
    page.get_by_role("button", name=SUBMIT, exact=True).first.dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ФО-")
    page.go_back()
    expect(page.locator(".status")).to_contain_text("сдан")
    page.go_forward()
    assert page.url.endswith("/receipts/1")
    with site.outbox() as store:
        assert len(store.submissions.versions(CAMPAIGN, oktmo)) == 1


def test_keyboard_alone(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    page.goto(site.links[oktmo])
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/form")
    page.locator("#contact_name").focus()
    for name, value in GOOD.items():
        if name == "audiences":
            for option in page.locator('[name="audiences"]').all():
                if option.get_attribute("value") in (value or ()):
                    page.keyboard.press("Space")
                page.keyboard.press("Tab")
            continue
        assert page.evaluate("document.activeElement.name") == name, "in the order of the page"
        page.keyboard.type(str(value).replace("\r", ""))
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == SEND
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Отчёт ещё не отправлен")
    page.get_by_role("button", name=SUBMIT, exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipts/1")


def test_two_hundred_percent(site: Site, oktmo: str, tab: Tab) -> None:
    """1280 px at 200 % is 640 px; WCAG 1.4.10 asks for 320 px without scrolling sideways."""
    page = tab(320)
    enter(page, site, oktmo)
    no_sideways(page, 640)
    press(page, SEND)
    no_sideways(page, 640)


def test_the_answers_are_printed_with_lines_to_sign_on_and_without_buttons(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    fill(page)
    press(page, SEND)
    for look_at in ("before it is sent", "the receipt"):
        expect(page.get_by_role("button", name="Напечатать")).to_be_visible()
        expect(page.locator(".signature")).to_be_hidden()
        page.emulate_media(media="print")
        expect(page.locator(".signature")).to_be_visible()
        expect(page.locator(".signature")).to_contain_text("инициалы, фамилия")
        no_sideways(page)
        page.emulate_media(media="screen")
        if look_at == "before it is sent":
            press(page, SUBMIT)
    expect(page.locator(".keys")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    expect(page.locator(".keys")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#print")).to_be_hidden()
    expect(page.locator(".code")).to_be_visible()
    expect(page.locator("tfoot")).to_be_visible()


def test_long_words_stay_on_the_page(site: Site, oktmo: str, tab: Tab) -> None:
    """On the screen and on paper: a sheet of A4 is 680 px between its margins."""
    page = tab(360)
    enter(page, site, oktmo)
    fill(page, contact_name="И" * 150, comment="д" * 1500, informed="5")
    press(page, SEND)
    page.locator(".asked textarea").fill("п" * 900)
    press(page, SEND)
    no_sideways(page, 680, 1280)
    press(page, SUBMIT)
    for medium in ("screen", "print"):
        page.emulate_media(media=medium)
        for width in (360, 680, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            no_sideways(page)
            assert not page.evaluate(
                "[...document.querySelectorAll('dd, td, th, p')].filter(one => one.offsetParent"
                " && (one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth))"
                ".map(one => one.textContent.slice(0, 40))"
            )


def test_the_sum_adds_what_the_server_takes(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(1280)
    enter(page, site, oktmo)
    total = page.locator('[data-sum="registered"]')
    page.fill('[name="registered_teachers"]', "1 234")
    page.fill('[name="registered_school_heads"]', "5,0")
    expect(total).to_have_text("1\N{NO-BREAK SPACE}239")
    for refused in ("1.234", "12\t345"):
        page.fill('[name="registered_teachers"]', refused)
        expect(total).to_have_text("5")
    page.fill('[name="registered_teachers"]', "1\u200b \u2003234\u200e")
    expect(total).to_have_text("1\N{NO-BREAK SPACE}239")
    page.fill('[name="registered_teachers"]', "− 40")
    expect(total).to_have_text("5")


def test_the_live_totals_keep_to_the_table_of_examples(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(1280)
    enter(page, site, oktmo)
    field, total = page.locator('[name="registered_teachers"]'), page.locator('[data-sum="registered"]')
    # A field of one line holds no line break.
    examples = [one for one in json.loads(NUMBERS.read_text("utf-8")) if "\n" not in one["typed"]]
    for places, kind in (("0", "whole"), ("2", "decimal")):
        for name, limit in (("places", places), ("maximum", "1000000000")):
            field.evaluate("(input, [name, limit]) => input.setAttribute(`data-${name}`, limit)", [name, limit])
        for example in examples:
            field.fill(example["typed"])
            shown = (total.text_content() or "").replace("\N{NO-BREAK SPACE}", "").replace(",", ".")
            assert shown == (example[kind] or "—"), (kind, example)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_button_does_not_replace_anothers_draft_unasked(site: Site, oktmo: str, tab: Tab, script: bool) -> None:
    first, second = tab(1280, script=False), tab(360, script=script)
    enter(first, site, oktmo)
    enter(second, site, oktmo)
    first.fill('[name="comment"]', "Моё")
    press(first, "Сохранить черновик")
    second.fill('[name="comment"]', "Своё")
    press(second, "Сохранить черновик")
    expect(second.locator("[role=alert]")).to_contain_text("Черновик этого отчёта сохранили в другом окне")
    expect(second.locator('[name="comment"]')).to_have_value("Своё")
    no_sideways(second)
    typed = kept_draft(site, oktmo)
    assert typed["comment"] == "Моё"
    press(second, "Сохранить черновик")
    expect(second.locator("[role=alert]")).to_have_count(0)
    typed = kept_draft(site, oktmo)
    assert typed["comment"] == "Своё"


def test_another_answer_of_the_server_is_reported_as_such(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(1280)
    enter(page, site, oktmo)
    page.route("**/draft", lambda route: route.fulfill(body="<h1>Вход в сеть</h1>", content_type="text/html"))
    page.fill('[name="comment"]', "Пишу")
    expect(page.locator("#draft-state")).to_contain_text(
        "Сервер сейчас не отвечает. Введённое хранится в этом браузере"
    )
