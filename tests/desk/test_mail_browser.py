"""A specialist reminds the silent ones, in a browser without JavaScript; axe finds nothing, at both widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from outbox.mails import Ending, MailState, NewMail
from tests.axe import Axe
from tests.desk.factories import SENT_AT, send, status
from tests.desk.harness import PASSWORD
from tests.desk.post import WITH_ADDRESS, site_with_addresses, work
from tests.desk.test_browser import look
from tests.webform.harness import CAMPAIGN, Site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
SILENT, REFUSED, REPORTED = WITH_ADDRESS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = site_with_addresses(tmp_path_factory.mktemp("mails"))
    with made.outbox() as outbox:
        sent = send(outbox, REPORTED)
        outbox.statuses.publish(CAMPAIGN, [status(REPORTED, "on_time", sent)])
        new = [
            NewMail(oktmo, "opening", "", urgent=False, made_by="schedule", made_at=SENT_AT, not_before=SENT_AT)
            for oktmo in (SILENT, REFUSED)
        ]
        outbox.mails.make(CAMPAIGN, new)
        (refused,) = outbox.mails.of_campaign(CAMPAIGN, oktmo=REFUSED)
        words = f"550 5.1.1 <m{REFUSED}@example.org>: Recipient address rejected"
        outbox.mails.finish(refused, Ending(MailState.REFUSED, words, f"m{REFUSED}@example.org", "Тема", "Текст"))
    yield made
    made.stop()


def test_the_silent_ones_are_reminded_with_one_press(site: Site, tab: Callable[..., Page]) -> None:
    axe = Axe()
    page = tab(360, script=False)
    seen = tab(360)  # axe needs scripts; the page that is judged has none of its own

    def judge(name: str) -> None:
        seen.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
        seen.goto(page.url)
        look(seen, name, axe)

    page.goto(f"{site.address}/desk/sign-in")
    page.get_by_label("Имя").fill("work")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Конкурс «Флагманы образования»").click()
    judge("roll-call")
    page.get_by_role("link", name="Написать молчащим").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Напоминание вручную")
    judge("preview")
    expect(page.get_by_text("Пока ничего не отправлено")).to_be_visible()
    page.get_by_text("Кому: 2 муниципалитета").click()
    expect(page.get_by_role("link", name="Александровский муниципальный район").first).to_be_visible()
    page.get_by_role("button", name="Отправить").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Новых писем: 20. Это репетиция")
    work(site)
    page.reload()
    judge("mails of a step")
    page.get_by_role("navigation", name="Отбор писем").get_by_role("link", name="Показать все виды писем").click()
    page.get_by_role("navigation", name="Отбор писем").get_by_role("link", name="сервер отказал").click()
    expect(page.locator(".letters tbody tr")).to_have_count(1)
    judge("mails")
    page.locator(".letters tbody").get_by_role("link", name="Начало приёма").click()
    judge("refused mail")
    page.get_by_role("button", name="Показать адрес").click()
    expect(page.get_by_text(f"m{REFUSED}@example.org", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Отправить ещё раз").click()
    expect(page.get_by_role("status").first).to_contain_text("напишется ещё раз")
    page.goto(f"{site.address}/desk/{CAMPAIGN}/{SILENT}/")
    judge("municipality")
    page.get_by_role("link", name="Напоминание вручную", exact=True).first.click()
    expect(page.locator(".mail .body")).to_contain_text("министерство ещё не получило")
    judge("kept mail")
    page.goto(f"{site.address}/desk/{CAMPAIGN}/mails/steps/opening?oktmo={REPORTED}")
    judge("preview for one")
    assert not axe.found, axe.found
