"""A tick for personal data in free text holds for what was found when it was set, and for nothing that comes later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page as Tab

from tests.webform.clerk import Clerk, Page, report
from tests.webform.harness import CAMPAIGN, REPORTS, Site

TICK = "confirm:personal_data:comment"
OFFICE = "Почта отдела otdel@example.org"
PERSON = "Специалист, 8 900 000-00-00, личная почта ya@example.org"


def asked(clerk: Clerk, link: str, comment: str) -> Page:
    """The form that asks about the comment."""
    page = clerk.send(clerk.enter(link), report(comment=comment))
    assert TICK in page.form.names
    assert not page.errors, "asked for the first time"
    return page


def ticked(page: Page) -> dict[str, str | list[str] | None]:
    return {TICK: page.form.choices[TICK]}


def words(page: Page) -> str:
    return page.ids[f"{TICK}-question"]


def test_everything_that_was_found_is_named(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = asked(clerk, site.links[oktmo], f"{PERSON}; 8 (4922) 00-00-00; ещё раз ya@example.org")
    assert "адрес электронной почты «ya@example.org» и номера телефонов" in words(page)
    assert "«8 900 000-00-00», «8 (4922) 00-00-00»" in words(page)
    assert words(page).count("ya@example.org") == 1


def test_a_tick_does_not_hold_for_what_comes_later(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = asked(clerk, site.links[oktmo], OFFICE)
    again = clerk.send(page, ticked(page) | {"comment": PERSON})
    assert again.title.startswith("Нужно подтверждение:"), "a question, and no mistake of the clerk's"
    assert "8 900 000-00-00" in words(again)
    assert "otdel@example.org" not in words(again)
    assert clerk.field(again, TICK) is None, "not ticked"
    missed = clerk.send(again)
    assert "Поставьте отметку, если это не личные данные" in missed.error(TICK)
    check = clerk.send(missed, ticked(missed))
    assert "Осталось отправить" in check.title
    assert clerk.send(check).path.endswith("/receipts/1")
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
    assert kept is not None
    assert kept.reasons["personal_data:comment"] == "Подтверждено"


def test_a_tick_beside_a_reason_is_announced_as_before(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = clerk.send(clerk.enter(site.links[oktmo]), report(comment=OFFICE, informed="5"))
    assert page.title.startswith("Нужно пояснение:")
    assert page.ids["summary-title"] == "Проверьте ответы: что-то не сходится"


def test_a_tick_alone_beside_an_error(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = clerk.send(clerk.enter(site.links[oktmo]), report(comment=OFFICE, events="много"))
    assert page.title.startswith("Ошибка:")
    assert "Кроме того, исправьте или подтвердите:" in page.text


def test_a_tick_holds_as_long_as_the_same_is_found(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = asked(clerk, site.links[oktmo], OFFICE)
    check = clerk.send(page, ticked(page) | {"comment": f"{OFFICE}. Провели встречи.\r\nЕщё раз: otdel@example.org"})
    assert "Осталось отправить" in check.title


def test_a_tick_that_no_longer_fits_does_not_send(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = asked(clerk, site.links[oktmo], OFFICE)
    check = clerk.send(page, ticked(page))
    stopped = clerk.send(check, {"comment": PERSON})
    assert TICK in stopped.form.names
    for claimed in ("yes", "on", "0" * 16):
        stopped = clerk.send(stopped, {TICK: claimed})
        assert TICK in stopped.form.names
        assert clerk.field(stopped, TICK) is None
    with site.outbox() as store:
        assert store.submissions.latest(CAMPAIGN, oktmo) is None


def test_a_draft_that_comes_back_keeps_a_tick_that_fits_and_no_other(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = asked(clerk, site.links[oktmo], OFFICE)
    clerk.send(page, ticked(page), button="Сохранить черновик")
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert clerk.field(form, TICK) == page.form.choices[TICK][0]
    clerk.send(form, {"comment": PERSON}, button="Сохранить черновик")
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert clerk.field(form, "comment") == PERSON
    assert clerk.field(form, TICK) is None
    assert "8 900 000-00-00" in words(form)
    assert not form.errors, "a draft that is taken up again is not called wrong"


def test_a_reason_is_asked_about_in_the_same_way(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    reason = "reason:publications_without_link"
    tick = f"confirm:personal_data:{reason}"
    page = clerk.send(clerk.enter(site.links[oktmo]), report(links=""))
    page = clerk.send(page, {reason: OFFICE})
    fits: dict[str, str | list[str] | None] = {tick: page.form.choices[tick]}
    again = clerk.send(page, fits | {reason: f"{OFFICE}, 8 900 000-00-00"})
    assert "номер телефона «8 900 000-00-00»" in again.ids[f"{tick}-question"]
    assert clerk.field(again, tick) is None
    assert "Осталось отправить" in clerk.send(again, fits | {reason: OFFICE}).title


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_in_a_browser(site: Site, oktmo: str, tab: Callable[..., Tab], width: int, script: bool) -> None:
    clerk = Clerk(site.address)
    asked(clerk, site.links[oktmo], OFFICE)
    page = tab(width, script=script)
    page.goto(site.links[oktmo])
    page.get_by_role("button").click()
    page.get_by_role("button", name="Далее: проверить ответы").click()
    box = page.get_by_label("Это не личные данные")
    box.check()
    page.get_by_label("Комментарий").fill(PERSON)
    page.get_by_role("button", name="Далее: проверить ответы").click()
    page.get_by_text("Проверьте и подтвердите").wait_for()
    assert not box.is_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box.check()
    page.get_by_role("button", name="Далее: проверить ответы").click()
    page.get_by_role("button", name="Отправить отчёт").first.wait_for()
