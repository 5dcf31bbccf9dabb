"""Before the opening, after the deadline, extensions; reissue and revoke; the clock: as an administrator does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from outbox.records import Correction
from tests.webform.clerk import Clerk, report
from tests.webform.harness import CAMPAIGN, REPORTS, ROOT, WHILE_OPEN, Site, make_site
from tests.webform.test_left_out import publish, remark
from tests.webform.test_main_job import sent

pytestmark = pytest.mark.slow

OKTMO = "17701000"


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with a campaign that takes nothing after the deadline."""
    folder = tmp_path_factory.mktemp("refusing")
    config = folder / "config.yaml"
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert "late: accept" in text
    config.write_text(text.replace("late: accept", "late: refuse"), encoding="utf-8")
    made = make_site(folder / "data", config)
    made.start()
    made.read_links()
    yield made
    made.stop()


@pytest.fixture
def own(refusing: Site) -> Iterator[Site]:
    yield refusing
    refusing.move(WHILE_OPEN)


def test_closed_before_the_opening(own: Site) -> None:
    own.move("2023-03-20T12:00:00+03:00")
    clerk = Clerk(own.address)
    page = clerk.enter(own.links[OKTMO])
    assert page.path == f"{REPORTS}/{OKTMO}/"
    assert "Приём откроется 27\N{NO-BREAK SPACE}марта 2023" in page.ids["main"]
    closed = clerk.get(f"{REPORTS}/{OKTMO}/form")
    assert "Приём ещё не открыт" in closed.title
    assert not closed.forms


def test_refused_after_the_deadline_and_kept_as_a_draft(own: Site) -> None:
    clerk = Clerk(own.address)
    check = clerk.send(clerk.enter(own.links[OKTMO]), report())
    own.move("2023-05-31T00:00:01+03:00")
    page = clerk.send(check)
    assert "Приём отчётов закончен" in page.title
    assert "Введённое сохранено черновиком" in page.text
    with own.outbox() as store:
        assert store.submissions.latest(CAMPAIGN, OKTMO) is None
        assert store.drafts.get(CAMPAIGN, OKTMO) is not None


@pytest.mark.parametrize("press", ["check", "send", "edit"])
def test_a_colleagues_draft_is_not_replaced_unseen_after_the_deadline(own: Site, press: str) -> None:
    oktmo = {"check": "17640000", "send": "17642000", "edit": "17644000"}[press]
    clerk, colleague = Clerk(own.address), Clerk(own.address)
    page = clerk.enter(own.links[oktmo])
    if press != "check":
        page = clerk.send(page, report(informed="500"))
    saved = colleague.send(colleague.enter(own.links[oktmo]), report(informed="999"), button="Сохранить черновик")
    assert "Черновик сохранён" in saved.ids["main"]
    own.move("2023-05-31T00:00:01+03:00")
    changes = report(informed="500") if press == "check" else None
    told = clerk.send(page, changes, button="Вернуться и исправить" if press == "edit" else "")
    assert told.status == 409
    assert "Черновик этого отчёта сохранили в другом окне" in told.ids["main"]
    with own.outbox() as store:
        draft = store.drafts.get(CAMPAIGN, oktmo)
    assert draft is not None
    assert draft.typed["informed"] == "999"
    assert clerk.field(told, "informed") == "500", "what this clerk typed is still there"
    again = clerk.send(told)
    assert "Введённое сохранено черновиком" in again.text
    with own.outbox() as store:
        draft = store.drafts.get(CAMPAIGN, oktmo)
    assert draft is not None
    assert draft.typed["informed"] == "500"


def test_last_second_of_the_deadline_is_in_time(own: Site) -> None:
    oktmo = "17605000"
    clerk = Clerk(own.address)
    check = clerk.send(clerk.enter(own.links[oktmo]), report())
    own.move("2023-05-30T23:59:57+03:00")
    receipt = clerk.send(check)
    assert receipt.path.endswith("/receipts/1")
    assert "с опозданием" not in receipt.ids["main"]
    own.move("2023-05-31T00:00:01+03:00")
    assert clerk.send(check).path.endswith("/receipts/1"), "a repeated POST leads to its receipt at any time"


