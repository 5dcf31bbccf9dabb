"""Questions that other answers call for: with scripts they appear while one answers, without them by one step more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.axe import Axe
from tests.webform.clerk import Clerk
from tests.webform.harness import Site, make_site
from tests.webform.test_accessibility import look
from tests.webform.test_browser import SEND, SUBMIT, enter, press

FILE = Path(__file__).with_name("relevant.yaml")


@pytest.fixture(scope="module")
def canteens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("relevant"), FILE)
    made.start()
    made.read_links()
    yield made
    made.stop()


def test_without_scripts_what_an_answer_calls_for_is_asked_in_one_step_more(canteens: Site) -> None:
    clerk = Clerk(canteens.address)
    form = clerk.enter(canteens.links["10000001"])
    more = clerk.send(form, {"has_canteen": "yes"})
    assert "По вашим ответам есть ещё вопросы" in more.text
    assert not more.errors, "a question that nobody saw is no mistake"
    wrong = clerk.send(more, {"seats": "120"})
    assert set(wrong.errors) == {"fed_daily_junior"}, "what was seen and left blank is one"
    assert "Как кормите в несколько смен" in wrong.ids["main"]
    assert "есть ещё вопросы" in wrong.text, "more than a hundred seats call for another question"
    check = clerk.send(wrong, {"fed_daily_junior": "90"})
    assert "Осталось отправить" in check.title + check.text
    receipt = clerk.send(check)
    assert "120" in receipt.ids["main"]
    with canteens.outbox() as outbox:
        sent = outbox.submissions.latest("canteens", "10000001")
    assert sent is not None
    assert sent.answers == {"has_canteen": True, "seats": 120, "fed_daily_junior": 90}


def test_what_is_no_longer_asked_is_not_sent(canteens: Site) -> None:
    clerk = Clerk(canteens.address)
    form = clerk.enter(canteens.links["10000002"])
    more = clerk.send(form, {"has_canteen": "yes"})
    changed = clerk.send(more, {"seats": "сорок", "fed_daily_junior": "-5", "has_canteen": "no"})
    assert not changed.errors
    check = clerk.send(changed, {"why_not": "Ремонт до сентября"})
    assert "сорок" not in check.ids["main"]
    clerk.send(check)
    with canteens.outbox() as outbox:
        sent = outbox.submissions.latest("canteens", "10000002")
    assert sent is not None
    assert sent.answers == {"has_canteen": False, "why_not": "Ремонт до сентября"}


def test_a_check_page_that_was_made_by_hand_sends_nothing_that_was_not_asked(canteens: Site) -> None:
    clerk = Clerk(canteens.address)
    form = clerk.enter(canteens.links["10000003"])
    address = form.form.action.replace("/form", "/submissions")
    fields = [*form.form.fields, ("has_canteen", "yes"), ("seats", "50"), ("fed_daily_junior", "10")]
    answer = clerk.ask(address, fields)
    assert "есть ещё вопросы" in answer.text
    with canteens.outbox() as outbox:
        assert outbox.submissions.latest("canteens", "10000003") is None


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("width", "oktmo"), [(360, "10000004"), (1280, "10000005")])
def test_questions_appear_as_one_answers(canteens: Site, tab: Callable[..., Page], width: int, oktmo: str) -> None:
    page, axe = tab(width), Axe()
    enter(page, canteens, oktmo)
    expect(page.locator("#seats")).to_be_hidden()
    expect(page.locator("#fed_daily_junior")).to_be_hidden()
    look(page, "before", axe)
    page.get_by_role("radio", name="Да").check()
    expect(page.locator("#seats")).to_be_visible()
    expect(page.locator("#fed_daily_junior")).to_be_visible()
    expect(page.locator("#why_not")).to_be_hidden()
    expect(page.locator("#draft-state")).to_contain_text("появились ещё вопросы")
    page.fill("#seats", "40")
    look(page, "appeared", axe)
    page.get_by_role("radio", name="Нет").check()
    expect(page.locator("#why_not")).to_be_visible()
    expect(page.locator("#seats")).to_be_hidden()
    page.get_by_role("radio", name="Да").check()
    expect(page.locator("#seats")).to_have_value("40")
    page.fill("#fed_daily_junior", "35")
    page.locator("#fed_daily_junior").blur()
    press(page, SEND)
    expect(page.get_by_role("button", name=SUBMIT).first).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Почему столовой нет")
    press(page, "Вернуться и исправить")
    page.get_by_role("radio", name="Нет").check()
    expect(page.locator("#why_not")).to_be_visible()
    assert not axe.found
