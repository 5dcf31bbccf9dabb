"""An administrator's first day: an account, its second factor, the mail server, the opening mail with an address."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.desk.harness import PASSWORD, svod
from tests.desk.post import WITH_ADDRESS, site_with_addresses, work
from tests.letters.mail_server import mail_server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
NAME = "Администратор отдела"


def test_an_administrators_first_day(tmp_path_factory: pytest.TempPathFactory, tab: Callable[..., Page]) -> None:
    """By commands where the guide has one, else by keyboard and by what is written on the page, without JavaScript."""
    with mail_server() as server:
        environ = {"SMTP_URL": f"smtp://127.0.0.1:{server.port}", "MAIL_FROM": "Министерство <svod@example.org>"}
        site = site_with_addresses(tmp_path_factory.mktemp("first"), rehearsal=False, **environ)
        try:
            site.read_links()
            link = svod(site, "staff", "add", NAME, "--role", "administer", "--link").stdout.split()[-1]
            page = tab(360, script=False)
            page.goto(link)
            page.get_by_role("button", name="Войти").press("Enter")
            page.get_by_role("link", name=NAME).click()
            page.get_by_label("Новый пароль", exact=True).fill(PASSWORD)
            page.get_by_label("Новый пароль ещё раз").fill(PASSWORD)
            page.keyboard.press("Enter")
            expect(page.get_by_role("status")).to_contain_text("Пароль задан")

            secret = re.search(r"Ключ для приложения с кодами: (\w+)", svod(site, "staff", "totp", NAME).stdout)
            assert secret is not None
            page.goto(f"{site.address}/desk/")
            expect(page.get_by_role("heading", level=1)).to_have_text("Вход для сотрудников")
            page.get_by_label("Имя").fill(NAME)
            page.get_by_label("Пароль").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.get_by_label("Код").fill(pyotp.TOTP(secret[1]).at(time.time()))
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", level=1)).to_have_text("Кампании")

            svod(site, "mail", "test", "svod@example.org")
            ((_, to, _),) = server.mailbox.received
            assert to == "svod@example.org"

            page.get_by_role("link", name="Конкурс «Флагманы образования»").click()
            page.get_by_role("link", name="Письма", exact=True).click()
            page.get_by_role("link", name="Начало приёма").first.click()
            expect(page.get_by_text("Пока ничего не отправлено")).to_be_visible()
            page.get_by_role("button", name="Отправить").press("Enter")
            expect(page.get_by_role("status").first).to_contain_text("Новых писем: 21")
            page.go_back()
            page.get_by_role("button", name="Отправить").press("Enter")  # a second press makes no second mail
            work(site)
            opened = {to: content for _, to, content in server.mailbox.received[1:]}
            assert len(server.mailbox.received) == 1 + len(WITH_ADDRESS)
            assert set(opened) == {f"m{oktmo}@example.org" for oktmo in WITH_ADDRESS}

            letter = message_from_bytes(opened[f"m{WITH_ADDRESS[0]}@example.org"], policy=default)
            body = letter.get_body(("plain",))
            assert body is not None
            (address,) = set(re.findall(r"https?://\S+/m/[\w-]+", body.get_content()))
            assert address == site.links[WITH_ADDRESS[0]]
            clerk = tab(360, script=False)
            clerk.goto(address)
            expect(clerk.get_by_text("Отчёт Александровского муниципального района")).to_be_visible()

            page.goto(f"{site.address}/desk/journal")
            for act in ("создана учётная запись", f"включён код для «{NAME}»"):
                expect(page.locator("main")).to_contain_text(act)
            svod(site, "staff", "remove", NAME)
            page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_text("Вход для сотрудников")
        finally:
            site.stop()