def test_extension_for_one_municipality(own: Site) -> None:
    oktmo, other = "17610000", "17615000"
    said = own.command("extend", oktmo, "2023-06-02T18:00")
    assert "Вязниковский муниципальный район: отчёт принимается до 18:00 2\N{NO-BREAK SPACE}июня 2023" in said.stdout
    own.move("2023-06-01T12:00:00+03:00")
    clerk = Clerk(own.address)
    form = clerk.enter(own.links[oktmo])
    assert "продлён для вас" in form.text
    receipt = clerk.send(clerk.send(form, report()))
    assert "с опозданием" not in receipt.ids["main"]
    assert "Приём отчётов закончен" in Clerk(own.address).enter(own.links[other]).ids["main"]
    own.command("extend", oktmo, "none")
    assert "закончен" in clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    early = own.command("extend", oktmo, "2023-05-01T00:00", check=False)
    assert early.returncode == 2
    assert early.stderr.startswith("Продление должно быть позже")


def test_an_extension_is_shown_in_the_campaigns_zone(own: Site) -> None:
    said = own.command("extend", "17648000", "2023-06-02T22:30Z")
    assert "до 01:30 3\N{NO-BREAK SPACE}июня 2023\N{NO-BREAK SPACE}г.\n" in said.stdout


@pytest.mark.parametrize("day", ["2023-06-02", "20230602"])
def test_a_day_alone_is_no_extension(own: Site, day: str) -> None:
    refused = own.command("extend", "17650000", day, check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"Одной даты мало: {day}.")
    assert "02.06.2023 23:59" in refused.stderr
    own.move("2023-06-01T12:00:00+03:00")
    assert "закончен" in Clerk(own.address).enter(own.links["17650000"]).ids["main"], "nothing was extended"


def test_deadlines_in_words(own: Site) -> None:
    oktmo = "17652000"
    clerk = Clerk(own.address)
    form = clerk.enter(own.links[oktmo])
    assert (
        "Срок — до 23:59 30\N{NO-BREAK SPACE}мая 2023\N{NO-BREAK SPACE}г. (по московскому времени)" in form.ids["main"]
    )
    assert "Сейчас по часам репетиции 12:0" in form.text
    assert "г.." not in form.text
    for now, said in (
        ("00:00:20", "(по московскому времени)."),
        ("00:01:20", "времени), 1\N{NO-BREAK SPACE}минуту назад."),
        ("00:21:20", "времени), 21\N{NO-BREAK SPACE}минуту назад."),
        ("00:22:20", "времени), 22\N{NO-BREAK SPACE}минуты назад."),
    ):
        own.move(f"2023-05-31T{now}+03:00")
        words = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
        assert said in words
        assert "только что" not in words


def test_a_draft_that_was_not_saved_is_not_claimed(own: Site) -> None:
    oktmo = "17654000"
    clerk = Clerk(own.address)
    check = clerk.send(clerk.enter(own.links[oktmo]), report())
    own.move("2023-05-31T00:00:01+03:00")
    page = clerk.send(check, {"comment": "а" * 150_001})
    assert page.title.startswith("Приём отчётов закончен")
    assert "Отчёт не отправлен. Черновик сохранить не удалось" in page.ids["main"]
    assert "сохранено" not in page.ids["main"]


@pytest.mark.parametrize(
    "code", ["row_deleted", "asked_later", "correction_lost", "not_a_number", "decreased:informed"]
)
def test_once_reception_is_closed_no_remark_asks_for_a_new_version(own: Site, code: str) -> None:
    oktmo = "17656000"
    clerk = Clerk(own.address)
    form = clerk.enter(own.links[oktmo])
    if clerk.field(form, "base_version") == "0":
        clerk.send(clerk.send(form, report()))
    error = code in ("row_deleted", "not_a_number")
    shown = remark(
        code, "Что-то.", "Исправьте и отправьте.", level="error" if error else "warning", question="informed"
    )
    publish(own, oktmo, "excluded" if error else "on_time", shown, corrections=(Correction("informed", 1, 2),))
    own.move("2023-06-01T12:00:00+03:00")
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert re.search("попросите", home, re.I)
    assert "контакты внизу страницы" in home
    for impossible in ("отправьте", "отправить отчёт ещё раз с", "Пока приём открыт", "отправите новую версию"):
        assert impossible not in home


