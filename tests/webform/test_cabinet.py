"""The cabinet with no, one and twelve open campaigns: in a browser and without; the address for print; deadlines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Page, expect

from outbox.address_codes import Holder
from tests.axe import Axe
from tests.webform.campaigns import ALEXANDROV, GUS, KOVROV, VLADIMIR, write_campaign
from tests.webform.clerk import Clerk
from tests.webform.harness import WHILE_OPEN, Site, make_site
from tests.webform.test_accessibility import look
from tests.webform.test_browser import no_sideways, press
from webform import create_app
from webform.calendars import LONGEST_LINE
from webform.services import NAME

pytestmark = pytest.mark.slow
Tab = Callable[..., Page]
CABINET = f"/cabinet/default/{KOVROV}/"
LONG = "Подготовка общеобразовательных организаций к новому учебному году: готовность зданий и оборудования"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Twelve campaigns are open for Kovrov, one of them overdue; two are over, one has not begun. Gus has one open."""
    folder = tmp_path_factory.mktemp("many")
    campaigns = folder / "campaigns"
    for number in range(11):
        title = LONG if number == 3 else None
        write_campaign(campaigns, f"c{number}", deadline=f"2023-06-{number + 1:02} 18:00", title=title, asked=[KOVROV])
    write_campaign(campaigns, "late", deadline="2023-05-20 18:00", asked=[KOVROV])
    write_campaign(campaigns, "over-a", deadline="2023-05-10 18:00", late="refuse")
    write_campaign(campaigns, "over-b", deadline="2023-05-15 18:00", late="refuse", asked=[ALEXANDROV, KOVROV, GUS])
    write_campaign(campaigns, "single", asked=[GUS])
    write_campaign(campaigns, "later", opens="2023-07-01 00:00", deadline="2023-07-30 18:00", asked=[KOVROV, VLADIMIR])
    made = make_site(folder / "data", campaigns)
    made.start()
    made.read_links()
    yield made
    made.stop()


@pytest.fixture
def own(many: Site) -> Iterator[Site]:
    yield many
    many.move(WHILE_OPEN)


def send(clerk: Clerk, campaign: str, clubs: str = "5") -> None:
    receipt = clerk.send(clerk.send(clerk.get(f"/reports/{campaign}/{KOVROV}/form"), {"clubs": clubs}))
    assert "/receipts/" in receipt.path


def test_what_is_overdue_comes_first_and_what_is_over_last(own: Site) -> None:
    clerk = Clerk(own.address)
    cabinet = clerk.enter(own.links[KOVROV])
    assert cabinet.path == CABINET
    groups = re.findall(r'<h2 id="group-(\w+)">', cabinet.text)
    assert groups == ["overdue", "due", "before", "closed"]
    titles = re.findall(r'<h3 id="report-([\w-]+)">', cabinet.text)
    assert titles == ["late", *(f"c{number}" for number in range(11)), "later", "over-b", "over-a"]
    words = cabinet.ids["main"]
    assert "Просрочено Кампания late Срок истёк 20\N{NO-BREAK SPACE}мая" in words
    assert "Нужно сдать (11)" in words
    assert "осталось 5\N{NO-BREAK SPACE}дней" in words
    assert "Приём откроется 1\N{NO-BREAK SPACE}июля" in words
    assert cabinet.text.count(">Заполнить отчёт<") == 12
    clerk.send(clerk.get(f"/reports/c2/{KOVROV}/form"), {"clubs": "1"}, button="Сохранить черновик")
    send(clerk, "c1")
    send(clerk, "late")
    again = clerk.get(CABINET)
    assert re.findall(r'<h2 id="group-(\w+)">', again.text) == ["due", "accepted", "before", "closed"]
    assert "Кампания c2 Срок — до 18:00 3\N{NO-BREAK SPACE}июня" in again.ids["main"]
    assert "Состояние: не сдан, заполнено 1 из 1 Продолжить черновик" in again.ids["main"]
    assert "принят. Квитанция C1-0000" in again.ids["main"]
    assert "принят с опозданием. Квитанция LATE-0000" in again.ids["main"]
    assert f"/reports/late/{KOVROV}/receipts/1" in again.text
    own.move("2023-06-20T12:00:00+03:00")
    assert "Просрочено (10)" in clerk.get(CABINET).ids["main"]


