"""Two tabs and two people, what the ministry corrected, what the checks say, the public confirmation."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from outbox.records import Correction, MunicipalityStatus, PublishedRemark
from tests.webform.clerk import Clerk, Page, report
from tests.webform.harness import CAMPAIGN, REPORTS, Site


def two_people(site: Site, oktmo: str) -> tuple[Clerk, Page]:
    """The second's page after both pressed «Отправить отчёт»; the first was quicker.

    Each had a form open before the other's draft came: who presses later gets a question, and presses once more.
    """
    first, second = Clerk(site.address), Clerk(site.address)
    one = first.enter(site.links[oktmo])
    other = second.enter(site.links[oktmo])
    check = second.send(other, report(informed="3 000", comment="Моя версия"))
    refused = first.send(one, report(informed="2 000"))
    assert refused.status == 409
    assert "Черновик этого отчёта сохранили в другом окне" in refused.ids["main"]
    assert first.field(refused, "informed") == "2 000"
    first.send(first.send(refused))
    return second, second.send(check)


def test_second_person_sees_both_versions_and_takes_their_own(site: Site, oktmo: str) -> None:
    clerk, page = two_people(site, oktmo)
    assert page.status == 409
    words = page.ids["main"]
    assert "Версия 1" in words
    assert "2\N{NO-BREAK SPACE}000" in words
    assert "3\N{NO-BREAK SPACE}000" in words
    check = clerk.send(page)
    assert "Осталось отправить" in check.title
    assert clerk.send(check).path.endswith("/receipts/2")
    with site.outbox() as store:
        assert [s.answers["informed"] for s in store.submissions.versions(CAMPAIGN, oktmo)] == [2000, 3000]


def test_second_person_leaves_the_other_version(site: Site, oktmo: str) -> None:
    clerk, page = two_people(site, oktmo)
    home = clerk.send(page, button="Оставить версию 1, мою удалить")
    assert home.path == f"{REPORTS}/{oktmo}/"
    assert "сдан" in home.ids["main"]
    with site.outbox() as store:
        assert len(store.submissions.versions(CAMPAIGN, oktmo)) == 1
        assert store.drafts.get(CAMPAIGN, oktmo) is None


def test_second_person_corrects_their_own(site: Site, oktmo: str) -> None:
    clerk, page = two_people(site, oktmo)
    form = clerk.send(page, button="Изменить мою")
    assert clerk.field(form, "comment") == "Моя версия"
    assert clerk.send(clerk.send(form, {"comment": "Общая версия"})).path.endswith("/receipts/2")


def overtaken(site: Site, oktmo: str) -> tuple[Clerk, Page]:
    """A clerk's «Проверьте ответы» with 2 000, and meanwhile somebody else's report with 3 000 was accepted."""
    clerk, other = Clerk(site.address), Clerk(site.address)
    theirs = other.enter(site.links[oktmo])
    check = clerk.send(clerk.enter(site.links[oktmo]), report(informed="2 000"))
    refused = other.send(theirs, report(informed="3 000"))
    assert other.send(other.send(refused)).path.endswith("/receipts/1")
    return clerk, check


@pytest.mark.parametrize("pressed", ["send", "reload", "edit"])
def test_anothers_smaller_figure_is_a_choice_before_it_is_a_question(site: Site, oktmo: str, pressed: str) -> None:
    """2 000 is less than the 3 000 that came meanwhile: no page may say that a report was accepted, and ask why."""
    clerk, check = overtaken(site, oktmo)
    if pressed == "send":
        page = clerk.send(check)
    elif pressed == "edit":
        form = clerk.send(check, button="Вернуться и исправить")
        assert "Ваши ответы ещё не отправлены. Пока вы заполняли, пришла другая версия" in form.ids["main"]
        assert "Отчёт принят" not in form.ids["main"]
        page = clerk.send(form)
    else:  # another's receipt took the draft with it; the page that stayed open is sent to be checked once more
        page = clerk.send(check, button="Вернуться и исправить")
        page = clerk.send(page, {"comment": "Ещё раз"})
    assert page.status == 409
    assert page.title.startswith("Пришла другая версия")
    assert "Отчёт принят" not in page.ids["main"]
    assert {"2\N{NO-BREAK SPACE}000", "3\N{NO-BREAK SPACE}000"} <= set(
        re.findall("[23]\N{NO-BREAK SPACE}000", page.text)
    )
    asked = clerk.send(page)
    assert asked.path.endswith("/form")
    assert "reason:decreased:informed" in asked.form.names
    assert "Исправления ещё не отправлены. Принята версия 1: квитанция" in asked.ids["main"]
    assert "Отчёт принят" not in asked.ids["main"]
    again = clerk.send(asked, {"reason:decreased:informed": "Уточнили"})
    assert clerk.send(again).path.endswith("/receipts/2")


def test_what_is_mistaken_is_mended_before_the_choice(site: Site, oktmo: str) -> None:
    clerk, check = overtaken(site, oktmo)
    form = clerk.send(check, button="Вернуться и исправить")
    wrong = clerk.send(form, {"events": "много"})
    assert wrong.error("events")
    assert "Пока вы заполняли, пришла другая версия" in wrong.ids["main"]
    assert clerk.send(wrong, {"events": "4"}).status == 409


def test_a_correction_says_that_it_is_not_sent(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    first = clerk.send(clerk.enter(site.links[oktmo]), report())
    assert "Отчёт ещё не отправлен." in first.ids["main"]
    clerk.send(first)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert "Отчёт принят. Квитанция" in form.ids["main"]
    same = clerk.send(form)
    words = same.ids["main"]
    assert "Ответы те же, что в принятом отчёте" in words
    assert "не отправлен" not in words
    assert "не нужно" not in words
    assert '<button type="submit" data-busy="Отправляется…">Отправить отчёт' in same.text, (
        "still possible, and not what is proposed"
    )
    form = clerk.send(same, button="Вернуться и исправить")
    check = clerk.send(form, {"informed": "1 300"})
    assert "Исправления ещё не отправлены. Если всё верно" in check.ids["main"]
    assert '<button type="submit" class="main" data-busy="Отправляется…">Отправить отчёт' in check.text
    wrong = clerk.send(clerk.send(check, button="Вернуться и исправить"), {"events": "много"})
    assert "Исправления ещё не отправлены. Принята версия 1: квитанция" in wrong.ids["main"]
    assert "Отчёт принят" not in wrong.ids["main"]


def test_same_report_sent_from_two_tabs_is_one_receipt(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    one, other = clerk.enter(site.links[oktmo]), clerk.get(f"{REPORTS}/{oktmo}/form")
    checks = [clerk.send(one, report()), clerk.send(other, report())]
    assert [clerk.send(check).path for check in checks] == [f"{REPORTS}/{oktmo}/receipts/1"] * 2


def publish_status(site: Site, oktmo: str) -> None:
    """As the worker would: the ministry made 35 of the 20 teachers, and a check has a remark."""
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
        assert kept is not None
        status = MunicipalityStatus(
            oktmo=oktmo,
            state="on_time",
            receipt=kept.receipt,
            version=kept.version,
            seen=kept.version,
            by_hand=False,
            counted={**kept.answers, "registered_teachers": 35},
            corrections=(Correction("registered_teachers", 20, 35),),
            remarks=(
                PublishedRemark(
                    code="outlier",
                    level="warning",
                    question="informed",
                    title="Проинформировано",
                    shown="1 234",
                    body="Намного больше, чем у других.",
                    advice="Проверьте число.",
                ),
            ),
            as_of=datetime(2023, 5, 27, 9, 30, tzinfo=UTC),
        )
        others = [s for s in store.statuses.all(CAMPAIGN) if s.oktmo != oktmo]
        store.statuses.publish(CAMPAIGN, [*others, status])


def test_ministrys_corrections_and_remarks_are_shown(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    clerk.send(clerk.send(clerk.enter(site.links[oktmo]), report()))
    publish_status(site, oktmo)
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "есть замечания" in home
    assert "Намного больше, чем у других. Проверьте число." in home
    assert "Что исправило министерство" in home
    assert "27\N{NO-BREAK SPACE}мая 2023\N{NO-BREAK SPACE}г. в\N{NO-BREAK SPACE}12:30" in home
    assert "уже в таблице" in home
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    beside = form.ids["registered_teachers-before"]
    assert "Прежнее значение: 35." in beside
    assert "было «20», стало «35»" in beside
    assert clerk.field(form, "registered_teachers") == "35", "what counts"
    page = clerk.send(form, {"registered_teachers": "20"})
    assert "Было 35, стало 20." in page.ids["reason:decreased:registered_teachers-question"]
    receipt = clerk.send(clerk.send(page, {"reason:decreased:registered_teachers": "Исправили обратно"}))
    assert receipt.path.endswith("/receipts/2")
    with site.outbox() as store:
        new = store.submissions.latest(CAMPAIGN, oktmo)
    assert new is not None
    assert new.previous is not None
    assert new.previous["registered_teachers"] == 35
    again = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"))  # the rule no longer asks, and nothing is taken back
    assert "Ответы те же" in again.text


def test_receipt_is_confirmed_by_number_and_code_without_its_answers(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    receipt = clerk.send(clerk.send(clerk.enter(site.links[oktmo]), report()))
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
    assert kept is not None
    code = receipt.text.split('class="code">')[1].split("<")[0]
    public = Clerk(site.address)
    form = public.get("/confirm")
    page = public.send(form, {"number": f" {kept.receipt.lower()} ", "code": code.lower().replace("-", "")})
    assert page.status == 200
    assert "подлинная" in page.text
    assert "1\N{NO-BREAK SPACE}234" not in page.text
    assert "Ответственный" not in page.text
    for number, wrong in ((kept.receipt, "AAAA-AAAA-AAAA"), ("ФО-99999", code), (kept.receipt, "Ж" * 500)):
        refused = public.send(public.get("/confirm"), {"number": number, "code": wrong})
        assert refused.status == 404
        assert "Такой квитанции нет" in refused.text


@pytest.mark.parametrize("version", [1, 2])
def test_every_version_keeps_its_receipt(site: Site, oktmo: str, version: int) -> None:
    clerk = Clerk(site.address)
    clerk.send(clerk.send(clerk.enter(site.links[oktmo]), report()))
    clerk.send(clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {"informed": "1 300"}))
    page = clerk.get(f"{REPORTS}/{oktmo}/receipts/{version}")
    assert page.status == 200
    assert ("Позже пришла версия 2" in page.text) is (version == 1)


ABOVE, NO_LINK = "reason:registered_above_informed", "reason:publications_without_link"


def explained(site: Site, oktmo: str, **changes: str) -> Clerk:
    """A clerk with a report that was accepted with two explanations."""
    clerk = Clerk(site.address)
    asked = clerk.send(clerk.enter(site.links[oktmo]), report(informed="5", links="", **changes))
    words: dict[str, str | list[str] | None] = {ABOVE: "Узнали сами", NO_LINK: "Газета"}
    ticks: dict[str, str | list[str] | None] = dict(re.findall(r'name="(confirm:[^"]+)" value="([^"]*)"', asked.text))
    check = clerk.send(asked, words | ticks)
    assert clerk.send(check).path.endswith("/receipts/1")
    return clerk


def test_explanations_are_taken_over_into_a_correction(site: Site, oktmo: str) -> None:
    clerk = explained(site, oktmo)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert clerk.field(form, ABOVE) == "Узнали сами"
    assert clerk.field(form, NO_LINK) == "Газета"
    assert not form.errors
    assert not form.title.startswith(("Ошибка", "Нужно"))
    same = clerk.send(form)
    assert "Ответы те же" in same.ids["main"]
    check = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {"media_publications": "1"})
    assert "Осталось отправить" in check.title, "nothing is asked again"
    assert clerk.send(check).path.endswith("/receipts/2")
    with site.outbox() as store:
        new = store.submissions.latest(CAMPAIGN, oktmo)
    assert new is not None
    assert new.reasons == {"registered_above_informed": "Узнали сами", "publications_without_link": "Газета"}


def test_an_explanation_goes_with_its_rules_question(site: Site, oktmo: str) -> None:
    clerk = explained(site, oktmo)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    check = clerk.send(form, {"informed": "1 000"})
    assert "Пояснение: Зарегистрировалось больше, чем проинформировано" not in check.ids["main"], "nobody asks for it"
    clerk.send(check)
    with site.outbox() as store:
        new = store.submissions.latest(CAMPAIGN, oktmo)
    assert new is not None
    assert new.reasons == {"publications_without_link": "Газета"}
    assert ABOVE not in clerk.get(f"{REPORTS}/{oktmo}/form").form.names


def test_a_changed_explanation_is_a_difference(site: Site, oktmo: str) -> None:
    clerk = explained(site, oktmo)
    check = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {ABOVE: "Узнали от коллег"})
    words = check.ids["main"]
    assert "Что изменится по сравнению с версией 1" in words
    assert "Ответы те же" not in words
    assert words.count("Узнали от коллег") == 2, "among the differences and beside the answer"
    assert "Узнали сами" in words
    assert clerk.send(check).path.endswith("/receipts/2")
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "Ответы не изменились" not in home
    assert "Узнали сами" in home
    assert "Узнали от коллег" in home


def test_an_explanation_to_one_of_several_questions_says_to_which(site: Site, oktmo: str) -> None:
    clerk = explained(site, oktmo)
    names = ("registered_teachers", "registered_school_heads")
    page = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), dict.fromkeys(names, "1"))
    check = clerk.send(page, dict.fromkeys((f"reason:decreased:{name}" for name in names), "Ошиблись"))
    for who in ("педагоги", "руководители ОО"):
        title = f"Зарегистрировались: {who}. Пояснение: Показатель стал меньше, чем был"
        assert check.ids["main"].count(title) == 1
    clerk.send(check)
    assert "Зарегистрировались: педагоги. Пояснение: Показатель" in clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]


def test_a_tick_is_asked_again(site: Site, oktmo: str) -> None:
    clerk = explained(site, oktmo, comment="Звоните 8 (4922) 11-22-33")
    tick = "confirm:personal_data:comment"
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert tick not in form.form.names
    asked = clerk.send(form)
    assert tick in asked.form.names
    assert not asked.errors, "asked for the first time"
    assert clerk.field(asked, ABOVE) == "Узнали сами"
    assert clerk.field(asked, tick) is None


def test_a_correction_of_the_ministry_asks_only_when_it_is_checked(site: Site, oktmo: str) -> None:
    clerk = explained(site, oktmo)
    publish_status(site, oktmo)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert clerk.field(form, ABOVE) == "Узнали сами"
    decreased = "reason:decreased:registered_teachers"
    assert decreased not in form.form.names
    asked = clerk.send(form, {"registered_teachers": "20"})
    assert decreased in asked.form.names
    assert not asked.errors


def test_the_form_of_a_correction_shows_its_totals_without_a_script(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    clerk.send(clerk.send(clerk.enter(site.links[oktmo]), report(registered_teachers="40")))
    form = clerk.get(f"/reports/{oktmo}/form")
    fields = dict(form.form.fields)
    registered = sum(int(value) for name, value in fields.items() if name.startswith("registered_"))
    assert registered >= 40
    assert re.findall(r'data-sum="registered">([^<]*)<', form.text) == [str(registered)]
