"""A list of entries in the browser, with and without the form's script: places, keyboard, drafts, axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.axe import Axe
from tests.webform.harness import Site, make_site
from tests.webform.test_accessibility import look
from tests.webform.test_browser import SEND, SUBMIT, Tab, enter, no_sideways, press
from tests.webform.test_repeats import FILE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("events"), FILE)
    made.start()
    made.read_links()
    yield made
    made.stop()


def key(page: Page, number: int) -> str:
    """The name of an entry: «events.KEY»."""
    field = page.locator('input[name$=".day"]').nth(number).get_attribute("name") or ""
    return field.removesuffix(".day")


def fill_entry(page: Page, number: int, name: str, participants: str) -> None:
    place = key(page, number)
    for field, text in (("day", "01.05.2023"), ("name", name), ("participants", participants)):
        page.fill(f'[id="{place}.{field}"]', text)


@pytest.mark.parametrize(("script", "oktmo"), [(True, "10000001"), (False, "10000002")], ids=["script", "plain"])
def test_entries_from_the_first_to_the_receipt(events: Site, tab: Tab, script: bool, oktmo: str) -> None:
    page = tab(360, script=script)
    enter(page, events, oktmo)
    page.check('input[name="held"][value="yes"]')
    if script:
        expect(page.locator("#events")).to_be_visible()  # the server says that it is asked now
    else:
        press(page, SEND)
    fill_entry(page, 0, "Бал", "120")
    page.locator('button[name="entry_add"]').focus()
    page.keyboard.press("Enter")
    second = page.locator('input[name$=".day"]').nth(1)
    expect(second).to_be_focused()
    assert page.locator('input[name$=".name"]').nth(0).input_value() == "Бал", "what was typed is there"
    page.fill(f'[id="{key(page, 1)}.name"]', "Бег")
    press(page, SEND)
    line = page.locator(".summary a").first
    expect(line).to_have_text("Мероприятие 2: Дата — не заполнено")
    line.click()
    expect(second).to_be_focused()
    no_sideways(page)
    page.locator('button[name="entry_take_away"]').nth(0).click()
    back = page.locator('button[name="entry_bring_back"]')
    expect(back).to_be_focused()
    expect(page.locator("h4").first).to_have_text("Мероприятие 1")
    back.click()
    expect(page.locator('input[name$=".name"]').nth(0)).to_have_value("Бал")
    fill_entry(page, 1, "Бег", "5")
    press(page, SEND)
    press(page, SUBMIT)
    expect(page.locator("main")).to_contain_text("Мероприятие 2")
    with events.outbox() as outbox:
        sent = outbox.submissions.latest("events", oktmo)
    assert sent is not None
    assert (sent.answers["events_count"], sent.answers["events_participants"]) == (2, 125)


def test_entries_are_saved_as_one_types_and_axe_finds_nothing(events: Site, tab: Tab) -> None:
    page, axe = tab(), Axe()
    enter(page, events, "10000003")
    page.check('input[name="held"][value="yes"]')
    fill_entry(page, 0, "Бал в школе", "120")
    expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    page.reload()
    expect(page.locator('input[name$=".name"]').nth(0)).to_have_value("Бал в школе")
    page.locator('button[name="entry_add"]').click()
    page.fill(f'[id="{key(page, 1)}.participants"]', "сто")
    press(page, SEND)
    look(page, "entries with errors", axe)
    page.locator('button[name="entry_take_away"]').nth(1).click()
    expect(page.locator('button[name="entry_bring_back"]')).to_be_visible()
    look(page, "an entry that was taken away", axe)
    press(page, SEND)
    look(page, "the check of entries", axe)
    press(page, SUBMIT)
    look(page, "the receipt with entries", axe)
    assert axe.found == {}
