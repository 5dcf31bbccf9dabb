"""The main job through the front door: a clerk's browser, the real processes, the ministry's spreadsheet."""

from __future__ import annotations

import re
import subprocess
import sys

import gspread
import pytest
from playwright.sync_api import Browser, Page, expect

from sheets import CallBudget, open_client, read_service_account
from tests.acceptance.harness import ROOT, Stand, stop_stand, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FIGURES = {
    "registered_college_students": "12",
    "registered_university_students": "0",
    "registered_school_heads": "3",
    "registered_teachers": "1 234",
    "registered_local_heads": "1",
    "registered_local_staff": "2",
    "informed": "5 000",
    "events": "4",
    "site_publications": "2",
    "media_publications": "0",
    "social_publications": "7",
}
CONTACTS = {
    "contact_name": "Ответственный Отдела Образования",
    "contact_post": "методист отдела образования",
    "contact_phone": "8 (4922) 11-22-33",
    "contact_email": "only-at-home@example.org",
}
TEXTS = {"links": "https://example.org/news/1\nhttps://example.org/news/2", "comment": "=IMPORTXML(1) <b>и текст</b>"}
VLADIMIR = "17701000"


def spreadsheet(stand: Stand) -> gspread.Spreadsheet:
    account = read_service_account(stand.data_dir / "credentials.json")
    client = open_client(account, CallBudget(reads=1000, writes=1000), base_url=stand.sheets)
    return gspread.Spreadsheet(client, {"id": (stand.data_dir / "spreadsheet_id").read_text().strip()})


def rows(stand: Stand, tab: str) -> list[list[str]]:
    values: list[list[str]] = spreadsheet(stand).worksheet(tab).get_all_values()
    return values


def fill(page: Page, link: str) -> str:
    """From the link to the receipt, as a clerk does; gives the receipt's number."""
    page.goto(link)
    page.get_by_role("button", name="Открыть форму").click()
    for name, value in {**FIGURES, **CONTACTS, **TEXTS}.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_label("Педагогические работники", exact=True).last.check()
    page.get_by_role("button", name="Далее: проверить ответы").click()
    page.get_by_role("button", name="Отправить отчёт").first.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(re.compile(r"ФО-\d{5}"))
    found = re.search(r"ФО-\d{5}", heading.inner_text())
    assert found
    return found.group()


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_clerk_answers_and_the_ministry_sees_it(stand: Stand, chromium: Browser, javascript: bool) -> None:
    context = chromium.new_context(java_script_enabled=javascript, locale="ru-RU")
    tab = context.new_page()
    receipt = fill(tab, stand.links()[VLADIMIR])
    assert "РЕПЕТИЦИЯ" in tab.inner_text("body")

    wait_for(
        lambda: any(receipt in row for row in rows(stand, "Муниципалитеты")), 30, "the receipt is not in the summary"
    )
    header, *answers = rows(stand, "Ответы")
    (row,) = answers
    answer = dict(zip(header, row, strict=True))
    assert header[-1] == "ID"
    assert header[:5] == ["Приём", "Принято", "ОКТМО", "Муниципалитет", "Версия"]
    assert answer["Приём"] == receipt
    assert answer["ОКТМО"] == VLADIMIR
    assert answer["Комментарий"] == TEXTS["comment"]
    assert answer["Ссылки на публикации"] == TEXTS["links"]
    assert re.sub(r"\D", "", answer["Зарегистрировались: педагоги"]) == "1234"

    titles = [worksheet.title for worksheet in spreadsheet(stand).worksheets()]
    assert titles == ["Свод", "Муниципалитеты", "Не сдали", "Замечания", "Динамика", "Ответы", "Журнал"]
    everything = "\n".join("\t".join(r) for title in titles for r in rows(stand, title))
    for kept_at_home in CONTACTS.values():
        assert kept_at_home not in everything
    summary = "\n".join("\t".join(r) for r in rows(stand, "Свод"))
    assert "РЕПЕТИЦИЯ" in summary
    assert re.search(r"1\s?252", summary), summary


def test_the_demo_agrees_though_the_worker_is_killed_meanwhile(stand: Stand) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-u", "-m", "scripts.demo"],
        env=stand.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert demo.stdout is not None
    said = []
    replacement: subprocess.Popen[bytes] | None = None
    for line in demo.stdout:
        said.append(line)
        if "квитанция" in line and len(said) == 10:
            stand.kill("worker")
            replacement = stand.start_worker()
    try:
        assert demo.wait(300) == 0, "".join(said)
        assert replacement is not None
        assert replacement.poll() is None
        assert "Итоги сходятся" in "".join(said)
        receipts = re.findall(r"ФО-\d{5}", "".join(said))
        shown = [row[0] for row in rows(stand, "Ответы")[1:]]
        assert len(shown) == len(set(shown))
        assert set(receipts) <= set(shown)
        assert "остановился" in (stand.data_dir / "run.log").read_text()

        again = stand.run("scripts.demo", timeout=300)
        assert again.returncode == 0, again.stdout + again.stderr
        municipalities = rows(stand, "Муниципалитеты")
        assert sum("сдан" in " ".join(row) for row in municipalities) >= 18
    finally:
        if replacement is not None:
            replacement.terminate()
            replacement.wait(30)


def test_make_run_ends_cleanly(stand: Stand) -> None:
    assert stop_stand(stand) == 0
    for name in ("web", "worker", "sheets"):
        assert not (stand.data_dir / "run" / f"{name}.pid").exists()
