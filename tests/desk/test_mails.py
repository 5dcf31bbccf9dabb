"""The pages for mails: steps, preview, «Отправить», the list, one mail, files; through real HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from csv import reader
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from zipfile import ZipFile

import pytest

from letters.mail.returns import RETURNS_TROUBLE
from outbox.mails import Ending, Mail, MailState, NewMail
from outbox.records import Act, Draft
from tests.desk.factories import CONTACTS, SENT_AT, send, status
from tests.desk.harness import Person, signed_in
from tests.desk.post import WITH_ADDRESS, site_with_addresses, work
from tests.letters.mail_server import mail_server
from tests.webform.harness import CAMPAIGN, Site

pytestmark = pytest.mark.slow
SILENT, DRAFT, REPORTED = WITH_ADDRESS
NOWHERE = "17701000"
MAILS = f"/desk/{CAMPAIGN}/mails"
REMINDER = f"{MAILS}/steps/reminder"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A rehearsal: one silent municipality with an address, one with a draft, one that reported, and many without."""
    made = site_with_addresses(tmp_path_factory.mktemp("mails"))
    with made.outbox() as outbox:
        sent = send(outbox, REPORTED)
        outbox.statuses.publish(CAMPAIGN, [status(REPORTED, "on_time", sent), status(SILENT, "silent")])
        outbox.drafts.save(Draft(CAMPAIGN, DRAFT, "draft", {"informed": "5"}, 0, SENT_AT))
    made.read_links()
    yield made
    made.stop()


def mails(site: Site, **wanted: str) -> list[Mail]:
    with site.outbox() as outbox:
        return outbox.mails.of_campaign(CAMPAIGN, **wanted)  # type: ignore[arg-type]


def put(site: Site, oktmo: str, step: str, about: str, ending: Ending | None = None) -> Mail:
    """Make a mail, with this ending."""
    with site.outbox() as outbox:
        new = NewMail(oktmo, step, about, urgent=False, made_by="report", made_at=SENT_AT, not_before=SENT_AT)
        outbox.mails.make(CAMPAIGN, [new])
        (found,) = [one for one in outbox.mails.of_campaign(CAMPAIGN, oktmo=oktmo) if one.about == about]
        if ending is not None:
            outbox.mails.finish(found, ending)
        return found


def last_act(site: Site) -> Act:
    with site.outbox() as outbox:
        return outbox.acts.last(1)[0][1]


def row(person: Person, oktmo: str) -> str:
    found = [one for one in re.findall(r"<tr><td.*?</tr>", person.page.text, re.S) if f"/{oktmo}/" in one]
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).replace("&nbsp;", " ").split())


def test_a_dry_run_says_whom_the_step_concerns_and_how_it_reads_and_makes_nothing(site: Site) -> None:
    person = signed_in(site, "work")
    person.get(MAILS)
    assert "Это репетиция: письма пишутся, но никуда не уходят" in person.text
    assert "Отправка ещё не запускалась: письма ждут" in person.text
    assert "Напоминание вручную кто не отчитался когда отправите вы, раз в день 20 0 0 0 0 Написать" in person.text
    assert "Таких писем нет." in person.text
    person.get(REMINDER)
    assert "Писем будет: 2 , и адреса нет у 18." in person.text
    assert "кто не начал 19" in person.text
    assert "только черновик 1" in person.text
    assert "Не получат, отчёт уже есть: 1" in person.text
    assert "Первое письмо: Александровский" in person.text
    assert "Отчёта Александровского муниципального района министерство ещё не получило" in person.text
    assert site.links[SILENT].rpartition("/")[2] not in person.page.text
    assert "/m/…" in person.text, "the address stands there, hidden"
    assert f"m{SILENT}@" not in person.page.text, "addresses are contacts"
    person.get(f"{REMINDER}?to=draft")
    assert "Писем будет: 1 ." in person.text
    person.get(f"{REMINDER}?oktmo={REPORTED}")
    assert "Не получит: отчёт уже есть." in person.text
    assert "Отправить</button>" not in person.page.text
    for path in ("steps/receipt", "steps/nothing", "steps/reminder?oktmo=99999999", "nothing", "deadbeefdeadbeef"):
        assert person.get(f"{MAILS}/{path}").status_code == 404, path
    assert mails(site) == []


