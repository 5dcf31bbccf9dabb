"""axe-core finds nothing on any page in any state, at both widths, and no faint words in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from outbox.records import Correction
from tests.axe import Axe
from tests.webform.harness import REPORTS, WHILE_OPEN, Site, make_site
from tests.webform.test_answer_types import FILE
from tests.webform.test_browser import SEND, SUBMIT, enter, fill, no_sideways, press
from tests.webform.test_left_out import NOT_A_NUMBER, publish
from tests.webform.test_manual_row import FIGURES, MANUAL_ROW, publish_manual_row
from tests.webform.test_versions import publish_status

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of this module's own: its clock is moved."""
    made = make_site(tmp_path_factory.mktemp("axe"))
    made.start()
    made.read_links()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("axe-every"), FILE)
    made.start()
    made.read_links()
    yield made
    made.stop()


def look(page: Page, name: str, axe: Axe) -> None:
    """Look at the page at both widths, and at its colours in the dark; it keeps its own."""
    before = page.viewport_size
    assert before is not None
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        axe.judge(page, f"{name} at {width}")
        no_sideways(page)
        wide = "all => all.filter(one => one.offsetWidth > one.parentElement.clientWidth).length"
        assert page.locator("table").evaluate_all(wide) == 0, name
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)", name
    axe.judge_contrast(page, f"{name} in the dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)


def test_every_page_in_every_state(own: Site, tab: Callable[..., Page]) -> None:
    axe = Axe()
    oktmo = "17605000"
    page = tab(360)

    def see(name: str, path: str | None = None) -> None:
        if path is not None:
            page.goto(own.address + path)
        look(page, name, axe)

    see("without a link", "/")
    page.goto(own.links[oktmo])
    see("link")
    press(page, "Открыть форму")
    see("empty form")
    press(page, SEND)
    see("errors")
    fill(page, informed="5", links="", comment="Звоните 8 (4922) 11-22-33", contact_email="otdel")
    press(page, SEND)
    see("errors and questions")
    page.fill("#contact_email", "otdel@example.org")
    page.locator('input[name="asked"]').evaluate_all("boxes => boxes.forEach(box => box.remove())")
    press(page, SEND)
    see("asked")
    press(page, SEND)
    see("asked again")
    for area in page.locator(".asked textarea").all():
        area.fill("Пояснение")
    page.locator(".asked input[type=checkbox]").check()
    press(page, SEND)
    see("check")
    press(page, SUBMIT)
    see("receipt")
    publish_status(own, oktmo)
    see("home with corrections and remarks", f"{REPORTS}/{oktmo}/")
    publish(own, oktmo, "excluded", NOT_A_NUMBER, corrections=(Correction("registered_teachers", 20, "много"),))
    see("home of a report that is left out", f"{REPORTS}/{oktmo}/")
    see("receipt of a report that is left out", f"{REPORTS}/{oktmo}/receipts/1")
    publish_manual_row(own, oktmo, MANUAL_ROW, counted=FIGURES)
    see("home where the ministry's figures count", f"{REPORTS}/{oktmo}/")
    see("receipt where the ministry's figures count", f"{REPORTS}/{oktmo}/receipts/1")
    see("form where the ministry's figures count", f"{REPORTS}/{oktmo}/form")
    publish_manual_row(own, oktmo, MANUAL_ROW, NOT_A_NUMBER, state="excluded")
    see("home where the ministry's row has an error", f"{REPORTS}/{oktmo}/")
    publish_status(own, oktmo)
    see("form with corrections and explanations", f"{REPORTS}/{oktmo}/form")
    page.fill("#contact_post", "главный специалист")
    press(page, SEND)
    page.locator(".asked input[type=checkbox]").check()
    press(page, SEND)
    see("check of what is kept at home")
    press(page, "Сохранить сведения")
    see("what is kept at home is saved")
    page.goto(f"{own.address}{REPORTS}/{oktmo}/form")
    stale = page.context.new_page()
    stale.goto(page.url)
    fill(page, informed="3000")
    page.fill("#registered_teachers", "40")
    press(page, SEND)
    see("check of a correction")
    press(page, SUBMIT)
    see("home with versions", f"{REPORTS}/{oktmo}/")
    page.locator("summary").click()
    see("home with differences")
    fill(stale, informed="4000", registered_teachers="50")
    press(stale, SEND)
    look(stale, "conflict", axe)
    stale.close()
    see("form with an old draft", f"{REPORTS}/{oktmo}/form")
    see("home with a draft", f"{REPORTS}/{oktmo}/")
    page.get_by_role("link", name="Удалить черновик…").click()
    see("whether to delete the draft")
    page.get_by_role("link", name="Оставить").click()
    see("older receipt", f"{REPORTS}/{oktmo}/receipts/1")
    see("refused link", "/r/wrong")
    see("no session", f"{REPORTS}/17737000/form")
    see("confirm", "/confirm")
    press(page, "Проверить")
    see("confirm refused")
    see("not found", "/nothing")
    own.move("2023-03-20T12:00:00+03:00")
    see("before", f"{REPORTS}/{oktmo}/form")
    own.move("2023-06-01T12:00:00+03:00")
    see("late", f"{REPORTS}/{oktmo}/form")
    own.move(WHILE_OPEN)
    assert not axe.found


def test_every_answer_type(every: Site, tab: Callable[..., Page]) -> None:
    axe = Axe()
    page = tab(360)
    enter(page, every, "10000001")
    look(page, "every type", axe)
    page.fill("#registered_college", "x")
    page.fill("#registered_university", "50")
    page.fill("#informed_college", "1")
    page.fill("#informed_university", "1")
    press(page, SEND)
    look(page, "every type with errors", axe)
    assert not axe.found
