"""«Выйти»: after it neither this browser nor a copy of its cookie opens a report."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.axe import Axe
from tests.webform.clerk import Clerk
from tests.webform.harness import Site
from tests.webform.test_accessibility import look
from tests.webform.test_browser import Tab, enter
from tests.webform.test_browser_copies import offline, stored


def test_leaving_ends_every_copy_of_the_session(site: Site, oktmo: str) -> None:
    clerk, thief = Clerk(site.address), Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    for cookie in clerk.jar:
        thief.jar.set_cookie(cookie)
    assert thief.get(form.path).status == 200
    asked = clerk.get("/leave")
    assert "Отчёты закроются" in asked.text
    assert clerk.get(form.path).status == 200, "asking changes nothing"
    left = clerk.send(asked)
    assert "Вы вышли" in left.text
    assert "На этом компьютере открыты" not in clerk.get("/").text
    assert clerk.get(form.path).status == 403
    assert thief.get(form.path).status == 403
    assert "На этом компьютере открыты" not in thief.get("/").text
    again = clerk.get("/leave")
    assert "Вы вышли" not in again.text
    assert "Открытых отчётов нет" in again.text
    assert clerk.enter(site.links[oktmo]).status == 200, "the link opens it again"


def test_who_never_entered_is_not_told_of_leaving(site: Site) -> None:
    page = Clerk(site.address).get("/leave")
    assert "Открытых отчётов нет" in page.text
    assert "Вы вышли" not in page.text


def test_nobody_is_sent_out_by_a_foreign_page(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    assert clerk.ask("/leave", []).status == 400
    assert clerk.get(form.path).status == 200


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_what_the_browser_kept_goes_too(site: Site, oktmo: str, tab: Tab, width: int) -> None:
    page, axe = tab(width), Axe()
    enter(page, site, oktmo)
    offline(page, "#informed", "501")
    assert stored(page) == 1
    page.route("**/draft", lambda route: route.abort())  # else the form may save the draft before it is left
    page.context.set_offline(False)
    page.goto(f"{site.address}/leave")
    look(page, "leave", axe)
    page.get_by_role("button", name="Выйти", exact=True).click()
    expect(page.get_by_role("heading", name="Вы вышли")).to_be_visible()
    expect(page.locator("#copies")).to_be_visible()
    look(page, "left", axe)
    assert not axe.found
    assert stored(page) == 0