def test_a_mistaken_template_is_told_and_nothing_is_made(site: Site) -> None:
    own = site.folder / "templates" / "mail"
    own.mkdir(parents=True)
    (own / "reminder.txt").write_text("Тема: {{ нет_такого }}\n\nтекст\n", encoding="utf-8")
    person = signed_in(site, "work")
    person.get(f"{REMINDER}?oktmo={SILENT}")
    assert "reminder.txt, строка 1: имени «нет_такого» нет" in person.text
    assert "Отправить</button>" not in person.page.text
    refused = person.post(REMINDER, oktmo=SILENT)
    assert (refused.status_code, mails(site)) == (409, [])
    (own / "reminder.txt").write_text(
        "Тема: <b>Тема</b>\n\n<script>alert(1)</script> & {{ ссылка }}\n", encoding="utf-8"
    )
    person.get(f"{REMINDER}?oktmo={SILENT}")
    assert "<script" not in person.page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in person.page.text
    (own / "reminder.txt").unlink()


def test_two_presses_make_one_mail_and_a_rehearsal_keeps_it_to_be_read(site: Site) -> None:
    person = signed_in(site, "work")
    person.get(f"{REMINDER}?to=draft")
    person.post(REMINDER, to="draft")
    assert "Новых писем: 1. Это репетиция" in person.text
    assert (last_act(site).act, last_act(site).detail["made"]) == ("mails_sent", 1)
    person.get(f"{REMINDER}?oktmo={DRAFT}")
    assert "Не получит: такое письмо уже есть." in person.text
    person.post(REMINDER, to="draft")
    assert "у всех, кого это касается, такое письмо уже есть" in person.text
    assert [one.oktmo for one in mails(site)] == [DRAFT]
    work(site)
    person.get(f"{MAILS}?step=reminder")
    assert "Напоминание вручную Кому" not in person.text
    assert "написаны, репетиция 1" in person.text
    assert "Отправка стоит с" in person.text
    assert "(по настоящим часам)" in person.text
    (one,) = mails(site)
    page = f"{MAILS}/{one.id}"
    viewer = signed_in(site, "read")
    viewer.get(page)
    assert "Состояние написано, репетиция" in viewer.text
    assert "Как оно было бы отправлено. Личная ссылка скрыта." in viewer.text
    assert "/m/…" in viewer.text
    for secret in (site.links[DRAFT].rpartition("/")[2], f"m{DRAFT}@", "Показать адрес", 'csrf_token" value=""'):
        assert secret not in viewer.page.text
    person.get(page)
    assert f"m{DRAFT}@example.org" not in person.page.text
    person.post(f"{page}/address")
    assert f"Кому m{DRAFT}@example.org" in person.text
    assert (last_act(site).act, last_act(site).oktmo) == ("contacts_seen", DRAFT)
    person.get(f"{page}/address")
    assert person.path == page


def test_what_did_not_arrive_is_marked_and_sent_again(site: Site) -> None:
    words = f"550 <M{SILENT}@example.org>: <script>нет ящика</script>"
    refused = put(site, SILENT, "opening", "", Ending(MailState.REFUSED, words, "m@example.org", "Тема", "Текст"))
    person = signed_in(site, "work")
    person.get(f"{MAILS}?step=opening&state=failed")
    assert "сервер отказал" in row(person, SILENT)
    assert "550 &lt;…@…&gt;: &lt;script&gt;нет ящика" in person.page.text
    assert "<script" not in person.page.text
    person.post(f"{MAILS}/steps/opening/again")
    assert "ещё раз" in person.text
    assert mails(site, step="opening")[0].state == MailState.WAITING
    assert last_act(site).detail == {"step": "opening", "count": 1}
    person.post(f"{MAILS}/{refused.id}/again")
    assert "состояние письма тем временем изменилось" in person.text, "it waits already"
    sent = put(site, SILENT, "receipt", "ФО-1", Ending(MailState.SENT, "250 Ok", "m@example.org", "Тема", "Текст"))
    person.get(f"{MAILS}/{sent.id}")
    person.post(f"{MAILS}/{sent.id}/bounced")
    assert "Отмечено: письмо не дошло" in person.text
    assert "Состояние вернулось" in person.text
    assert (last_act(site).act, last_act(site).oktmo) == ("mail_bounced", SILENT)
    person.post(f"{MAILS}/{sent.id}/bounced")
    assert "состояние письма тем временем изменилось" in person.text
    person.post(f"{MAILS}/{sent.id}/forgive")
    assert "Отметка снята" in person.text
    assert mails(site, oktmo=SILENT, step="receipt")[0].state == MailState.SENT
    admin = signed_in(site, "administer")
    admin.get("/desk/journal")
    assert "письмо «Квитанция» отмечено как вернувшееся" in admin.text
    assert "письмо «Начало приёма, с личной ссылкой»: отправлено ещё раз, писем — 1" in admin.text
    assert "письмо «Напоминание вручную»: отправлено, новых — 1" in admin.text


