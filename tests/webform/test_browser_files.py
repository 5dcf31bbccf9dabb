"""Attached files in Chromium, with scripts and without, at both widths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.axe import Axe
from tests.webform.harness import Site, make_site
from tests.webform.test_accessibility import look
from tests.webform.test_browser import SEND, SUBMIT, enter, press
from tests.webform.uploads import PDF, office

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FILE = Path(__file__).with_name("attaching.yaml")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("papers"), FILE)
    made.start()
    made.read_links()
    yield made
    made.stop()


def choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})


@pytest.mark.parametrize(("script", "oktmo"), [(True, "10000001"), (False, "10000002")], ids=["script", "plain"])
def test_files_are_attached_on_a_page_of_their_own(
    papers: Site, tab: Callable[..., Page], script: bool, oktmo: str
) -> None:
    page, axe = tab(360, script=script), Axe()
    enter(page, papers, oktmo)
    page.fill("#who", "Ответственный")
    page.check("#done-no")
    press(page, SEND)
    expect(page.locator("#papers-error")).to_contain_text("Приложите хотя бы один файл")
    if script:
        look(page, "form with a file missing", axe)
    page.get_by_role("link", name="Акты проверки").click()
    expect(page.locator("#papers")).to_be_in_viewport()
    press(page, "Приложить файлы")
    expect(page.get_by_role("heading", name="Приложено: 0 из 3")).to_be_visible()
    choose(page, "очень длинное имя файла с актом проверки школ и детских садов муниципалитета.pdf", PDF)
    press(page, "Приложить")
    choose(page, "план.xlsx", office("xlsx"))
    press(page, "Приложить")
    choose(page, "не то.pdf", b"<html>")
    press(page, "Приложить")
    expect(page.locator("#file-error")).to_contain_text("По содержимому это не pdf")
    if script:
        look(page, "files with an error", axe)
        choose(page, "велик.pdf", PDF + bytes(10_000_001))
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url))
        page.get_by_role("button", name="Приложить", exact=True).click()
        expect(page.locator("#file-error")).to_contain_text("больше 10 МБ")
        assert not sent, "what is too large is not sent at all"
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("план.xlsx")).click()
    assert download.value.suggested_filename == "план.xlsx"
    press(page, "Убрать файл план.xlsx")
    expect(page.get_by_role("heading", name="Приложено: 1 из 3")).to_be_visible()
    page.get_by_role("link", name="Вернуться к отчёту").click()
    expect(page.locator("#who")).to_have_value("Ответственный")
    if script:
        look(page, "form with a file", axe)
        press(page, SEND)
    else:
        page.locator("#who").press("Enter")  # of the buttons it presses the one that leads on
        page.wait_for_load_state()
    expect(page.get_by_role("heading", name="Осталось отправить")).to_be_visible()
    if script:
        look(page, "check", axe)
    press(page, SUBMIT)
    expect(page.get_by_role("link", name=re.compile("очень длинное имя"))).to_be_visible()
    if script:
        look(page, "receipt", axe)
    assert not axe.found
