"""A draft goes with its own report, and by the hand of who has seen it: a colleague's newer one stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outbox.records import Draft
from tests.axe import Axe
from tests.outbox.factories import report as new_report
from tests.webform.clerk import Clerk, report
from tests.webform.clerk import Page as Answer
from tests.webform.harness import CAMPAIGN, REPORTS, Site
from tests.webform.test_browser import SEND, SUBMIT, enter, fill, no_sideways, press

pytestmark = pytest.mark.slow

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
    assert "Есть черновик" in clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]

    form = colleague.get(f"{REPORTS}/{oktmo}/form")
    assert colleague.field(form, "informed") == "999"
    both = colleague.send(form)
    assert both.path == f"{REPORTS}/{oktmo}/check"
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
    path = f"{REPORTS}/{oktmo}"
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
    refused = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {"comment": "До\x01после"})
    assert "comment" in refused.errors
    assert clerk.send(clerk.send(refused, {"comment": "До и после"})).path.endswith("/receipts/1")
    assert draft_of(site, oktmo) is None


def test_the_same_report_from_two_windows_leaves_no_draft(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    one, other = clerk.enter(site.links[oktmo]), clerk.get(f"{REPORTS}/{oktmo}/form")
    checks = [clerk.send(one, report()), clerk.send(other, report())]
    assert [clerk.send(check).path for check in checks] == [f"{REPORTS}/{oktmo}/receipts/1"] * 2
    assert draft_of(site, oktmo) is None


def test_the_question_whether_to_delete_is_asked_anew_of_another_draft(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    clerk.send(clerk.enter(site.links[oktmo]), report(), button=SAVE)
    asked = clerk.get(f"{REPORTS}/{oktmo}/draft/delete")
    colleague = save_other(site, oktmo, comment="Слова коллеги")
    anew = clerk.send(asked)
    assert anew.status == 409
    assert "Черновик не удалён." in anew.ids["main"]
    assert "Удалить черновик от" in anew.ids["main"]
    draft = draft_of(site, oktmo)
    assert draft is not None
    assert draft.typed["comment"] == "Слова коллеги"
    # The same form goes on too: its key stays, its time does not.
    again = clerk.get(f"{REPORTS}/{oktmo}/draft/delete")
    form = colleague.page
    assert form is not None
    colleague.send(colleague.send(form, {"comment": "Раз"}), button=BACK)
    assert clerk.send(again).status == 409
    gone = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/draft/delete"))
    assert gone.path == f"{REPORTS}/{oktmo}/"
    assert draft_of(site, oktmo) is None
    assert clerk.send(again).path == f"{REPORTS}/{oktmo}/", "there is nothing to ask about"


def test_a_question_that_names_no_draft_deletes_none(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    clerk.send(clerk.enter(site.links[oktmo]), report(), button=SAVE)
    asked = clerk.get(f"{REPORTS}/{oktmo}/draft/delete")
    for changes in (
        {"draft_key": None, "draft_at": None},
        {"draft_at": None},
        {"draft_at": "вчера"},
        {"draft_key": "none"},
    ):
        clerk.send(asked, dict(changes))
        assert draft_of(site, oktmo) is not None


def choosing(site: Site, oktmo: str, *, over: str) -> tuple[Clerk, Answer]:
    """Two people, and the second's page with both versions, at its check or at its sending."""
    first, second = Clerk(site.address), Clerk(site.address)
    one, other = first.enter(site.links[oktmo]), second.enter(site.links[oktmo])
    check = first.send(one, report(informed="2 000"))
    refused = second.send(other, report(informed="3 000", comment="Первая\r\nвторая"))
    assert refused.status == 409
    mine = second.send(refused)
    first.send(check)
    page = second.get(f"{REPORTS}/{oktmo}/check") if over == "check" else second.send(mine)
    assert page.status == 409
    return second, page


@pytest.mark.parametrize("over", ["check", "sending"])
def test_leaving_the_other_version_deletes_ones_own_draft(site: Site, oktmo: str, over: str) -> None:
    clerk, both = choosing(site, oktmo, over=over)
    assert draft_of(site, oktmo) is not None
    assert clerk.send(both, button="Оставить версию 1, мою удалить").path == f"{REPORTS}/{oktmo}/"
    assert draft_of(site, oktmo) is None


@pytest.mark.parametrize("over", ["check", "sending"])
def test_leaving_the_other_version_leaves_a_correction_begun_since(site: Site, oktmo: str, over: str) -> None:
    clerk, both = choosing(site, oktmo, over=over)
    save_other(site, oktmo, comment="Исправляем версию 1")
    home = clerk.send(both, button="Оставить версию 1, мою удалить")
    assert home.path == f"{REPORTS}/{oktmo}/"
    assert "Есть черновик" in home.ids["main"]
    draft = draft_of(site, oktmo)
    assert draft is not None
    assert draft.typed["comment"] == "Исправляем версию 1"


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
    expect(page.get_by_role("heading", level=1)).to_contain_text("Осталось отправить")
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


@pytest.mark.browser
def test_a_choice_knows_the_draft_that_the_script_saved(site: Site, oktmo: str, tab: Tab) -> None:
    """Its line breaks are others than those that a button sends."""
    page = tab()
    enter(page, site, oktmo)
    fill(page, comment="Первая\nвторая")
    expect(page.locator("#draft-state")).to_contain_text("Черновик сохранён")
    with site.outbox() as store:
        store.submissions.submit(new_report(oktmo, key="another-form", campaign=CAMPAIGN, answers={"informed": 7}))
    page.goto(f"{site.address}{REPORTS}/{oktmo}/check")
    expect(page.get_by_role("heading", level=1)).to_contain_text("пришла другая версия")
    press(page, "Оставить версию 1, мою удалить")
    assert draft_of(site, oktmo) is None


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_question_asked_anew_leads_to_the_draft(site: Site, oktmo: str, tab: Tab, script: bool) -> None:
    save_other(site, oktmo, comment="Раз")
    page = tab(360, script=script)
    enter(page, site, oktmo)
    page.goto(f"{site.address}{REPORTS}/{oktmo}/draft/delete")
    save_other(site, oktmo, comment="Два")
    press(page, "Удалить черновик")
    expect(page.get_by_role("alert")).to_contain_text("Черновик не удалён.")
    no_sideways(page)
    if script:
        axe = Axe()
        axe.judge(page, "the question")
        assert not axe.found
    page.get_by_role("link", name="Посмотрите черновик").click()
    expect(page.locator("#comment")).to_have_value("Два")


def test_taking_ones_own_version_replaces_no_draft_unasked(site: Site, oktmo: str) -> None:
    """The choice between versions shows two; a colleague's draft of a third is saved before it came."""
    clerk, colleague = Clerk(site.address), Clerk(site.address)
    check = clerk.send(clerk.enter(site.links[oktmo]), report(informed="800"))
    theirs = colleague.send(colleague.enter(site.links[oktmo]), report(informed="700"))
    assert colleague.send(theirs).path.endswith("/receipts/1")
    save_other(site, oktmo, informed="999")
    both = clerk.send(check)
    assert (both.status, "Далее с моей версией" in both.text) == (409, True)
    refused = clerk.send(both)
    assert refused.status == 409
    assert "сохранили в другом окне" in refused.ids["main"]
    kept = draft_of(site, oktmo)
    assert kept is not None
    assert kept.typed["informed"] == "999"
    assert clerk.send(clerk.send(refused)).path.endswith("/receipts/2")
    assert informed(site, oktmo) == [700, 800]
