"""The page of a municipality: versions, corrections, remarks, contacts, link, extension, documents, the journal."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from outbox.records import Correction
from tests.desk.factories import ANSWERS, CONTACTS, REMARK, send, status
from tests.desk.harness import Person, signed_in
from tests.webform.harness import CAMPAIGN, Site

pytestmark = pytest.mark.slow
OKTMO, SILENT, OTHER = "17605000", "17701000", "17610000"
PLACE, NOBODY = f"/desk/{CAMPAIGN}/{OKTMO}/", f"/desk/{CAMPAIGN}/{SILENT}/"


@pytest.fixture(scope="module", autouse=True)
def reports(site: Site) -> None:
    with site.outbox() as outbox:
        send(outbox, OKTMO)
        send(outbox, OKTMO, {**ANSWERS, "informed": 700, "comment": "<b>Собрание</b>"}, base=1)
        latest = send(outbox, OKTMO, {**ANSWERS, "informed": 900, "comment": "<b>Собрание</b>"}, base=2)
        one = status(
            OKTMO,
            "on_time",
            latest,
            counted={**latest.answers, "informed": 880},
            corrections=(Correction("informed", 900, 880),),
            remarks=(REMARK,),
        )
        outbox.statuses.publish(CAMPAIGN, [one, status(SILENT, "silent")])
    site.read_links()


def table_row(person: Person, title: str) -> list[str]:
    """Return the cells of the row of the versions with this title."""
    table = person.page.text.partition('<table class="versions">')[2]
    found = re.search(rf"<tr><th scope=\"row\">{re.escape(title)}</th>(.*?)</tr>", table)
    assert found is not None, person.text
    return re.findall(r"<td>(.*?)</td>", found[1])


def acts(site: Site) -> list[tuple[str, str, str]]:
    with site.outbox() as outbox:
        return [(act.who, act.act, act.oktmo) for _, act in outbox.acts.last(5)]


def test_versions_stand_side_by_side_with_changes_marked(site: Site) -> None:
    person = signed_in(site, "read")
    person.get(PLACE)
    informed = "Сколько человек проинформировано, чел."
    assert table_row(person, informed) == ["<mark>880</mark>", "<mark>900</mark>", "<mark>700</mark>", "500"]
    assert table_row(person, "Комментарий")[1:] == [
        "&lt;b&gt;Собрание&lt;/b&gt;",
        "<mark>&lt;b&gt;Собрание&lt;/b&gt;</mark>",
        "Собрание",
    ]
    assert table_row(person, "Зарегистрировались: педагоги, чел.") == ["20", "20", "20", "20"]
    assert "Последняя версия 3, квитанция ФО-00003" in person.text
    assert "Исправлено министерством в таблице Кто исправил" in person.text
    assert f"{informed} 900 880" in person.text
    assert "Предупреждение. Проинформировано — 500. Втрое больше прежнего. Проверьте." in person.text


def test_contacts_and_link_are_shown_to_those_who_work_by_a_press_that_is_journalled(site: Site) -> None:
    reader = signed_in(site, "read")
    reader.get(PLACE)
    for word in (
        "Показать контакты",
        "Личная ссылка",
        "Продлить срок",
        "Официальный ответ",
        *map(str, CONTACTS.values()),
    ):
        assert word not in reader.text, word
    person = signed_in(site, "work")
    person.get(PLACE)
    code = site.links[OKTMO].rpartition("/")[2]
    assert code not in person.page.text
    assert str(CONTACTS["contact_email"]) not in person.page.text
    person.post(f"{PLACE}contacts")
    assert "Рабочий телефон 8 (4922) 11-22-33" in person.text
    assert 'href="tel:84922112233"' in person.page.text
    person.post(f"{PLACE}link")
    assert site.links[OKTMO] in person.text
    assert "<svg viewBox" in person.page.text
    person.get(f"{PLACE}link")
    assert person.path == PLACE
    assert code not in person.page.text
    assert acts(site)[:2] == [("work", "link_seen", OKTMO), ("work", "contacts_seen", OKTMO)]


def test_a_new_link_replaces_the_one_before_and_a_revoked_one_opens_nothing(site: Site) -> None:
    person, clerk = signed_in(site, "work"), Person(site)
    assert clerk.get(site.links[SILENT]).status_code == 200
    person.get(NOBODY)
    person.post(f"{NOBODY}reissue")
    assert "Новая ссылка выдана" in person.text
    assert clerk.get(site.links[SILENT]).status_code == 404
    person.post(f"{NOBODY}link")
    fresh = re.search(r"http\S+/m/[A-Z0-9-]+", person.text)
    assert fresh is not None
    assert clerk.get(fresh[0]).status_code == 200
    person.post(f"{NOBODY}revoke")
    assert "Ссылка отозвана" in person.text
    assert clerk.get(fresh[0]).status_code == 404
    person.get(f"/desk/{CAMPAIGN}/{OKTMO}/?done=revoked")
    assert "Ссылка отозвана" not in person.text, "an address alone says nothing was done"
    assert [act for act in acts(site) if act[1] in ("reissued", "revoked")] == [
        ("work", "revoked", SILENT),
        ("work", "reissued", SILENT),
    ]


def test_the_deadline_is_extended_and_that_is_taken_back(site: Site) -> None:
    person = signed_in(site, "work")
    person.get(NOBODY)
    for wrong, words in (
        ("завтра", "Это не время: завтра."),
        ("02.06.2023", "Одной даты мало"),
        ("29.05.2023 10:00", "позже общего срока — 30.05.2023 23:59"),
        ("  ", "Впишите, до какого времени"),
        ("0001-01-01T00:00+23:59", "Это не время"),
    ):
        assert person.post(f"{NOBODY}deadline", until=wrong).status_code == 400, wrong
        assert words in person.text
    person.post(f"{NOBODY}deadline", until="02.06.2023 18:00")
    assert "Срок продлён" in person.text
    assert "2 июня 2023 г. в 18:00, продлён" in person.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "срок продлён до 02.06.2023 18:00" in person.text
    person.post(f"{NOBODY}deadline/over")
    assert "Продление отменено" in person.text
    assert "30 мая 2023 г. в 23:59" in person.text.replace("\N{NO-BREAK SPACE}", " ")


def test_documents_are_downloaded_and_the_answer_is_journalled(site: Site, tmp_path: Path) -> None:
    person = signed_in(site, "work")
    person.get(PLACE)
    receipt = person.session.get(f"{site.address}{PLACE}receipts/3.pdf", timeout=60)
    text = PdfReader(BytesIO(receipt.content)).pages[0].extract_text()
    assert "ФО-00003" in text
    assert str(CONTACTS["contact_email"]) not in text
    assert receipt.headers["Cache-Control"] == "no-store"
    assert person.session.get(f"{site.address}{PLACE}receipts/9.pdf", timeout=60).status_code == 404
    person.get(PLACE)
    answer = person.post(f"{PLACE}answer/docx")
    with ZipFile(BytesIO(answer.content)) as letter:
        words = re.sub(r"<[^>]+>", "", letter.read("word/document.xml").decode())
    assert "880" in words
    assert str(CONTACTS["contact_email"]) in words
    assert acts(site)[0] == ("work", "answer_made", OKTMO)
    person.get(NOBODY)
    refused = person.post(f"{NOBODY}answer/pdf")
    assert (refused.status_code, "официального ответа по нему нет" in person.text) == (409, True)
    assert acts(site)[0] == ("work", "answer_made", OKTMO), "nothing was made, nothing is journalled"


HOSTILE = '"><script>alert(1)</script>\r\nSet-Cookie: injected=1\x00{{ 7*7 }}\u202e'


@pytest.mark.parametrize(
    ("page", "post", "fields"),
    [
        ("/desk/sign-in", "/desk/sign-in", ("name", "password", "then")),
        (PLACE, f"{PLACE}deadline", ("until",)),
        (PLACE, f"{PLACE}remarks", ("remark", "comment")),
        (PLACE, f"{PLACE}remarks/back", ("remark",)),
        (f"/desk/{CAMPAIGN}/restore", f"/desk/{CAMPAIGN}/restore", ("receipt",)),
        (f"/desk/{CAMPAIGN}/restore", f"/desk/{CAMPAIGN}/restore/do", ("number",)),
        (PLACE, f"/desk/{CAMPAIGN}/sheet", ("oktmo",)),
        ("/desk/account", "/desk/account", ("old", "new", "again")),
    ],
)
def test_no_field_adds_to_page_or_headers(site: Site, page: str, post: str, fields: tuple[str, ...]) -> None:
    person = Person(site) if "sign-in" in page else signed_in(site, "work")
    person.get(page)
    answer = person.post(post, **dict.fromkeys(fields, HOSTILE) | {"what": "one"})
    assert answer.status_code < 500
    for one in (*answer.history, answer):
        assert "injected" not in one.headers.get("Set-Cookie", "")
        assert "<script>alert" not in one.text


def test_no_address_adds_to_page_or_headers(site: Site) -> None:
    person = signed_in(site, "work")
    for path in (f"/{CAMPAIGN}/?q=", f"/{CAMPAIGN}/?state=", f"/{CAMPAIGN}/{OKTMO}/?done=", "/sign-in?then=", "/"):
        answer = person.get("/desk" + path + quote(HOSTILE))
        assert answer.status_code in (200, 404)
        for one in (*answer.history, answer):
            assert "injected" not in one.headers.get("Set-Cookie", "")
            assert "<script>alert" not in one.text


def test_only_municipalities_of_the_campaign_have_a_page(site: Site) -> None:
    person = signed_in(site, "work")
    for path in (f"/desk/{CAMPAIGN}/99999999/", f"/desk/other/{OKTMO}/", f"/desk/{CAMPAIGN}/..%2f/", f"{PLACE}x"):
        assert person.get(path).status_code == 404, path
    person.get(PLACE)
    assert person.post(f"/desk/{CAMPAIGN}/99999999/reissue").status_code == 404


def test_the_journal_names_who_did_what(site: Site) -> None:
    worker = signed_in(site, "work")
    worker.get(PLACE)
    worker.post(f"{PLACE}contacts")
    assert worker.get("/desk/journal").status_code == 403
    with site.outbox() as outbox:
        for _ in range(100):
            outbox.acts.record(None, "link_made", detail={"name": "<i>кому-то</i>"})
    person = signed_in(site, "administer")
    person.get("/desk/journal")
    assert "administer вход по паролю" in person.text
    assert "svod (команда) сделана одноразовая ссылка для «<i>кому-то</i>»" in person.text
    assert "&lt;i&gt;кому-то" in person.page.text
    older = re.search(r'href="(/desk/journal\?before=\d+)"', person.page.text)
    assert older is not None
    person.get(older[1])
    assert "work просмотр контактов Александровский муниципальный район , Конкурс" in person.text
    assert person.get("/desk/journal?before=0").status_code == 200
    assert "Более ранних записей нет" in person.text
    assert person.get("/desk/journal?before=999999999999999999999").status_code == 200
