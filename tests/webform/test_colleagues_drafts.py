"""A draft goes with its own report, and by the hand of who has seen it: a colleague's newer one stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outbox.records import Draft
from tests.webform.client import Clerk, report
from tests.webform.sites import CAMPAIGN, Site
from tests.webform.test_browser import SEND, SUBMIT, enter, fill, press

Tab = Callable[..., Page]
SAVE = "Сохранить черновик"
BACK = "Вернуться и исправить"


def draft_of(site: Site, oktmo: str) -> Draft | None:
    with site.outbox() as store:
        return store.drafts.get(CAMPAIGN, oktmo)


def informed(site: Site, oktmo: str) -> list[object]:
    """What each version says of those who were informed."""
    with site.outbox() as store:
        return [one.answers["informed"] for one in store.submissions.versions(CAMPAIGN, oktmo)]


def save_other(site: Site, oktmo: str, **changes: str | list[str] | None) -> Clerk:
    """A colleague opens the form in another browser, changes it, saves the draft and goes."""
    colleague = Clerk(site.address)
    saved = colleague.send(colleague.enter(site.links[oktmo]), changes, button=SAVE)
    assert "Черновик сохранён" in saved.ids["main"]
    return colleague


def test_sending_from_an_older_check_leaves_a_colleagues_draft(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    check = clerk.send(clerk.enter(site.links[oktmo]), report(informed="500"))
    colleague = save_other(site, oktmo, informed="999", comment="Уточнили")
    assert clerk.send(check).path.endswith("/receipts/1")
    assert informed(site, oktmo) == [500]
    assert "Есть черновик" in clerk.get(f"/reports/{oktmo}/").ids["main"]

    form = colleague.get(f"/reports/{oktmo}/form")
    assert colleague.field(form, "informed") == "999"
    both = colleague.send(form)
    assert both.path == f"/reports/{oktmo}/check"
    assert both.status == 409
    assert "500" in both.ids["main"]
    assert "999" in both.ids["main"]
    assert "Уточнили" in both.ids["main"]
    assert colleague.send(colleague.send(both)).path.endswith("/receipts/2")
    assert informed(site, oktmo) == [500, 999]
    assert draft_of(site, oktmo) is None


def test_no_report_leaves_its_own_draft_behind(site: Site, oktmo: str) -> None:
    """Saved by the button, checked with a mistake, opened anew at every step, edited, checked twice, sent twice."""
    clerk = Clerk(site.address)
    path = f"/reports/{oktmo}"
    clerk.send(clerk.enter(site.links[oktmo]), report(informed="много"), button=SAVE)
    mistaken = clerk.send(clerk.get(f"{path}/form"))
    assert "informed" in mistaken.errors
    again = clerk.get(f"{path}/form?checked")
    check = clerk.send(again, {"informed": "500"})
    check = clerk.get(check.path)
    form = clerk.send(check, button=BACK)
    check = clerk.send(form)
    check = clerk.get(check.path)
    assert clerk.send(check).path == f"{path}/receipts/1"
    assert draft_of(site, oktmo) is None
    assert clerk.send(check).path == f"{path}/receipts/1"
    assert draft_of(site, oktmo) is None

    clerk.send(clerk.get(f"{path}/form"), {"informed": "600"}, button=SAVE)
    clerk.send(clerk.get(f"{path}/form"))
    assert clerk.send(clerk.get(f"{path}/check")).path == f"{path}/receipts/2"
    assert draft_of(site, oktmo) is None


def test_what_a_draft_cannot_keep_exactly_leaves_none_behind(site: Site, oktmo: str) -> None:
    """The form comes back at once, without a redirect, under its own key and not the draft's."""
    clerk = Clerk(site.address)
    clerk.send(clerk.enter(site.links[oktmo]), report(), button=SAVE)
    refused = clerk.send(clerk.get(f"/reports/{oktmo}/form"), {"comment": "До\x0bпосле"})
    assert "comment" in refused.errors
    assert clerk.send(clerk.send(refused, {"comment": "До и после"})).path.endswith("/receipts/1")
    assert draft_of(site, oktmo) is None


def test_the_same_report_from_two_windows_leaves_no_draft(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    one, other = clerk.enter(site.links[oktmo]), clerk.get(f"/reports/{oktmo}/form")
    checks = [clerk.send(one, report()), clerk.send(other, report())]
    assert [clerk.send(check).path for check in checks] == [f"/reports/{oktmo}/receipts/1"] * 2
    assert draft_of(site, oktmo) is None


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_on_the_usual_ways_no_draft_is_left(site: Site, oktmo: str, tab: Tab, script: bool) -> None:
    """Reload, the page's and the browser's way back, a change, the button of the draft."""
    page = tab(script=script)
    enter(page, site, oktmo)
    fill(page, informed="500")
    if script:
        expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    press(page, SEND)
    page.reload()
    press(page, BACK)
    page.reload()
    page.fill("#informed", "600")
    press(page, SAVE)
    press(page, SEND)
    page.go_back()
    page.wait_for_load_state()
    page.fill("#informed", "700")
    if script:
        expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    press(page, SEND)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Проверьте ответы")
    press(page, SUBMIT)
    page.wait_for_url("**/receipts/1")
    assert informed(site, oktmo) == [700]
    assert draft_of(site, oktmo) is None


@pytest.mark.browser
def test_a_colleagues_draft_saved_by_the_script_stays(site: Site, oktmo: str, tab: Tab) -> None:
    page, colleague = tab(), tab(360)
    enter(page, site, oktmo)
    fill(page, informed="500")
    press(page, SEND)
    enter(colleague, site, oktmo)
    colleague.fill("#informed", "999")
    expect(colleague.locator("#draft-state")).to_contain_text("Черновик сохранён")
    press(page, SUBMIT)
    page.wait_for_url("**/receipts/1")
    draft = draft_of(site, oktmo)
    assert draft is not None
    assert (draft.typed["informed"], draft.base_version) == ("999", 0)
    press(colleague, SEND)
    expect(colleague.get_by_role("heading", level=1)).to_contain_text("пришла другая версия")
