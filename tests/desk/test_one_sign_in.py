"""The desk opens the embedded spreadsheet under one's own name: both servers as in life, a browser, plain HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from outbox.environment import data_dir
from outbox.records import SheetPlace
from outbox.ticket_key import make_ticket_key
from tests.desk.harness import PASSWORD, Person, add_staff, desk_site, signed_in, svod
from tests.sync.conftest import server as server
from tests.sync.harness import Server
from tests.webform.harness import CAMPAIGN, Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
OKTMO = "17605000"
OPEN = f"/desk/{CAMPAIGN}/sheet"


@pytest.fixture(scope="module")
def spreadsheet(server: Server) -> str:
    return server.create()


@pytest.fixture(scope="module")
def site(server: Server, spreadsheet: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service with the place that a worker would have published, and the key of the spreadsheet's server."""
    key = server.folder / "ticket_key"
    made = desk_site(tmp_path_factory.mktemp("desk"), LOCALSHEETS_TICKET_KEY=str(key))
    make_ticket_key(made.environ)
    made.start()
    for role in ("read", "work"):
        add_staff(made, f"Сотрудник {role}", role)
    with made.outbox() as outbox:
        place = SheetPlace(f"{server.url}/spreadsheets/d/{spreadsheet}/edit", 0, {OKTMO: 7}, {})
        outbox.sheet_places.keep(CAMPAIGN, place)
    yield made
    made.stop()
    key.unlink()


def ticket_of(person: Person, **fields: str) -> str:
    """Press «Открыть в таблице»; return the ticket of the page that answers."""
    person.get(f"/desk/{CAMPAIGN}/{OKTMO}/")
    assert person.post(OPEN, **fields).status_code == 200
    found = re.search(r'name="ticket" value="([^"]+)"', person.page.text)
    assert found
    return unescape(found[1])


def hand_over(server: Server, ticket: str, origin: str | None) -> requests.Response:
    headers = {"Origin": origin} if origin else {}
    return requests.post(
        f"{server.url}/ticket", data={"ticket": ticket}, headers=headers, timeout=30, allow_redirects=False
    )


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_press_opens_the_row_under_ones_name(
    site: Site, spreadsheet: str, tab: Callable[..., Page], *, script: bool
) -> None:
    page = tab(1280, script=script)
    page.goto(f"{site.address}/desk/sign-in")
    page.fill("#name", "Сотрудник work")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Войти").click()
    for path, button in ((f"/{CAMPAIGN}/{OKTMO}/", "Открыть в таблице"), ("/", "Открыть таблицу")):
        page.goto(f"{site.address}/desk{path}")
        page.get_by_role("button", name=button).click()
        if not script:
            page.get_by_role("button", name="Открыть таблицу").click()
        place = "#gid=0&range=A7" if OKTMO in path else "#gid=0"
        expect(page).to_have_url(re.compile(rf"/spreadsheets/d/{spreadsheet}/edit{re.escape(place)}$"))
        expect(page.get_by_text("Сотрудник work")).to_be_visible()
    if script:
        page.goto(f"{site.address}/desk/{CAMPAIGN}/")
        page.get_by_role("button", name="Открыть таблицу").click()
        expect(page.get_by_text("Сотрудник work")).to_be_visible()
        page.go_back()
        expect(page).to_have_url(f"{site.address}/desk/{CAMPAIGN}/")


def test_a_ticket_serves_the_page_that_gave_it_once(site: Site, server: Server) -> None:
    person = signed_in(site, "Сотрудник work")
    ticket = ticket_of(person, oktmo=OKTMO)
    assert person.page.headers["Referrer-Policy"] == "strict-origin"
    assert f"form-action {server.url};" in person.page.headers["Content-Security-Policy"]
    assert ticket not in person.page.url
    assert hand_over(server, ticket, None).status_code == 403
    assert hand_over(server, ticket, "https://evil.example").status_code == 403
    assert hand_over(server, ticket, site.address).status_code == 303
    assert "уже использован" in hand_over(server, ticket, site.address).text


def test_the_role_of_the_desk_is_the_right_in_the_spreadsheet(site: Site, server: Server, spreadsheet: str) -> None:
    for role, status in (("read", 403), ("work", 200)):
        ticket = ticket_of(signed_in(site, f"Сотрудник {role}"))
        browser = requests.Session()
        browser.post(f"{server.url}/ticket", {"ticket": ticket}, headers={"Origin": site.address}, timeout=30)
        page = browser.get(f"{server.url}/spreadsheets/d/{spreadsheet}/edit", timeout=30).text
        assert f"Сотрудник {role}" in page
        token = re.search(r'data-csrf="([\w-]+)"', page)
        assert token
        body = {"edits": [{"r": 0, "k": None, "c": 0, "was": "", "now": role}]}
        head = {"X-CSRF-Token": token[1]}
        answer = browser.post(f"{server.url}/grid/{spreadsheet}/0/cells", json=body, headers=head, timeout=30)
        assert answer.status_code == status, answer.text


def test_who_is_removed_is_out_of_the_spreadsheet_at_once(site: Site, server: Server, spreadsheet: str) -> None:
    browsers = {}
    for name in ("Уволенный", "Сотрудник work"):
        if name == "Уволенный":
            add_staff(site, name)
        ticket = ticket_of(signed_in(site, name))
        browsers[name] = requests.Session()
        browsers[name].post(f"{server.url}/ticket", {"ticket": ticket}, headers={"Origin": site.address}, timeout=30)
    edit = f"{server.url}/spreadsheets/d/{spreadsheet}/edit"
    assert "Уволенный" in browsers["Уволенный"].get(edit, timeout=30).text
    elsewhere = svod(site, "staff", "remove", "Уволенный").stdout
    assert 'svod sheets staff-link --revoke --name "Уволенный"' in elsewhere, "this site's folder has no spreadsheet"
    add_staff(site, "Уволенный")
    (data_dir(site.environ) / "sheets.db").symlink_to(server.folder / "sheets.db")  # as where both are at home
    assert "staff-link" not in svod(site, "staff", "remove", "Уволенный").stdout
    assert "Уволенный" not in browsers["Уволенный"].get(edit, timeout=30).text
    assert "Сотрудник work" in browsers["Сотрудник work"].get(edit, timeout=30).text


def test_nobody_gets_a_ticket_who_is_not_signed_in_or_comes_from_elsewhere(site: Site) -> None:
    stranger = Person(site)
    assert stranger.session.post(site.address + OPEN, timeout=30).status_code == 401
    person = signed_in(site, "Сотрудник work")
    assert person.session.post(site.address + OPEN, timeout=30).status_code == 400, "without the token of its page"
    with site.outbox() as outbox:
        acts = [act.act for _, act in outbox.acts.last(50)]
    assert "sheet_opened" in acts


def test_without_a_key_the_desk_shows_a_link(site: Site, server: Server, tmp_path: Path) -> None:
    """So it is with Google's spreadsheet, whatever key lies about."""
    key = server.folder / "ticket_key"
    key.rename(tmp_path / "key")
    try:
        person = signed_in(site, "Сотрудник read")
        person.get(f"/desk/{CAMPAIGN}/{OKTMO}/")
        assert re.search(r'<a href="[^"]+#gid=0&amp;range=A7">Открыть в таблице', person.page.text)
        assert person.post(OPEN).status_code == 404
    finally:
        (tmp_path / "key").rename(key)
