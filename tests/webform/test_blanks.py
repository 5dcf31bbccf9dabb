"""The report in Excel: a blank is taken, filled in, given back, checked and sent. It replaces nothing unasked."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page, expect

from campaign import load_campaign
from campaign.blank import layout_of
from tests.axe import Axe
from tests.campaign.blanks import RELEVANT, filled
from tests.webform.clerk import GOOD, Clerk, report
from tests.webform.clerk import Page as Answer
from tests.webform.harness import CAMPAIGN, REPORTS, ROOT, Site, make_site
from tests.webform.test_accessibility import look
from tests.webform.test_browser import SUBMIT, press
from tests.webform.test_colleagues_drafts import draft_of, informed, save_other
from tests.webform.test_versions import publish_status

pytestmark = pytest.mark.slow

MAIN = load_campaign(ROOT / "config.yaml")
CELLS = layout_of(MAIN).first_cells
ANSWERS: dict[str, object] = {
    **{name: value for name, value in GOOD.items() if isinstance(value, str) and not value.isdigit()},
    **{name: int(value) for name, value in GOOD.items() if isinstance(value, str) and value.isdigit()},
    "informed": 1234,
    "audiences=teachers": "да",
    "audiences=parents": "да",
    "links": "https://example.org/news/1\nhttps://example.org/news/2",
}
"""The same report as GOOD, as it stands in cells."""


def blank_of(clerk: Clerk, oktmo: str, campaign: str = CAMPAIGN) -> bytes:
    content, headers = clerk.fetch(f"/reports/{campaign}/{oktmo}/blank.xlsx")
    assert headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert headers["Content-Disposition"].startswith("attachment; filename")
    return content


def values(content: bytes) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Отчёт"]
    return {name: sheet[place].value for name, place in CELLS.items() if sheet[place].value is not None}


def give(clerk: Clerk, oktmo: str, content: bytes, campaign: str = CAMPAIGN) -> Answer:
    page = clerk.get(f"/reports/{campaign}/{oktmo}/blank")
    assert page.status == 200
    return clerk.give(page, "blank", content)


def fill_in(blank: bytes, **changes: object) -> bytes:
    return filled(blank, MAIN, {**ANSWERS, **changes})


@pytest.fixture
def clerk(site: Site, oktmo: str) -> Clerk:
    clerk = Clerk(site.address)
    clerk.enter(site.links[oktmo])
    return clerk


def test_a_filled_blank_is_checked_and_sent(site: Site, oktmo: str, clerk: Clerk) -> None:
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert "Скачать бланк Excel" in form.text
    check = give(clerk, oktmo, fill_in(blank_of(clerk, oktmo)))
    assert (check.status, check.path) == (200, f"{REPORTS}/{oktmo}/check")
    assert informed(site, oktmo) == [], "nothing is sent by itself"
    assert clerk.send(check).path.endswith("/receipts/1")

    other = next(name for name in site.links if name > oktmo)
    by_form = Clerk(site.address)
    by_form.send(by_form.send(by_form.enter(site.links[other]), report()))
    with site.outbox() as store:
        by_blank, typed = (store.submissions.latest(CAMPAIGN, one) for one in (oktmo, other))
    assert by_blank is not None
    assert typed is not None
    assert (by_blank.answers, by_blank.contacts) == (typed.answers, typed.contacts)


def test_mistakes_are_named_by_cell_with_the_forms_own_advice(site: Site, oktmo: str, clerk: Clerk) -> None:
    content = fill_in(blank_of(clerk, oktmo), informed="12 чел.", events=2.5, contact_phone=None)
    page = give(clerk, oktmo, content)
    assert "Бланк прочитан" in page.title
    words = page.ids["main"]
    assert "Черновик сохранён, отчёт ещё не отправлен." in words
    for name in ("informed", "events", "contact_phone"):
        assert f"{CELLS[name]}: {MAIN.by_id[name].title}. " in words
    kept = draft_of(site, oktmo)
    assert kept is not None
    assert (kept.typed["informed"], kept.typed["events"]) == ("12 чел.", "2,5")
    form = clerk.get(f"{REPORTS}/{oktmo}/form?checked")
    assert set(form.errors) == {"informed", "events", "contact_phone"}
    for name in ("informed", "events"):
        assert form.error(name).removeprefix("Ошибка: ") in words
    places = [words.index(f"{CELLS[name]}: ") for name in ("contact_phone", "informed", "events")]
    assert places == sorted(places), "from top to bottom"


def test_an_explanation_may_stand_in_the_blank(site: Site, oktmo: str, clerk: Clerk) -> None:
    rule = next(rule for rule in MAIN.rules if "informed" in rule.needs.questions and rule.ask == "reason")
    content = fill_in(blank_of(clerk, oktmo), informed=1)
    asked = give(clerk, oktmo, content)
    assert f"Пояснение впишите в ячейку {CELLS[rule.key]} или в форме." in asked.ids["main"]
    check = give(clerk, oktmo, filled(content, MAIN, {rule.key: "Проверили: всё верно"}))
    assert "Заменить черновик" in check.text
    check = clerk.send(check)
    assert check.path.endswith("/check")
    assert "Проверили: всё верно" in check.text


def test_the_blank_holds_what_the_form_would_show(site: Site, oktmo: str, clerk: Clerk) -> None:
    assert values(blank_of(clerk, oktmo)) == {}
    clerk.send(clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), report()))
    publish_status(site, oktmo)
    found = values(blank_of(clerk, oktmo))
    assert (found["informed"], found["contact_email"]) == (1234, "otdel@example.org")
    assert found["registered_teachers"] == 35, "the ministry's figure counts"
    checks = openpyxl.load_workbook(io.BytesIO(blank_of(clerk, oktmo)))["Отчёт"].data_validations.dataValidation
    notes = {place: check.prompt for check in checks for place in str(check.sqref).split()}
    assert notes[CELLS["registered_teachers"]] == "Прежнее значение: 35.", "shown beside the cell that is chosen"
    save_other(site, oktmo, informed="1400", comment="=2+2")
    found = values(blank_of(clerk, oktmo))
    assert (found["informed"], found["comment"]) == (1400, "=2+2"), "and the draft comes first"


def test_a_draft_is_replaced_only_after_the_page_that_says_what_by_what(site: Site, oktmo: str, clerk: Clerk) -> None:
    content = fill_in(blank_of(clerk, oktmo), informed=800)
    save_other(site, oktmo, informed="999", contact_name="Коллега")
    page = give(clerk, oktmo, content)
    words = page.ids["main"]
    assert "Ответы из файла ещё не сохранены." in words
    assert "Коллега, " in words, "whose draft it is"
    assert "Его сохранили после того, как вы скачали бланк." in words
    assert "999" in words
    assert "800" in words
    kept = draft_of(site, oktmo)
    assert kept is not None
    assert kept.typed["informed"] == "999"

    save_other(site, oktmo, informed="777")
    refused = clerk.send(page)
    assert (refused.status, "сохранили в другом окне" in refused.text) == (409, True), "a newer one is safe again"
    assert clerk.send(refused).path.endswith("/check")
    kept = draft_of(site, oktmo)
    assert kept is not None
    assert kept.typed["informed"] == "800"


def test_a_version_that_came_meanwhile_is_shown_beside_the_blank(site: Site, oktmo: str, clerk: Clerk) -> None:
    content = fill_in(blank_of(clerk, oktmo), informed=800)
    colleague = Clerk(site.address)
    colleague.send(colleague.send(colleague.enter(site.links[oktmo]), report(informed="700")))
    both = give(clerk, oktmo, content)
    assert (both.status, "пришла другая версия" in both.text) == (409, True)
    assert informed(site, oktmo) == [700]


def test_the_same_file_given_again_is_a_correction_of_its_own_report(site: Site, oktmo: str, clerk: Clerk) -> None:
    content = fill_in(blank_of(clerk, oktmo), informed=800)
    clerk.send(give(clerk, oktmo, content))
    assert give(clerk, oktmo, content).path.endswith("/receipts/1"), "nothing new in it"
    check = give(clerk, oktmo, filled(content, MAIN, {"informed": 850}))
    assert check.path.endswith("/check")
    assert clerk.send(check).path.endswith("/receipts/2")
    assert informed(site, oktmo) == [800, 850]


def test_files_that_are_not_taken(site: Site, oktmo: str, clerk: Clerk) -> None:
    blank = blank_of(clerk, oktmo)
    other = next(name for name in site.links if name > oktmo)
    stranger = Clerk(site.address)
    stranger.enter(site.links[other])
    for content, words in (
        (blank_of(stranger, other), "Это бланк другого муниципалитета: город №"),
        (b"", "Это не файл .xlsx"),
        (b"informed;5", "Это не файл .xlsx"),
        (fill_in(blank, informed="=5+7"), f"{CELLS['informed']}: в ячейке формула."),
    ):
        page = give(clerk, oktmo, content)
        assert page.status == 422
        assert words in page.ids["main"]
        assert "ничего не сохранено" in page.ids["summary-title"]
    nothing = clerk.give(clerk.get(f"{REPORTS}/{oktmo}/blank"), "blank", b"", filename="")
    assert (nothing.status, "Файл не выбран" in nothing.text) == (422, True)
    large = give(clerk, oktmo, bytes(600_000))
    assert (large.status, "меньше 500 КБ" in large.text) == (413, True)
    assert draft_of(site, oktmo) is None


def test_access_comes_first(site: Site, oktmo: str, clerk: Clerk) -> None:
    content = fill_in(blank_of(clerk, oktmo))
    page = clerk.get(f"{REPORTS}/{oktmo}/blank")
    stranger = Clerk(site.address)
    for path in ("blank", "blank.xlsx"):
        assert stranger.get(f"{REPORTS}/{oktmo}/{path}").status == 403
    over = stranger.give(page, "blank", content)
    assert (over.status, "Откройте свою ссылку ещё раз" in over.text) == (403, True)
    page.form.fields = [("csrf_token", "stale")]
    stale = clerk.give(page, "blank", content)
    assert (stale.status, "Страница устарела" in stale.text) == (400, True)
    assert clerk.give(stale, "blank", content).path.endswith("/check"), "its own form serves again"
    assert "key" not in page.form.names, "else an empty form would be taken for a draft"


def test_limits_and_the_end(make: Callable[..., Site]) -> None:
    site = make(SUBMISSIONS_RATE="3 per minute")
    site.start()
    site.read_links()
    oktmo = "17701000"
    clerk = Clerk(site.address)
    clerk.enter(site.links[oktmo])
    blank = blank_of(clerk, oktmo)
    assert "РЕПЕТИЦИЯ" in str(openpyxl.load_workbook(io.BytesIO(blank))["Отчёт"]["A3"].value)
    assert [give(clerk, oktmo, b"").status for _ in range(4)] == [422, 422, 422, 429]
    site.move("2023-03-01T12:00:00+03:00")
    assert "Приём откроется" in clerk.get(f"{REPORTS}/{oktmo}/blank").text
    assert "Приём откроется" in clerk.get(f"{REPORTS}/{oktmo}/blank.xlsx").text


@pytest.fixture(scope="module")
def canteens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("canteens"), Path(__file__).with_name("relevant.yaml"))
    made.start()
    made.read_links()
    yield made
    made.stop()


def test_questions_under_a_condition(canteens: Site) -> None:
    oktmo, cells = "10000001", layout_of(RELEVANT).first_cells
    clerk = Clerk(canteens.address)
    clerk.enter(canteens.links[oktmo])
    blank = blank_of(clerk, oktmo, "canteens")

    def given(**answers: object) -> Answer:
        return give(clerk, oktmo, filled(blank, RELEVANT, answers), "canteens")

    page = given(has_canteen="да", why_not="Строится")
    assert f"{cells['seats']}: Сколько в ней мест. " in page.ids["main"]
    assert f"{cells['why_not']}: Почему столовой нет. По остальным ответам этот вопрос не задаётся" in page.ids["main"]
    page = given(has_canteen="да", seats=120, shifts="В две смены", fed_daily_junior=90)
    check = clerk.send(page)
    assert check.path.endswith("/check"), "what stands in the blank was seen"
    assert clerk.send(check).path.endswith("/receipts/1")
    with canteens.outbox() as store:
        sent = store.submissions.latest("canteens", oktmo)
    assert sent is not None
    wanted: Mapping[str, object] = {"has_canteen": True, "seats": 120, "shifts": "В две смены", "fed_daily_junior": 90}
    assert sent.answers == wanted


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_in_a_browser(site: Site, oktmo: str, tab: Callable[..., Page], tmp_path: Path, script: bool) -> None:
    page = tab(script=script)
    page.goto(site.links[oktmo])
    press(page, "Открыть форму")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Скачать бланк Excel").click()
    assert caught.value.suggested_filename == f"Бланк города № {int(oktmo)} ({CAMPAIGN}).xlsx"
    file = tmp_path / "blank.xlsx"
    caught.value.save_as(file)
    blank = file.read_bytes()
    axe = Axe()

    def upload(content: bytes) -> None:
        file.write_bytes(content)
        page.get_by_label("Заполненный бланк").set_input_files(file)
        press(page, "Загрузить и проверить")

    page.get_by_role("link", name="Загрузить заполненный бланк").click()
    look_at(page, "the blank", axe, script=script)
    upload(b"not a workbook")
    expect(page.get_by_role("alert")).to_contain_text("Это не файл .xlsx")
    look_at(page, "a refused file", axe, script=script)
    upload(fill_in(blank, informed="12 чел."))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Бланк прочитан")
    look_at(page, "mistakes by cell", axe, script=script)
    page.get_by_role("link", name="Загрузить исправленный файл").click()
    upload(fill_in(blank))
    expect(page.get_by_role("alert")).to_contain_text("Ответы из файла ещё не сохранены")
    look_at(page, "a draft to replace", axe, script=script)
    press(page, "Заменить черновик")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Осталось отправить")
    press(page, SUBMIT)
    expect(page).to_have_url(f"{site.address}{REPORTS}/{oktmo}/receipts/1")
    assert informed(site, oktmo) == [1234]
    assert not axe.found, axe.found


def look_at(page: Page, name: str, axe: Axe, *, script: bool) -> None:
    """Look at the page with axe, which needs scripts."""
    if script:
        look(page, name, axe)


def test_the_time_of_a_blank_is_the_campaigns(site: Site, oktmo: str, clerk: Clerk) -> None:
    """A draft saved before the blank was made was shown in it; the origin tells when that was."""
    book = openpyxl.load_workbook(io.BytesIO(blank_of(clerk, oktmo)))
    lines = {row[0].value: row[1].value for row in book["Служебный лист"].iter_rows(max_col=2)}
    assert datetime.fromisoformat(lines["opened"]).date().isoformat().startswith("2023-05-2")
    assert (lines["campaign"], lines["oktmo"], lines["base_version"]) == (CAMPAIGN, oktmo, "0")
