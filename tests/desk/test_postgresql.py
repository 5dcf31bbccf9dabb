"""The desk over PostgreSQL: every page that asks the outbox in a way of its own, and every press that writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from outbox.records import Correction, Draft
from tests.desk.factories import REMARK, SENT_AT, send, status
from tests.desk.harness import signed_in
from tests.desk.post import WITH_ADDRESS, site_with_addresses, work
from tests.outbox.conftest import Cluster, cluster
from tests.webform.harness import CAMPAIGN, Site

pytestmark = pytest.mark.postgresql
__all__ = ["cluster"]
DESK = f"/desk/{CAMPAIGN}/"
REPORTED, DRAFT, SILENT = WITH_ADDRESS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[Site]:
    cluster.execute("CREATE DATABASE desk")
    made = site_with_addresses(tmp_path_factory.mktemp("postgresql"), DATABASE_URL=cluster.url("desk"))
    with made.outbox() as outbox:
        sent = send(outbox, REPORTED)
        remarks = (replace(REMARK, key="З-1"), replace(REMARK, key="З-2"))
        published = status(REPORTED, "late", sent, remarks=remarks, corrections=(Correction("informed", 500, 400),))
        outbox.statuses.publish(CAMPAIGN, [published, status(SILENT, "silent")])
        outbox.drafts.save(Draft(CAMPAIGN, DRAFT, "draft", {"informed": "5"}, 0, SENT_AT))
    made.read_links()
    yield made
    made.stop()


def test_what_staff_see_and_press(site: Site) -> None:
    person = signed_in(site, "work")
    assert "Отчитались" in person.get("/desk/").text
    for query in ("", "?state=remarks", "?q=176050", "?sort=-accepted", "?sort=remarks", "?page=all"):
        person.get(DESK + query)
        assert "сдан с опозданием" in person.text, query
    person.get(DESK)
    person.post(f"{DESK}contacts")
    assert "otdel@example.org" in person.text
    place = f"{DESK}{REPORTED}/"
    person.get(place)
    assert "Замечания (2)" in person.text
    person.post(f"{place}remarks", remark="З-1", comment="Сверено")
    assert "Замечание принято." in person.text
    person.post(f"{place}remarks/back", remark="З-1")
    assert "Принятие отменено." in person.text
    person.post(f"{place}deadline", until="05.06.2023 18:00")
    assert person.page.status_code == 200
    person.get(f"{DESK}mails/steps/reminder")
    assert "Писем будет: 2 , и адреса нет у 18." in person.text
    person.post(f"{DESK}mails/steps/reminder")
    assert "Новых писем: 20." in person.text
    work(site)
    person.get(f"{DESK}mails?step=reminder&state=kept")
    assert "Показано 20 из 20." in person.text
    with site.outbox() as outbox:
        mail = outbox.mails.of_campaign(CAMPAIGN, oktmo=DRAFT)[0]
    person.get(f"{DESK}mails/{mail.id}")
    assert "написано, репетиция" in person.text
    person.get(DESK)
    assert "Последнее письмо" in person.text
    journal = signed_in(site, "administer")
    journal.get("/desk/journal")
    assert "принято замечание З-1: Сверено" in journal.text
    assert "письмо «Напоминание вручную»: отправлено, новых — 20" in journal.text
