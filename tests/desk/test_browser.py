"""A specialist's first visit, in a browser without JavaScript; axe finds nothing on any page, at both widths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from outbox.records import Correction, DayFigures, Draft, SheetPlace
from outbox.ticket_key import make_ticket_key
from tests.axe import Axe
from tests.desk.factories import ANSWERS, REMARK, SENT_AT, send, status
from tests.desk.harness import PASSWORD, svod
from tests.webform.harness import CAMPAIGN, Site
from tests.webform.test_browser import no_sideways

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", autouse=True)
def reports(site: Site) -> None:
    with site.outbox() as outbox:
        send(outbox, "17605000")
        latest = send(outbox, "17605000", {**ANSWERS, "informed": 900}, base=1, late=True)
        corrections = (Correction("informed", 900, 880),)
        remarks = (replace(REMARK, key="З-9WSF94"), replace(REMARK, key="З-ABCDEF"), replace(REMARK, accepted=True))
        one = status("17605000", "late", latest, corrections=corrections, remarks=remarks)
        outbox.statuses.publish(CAMPAIGN, [one, status("17610000", "excluded")])
        outbox.remark_decisions.accept(CAMPAIGN, "17605000", "З-ABCDEF", comment="Верно", who="read", at=SENT_AT)
        outbox.sheet_places.keep(
            CAMPAIGN, SheetPlace("https://example.org/edit", 5, {"17605000": 7}, {"17605000": "Ждём"})
        )
        days = [DayFigures(date(2023, 5, 25), 1, Decimal(20)), DayFigures(date(2023, 5, 26), 1, Decimal(23))]
        outbox.daily.keep(CAMPAIGN, days)
        outbox.drafts.save(Draft(CAMPAIGN, "17625000", "draft", {"informed": "5"}, 0, SENT_AT))


def look(page: Page, name: str, axe: Axe) -> None:
    """Look at the page at both widths, and at its colours in the dark."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        axe.judge(page, f"{name} at {width}")
        no_sideways(page)
    page.emulate_media(color_scheme="dark")
    axe.judge_contrast(page, f"{name} in the dark")
    page.emulate_media(color_scheme="light")