def test_with_nothing_open_it_says_so(own: Site) -> None:
    clerk = Clerk(own.address)
    entry = clerk.get(own.links[ALEXANDROV])
    assert "Сдавать сейчас ничего не нужно." in entry.ids["main"]
    cabinet = clerk.send(entry)
    assert cabinet.path == f"/cabinet/default/{ALEXANDROV}/"
    assert "Сдавать сейчас ничего не нужно." in cabinet.ids["main"]
    assert "Заполнить отчёт" not in cabinet.text
    home = clerk.get(f"/reports/over-a/{ALEXANDROV}/")
    assert "Все отчёты" in home.ids["main"]
    assert "Приём отчётов закончен" in clerk.get(f"/reports/over-a/{ALEXANDROV}/form").title


def test_one_campaign_alone_has_no_way_back_to_a_cabinet(own: Site) -> None:
    clerk = Clerk(own.address)
    home = clerk.enter(own.links[VLADIMIR])
    assert home.path == f"/reports/later/{VLADIMIR}/"
    assert "Все отчёты" not in home.ids["main"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_from_the_address_through_the_cabinet_to_a_form_and_back(own: Site, tab: Tab, width: int, script: bool) -> None:
    page = tab(width, script=script)
    page.goto(own.links[KOVROV])
    press(page, "Все отчёты")
    no_sideways(page)
    assert "/m/" not in page.url
    expect(page.get_by_role("heading", name="Все отчёты")).to_be_visible()
    page.get_by_role("link", name="Заполнить отчёт").last.click()
    expect(page.get_by_label("Сколько кружков")).to_be_visible()
    no_sideways(page)
    page.get_by_role("link", name="Все отчёты").click()
    expect(page).to_have_url(own.address + CABINET)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_address_leads_to_the_only_open_form_and_that_to_the_cabinet(
    own: Site, tab: Tab, width: int, script: bool
) -> None:
    page = tab(width, script=script)
    page.goto(own.links[GUS])
    press(page, "Открыть форму")
    expect(page).to_have_url(f"{own.address}/reports/single/{GUS}/form")
    page.get_by_role("link", name="Все отчёты").click()
    expect(page.get_by_role("link", name="Заполнить отчёт")).to_have_count(1)
    expect(page.get_by_role("heading", level=2)).to_have_text(["Нужно сдать", "Срок прошёл или сбор окончен"])
    no_sideways(page)


@pytest.mark.browser
def test_every_page_of_it_is_accessible(own: Site, tab: Tab) -> None:
    page, axe = tab(360), Axe()
    page.goto(own.address)
    look(page, "start", axe)
    page.get_by_label("Код из письма").fill("AAAA-AAAA-AAAA")
    press(page, "Открыть")
    expect(page.get_by_label("Код из письма")).to_be_focused()
    look(page, "refused code", axe)
    for oktmo in (ALEXANDROV, KOVROV):
        page.goto(own.links[oktmo])
        look(page, f"entry of {oktmo}", axe)
        press(page, "Все отчёты")
        look(page, f"cabinet of {oktmo}", axe)
    page.goto(own.links[GUS])
    look(page, "entry of one", axe)
    press(page, "Открыть форму")
    page.get_by_role("link", name="Все отчёты").click()
    look(page, "cabinet of one", axe)
    page.goto(own.address + CABINET)
    page.get_by_role("link", name="Личная ссылка для печати, сроки в календаре").click()
    look(page, "address for print", axe)
    drawn = page.get_by_alt_text("QR-код этой ссылки").evaluate("image => image.complete && image.naturalWidth")
    assert drawn, "the policy lets the picture in"
    page.goto(f"{own.address}/reports/c1/{KOVROV}/form")
    look(page, "form with the way back", axe)
    page.goto(own.address)
    look(page, "start with what is open here", axe)
    assert not axe.found


def test_the_address_for_print_is_for_its_holder_alone(own: Site) -> None:
    clerk = Clerk(own.address)
    clerk.enter(own.links[KOVROV])
    shared = clerk.get(f"{CABINET}address")
    code = own.links[KOVROV].rsplit("/", 1)[1]
    assert own.links[KOVROV] in shared.ids["main"]
    assert shared.ids["main"].count(code) == 2
    picture = clerk.get(f"{CABINET}qr.svg")
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert segno.make(own.links[KOVROV], error="m").svg_inline(omitsize=True).split("<path")[1] in picture.text + "\n"
    for path in ("", "address", "qr.svg"):
        stranger = Clerk(own.address).get(CABINET + path)
        assert stranger.status == 403
        assert code not in stranger.text


# The calendar


def calendar_of(clerk: Clerk) -> str:
    found = re.search(r"/calendar/[^\s<\"]+\.ics", clerk.get(f"{CABINET}address").text)
    assert found is not None
    return found[0]


def lines_of(text: str) -> list[str]:
    """The content lines, unfolded (RFC 5545, 3.1)."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= LONGEST_LINE for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events_of(lines: list[str]) -> dict[str, dict[str, str]]:
    events: dict[str, dict[str, str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event: dict[str, str] = {}
        elif line == "END:VEVENT":
            events[event["UID"]] = event
        else:
            event = {} if name == "BEGIN" else event
            event[name] = value
    return events


def test_deadlines_are_read_by_a_calendar_program(own: Site) -> None:
    clerk, program = Clerk(own.address), Clerk(own.address)
    clerk.enter(own.links[KOVROV])
    address = calendar_of(clerk)
    answer = program.get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = lines_of(answer.text)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    events = events_of(lines)
    assert len(events) == 15
    event = events[f"c3-{KOVROV}@127.0.0.1"]
    assert event["DTSTART"] == "20230604T150059Z"
    assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
    assert event["SUMMARY"] == f"РЕПЕТИЦИЯ. Срок отчёта: {LONG}"
    own.command("extend", KOVROV, "2023-06-10T12:00", "--campaign", "c3")
    moved = events_of(lines_of(program.get(address).text))[f"c3-{KOVROV}@127.0.0.1"]
    assert moved["DTSTART"] == "20230610T090059Z", "the same event at another time"
    own.command("extend", KOVROV, "none", "--campaign", "c3")
    assert "Set-Cookie" not in answer.headers
    assert own.links[KOVROV].rsplit("/", 1)[1] not in answer.text


def test_a_calendar_opens_no_report_and_ends_with_the_address(make: Callable[..., Site], tmp_path: Path) -> None:
    site = make(config=str(write_campaign(tmp_path, "clubs")))
    app = create_app(site.environ)
    client, holder = app.test_client(), Holder("default", KOVROV)
    installation = app.extensions[NAME]
    token = installation.calendars.token(holder, 1)
    for fields in ({"code": token}, {"token": token}):
        assert client.post("/enter", data=fields).status_code == 404
    for wrong in (f"{token}x", installation.codes.code(holder, 1), installation.calendars.token(holder, 2)):
        assert client.get(f"/calendar/{wrong}.ics").status_code == 404
    statuses = [client.get(f"/calendar/{token}.ics").status_code for _ in range(242)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    site.command("reissue", ALEXANDROV)
    other = installation.calendars.token(Holder("default", ALEXANDROV), 1)
    assert client.get(f"/calendar/{other}.ics").status_code == 404
