"""The roll-call of a campaign: states, chips, search, order, pages, contacts; through real HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pypdf import PdfReader

from campaign import load_campaigns
from outbox.clock import real_now
from outbox.leases import spreadsheet_lease
from outbox.mails import Ending, MailState, NewMail
from outbox.records import Correction, Draft, JournalEntry
from outbox.summary_lines import SummaryLine
from tests.desk.factories import AS_OF, CONTACTS, REMARK, SENT_AT, send, status
from tests.desk.harness import Person, add_staff, desk_site, signed_in, svod
from tests.webform.harness import CAMPAIGN, WHILE_OPEN, Site, with_municipalities

pytestmark = pytest.mark.slow
ROLL = f"/desk/{CAMPAIGN}/"
FAR = ("90001200", "90002200")
"""Municipalities of a country, in the second thousand and in the third, with a mail address."""
REMARKS = tuple(replace(REMARK, key=f"З-{number}", accepted=number == 2) for number in range(3))
"""The last of them was accepted in the spreadsheet."""
SENT, LATE, CORRECTED, WAITS, DRAFT, SILENT = "17605000", "17610000", "17615000", "17620000", "17625000", "17701000"


@pytest.fixture(scope="module", autouse=True)
def reports(site: Site) -> None:
    with site.outbox() as outbox:
        sent = send(outbox, SENT)
        late = send(outbox, LATE, late=True)
        corrected = send(outbox, CORRECTED)
        outbox.statuses.publish(
            CAMPAIGN,
            [
                status(SENT, "on_time", sent),
                status(LATE, "late", late, remarks=REMARKS),
                status(CORRECTED, "on_time", corrected, corrections=(Correction("informed", 500, 400),)),
                status(WAITS, "silent"),
                status(SILENT, "silent"),
            ],
        )
        send(outbox, CORRECTED, base=1)
        send(outbox, WAITS)
        outbox.drafts.save(Draft(CAMPAIGN, DRAFT, "draft", {"informed": "5"}, 0, SENT_AT))


def rows(person: Person) -> list[str]:
    """Return the words of each row of the table."""
    found = re.findall(r"<tr><td.*?</tr>", person.page.text)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).replace("&nbsp;", " ").split()) for row in found]


def row(person: Person, oktmo: str) -> str:
    return next(one for one in rows(person) if oktmo in one)


def test_every_municipality_stands_in_one_state(site: Site) -> None:
    person = signed_in(site, "read")
    person.get(ROLL)
    assert len(rows(person)) == 21
    assert "Отчитались 3 из 21. Срок — до 30 мая 2023 г. в 23:59, осталось: 3 дня. Данные на 27 мая" in person.text
    assert "сдан в срок ФО-00001 26.05 10:00" in row(person, SENT)
    assert row(person, SENT).endswith("23"), "the main figure: 20 and 3"
    assert "сдан с опозданием ФО-00002" in row(person, LATE)
    assert "замечаний: 3, из них принято 1" in row(person, LATE)
    assert "сдан в срок, новая версия ждёт ФО-00004" in row(person, CORRECTED)
    assert "исправлений: 1" in row(person, CORRECTED)
    assert "принят, ждёт учёта ФО-00005" in row(person, WAITS)
    assert row(person, DRAFT).endswith("только черновик 3 дня 1 день назад")
    assert row(person, SILENT).endswith("не сдан 3 дня")
    assert re.search(
        r"сдан в срок 2 сдан с опозданием 1 принят, ждёт учёта 1 только черновик 1 не сдан 16", person.text
    )


def test_chips_search_and_order(site: Site) -> None:
    person = signed_in(site, "read")
    person.get(f"{ROLL}?state=remarks")
    assert [LATE in one for one in rows(person)] == [True]
    person.get(f"{ROLL}?q=ГОРОД вла")
    assert [SILENT in one for one in rows(person)] == [True]
    person.get(f"{ROLL}?q=176050")
    assert [SENT in one for one in rows(person)] == [True]
    person.get(f"{ROLL}?q=нет такого")
    assert "Таких муниципалитетов нет." in person.text
    person.get(f"{ROLL}?sort=-accepted")
    assert "ФО-" in rows(person)[0]
    assert "ФО-" not in rows(person)[-1], "those without a value come last"
    person.get(f"{ROLL}?sort=-number")
    assert "17737000" in rows(person)[0]
    for nonsense in (
        "?sort=x&page=-5&state=y",
        "?page=999999999999",
        "?page=5&q=%00%ff",
        "?q=<script>alert(1)</script>",
    ):
        assert person.get(ROLL + nonsense).status_code == 200
        assert "<script" not in person.page.text


def test_contacts_are_shown_by_a_press_that_is_journalled(site: Site) -> None:
    reader = signed_in(site, "read")
    reader.get(ROLL)
    assert "Показать контакты" not in reader.text
    person = signed_in(site, "work")
    person.get(f"{ROLL}?state=late")
    assert str(CONTACTS["contact_phone"]) not in person.page.text
    person.post(f"{ROLL}contacts?state=late")
    assert len(rows(person)) == 1
    assert 'href="tel:84922112233"' in person.page.text
    assert 'href="mailto:otdel@example.org"' in person.page.text
    assert "Исполнитель &lt;Первый&gt;" in person.page.text
    with site.outbox() as outbox:
        _, act = outbox.acts.last(1)[0]
    assert (act.who, act.act, act.campaign, act.detail) == ("work", "contacts_seen", CAMPAIGN, {"oktmos": [LATE]})
    person.get(f"{ROLL}contacts?state=late&_external=1&campaign=x")
    assert person.path == f"{ROLL}?state=late", "opened anew, it shows no contacts"
    assert "tel:" not in person.page.text


def test_when_the_address_was_opened(site: Site) -> None:
    site.read_links()
    clerk, person = Person(site), signed_in(site, "read")
    clerk.get(site.links[SILENT])
    person.get(ROLL)
    assert "только что" not in row(person, SILENT), "a look at the page of the address opens nothing"
    code = site.links[SILENT].rpartition("/")[2]
    clerk.session.post(f"{site.address}/enter", data={"code": code}, timeout=30)
    person.get(ROLL)
    assert row(person, SILENT).endswith("только что")


def test_the_summary_is_a_pdf_of_what_was_published(site: Site) -> None:
    person = signed_in(site, "read")
    assert person.get(f"{ROLL}summary.pdf").status_code == 409
    assert "Обработчик ещё не публиковал итогов" in person.text
    with site.outbox() as outbox:
        lines = [SummaryLine("section", ("Кто отчитался",)), SummaryLine("strong", ("Отчитались", "4", "19,0%"))]
        outbox.summary_lines.keep(CAMPAIGN, [*lines, SummaryLine("words", ("Не сдан (1): #eval(1) *x* «\\»",))])
    answer = person.get(f"{ROLL}summary.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "#eval(1) *x*" in words, "nothing of it is read as markup"
    assert "19,0%" in words


def test_the_regions_note_and_all_reports_are_files_without_contacts(site: Site) -> None:
    person = signed_in(site, "read")
    person.get(ROLL)
    for kind in ("docx", "pdf"):
        assert f'href="{ROLL}note.{kind}"' in person.page.text
    note = person.session.get(f"{site.address}{ROLL}note.docx", timeout=60)
    assert (note.status_code, "Сводная справка" in docx_words(note.content)) == (200, True)
    paper = person.session.get(f"{site.address}{ROLL}note.pdf", timeout=60)
    assert "Сводная справка" in PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    for kind in ("xlsx", "csv", "json"):
        answer = person.session.get(f"{site.address}{ROLL}reports.{kind}", timeout=60)
        assert (answer.status_code, "attachment" in answer.headers["Content-Disposition"]) == (200, True)
        content = answer.content if kind != "xlsx" else xlsx_words(answer.content).encode()
        assert "Александровский муниципальный район" in content.decode("utf-8-sig")
        assert not any(contact in content.decode("utf-8-sig") for contact in map(str, CONTACTS.values()))


def docx_words(content: bytes) -> str:
    return ZipFile(BytesIO(content)).read("word/document.xml").decode()


def xlsx_words(content: bytes) -> str:
    book = load_workbook(BytesIO(content))
    return " ".join(str(cell) for sheet in book for row in sheet.values for cell in row)


def test_an_extension_is_shown(site: Site) -> None:
    svod(site, "extend", "17737000", "02.06.2023 18:00")
    person = signed_in(site, "read")
    person.get(f"{ROLL}?state=extended")
    assert [one.endswith("не сдан 6 дней продлён до 02.06 18:00") for one in rows(person)] == [True]


def test_a_worker_that_stands_still_is_named_with_its_time(site: Site) -> None:
    person = signed_in(site, "read")
    person.get(ROLL)
    assert "Обработчик для этой кампании ещё не запускался" in person.text
    with site.outbox() as outbox:
        outbox.journal.add(CAMPAIGN, "sheet", JournalEntry(AS_OF, "refresh", 1, 1, 1, "ok", ""))
        lease = outbox.leases.acquire(spreadsheet_lease("sheet"), "worker", timedelta(minutes=5))
        assert lease is not None
        assert "Обработчик" not in person_at(person, ROLL)
        outbox.leases.release(lease)
    assert "Обработчик стоит с" in person_at(person, ROLL)
    assert f"{real_now():%Y} г." in person_at(person, "/desk/")


def person_at(person: Person, path: str) -> str:
    person.get(path)
    return person.text


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("country")
    config = with_municipalities(folder / "config.yaml", 2479)
    text = config.read_text(encoding="utf-8")
    for oktmo in FAR:
        text = text.replace(f'{{oktmo: "{oktmo}",', f'{{oktmo: "{oktmo}", email: m{oktmo}@example.org,')
    config.write_text(text, encoding="utf-8")
    made = desk_site(folder / "data", config)
    made.start()
    add_staff(made, "work")
    with made.outbox() as outbox:
        oktmos = [f"{90000001 + n:08d}" for n in range(400)]
        sent = [send(outbox, oktmo) for oktmo in oktmos]
        outbox.statuses.publish(CAMPAIGN, [status(one.oktmo, "on_time", one, remarks=(REMARK,)) for one in sent])
        for oktmo in oktmos:
            outbox.roll_call.address_opened("default", oktmo)
        everybody = [one.oktmo for one in load_campaigns(folder / "config.yaml")[0].municipalities]
        new = [
            NewMail(oktmo, step, "", urgent=False, made_by="schedule", made_at=SENT_AT, not_before=SENT_AT)
            for oktmo in everybody
            for step in ("opening", "halfway", "three_days_before")
        ]
        outbox.mails.make(CAMPAIGN, new)
    yield made
    made.stop()


def test_a_country_comes_in_pages_of_at_most_60_kilobytes(country: Site) -> None:
    person = signed_in(country, "work")
    seen: set[str] = set()
    for page in (1, 2, 6, 33, 34):  # with reports, with the first without them, and the last
        person.get(f"{ROLL}?page={page}")
        assert len(person.page.content) < 60_000
        found = [re.findall(r"\b\d{8}\b", one)[0] for one in rows(person)]
        assert len(found) == (75 if page < 34 else 25)
        assert seen.isdisjoint(found)
        seen.update(found)
    person.get(f"{ROLL}?page=9999")
    assert "Показано 25 из 2 500." in person.text.replace("\N{NO-BREAK SPACE}", " ")
    person.get(f"{ROLL}?state=on_time&sort=-accepted")
    person.post(f"{ROLL}contacts?state=on_time&sort=-accepted")
    assert len(person.page.content) < 60_000
    assert person.page.text.count("tel:84922112233") == 75
    person.get(f"{ROLL}?page=all")
    everybody = {re.findall(r"\b\d{8}\b", one)[0] for one in rows(person)}
    assert (len(rows(person)), len(everybody)) == (2500, 2500)
    assert seen < everybody
    assert "Показать контакты" not in person.text, "only by pages: a look names whom it was about"
    country.move(WHILE_OPEN)


def test_mails_of_a_country_are_taken_in_parts(country: Site) -> None:
    person = signed_in(country, "work")
    address = f"{ROLL}mails/steps/reminder"
    person.get(address)
    assert "Писем будет: 2" in person.text
    assert "Скачать часть 3 из 3" in person.text
    for part, oktmo in zip(("2", "3"), FAR, strict=True):
        person.get(address)
        answer = person.post(f"{address}/files", part=part)
        with ZipFile(BytesIO(answer.content)) as archive:
            assert archive.namelist() == [f"{oktmo}.eml", "письма.csv"]
    person.get(address)
    assert person.post(f"{address}/files", part="1").status_code == 409
    assert "поэтому и файлов нет" in person.text


def test_what_is_accepted_on_the_desk_counts_as_accepted(site: Site) -> None:
    person = signed_in(site, "read")
    for number, words in ((0, "замечаний: 3, из них принято 2"), (1, "замечаний: 3, все приняты")):
        with site.outbox() as outbox:
            outbox.remark_decisions.accept(CAMPAIGN, LATE, f"З-{number}", comment="", who="work", at=SENT_AT)
        person.get(ROLL)
        assert words in row(person, LATE)
    with site.outbox() as outbox:
        outbox.remark_decisions.take_back(CAMPAIGN, LATE, "З-0", who="work", at=SENT_AT)
    person.get(ROLL)
    assert "из них принято 2" in row(person, LATE)


def test_an_address_that_takes_no_mail_is_said_until_there_is_another_one(site: Site) -> None:
    person = signed_in(site, "work")
    with site.outbox() as outbox:
        new = NewMail(SENT, "receipt", "ФО-1", urgent=True, made_by="report", made_at=SENT_AT, not_before=SENT_AT)
        outbox.mails.make(CAMPAIGN, [new])
        (mail,) = outbox.mails.of_campaign(CAMPAIGN)
        outbox.mails.finish(mail, Ending(MailState.SENT, "250 Ok", "Otdel@example.org", "Тема", "Текст"))
        outbox.mails.mark_bounced(CAMPAIGN, SENT, "не доставлено")
    person.get(f"{ROLL}?state=unreachable")
    assert [SENT in one for one in rows(person)] == [True]
    assert "адрес не принимает почту" in row(person, SENT)
    person.post(f"{ROLL}contacts")
    assert "адрес не принимает почту" in row(person, SENT), "to ring by"
    with site.outbox() as outbox:
        send(outbox, SENT, base=1, contacts={"contact_email": "new@example.org"})
    person.get(ROLL)
    assert "адрес не принимает почту" not in row(person, SENT)