def test_a_specialists_first_visit(site: Site, tab: Callable[..., Page]) -> None:
    """By keyboard where keys matter, and by what is written on the page alone."""
    link = svod(site, "staff", "add", "Специалист отдела", "--role", "work", "--link").stdout.split()[-1]
    page = tab(360, script=False)
    page.goto(link)
    page.get_by_role("button", name="Войти").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Кампании")
    page.get_by_role("link", name="Специалист отдела").click()
    page.get_by_label("Новый пароль", exact=True).fill(PASSWORD)
    page.get_by_label("Новый пароль ещё раз").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Пароль задан")
    page.get_by_role("link", name="Стол министерства").click()
    page.get_by_role("link", name="Конкурс «Флагманы образования»").click()
    expect(page.get_by_text("Отчитались 1 из 21")).to_be_visible()
    narrow = page.get_by_role("link", name="Муниципалитет, ОКТМО")
    narrow.focus()
    expect(narrow).to_be_in_viewport()  # on a phone the titles of the columns go on sorting
    narrow.press("Enter")
    expect(page.locator(".roll tbody tr").first).to_contain_text("Александровский")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="сдан с опозданием").click()
    expect(page.locator(".roll tbody tr")).to_have_count(1)
    page.get_by_label("Название или ОКТМО").fill("александр")
    page.keyboard.press("Enter")
    expect(page.locator(".roll tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Показать контакты").click()
    expect(page.get_by_role("link", name="8 (4922) 11-22-33")).to_have_attribute("href", "tel:84922112233")
    page.get_by_role("link", name="Александровский").click()
    page.get_by_role("button", name="Показать контакты").click()
    expect(page.get_by_text("Этот просмотр записан в журнал")).to_be_visible()
    page.get_by_label("До какого времени").fill("завтра")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Нужно так: 30.05.2023 23:59")
    page.get_by_label("До какого времени").fill("02.06.2023 18:00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Срок продлён")
    page.get_by_text("Принять замечание З-9WSF94…").press("Enter")
    page.get_by_label("Комментарий, если нужен").first.fill("Звонить 8 (4922) 11-22-33")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("В комментарии номер телефона")
    expect(page.get_by_role("alert")).to_be_in_viewport()  # far down the page, and no script scrolls there
    page.get_by_label("Комментарий, если нужен").first.fill("Сверено")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Замечание принято")
    expect(page.get_by_text("Принято на столе").first).to_be_visible()
    page.get_by_role("button", name="Отменить принятие замечания З-9WSF94").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Принятие отменено")
    page.get_by_text("Выдать новую ссылку…").click()
    page.get_by_role("button", name="Выдать новую ссылку").click()
    expect(page.get_by_role("status").first).to_contain_text("Новая ссылка выдана")
    page.get_by_role("button", name="Показать ссылку и QR-код").click()
    expect(page.get_by_role("img", name="QR-код этой ссылки")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Квитанция ФО-00002").click()
    assert download.value.suggested_filename == "ФО-00002.pdf"
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF").click()
    assert download.value.suggested_filename == "Ответ 17605000.pdf"
    page.get_by_role("button", name="Выйти").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Вход для сотрудников")


def test_axe_finds_nothing(site: Site, tab: Callable[..., Page]) -> None:
    axe = Axe()
    page = tab(360)

    def see(name: str, path: str) -> None:
        page.goto(f"{site.address}/desk{path}")
        look(page, name, axe)

    def press(name: str) -> None:
        page.get_by_role("button", name=name).first.click()
        look(page, name, axe)

    see("sign in", "/sign-in")
    page.fill("#name", "administer")
    page.fill("#password", "не тот пароль")
    press("Войти")
    see("used link", "/link/x")
    page.goto(svod(site, "staff", "link", "administer", "--bare").stdout.strip())
    look(page, "link", axe)
    page.get_by_role("button", name="Войти").click()
    see("campaigns", "/")
    see("account", "/account")
    page.fill("#new", "короткий")
    page.fill("#again", "короткий")
    press("Сменить пароль")
    see("journal", "/journal")
    see("not found", "/nothing")
    see("roll-call", f"/{CAMPAIGN}/?sort=-total")
    see("nobody found", f"/{CAMPAIGN}/?q=никого")
    see("roll-call again", f"/{CAMPAIGN}/")
    press("Показать контакты")
    place = f"/{CAMPAIGN}/17605000/"
    see("municipality", place)
    press("Показать контакты")
    press("Показать ссылку и QR-код")
    page.fill("#until", "завтра")
    press("Продлить")
    page.locator("summary").evaluate_all("all => all.forEach(one => one.parentElement.open = true)")
    look(page, "opened", axe)
    press("Отозвать ссылку")
    see("silent", f"/{CAMPAIGN}/17701000/")
    see("restore", f"/{CAMPAIGN}/restore")
    page.get_by_label("один отчёт").check()
    press("Показать, что будет сделано")
    page.get_by_label("всё, что пропало").check()
    press("Показать, что будет сделано")
    with site.outbox() as outbox:
        outbox.restore_requests.move(CAMPAIGN, 1, ["asked"], "shown", ["«Охвачено»: пустых ячеек будет заполнено — 5."])
    see("restore shown", f"/{CAMPAIGN}/restore")
    press("Выполнить")
    for state in ("done", "failed"):
        with site.outbox() as outbox:
            outbox.restore_requests.move(CAMPAIGN, 1, ["confirmed", "done"], state)
        see(f"restore {state}", f"/{CAMPAIGN}/restore")
    make_ticket_key(site.environ)
    page.route("**/sheet.js", lambda route: route.fulfill(body=""))
    see("roll-call with an embedded spreadsheet", f"/{CAMPAIGN}/")
    press("Открыть таблицу")
    svod(site, "staff", "totp", "administer")
    page.goto(f"{site.address}/desk/sign-in")
    page.fill("#name", "administer")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Войти").click()
    look(page, "code", axe)
    page.fill("#code", "000000")
    press("Войти")
    assert not axe.found, axe.found