@pytest.mark.parametrize(
    ("until", "last", "over"),
    [
        ("2023-06-01T18:00", "18:00:40", "18:01:00"),
        ("2023-06-01T18:00+03:00", "18:00:40", "18:01:00"),
        ("2023-06-01T18:00:05", "18:00:01", "18:00:06"),
    ],
)
def test_an_extension_lasts_to_the_end_of_its_minute(own: Site, until: str, last: str, over: str) -> None:
    oktmo = "17646000"
    own.command("extend", oktmo, until)
    own.move(f"2023-06-01T{last}+03:00")
    clerk = Clerk(own.address)
    form = clerk.enter(own.links[oktmo])
    assert form.path.endswith("/form")
    assert "осталось меньше минуты" in form.ids["main"]
    own.move(f"2023-06-01T{over}+03:00")
    assert "Приём отчётов закончен" in clerk.get(form.path).title


@pytest.mark.parametrize("email", [True, False], ids=["both", "phone alone"])
def test_the_contact_is_shown_with_all_that_the_campaign_gives(
    make: Callable[..., Site], tmp_path: Path, email: bool
) -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8").replace("late: accept", "late: refuse")
    line = "    email: coordinator@example.org\n"
    assert line in text
    phone = "    phone: 8 (4922) 00-00-00\n"
    config = tmp_path / "phone.yaml"
    config.write_text(text.replace(line, line * email + phone), encoding="utf-8")
    site = make(config=str(config))
    site.start()
    site.read_links()
    site.move("2023-06-01T12:00:00+03:00")
    clerk = Clerk(site.address)
    home = clerk.enter(site.links[OKTMO])
    pages = [home, clerk.get("/"), clerk.get("/r/wrong"), clerk.get(f"{REPORTS}/{OKTMO}/form")]
    for page in pages:
        words = page.ids["main"].replace("\N{NO-BREAK SPACE}", " ").replace("\N{NON-BREAKING HYPHEN}", "-")
        address = ", coordinator@example.org" if email else ""
        assert f": региональный координатор конкурса в министерстве{address}, 8 (4922) 00-00-00." in words