def test_mails_stand_on_the_municipalitys_page_and_in_the_roll_call(site: Site) -> None:
    reader_ = signed_in(site, "read")
    reader_.get(f"/desk/{CAMPAIGN}/{DRAFT}/")
    assert "Письма Напоминание вручную — написано, репетиция" in reader_.text
    assert "Написать:" not in reader_.text
    person = signed_in(site, "work")
    person.get(f"/desk/{CAMPAIGN}/{NOWHERE}/")
    assert (
        "Писем ещё не было. Написать: Начало приёма, с личной ссылкой Напоминание вручную То, что уходит" in person.text
    )
    person.get(f"{REMINDER}?oktmo={NOWHERE}")
    assert "Письму некуда уйти: адреса нет." in person.text
    assert "Нет адреса: впишите email" in person.text
    person.get(f"/desk/{CAMPAIGN}/{REPORTED}/")
    assert f"/steps/opening?oktmo={REPORTED}" in person.page.text
    assert "/steps/reminder" not in person.page.text, "it has reported"
    person.get(f"/desk/{CAMPAIGN}/")
    assert "напоминание 27.05 12:00" in row(person, DRAFT)
    assert "Написать молчащим" in person.text
    reader_.get(f"/desk/{CAMPAIGN}/")
    assert "Написать молчащим" not in reader_.text


def test_the_list_comes_in_pages(site: Site) -> None:
    with site.outbox() as outbox:
        new = [
            NewMail(
                REPORTED, "receipt", f"ФО-{n:05d}", urgent=True, made_by="report", made_at=SENT_AT, not_before=SENT_AT
            )
            for n in range(150)
        ]
        outbox.mails.make(CAMPAIGN, new)
    person = signed_in(site, "read")
    person.get(f"{MAILS}?step=receipt&state=waiting")
    assert "Показано 100 из 150." in person.text
    person.get(f"{MAILS}?step=receipt&state=waiting&page=2")
    assert "Показано 50 из 150." in person.text
    for nonsense in ("?page=999999", "?page=-1&step=<script>&state=x", "?state=%00&page=0", "?page=9999999999999"):
        assert person.get(MAILS + nonsense).status_code == 200, nonsense
        assert "<script" not in person.page.text


def test_a_step_whose_time_is_over_is_not_offered_and_says_why(site: Site) -> None:
    person = signed_in(site, "work")
    person.get(MAILS)
    assert f'{MAILS}/steps/opening"' in person.page.text
    assert f'{MAILS}/steps/halfway"' not in person.page.text
    assert "уже пора следующему напоминанию" in person.text
    site.move("2023-05-31T10:00:00+03:00")
    person.get(MAILS)
    for step in ("opening", "halfway", "three_days_before", "one_day_before"):
        assert f'{MAILS}/steps/{step}"' not in person.page.text
    assert f'{MAILS}/steps/day_after"' in person.page.text
    assert person.text.count("срок прошёл 30 мая 2023 года в 23:59") == 4
    person.get(f"{MAILS}/steps/opening")
    assert "Сейчас это письмо никому не уйдёт." in person.text
    assert "Не получат, срок прошёл 30 мая 2023 года в 23:59: 21" in person.text
    person.get(f"/desk/{CAMPAIGN}/{NOWHERE}/")
    assert "/steps/opening?" not in person.page.text
    assert "/steps/day_after?" in person.page.text


