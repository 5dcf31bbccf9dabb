"""The main job through the front door: a clerk's browser, the real processes, the ministry's spreadsheet."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gspread
import pytest
from playwright.sync_api import Browser, Page, expect

from sheets import CallBudget, open_client, read_service_account
from tests.acceptance.harness import ROOT, Installation, start_installation, stop_installation, wait_for

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
VLADIMIR, KOVROV = "17701000", "17725000"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """What `make run` starts, whole and undisturbed; at the end it has to stop cleanly."""
    started = start_installation(tmp_path_factory.mktemp("installation"))
    try:
        yield started
    finally:
        code = stop_installation(started)
    assert code == 0
    assert not list((started.data_dir / "run").glob("*.pid"))


def spreadsheet(installation: Installation) -> gspread.Spreadsheet:
    account = read_service_account(installation.data_dir / "credentials.json")
    client = open_client(account, CallBudget(reads=1000, writes=1000), base_url=installation.sheets)
    return gspread.Spreadsheet(client, {"id": (installation.data_dir / "spreadsheet_id").read_text().strip()})


def rows(installation: Installation, tab: str) -> list[list[str]]:
    values: list[list[str]] = spreadsheet(installation).worksheet(tab).get_all_values()
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
@pytest.mark.parametrize(
    ("oktmo", "javascript"),
    [pytest.param(VLADIMIR, True, id="with JavaScript"), pytest.param(KOVROV, False, id="without JavaScript")],
)
def test_a_clerk_answers_and_the_ministry_sees_it(
    installation: Installation, chromium: Browser, oktmo: str, javascript: bool
) -> None:
    context = chromium.new_context(java_script_enabled=javascript, locale="ru-RU")
    tab = context.new_page()
    receipt = fill(tab, installation.links()[oktmo])
    assert "РЕПЕТИЦИЯ" in tab.inner_text("body")
    context.close()

    wait_for(
        lambda: any(receipt in row for row in rows(installation, "Муниципалитеты")),
        30,
        "the receipt is not in the summary",
    )
    header, *answers = rows(installation, "Ответы")
    (row,) = [row for row in answers if oktmo in row]
    answer = dict(zip(header, row, strict=True))
    assert header[-1] == "ID"
    assert header[:5] == ["Приём", "Принято", "ОКТМО", "Муниципалитет", "Версия"]
    assert answer["Приём"] == receipt
    assert answer["ОКТМО"] == oktmo
    assert answer["Комментарий"] == TEXTS["comment"]
    assert answer["Ссылки на публикации"] == TEXTS["links"]
    assert re.sub(r"\D", "", answer["Зарегистрировались: педагоги"]) == "1234"

    titles = [worksheet.title for worksheet in spreadsheet(installation).worksheets()]
    assert titles == ["Свод", "Муниципалитеты", "Не сдали", "Замечания", "Динамика", "Ответы", "Журнал"]
    everything = "\n".join("\t".join(r) for title in titles for r in rows(installation, title))
    for kept_at_home in CONTACTS.values():
        assert kept_at_home not in everything
    summary = "\n".join("\t".join(r) for r in rows(installation, "Свод"))
    assert "РЕПЕТИЦИЯ" in summary
    total = f"{len(answers) * 1252:,}".replace(",", r"\s?")
    assert re.search(rf"\b{total}\b", summary), summary


def printed_command(said: Path, title: str) -> str:
    """Wait until `make run` has named the process that died; return the command that starts it again."""
    found: list[str] = []

    def named() -> bool:
        found[:] = re.findall(rf"{title}: процесс остановился .*\n *Запустить снова: (.+)\n", said.read_text())
        return bool(found)

    wait_for(named, 30, f"make run said nothing of {title}")
    return found[0]


def test_the_demo_agrees_though_each_process_is_killed_and_replaced_meanwhile(tmp_path: Path) -> None:
    installation = start_installation(tmp_path)
    demo = subprocess.Popen(
        [sys.executable, "-u", "-m", "scripts.demo"],
        env=installation.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = installation.data_dir / "run.log"
    successors: list[subprocess.Popen[bytes]] = []
    try:
        wait_for(lambda: (installation.data_dir / "demo-flagmany-2023.json").exists(), 60, "the demo sent nothing")
        for name, title in (("web", "Форма"), ("worker", "Обработчик"), ("sheets", "Таблица")):
            installation.kill(name)
            shell = ["bash", "-c", f"exec env {printed_command(said, title)}"]
            successors.append(subprocess.Popen(shell, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        words, _ = demo.communicate(timeout=300)
        assert demo.returncode == 0, words
        assert "Итоги сходятся" in words
        assert installation.process.poll() is None, said.read_text()
        shown = [row[0] for row in rows(installation, "Ответы")[1:]]
        assert len(shown) == len(set(shown))
        assert set(re.findall(r"ФО-\d{5}", words)) <= set(shown)

        again = installation.run("scripts.demo", timeout=300)
        assert again.returncode == 0, again.stdout + again.stderr
        municipalities = rows(installation, "Муниципалитеты")
        assert sum("сдан" in " ".join(row) for row in municipalities) >= 18
        assert stop_installation(installation) == 0
    finally:
        demo.kill()
        stop_installation(installation)
        for process in successors:
            process.terminate()
            process.wait(30)
