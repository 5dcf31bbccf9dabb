"""What the form says while one types, seen: on the screen and not over the field; said once; and where links lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.webform.clerk import Clerk
from tests.webform.harness import CAMPAIGN, ROOT, Site
from tests.webform.test_browser import SEND, SUBMIT, Tab, enter, fill, press
from tests.webform.test_drafts import as_script

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def in_view(place: Locator) -> bool:
    """Wholly inside the window."""
    inside: bool = place.evaluate(
        "one => { const box = one.getBoundingClientRect();"
        " return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight }"
    )
    return inside


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_links_of_the_summary_show_label_and_error(site: Site, oktmo: str, tab: Tab, script: bool) -> None:
    page = tab(360, script=script)
    enter(page, site, oktmo)
    press(page, SEND)
    links = page.locator(".summary a")
    count = links.count()
    assert count > 5
    for n, width in product(range(count), (360, 1280)):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("scrollTo(0, 0)")
        target = (links.nth(n).get_attribute("href") or "").removeprefix("#")
        links.nth(n).click()
        field = page.locator(f'[id="{target}"]')
        expect(field).to_be_focused()
        name = field.get_attribute("name")
        label = page.locator(f'label[for="{name}"], fieldset[id="{name}"] legend').first
        for place in (field, label, page.locator(f'[id="{name}-error"]')):
            assert in_view(place), (target, place)


@pytest.mark.parametrize(("width", "height"), [(360, 800), (1280, 800), (320, 256)])
def test_what_must_be_read_is_on_the_screen_and_not_over_the_field(
    site: Site, oktmo: str, tab: Tab, width: int, height: int
) -> None:
    """The last is 1280 × 1024 px at 400 %."""
    page = tab(width)
    page.set_viewport_size({"width": width, "height": height})
    enter(page, site, oktmo)
    page.fill("#comment", "Набрано раньше")
    state = page.locator("#draft-state")
    expect(state).to_contain_text("Черновик сохранён")
    page.reload()
    box = page.locator("#draft-box")
    expect(box).to_be_visible()
    first = page.locator("#contact_name")
    first.focus()
    page.context.set_offline(True)
    first.press_sequentially("Отдел")
    expect(state).to_contain_text("Нет связи")
    assert in_view(state)
    expect(box).to_be_hidden()
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "!document.getElementById('form').contains(document.activeElement) || "
            "document.activeElement.getBoundingClientRect().bottom"
            " <= document.getElementById('draft-state').getBoundingClientRect().top"
        ), page.evaluate("document.activeElement.id")
    page.context.set_offline(False)
    expect(state).to_contain_text("Черновик сохранён")
    expect(box).to_be_visible()
    words = state.text_content()
    expect(box.locator("strong")).to_have_text(f"{words}.")


def test_that_a_text_came_back_stays_until_one_types(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(360)
    enter(page, site, oktmo)
    page.context.set_offline(True)
    page.fill("#comment", "Без связи")
    state = page.locator("#draft-state")
    expect(state).to_contain_text("Нет связи")
    page.route("**/draft", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    page.unroute("**/draft")
    expect(state).to_have_text(re.compile("^Восстановлено то, .* Черновик сохранён"))
    assert in_view(state)
    page.fill("#comment", "Дальше")
    expect(state).to_have_text(re.compile(r"^Черновик сохранён \d\d:\d\d$"))


def test_a_cell_is_named_by_its_row_and_its_figure(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(360)
    enter(page, site, oktmo)
    expect(page.locator("#registered_teachers")).to_have_accessible_name("Педагогические работники Зарегистрировались")


def test_long_words_and_figures_are_whole_on_a_narrow_screen(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(360)
    enter(page, site, oktmo)
    for name, width in product(("registered_teachers", "informed"), (320, 360)):
        page.set_viewport_size({"width": width, "height": 800})
        page.fill(f"#{name}", "1 000 000")
        assert page.locator(f"#{name}").evaluate("one => one.scrollWidth <= one.clientWidth"), name
    split = """() => {
          const found = [];
          for (const place of document.querySelectorAll("h1, h2, tbody th, tfoot th")) {
            const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
              for (const word of texts.currentNode.data.matchAll(/[^ \\s]+/g)) {
                const range = document.createRange();
                range.setStart(texts.currentNode, word.index);
                range.setEnd(texts.currentNode, word.index + word[0].length);
                if (new Set([...range.getClientRects()].map(one => one.top)).size > 1) { found.push(word[0]); }
              }
            }
          }
          return found;
        }"""
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(split) == [], width


def test_the_receipt_is_one_sheet_with_labels_no_larger_than_answers(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    fill(page)
    press(page, SEND)
    press(page, SUBMIT)
    page.emulate_media(media="print")
    size = "parseFloat(getComputedStyle(document.querySelector({!r})).fontSize)"
    for label, value in ((".answer dt", ".answer dd"), (".facts dt", ".facts dd"), (".hint", "dd")):
        assert page.evaluate(size.format(label)) <= page.evaluate(size.format(value))
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert len(sheets) == 1


def changes_of(page: Page, place: str) -> None:
    """Count from now on how often the words of a place are set."""
    page.evaluate(
        "place => { window.said = []; const one = document.querySelector(place);"
        " new MutationObserver(() => said.push(one.textContent)).observe(one,"
        " { childList: true, characterData: true, subtree: true }) }",
        place,
    )


def test_a_screen_reader_hears_the_total_once_and_with_its_name(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    assert page.locator("table [aria-live]").count() == 0
    changes_of(page, "p.hidden[role=status]")
    page.locator("#registered_teachers").press_sequentially("12345")
    expect(page.locator("p.hidden[role=status]")).to_have_text(re.compile("^Всего.*: 12\N{NO-BREAK SPACE}345$"))
    page.locator("#registered_school_heads").press_sequentially("11")
    page.keyboard.press("Tab")
    expect(page.locator("p.hidden[role=status]")).to_have_text(re.compile("^Всего.*: 12\N{NO-BREAK SPACE}356$"))
    assert len(page.evaluate("said")) == 2


def test_the_same_words_are_not_read_aloud_again(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    enter(page, site, oktmo)
    page.route(
        "**/draft",
        lambda route: route.fulfill(json={"saved": "Черновик сохранён 12:00", "session": True, "window": ""}),
    )
    changes_of(page, "#draft-state")
    for text in ("Раз", "Два"):
        with page.expect_response("**/draft"):
            page.fill("#comment", text)
        expect(page.locator("#draft-state")).to_have_text("Черновик сохранён 12:00")
    assert page.evaluate("said") == ["Черновик сохранён 12:00"]


def test_sending_without_a_connection_stays_on_the_page(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab(360)
    enter(page, site, oktmo)
    fill(page)
    press(page, SEND)
    page.context.set_offline(True)
    page.get_by_role("button", name=SUBMIT, exact=True).first.click()
    expect(page.locator("#draft-state")).to_contain_text("Нет связи, ничего не отправлено")
    assert in_view(page.locator("#draft-state"))
    page.get_by_role("button", name="Вернуться и исправить").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Осталось отправить")
    page.context.set_offline(False)
    expect(page.locator("#draft-state")).to_have_text("")
    press(page, SUBMIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("ФО-")


def test_the_button_says_that_the_report_is_on_its_way_and_serves_again(site: Site, oktmo: str, tab: Tab) -> None:
    page = tab()
    page.clock.install()
    enter(page, site, oktmo)
    fill(page)
    press(page, SEND)
    page.route("**/submissions", lambda route: route.fulfill(status=204))  # no page comes
    button = page.locator("button.main").first
    button.click()
    expect(button).to_have_text("Отправляется…")
    expect(button).to_be_enabled()
    page.clock.fast_forward(21_000)
    expect(button).to_have_text(SUBMIT)
    page.unroute("**/submissions")
    press(page, SUBMIT)
    expect(page.get_by_role("heading", level=1)).to_contain_text("ФО-")
    with site.outbox() as store:
        assert len(store.submissions.versions(CAMPAIGN, oktmo)) == 1


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ("accept", "Срок прошёл: отчёт будет принят с опозданием."),
        (
            "refuse",
            "Приём закончен 30 мая 2023 г. в 23:59: отправить отчёт уже нельзя.",
        ),
    ],
)
def test_typing_past_the_deadline_brings_a_warning(
    make: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory, tab: Tab, late: str, words: str
) -> None:
    config = tmp_path_factory.mktemp(late) / "config.yaml"
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    config.write_text(text.replace("late: accept", f"late: {late}"), encoding="utf-8")
    site = make(config=str(config))
    site.start()
    site.read_links()
    oktmo, longer = "17701000", "17605000"
    page = tab(360)
    enter(page, site, oktmo)
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[longer])
    site.command("extend", longer, "2023-06-02T18:00")
    assert as_script(clerk, form, informed="10")[1]["window"] == ""
    site.move("2023-05-31T00:00:01+03:00")
    assert as_script(clerk, form, informed="11")[1]["window"] == "", "its own deadline is later"
    page.fill("#informed", "10")
    expect(page.locator("#draft-state")).to_contain_text(f"{words} Черновик сохранён")
    assert in_view(page.locator("#draft-state"))