def test_without_a_server_the_mails_are_taken_as_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = site_with_addresses(tmp_path_factory.mktemp("files"), rehearsal=False, roles=("read", "work"))
    try:
        site.read_links()
        person = signed_in(site, "work")
        person.get(f"{MAILS}/steps/opening")
        assert "Почтовый сервер не задан" in person.text
        assert ">Отправить</button>" not in person.page.text
        assert person.post(f"{MAILS}/steps/opening").status_code == 409
        answer = person.post(f"{MAILS}/steps/opening/files")
        assert answer.headers["Cache-Control"] == "no-store"
        assert last_act(site).detail == {"step": "opening", "count": 3, "to": ""}
        with ZipFile(BytesIO(answer.content)) as archive:
            assert set(archive.namelist()) == {*(f"{oktmo}.eml" for oktmo in WITH_ADDRESS), "письма.csv"}
            message = message_from_bytes(archive.read(f"{SILENT}.eml"), policy=default)
            lines = list(reader(archive.read("письма.csv").decode("utf-8-sig").splitlines(), delimiter=";"))
        assert message["To"] == f"m{SILENT}@example.org"
        body = message.get_body(("plain",))
        assert body is not None
        assert site.links[SILENT] in body.get_content()
        assert lines[0][:3] == ["ОКТМО", "Муниципалитет", "Эл. почта"]
        assert mails(site) == [], "nothing is marked"
        viewer = signed_in(site, "read")
        viewer.get(MAILS)
        assert viewer.post(f"{MAILS}/steps/opening/files").status_code == 403
    finally:
        site.stop()


def test_what_is_pressed_is_sent_once_and_the_page_says_what_the_server_answered(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with mail_server() as server:
        server.mailbox.answers["RCPT"] = [f"550 5.1.1 <m{SILENT}@example.org> unknown"]
        environ = {"SMTP_URL": f"smtp://127.0.0.1:{server.port}", "MAIL_FROM": "Министерство <svod@example.org>"}
        site = site_with_addresses(tmp_path_factory.mktemp("sent"), rehearsal=False, roles=("work",), **environ)
        try:
            site.read_links()
            person = signed_in(site, "work")
            person.get(REMINDER)
            assert "Писем будет: 3 , и адреса нет у 18." in person.text
            person.post(REMINDER)
            assert "Новых писем: 21. Отправит обработчик; что вышло, видно здесь. Из них без адреса: 18." in person.text
            person.post(REMINDER)
            with site.outbox() as outbox:
                send(outbox, REPORTED)
            work(site)
            assert [to for _, to, _ in server.mailbox.received] == [f"m{DRAFT}@example.org"], "one reported meanwhile"
            person.get(f"{MAILS}?step=reminder")
            assert "сервер отказал 550 5.1.1 <…@…> unknown" in row(person, SILENT).replace("&lt;", "<").replace(
                "&gt;", ">"
            )
            assert "отправлено" in row(person, DRAFT)
            assert "отчёт уже есть" in row(person, REPORTED)
            assert "нет адреса" in row(person, NOWHERE)
            person.get(f"{MAILS}/{mails(site, oktmo=SILENT)[0].id}")
            person.post(f"{MAILS}/{mails(site, oktmo=SILENT)[0].id}/again")
            assert "Уйдёт ещё раз: 1 письмо." in person.text.replace("\N{NO-BREAK SPACE}", " ")
            work(site)
            assert len(server.mailbox.received) == 2
            assert str(CONTACTS["contact_email"]) not in person.page.text
            with site.outbox() as outbox:
                outbox.meta.remember(RETURNS_TROUBLE, "почтовый ящик не принял имя и пароль.")
            person.get(MAILS)
            assert "Вернувшиеся письма сейчас не читаются: почтовый ящик не принял имя и пароль." in person.text
        finally:
            site.stop()


def test_wrong_settings_are_named_and_end_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = site_with_addresses(
        tmp_path_factory.mktemp("wrong"), rehearsal=False, roles=("read",), SMTP_HOST="mail.example.org"
    )
    try:
        person = signed_in(site, "read")
        person.get(MAILS)
        assert "Почтовый сервер задан неверно, и письма не отправляются: Не задан MAIL_FROM" in person.text
    finally:
        site.stop()
