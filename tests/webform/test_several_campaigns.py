"""Several campaigns in one form: each keeps to itself, and all open by one personal address."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert

from outbox.migrations import upgrade
from outbox.schema import links
from tests.webform.campaigns import ALEXANDROV, KOVROV, VLADIMIR, write_campaign
from tests.webform.clerk import Clerk, Page
from tests.webform.harness import REPORTS, WHILE_OPEN, Site, make_site
from webform import create_app

pytestmark = pytest.mark.slow
CODE = re.compile(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}\b")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two campaigns with the same questions; the second asks Kovrov alone, under another ministry."""
    folder = tmp_path_factory.mktemp("two")
    write_campaign(folder / "campaigns", "clubs", deadline="2023-05-29 18:00")
    write_campaign(folder / "campaigns", "meals", asked=[KOVROV, VLADIMIR], ministry="Министерство питания")
    made = make_site(folder / "data", folder / "campaigns")
    made.start()
    made.read_links()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One campaign."""
    folder = tmp_path_factory.mktemp("single")
    made = make_site(folder / "data", write_campaign(folder, "clubs"))
    made.start()
    made.read_links()
    yield made
    made.stop()


@pytest.fixture
def own(two: Site) -> Iterator[Site]:
    yield two
    two.move(WHILE_OPEN)


def form(campaign: str, oktmo: str = KOVROV) -> str:
    return f"/reports/{campaign}/{oktmo}/form"


def report_of(clerk: Clerk, campaign: str, clubs: str, oktmo: str = KOVROV) -> Page:
    return clerk.send(clerk.send(clerk.get(form(campaign, oktmo)), {"clubs": clubs}))


def test_one_line_a_municipality_for_all_campaigns(two: Site) -> None:
    assert set(two.links) == {ALEXANDROV, KOVROV, VLADIMIR}
    for url in two.links.values():
        assert re.fullmatch(rf"{two.address}/m/[A-Z2-7]{{4}}-[A-Z2-7]{{4}}-[A-Z2-7]{{4}}", url)
    assert two.command("links", "--format", "csv").stdout == two.command("links", "--format", "csv").stdout


def test_the_button_leads_to_the_only_form_or_to_the_cabinet(two: Site) -> None:
    assert Clerk(two.address).enter(two.links[ALEXANDROV]).path == form("clubs", ALEXANDROV)
    clerk = Clerk(two.address)
    entry = clerk.get(two.links[KOVROV])
    assert "Кампания clubs" in entry.text
    assert "Кампания meals" in entry.text
    assert len(entry.form.buttons) == 1
    cabinet = clerk.send(entry)
    assert cabinet.path == f"/cabinet/default/{KOVROV}/"
    assert "Министерство" not in cabinet.text, "two ministries ask, so that none is named"


def test_reports_of_two_campaigns_do_not_mix(two: Site) -> None:
    clerk = Clerk(two.address)
    clerk.enter(two.links[KOVROV])
    clerk.send(clerk.get(form("meals")), {"clubs": "7"}, button="Сохранить черновик")
    receipt = report_of(clerk, "clubs", "5")
    assert receipt.path == f"/reports/clubs/{KOVROV}/receipts/1"
    assert "CLUBS-00001" in receipt.text
    assert "Министерство образования" in receipt.text
    meals = clerk.get(form("meals"))
    assert clerk.field(meals, "clubs") == "7"
    assert "Министерство питания" in meals.text
    assert clerk.send(clerk.send(meals)).path == f"/reports/meals/{KOVROV}/receipts/1"
    with two.outbox() as store:
        kept = {name: store.submissions.latest(name, KOVROV) for name in ("clubs", "meals")}
    assert {name: one.answers["clubs"] for name, one in kept.items() if one} == {"clubs": 5, "meals": 7}


def test_a_form_of_one_campaign_is_none_of_another(two: Site) -> None:
    """The ticket of a form saves a draft of its own campaign alone, and its key submits nothing elsewhere."""
    clerk, stranger = Clerk(two.address), Clerk(two.address)
    clerk.enter(two.links[KOVROV])
    sent = [(n, "9" if n == "clubs" else v) for n, v in clerk.get(form("clubs")).form.fields]
    answer = stranger.ask(f"/reports/meals/{KOVROV}/draft", sent, Accept="application/json")
    assert answer.status == 403


def test_who_is_not_asked_or_not_admitted_opens_nothing(two: Site) -> None:
    clerk = Clerk(two.address)
    clerk.enter(two.links[ALEXANDROV])
    assert clerk.get(form("clubs", ALEXANDROV)).status == 200
    assert clerk.get(form("meals", ALEXANDROV)).status == 403, "this campaign does not ask it"
    assert clerk.get(form("clubs", KOVROV)).status == 403
    assert clerk.get(f"/cabinet/default/{KOVROV}/").status == 403
    assert clerk.get(f"/cabinet/other/{ALEXANDROV}/").status == 403
    assert clerk.get(form("nothing", ALEXANDROV)).status == 404


def test_a_receipt_is_confirmed_by_its_prefix_or_by_its_number(two: Site) -> None:
    clerk = Clerk(two.address)
    clerk.enter(two.links[KOVROV])
    for campaign in ("clubs", "meals"):
        receipt = report_of(clerk, campaign, "11")
        code = CODE.search(receipt.text)
        number = re.search(rf"{campaign.upper()}-\d+", receipt.text)
        assert code is not None
        assert number is not None
        for typed in (number[0], number[0].lower(), number[0].split("-")[1]):
            page = Clerk(two.address).ask("/confirm", [("number", typed), ("code", code[0])])
            assert f"Квитанция {number[0]} подлинная" in page.text
            assert f"Кампания {campaign}" in page.text
        other = "MEALS" if campaign == "clubs" else "CLUBS"
        foreign = Clerk(two.address).ask("/confirm", [("number", f"{other}-00001"), ("code", code[0])])
        assert foreign.status == 404


def test_a_page_of_no_campaign_names_none(two: Site) -> None:
    for path in ("/", "/confirm", "/nothing", "/m/AAAA-AAAA-AAAA", "/leave"):
        page = Clerk(two.address).get(path)
        assert "Кампания" not in page.text
        assert "Министерство" not in page.text
        assert "Отчёты муниципалитетов" in page.title
        assert "coordinator@example.org" in page.text, "all campaigns name this one"
        assert "РЕПЕТИЦИЯ" in page.text


def test_a_campaign_that_is_over_is_read_and_another_goes_on(own: Site) -> None:
    clerk = Clerk(own.address)
    clerk.enter(own.links[KOVROV])
    own.move("2023-05-30T12:00:00+03:00")
    cabinet = clerk.get(f"/cabinet/default/{KOVROV}/").ids["main"]
    assert "Кампания clubs" in cabinet
    assert "истёк 29" in cabinet
    late = report_of(clerk, "clubs", "12")
    assert "после срока" in late.ids["main"]


# Codes


def test_a_code_is_taken_however_it_was_dictated(two: Site) -> None:
    code = two.links[KOVROV].rsplit("/", 1)[1]
    russian = code.translate(str.maketrans("ABEKMHOPCTYXI", "АВЕКМНОРСТУХ1"))
    for typed in (code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", code.replace("-", "–"), russian):
        clerk = Clerk(two.address)
        start = clerk.get("/")
        assert "Set-Cookie" not in start.headers
        assert clerk.send(start, {"code": typed}).path == f"/cabinet/default/{KOVROV}/", typed
    assert Clerk(two.address).get(f"/m/{code.lower()}.").status == 200


def test_a_wrong_code_is_told_beside_its_field(two: Site) -> None:
    clerk = Clerk(two.address)
    refused = clerk.send(clerk.get("/"), {"code": "AAAA-AAAA-AAA<"})
    assert refused.status == 404
    assert refused.title.startswith("Ошибка: ")
    assert "Такого кода нет" in refused.error("code")
    assert clerk.field(refused, "code") == "AAAA-AAAA-AAA<"
    assert "Впишите код" in clerk.send(refused, {"code": " "}).error("code")


def test_no_page_of_another_site_sends_a_code(two: Site) -> None:
    code = two.links[KOVROV].rsplit("/", 1)[1]
    for path in ("/", "/enter"):
        answer = Clerk(two.address).ask(path, [("code", code)], Sec_Fetch_Site="cross-site")
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers


def test_failed_codes_are_limited_and_known_ones_are_not(single: Site) -> None:
    site = single
    clerk = Clerk(site.address)
    statuses = [clerk.ask("/", [("code", "AAAA-AAAA-AAAA")]).status for _ in range(32)]
    assert statuses[:30] == [404] * 30
    assert statuses[-1] == 429
    assert clerk.get("/m/AAAA-AAAA-AAAA").status == 429
    assert clerk.get("/r/wrong").status == 429
    assert clerk.get(site.links[KOVROV]).status == 200


# Reissue and revoke


def test_reissue_ends_address_session_and_older_links_of_every_campaign(own: Site) -> None:
    clerk = Clerk(own.address)
    opened = clerk.enter(own.links[VLADIMIR])
    ticket = [(n, "3" if n == "clubs" else v) for n, v in opened.form.fields]
    assert "/m/" in own.links[VLADIMIR]
    fresh = own.command("reissue", VLADIMIR).stdout.strip()
    assert fresh != own.links[VLADIMIR]
    assert Clerk(own.address).get(own.links[VLADIMIR]).status == 404
    assert clerk.get(opened.path).status == 403
    assert clerk.get(f"/cabinet/default/{VLADIMIR}/").status == 403
    assert clerk.ask(f"/reports/meals/{VLADIMIR}/draft", ticket, Accept="application/json").status == 403
    assert Clerk(own.address).enter(fresh).path == opened.path, "known to the running form at once"
    own.read_links()
    assert own.links[VLADIMIR] == fresh
    said = own.command("revoke", VLADIMIR).stdout
    assert "отозвана" in said
    assert Clerk(own.address).get(fresh).status == 404
    own.read_links()
    assert own.links[VLADIMIR] == ""


def test_two_lists_are_two_addresses(make: Callable[..., Site], tmp_path: Path) -> None:
    write_campaign(tmp_path / "campaigns", "clubs")
    write_campaign(tmp_path / "campaigns", "schools", addressees="schools")
    site = make(config=str(tmp_path / "campaigns"))
    site.start()
    asked = site.command("links", check=False)
    assert asked.returncode == 2
    assert "--addressees" in asked.stderr
    assert "default, schools" in asked.stderr
    links = {}
    for name in ("default", "schools"):
        lines = site.command("links", "--format", "csv", "--addressees", name).stdout.splitlines()
        links[name] = next(line.split(",")[2] for line in lines if line.startswith(KOVROV))
    assert links["default"] != links["schools"]
    clerk = Clerk(site.address)
    assert clerk.enter(links["schools"]).path == form("schools")
    assert clerk.get(form("clubs")).status == 403
    site.command("reissue", KOVROV, "--addressees", "default")
    assert clerk.get(form("schools")).status == 200
    extended = site.command("extend", KOVROV, "2023-06-02T18:00", "--addressees", "schools")
    assert "до 18:00" in extended.stdout


def test_an_extension_asks_which_campaign_is_meant(two: Site) -> None:
    asked = two.command("extend", KOVROV, "2023-06-02T18:00", check=False)
    assert asked.returncode == 2
    assert "--campaign" in asked.stderr
    assert "clubs, meals" in asked.stderr
    assert "до 18:00" in two.command("extend", KOVROV, "2023-06-02T18:00", "--campaign", "meals").stdout
    two.command("extend", KOVROV, "none", "--campaign", "meals")


# Addresses and links of before


def test_links_of_before_open_until_the_address_is_reissued(make: Callable[..., Site]) -> None:
    site = make()
    site.start()
    clerk = Clerk(site.address)
    page = clerk.enter(site.old_link(VLADIMIR))
    assert page.path == f"{REPORTS}/{VLADIMIR}/form"
    with site.outbox() as store:
        store.links.reissue("flagmany-2023", KOVROV)
    assert Clerk(site.address).get(site.old_link(KOVROV)).status == 404
    assert Clerk(site.address).enter(site.old_link(KOVROV, 2)).status == 200
    for oktmo, version in ((VLADIMIR, 1), (KOVROV, 2)):
        site.command("reissue", oktmo)
        assert Clerk(site.address).get(site.old_link(oktmo, version)).status == 404
    assert clerk.get(page.path).status == 403


def test_addresses_of_before_lead_to_the_report(single: Site) -> None:
    clerk = Clerk(single.address)
    clerk.enter(single.links[KOVROV])
    for path in ("form", "form?checked", "", "receipts/1"):
        moved = clerk.ask(f"/reports/{KOVROV}/{path}", follow=False)
        assert moved.status == 302
        assert moved.headers["Location"] == f"/reports/clubs/{KOVROV}/{path}"
    assert clerk.get(f"/reports/{KOVROV}/form").path == form("clubs")
    assert clerk.get("/reports/00000000/form").status == 404


def test_what_was_open_during_the_update_is_sent(make: Callable[..., Site], tmp_path: Path) -> None:
    """The form, its ticket and its session are of the version before; meanwhile a second campaign has come too."""
    folder = tmp_path / "campaigns"
    write_campaign(folder, "clubs")
    write_campaign(folder, "meals", asked=[KOVROV])
    site = make(config=str(folder))
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    clerk.enter(site.links[KOVROV])
    check = clerk.send(clerk.get(form("clubs")), {"clubs": "5"})
    old = [(n, v) for n, v in check.form.fields]
    sent = clerk.ask(f"/reports/{KOVROV}/submissions", old)
    assert sent.path == f"/reports/clubs/{KOVROV}/receipts/1"
    draft = [(n, "6" if n == "clubs" else v) for n, v in clerk.get(form("meals")).form.fields]
    answer = clerk.ask(f"/reports/{KOVROV}/draft", draft, Accept="application/json")
    assert answer.status == 200
    assert clerk.get(f"/reports/{KOVROV}/form").path == f"/cabinet/default/{KOVROV}/"
    assert clerk.ask(f"/reports/{KOVROV}/submissions", [n for n in old if n[0] != "ticket"]).status == 404
    assert clerk.field(clerk.get(form("meals")), "clubs") == "6"


def test_a_session_of_before_holds_as_long_as_its_link(make: Callable[..., Site], tmp_path: Path) -> None:
    site = make(config=str(write_campaign(tmp_path, "clubs")))
    client = create_app(site.environ).test_client()
    with client.session_transaction() as session:
        session.update({"id": "0" * 32, "reports": {KOVROV: 1, ALEXANDROV: 2}})
    assert client.get(form("clubs")).status_code == 200
    assert client.get(form("clubs", ALEXANDROV)).status_code == 403
    with site.outbox() as store:
        store.links.reissue("clubs", KOVROV)
    assert client.get(form("clubs")).status_code == 403


# Changing the campaigns of a running form


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_campaigns_come_and_go_without_a_restart(make: Callable[..., Site], tmp_path: Path) -> None:
    folder = tmp_path / "campaigns"
    write_campaign(folder, "clubs")
    site = make(config=str(folder))
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    clerk.enter(site.links[KOVROV])
    assert site.process is not None
    write_campaign(folder, "meals")
    site.process.send_signal(signal.SIGHUP)
    wait_until(lambda: clerk.get(form("meals")).status == 200)
    assert clerk.get(form("clubs")).status == 200, "the session goes on"
    (folder / "broken.yaml").write_text("campaign: [", encoding="utf-8")
    site.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "broken.yaml" in site.log.read_text())
    said = site.log.read_text()
    assert "Изменения не приняты, веб-форма работает по-прежнему." in said
    assert clerk.get(form("meals")).status == 200
    worker = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split()[0]
    os.kill(int(worker), signal.SIGKILL)  # its successor starts beside the mistaken file
    wait_until(lambda: alive(clerk))
    (folder / "broken.yaml").unlink()
    (folder / "meals.yaml").unlink()
    site.process.send_signal(signal.SIGHUP)
    wait_until(lambda: clerk.get(form("meals")).status == 404)
    assert clerk.get(form("clubs")).status == 200
    assert site.stop() == 0
    assert "Traceback" not in site.log.read_text()


def alive(clerk: Clerk) -> bool:
    try:
        return clerk.get(form("meals")).status == 200
    except OSError:
        return False


def test_who_was_shut_out_before_the_update_stays_so(make: Callable[..., Site], tmp_path: Path) -> None:
    """The outbox of the version before knows links of campaigns; a revoked one becomes a revoked address."""
    site = make(config=str(write_campaign(tmp_path, "clubs")))
    site.read_links()
    for file in site.folder.glob("outbox.db*"):
        file.unlink()
    engine = create_engine(f"sqlite:///{site.folder / 'outbox.db'}")
    with engine.begin() as database:
        upgrade(database, "0003")
        database.execute(insert(links), {"campaign": "clubs", "oktmo": KOVROV, "version": 1, "revoked": True})
    engine.dispose()
    site.start()
    assert Clerk(site.address).get(site.links[KOVROV]).status == 404
    assert Clerk(site.address).get(site.links[ALEXANDROV]).status == 200
