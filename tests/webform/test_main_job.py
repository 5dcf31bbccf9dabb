"""Link, form, check, receipt: as a plain client drives them, without JavaScript."""

from __future__ import annotations

import re

from tests.webform.clerk import Clerk, report
from tests.webform.harness import CAMPAIGN, REPORTS, Site


def test_link_form_check_receipt(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    page = clerk.get(site.links[oktmo])
    assert page.status == 200
    assert [name for name, _ in page.form.fields] == ["code"]
    assert len(page.form.buttons) == 1

    form = clerk.send(page)
    assert form.path == f"{REPORTS}/{oktmo}/form"
    assert {"registered_teachers", "audiences", "links", "csrf_token", "key", "base_version"} <= form.form.names
    assert "РЕПЕТИЦИЯ" in form.text

    check = clerk.send(form, report())
    assert check.ids["main"].startswith("Отчёт")
    assert "Осталось отправить" in check.title
    with site.outbox() as store:
        assert store.submissions.latest(CAMPAIGN, oktmo) is None, "nothing is sent before the check"

    receipt = clerk.send(check)
    assert receipt.path == f"{REPORTS}/{oktmo}/receipts/1"
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
        draft = store.drafts.get(CAMPAIGN, oktmo)
    assert kept is not None
    assert draft is None
    assert kept.receipt in receipt.text
    assert "27\N{NO-BREAK SPACE}мая 2023\N{NO-BREAK SPACE}г. в\N{NO-BREAK SPACE}1" in receipt.text
    assert "1\N{NO-BREAK SPACE}234" in receipt.text
    assert "РЕПЕТИЦИЯ" in receipt.text
    assert kept.answers["informed"] == 1234
    assert kept.answers["audiences"] == ["teachers", "parents"]
    assert kept.answers["links"] == ["https://example.org/news/1", "https://example.org/news/2"]
    assert kept.contacts["contact_phone"] == "8 (4922) 00-00-00"
    assert not set(kept.contacts) & set(kept.answers)
    assert kept.previous is None
    assert (kept.version, kept.base_version, kept.late) == (1, 0, False)


def test_receipt_opens_again_by_the_same_link(site: Site, oktmo: str) -> None:
    sent(site, oktmo)
    page = Clerk(site.address).enter(site.links[oktmo])
    receipt = re.search(r"ФО-\d{5}", page.text)
    assert receipt is not None
    assert "Отчёт принят" in page.text
    clerk_field = dict(page.form.fields)
    assert clerk_field["informed"] == "1234"
    assert clerk_field["contact_name"] == "Ответственный исполнитель"
    assert clerk_field["base_version"] == "1"


def test_correction_is_a_new_version_compared_with_what_counted(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert "Прежнее значение: 20." in form.ids["registered_teachers-before"]
    check = clerk.send(form, {"registered_teachers": "25"})
    assert "Что изменится" in check.text
    assert "педагоги" in check.ids["main"]
    receipt = clerk.send(check)
    assert receipt.path.endswith("/receipts/2")
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
    assert kept is not None
    assert kept.previous is not None
    assert kept.previous["registered_teachers"] == 20
    assert "audiences" not in kept.previous, "figures only"
    home = clerk.get(f"{REPORTS}/{oktmo}/")
    assert "сдан, версия 2" in home.ids["main"]
    assert "Версия 2" in home.ids["main"]


def test_rules_ask_for_a_reason_and_go_on(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    asked = clerk.send(form, report(informed="5", links=""))
    name = "reason:registered_above_informed"
    assert name in asked.form.names
    assert "reason:publications_without_link" in asked.form.names
    assert "Зарегистрировалось 41, а проинформировано 5." in asked.ids[f"{name}-question"]
    assert not asked.errors, "asked for the first time"

    short = clerk.send(asked, {name: "да"})
    assert "Поясните словами: «да» недостаточно." in short.error(name)
    blank = clerk.send(asked, {name: " "})
    assert "Напишите пояснение" in blank.error(name)
    assert blank.title.startswith("Нужно пояснение:"), "nothing is wrong, something is missing"
    assert blank.ids["summary-title"] == "Осталось пояснить"

    check = clerk.send(
        blank, {name: "Узнали сами", "reason:publications_without_link": "Ссылка вида otdel@example.org"}
    )
    tick = "confirm:personal_data:reason:publications_without_link"
    assert "общую таблицу" in check.ids[f"{tick}-question"]
    receipt = clerk.send(clerk.send(check, {tick: check.form.choices[tick]}))
    assert "Узнали сами" in receipt.text
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
    assert kept is not None
    assert kept.reasons["registered_above_informed"] == "Узнали сами"
    assert kept.reasons["publications_without_link"] == "Ссылка вида otdel@example.org"


def test_what_is_asked_is_announced_beside_the_errors_too(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    form = clerk.enter(site.links[oktmo])
    page = clerk.send(form, report(informed="5", links="", contact_email="otdel"))
    assert page.title.startswith("Ошибка:")
    assert page.ids["summary-title"] == "Исправьте 1\N{NO-BREAK SPACE}ответ"
    assert set(page.errors) == {"contact_email"}
    for key in ("registered_above_informed", "publications_without_link"):
        assert f'<a href="#reason:{key}">' in page.text
    assert "Кроме того, что-то не сходится. Исправьте или поясните" in page.text
    again = clerk.send(page, {"contact_email": "otdel@example.org"})
    assert again.ids["summary-title"] == "Осталось пояснить"


def test_a_missing_explanation_is_nothing_to_be_corrected(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    asked = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {"informed": "5"})
    names = {"reason:registered_above_informed", "reason:decreased:informed"}
    assert names <= asked.form.names
    again = clerk.send(asked)
    assert set(again.errors) == names
    assert again.ids["summary-title"] == "Осталось пояснить"
    assert again.title.startswith("Нужно пояснение:")


def test_zeros_are_confirmed_with_a_tick(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    zeros: dict[str, str | list[str] | None] = {
        name: "0" for name in report() if name.startswith("registered") or name.endswith("publications")
    }
    page = clerk.send(clerk.enter(site.links[oktmo]), report(informed="0", events="0", links="", **zeros))
    assert "confirm:all_zeros" in page.form.names
    assert '<a href="#confirm:all_zeros">Во всех показателях стоит 0.</a>' in page.text, "it is about no one cell"
    assert page.text.index("</table>") < page.text.index('id="confirm:all_zeros"')
    again = clerk.send(page)
    assert again.ids["summary-title"] == "Осталось подтвердить"
    assert "отметку" in again.error("confirm:all_zeros")
    assert clerk.send(clerk.send(again, {"confirm:all_zeros": "yes"})).path.endswith("/receipts/1")


def test_health(site: Site) -> None:
    assert Clerk(site.address).get("/healthz").status == 200


def sent(site: Site, oktmo: str, **changes: str) -> Clerk:
    """A clerk with a report that has just been accepted."""
    clerk = Clerk(site.address)
    receipt = clerk.send(clerk.send(clerk.enter(site.links[oktmo]), report(**changes)))
    assert "/receipts/" in receipt.path, receipt.text
    return clerk