def test_late_reports_are_accepted_and_marked(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    try:
        site.move("2023-06-01T12:00:00+03:00")
        receipt = clerk.send(clerk.send(form, report()))
        assert "Отчёт принят с опозданием" in receipt.ids["main"]
        with site.outbox() as store:
            kept = store.submissions.latest(CAMPAIGN, oktmo)
        assert kept is not None
        assert kept.late
        home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
        assert "сдан с опозданием" in home
        assert "истёк" in home
    finally:
        site.move(WHILE_OPEN)


def test_a_correction_after_the_deadline_leaves_a_report_in_time_so_on_every_page(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    publish(site, oktmo, "on_time")
    try:
        site.move("2023-06-01T12:00:00+03:00")
        form = clerk.get(f"{REPORTS}/{oktmo}/form")
        check = clerk.send(form, {"informed": "1 300"})
        for page in (clerk.get(site.links[oktmo]), form, check):
            words = page.ids["main"].replace("\N{NO-BREAK SPACE}", " ")
            assert "Ваш отчёт сдан в срок и таким останется" in words
            assert "с опозданием" not in words
        receipt = clerk.send(check)
        assert receipt.path.endswith("/receipts/2")
        assert "Отчёт принят: сдан в срок, исправлен после срока" in receipt.ids["main"]
        home = clerk.get(f"{REPORTS}/{oktmo}/")
        for page in (receipt, home, clerk.get(site.links[oktmo])):
            assert "с опозданием" not in page.ids["main"]
        assert ", после срока" in receipt.ids["main"]
        assert "Состояние: сдан в срок, исправлен после срока" in home.ids["main"]
    finally:
        site.move(WHILE_OPEN)


def test_reissue_and_revoke_work_at_once(own: Site) -> None:
    oktmo = "17620000"
    old = own.links[oktmo]
    clerk = Clerk(own.address)
    form = clerk.enter(old)
    new = own.command("reissue", oktmo).stdout.strip()
    assert new != old
    assert clerk.get(old).status == 404
    assert clerk.get(f"{REPORTS}/{oktmo}/").status == 403, "a session of the old link is over"
    assert clerk.send(form, report()).status == 403
    with own.outbox() as store:
        assert store.drafts.get(CAMPAIGN, oktmo) is None, "nor does an old form's ticket open anything"
    assert Clerk(own.address).enter(new).path.endswith("/form")
    assert "ссылка отозвана" in own.command("revoke", oktmo).stdout
    assert clerk.get(new).status == 404
    assert "(ссылка отозвана)" in own.command("links").stdout
    own.command("reissue", oktmo)


def test_commands_say_what_is_wrong(own: Site) -> None:
    unknown = own.command("reissue", "99999999", check=False)
    assert (unknown.returncode, unknown.stderr.count("\n")) == (2, 1)
    assert "99999999" in unknown.stderr
    wrong = own.command("clock", "вчера", check=False)
    assert wrong.returncode == 2
    assert "Нужно так: 30.05.2023 23:59 или 2023-05-30T23:59" in wrong.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("extend", "Не указано: 'ОКТМО'."),
        ("extend 17701000", "Не указано: 'ВРЕМЯ|none'."),
        ("revoke 17701000 сейчас", "В команде лишнее: сейчас"),
        ("prolong", "Команды prolong нет."),
        ("links --format xls", "Значение '--format' не подходит: xls, а нужно одно из: 'csv', 'table'."),
        ("links --format", "Не указано значение ключа --format."),
        ("links --help=да", "Ключ --help пишется без значения."),
        ("links --all", "Ключа --all нет."),
        ("", "Как писать: python -m webform КОМАНДА …"),
    ],
)
def test_a_mistyped_command_is_explained_in_russian(own: Site, typed: str, said: str) -> None:
    done = own.command(*typed.split(), check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not re.search("Usage|Error|Try", done.stderr)


def test_the_commands_help_in_russian(own: Site) -> None:
    for arguments in ((), ("extend",), ("links",)):
        words = own.command(*arguments, "--help").stdout
        assert words.startswith("Как писать: python -m webform")
        assert "Ключи:" in words
        assert not re.search("Usage|Options|Commands|Show", words)
    assert "csv — для рассылки и других программ" in re.sub(r"\s+", " ", words)


def test_clock_moves_in_a_rehearsal_alone(make: Callable[..., Site]) -> None:
    site = make()
    moved = site.command("clock", "2023-05-31T10:00")
    assert "31\N{NO-BREAK SPACE}мая 2023" in moved.stdout
    (site.folder / "clock.json").unlink()
    refused = site.command("clock", "2023-05-31T10:00", check=False)
    assert refused.returncode == 2
    assert "репетиц" in refused.stderr
    site.environ |= {"DYNO": "web.1", "DATABASE_URL": f"sqlite:///{site.folder}/outbox.db", "PUBLIC_URL": "https://a.b"}
    assert site.command("clock", "2023-05-31T10:00", check=False).returncode == 2


def test_links_are_the_same_list_twice(own: Site) -> None:
    table = own.command("links").stdout
    assert own.command("links").stdout == table
    rows = own.command("links", "--format", "csv").stdout.splitlines()
    assert rows[0] == "oktmo,name,url"
    assert len(rows) == 22
    assert all(row.split(",")[2].startswith(own.address) for row in rows[1:])


def test_outside_a_rehearsal_nothing_says_rehearsal(make: Callable[..., Site], tmp_path: Path) -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    config = tmp_path / "future.yaml"
    config.write_text(text.replace("deadline: 2023-05-30 23:59", "deadline: 2199-05-30 23:59"), encoding="utf-8")
    site = make(config=str(config))
    (site.folder / "clock.json").unlink()
    site.start()
    site.read_links()
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[OKTMO])
    receipt = clerk.send(clerk.send(form, report()))
    assert receipt.path.endswith("/receipts/1")
    assert "РЕПЕТИЦИЯ" not in form.text + receipt.text


def test_a_draft_of_a_time_still_to_come_stops_nobody(own: Site) -> None:
    """`make run` sets a rehearsal's clock back; the draft of the last run was there before the form was opened."""
    oktmo = next(iter(own.links))
    own.move("2023-05-28T12:00:00+03:00")
    clerk = Clerk(own.address)
    clerk.send(clerk.enter(own.links[oktmo]), report(comment="Вчера"), button="Сохранить черновик")
    own.move(WHILE_OPEN)
    check = clerk.send(clerk.enter(own.links[oktmo]), report(comment="Сегодня"))
    assert check.path.endswith("/check")


def test_a_form_opened_before_the_clock_was_set_back_replaces_no_draft_unasked(own: Site) -> None:
    oktmo = list(own.links)[1]
    own.move("2023-05-28T10:10:00+03:00")
    first, second = Clerk(own.address), Clerk(own.address)
    form = first.enter(own.links[oktmo])
    own.move(WHILE_OPEN)
    second.send(second.enter(own.links[oktmo]), report(comment="Коллега"), button="Сохранить черновик")
    answer = first.send(form, report(comment="Моё"), button="Сохранить черновик")
    assert answer.status == 409
    assert "сохранили в другом окне" in answer.text
