"""The clerk sees what counts: on the link's page, in the form, at the check, on the receipt, after the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from outbox.records import Correction, Json, MunicipalityStatus, PublishedRemark
from tests.webform.clerk import Clerk, report
from tests.webform.harness import CAMPAIGN, REPORTS, ROOT, Site
from tests.webform.test_left_out import DELETED, NOT_A_NUMBER, publish, remark
from tests.webform.test_main_job import sent

NBSP = "\N{NO-BREAK SPACE}"


def correct(site: Site, oktmo: str, *remarks: PublishedRemark, state: str = "on_time", **cells: Json) -> None:
    """As the worker would: these cells of the newest version's row hold something else than was submitted."""
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
        assert kept is not None
        counted = {name: value for name, value in {**kept.answers, **cells}.items() if value is not None}
        status = MunicipalityStatus(
            oktmo=oktmo,
            state=state,
            receipt=kept.receipt,
            version=kept.version,
            seen=kept.version,
            by_hand=False,
            counted=counted if state == "on_time" else {},
            corrections=tuple(Correction(name, kept.answers.get(name), value) for name, value in cells.items()),
            remarks=remarks,
            as_of=datetime(2023, 5, 27, 9, 30, tzinfo=UTC),
        )
        others = [s for s in store.statuses.all(CAMPAIGN) if s.oktmo != oktmo]
        store.statuses.publish(CAMPAIGN, [*others, status])


def latest_answers(site: Site, oktmo: str) -> dict[str, Json]:
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
    assert kept is not None
    return {**kept.answers, **kept.contacts}


def test_a_correction_at_home_keeps_what_the_ministry_corrected(site: Site, oktmo: str) -> None:
    """Only the post changes: no version comes of it, and the ministry's figures stay the ministry's."""
    clerk = sent(site, oktmo)
    correct(site, oktmo, registered_teachers=18, events=9, comment=None, audiences=["teachers"])
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert clerk.field(form, "registered_teachers") == "18"
    assert clerk.field(form, "events") == "9"
    assert clerk.field(form, "comment") == ""
    assert [value for name, value in form.form.fields if name == "audiences"] == ["teachers"]
    assert f"Министерство исправило 4{NBSP}ответа." in form.ids["main"]
    assert "педагоги: вы прислали «20», министерство исправило на «18»." in form.ids["main"]
    check = clerk.send(form, {"contact_post": "главный специалист"})
    assert "Осталось сохранить" in check.title, "no rule asks about a decrease that the clerk did not make"
    changes = check.text.partition("Что изменится")[2].partition("</section>")[0]
    assert changes.count("<tr>") == 2, "the header and the post"
    assert "главный специалист" in changes
    before = latest_answers(site, oktmo)
    for _ in range(2):  # pressed twice, or sent again by the browser
        kept = clerk.send(check)
        assert "Сведения сохранены" in kept.title
        assert "Отчёт не изменился: версия 1, квитанция" in kept.ids["main"]
    assert clerk.get(f"{REPORTS}/{oktmo}/receipts/2").status == 404
    assert latest_answers(site, oktmo) == before | {"contact_post": "главный специалист"}
    assert clerk.field(clerk.get(f"{REPORTS}/{oktmo}/form"), "registered_teachers") == "18"


def test_what_is_kept_at_home_is_saved_alone_or_not_at_all(site: Site, oktmo: str) -> None:
    """The page promised to change nothing else: where more would change now, nothing is saved and it is asked anew."""
    clerk = sent(site, oktmo)
    check = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {"contact_post": "главный специалист"})
    assert "Отчёт останется как есть" in check.text
    before = latest_answers(site, oktmo)
    again = clerk.send(check, {"informed": "1 300"})
    assert (again.status, "Ничего не сохранено" in again.text) == (409, True)
    assert latest_answers(site, oktmo) == before
    assert clerk.send(again).path.endswith("/receipts/2")
    assert latest_answers(site, oktmo) == before | {"contact_post": "главный специалист", "informed": 1300}


def test_a_left_out_report_is_sent_whole_again(site: Site, oktmo: str) -> None:
    """What does not count needs a new version, whatever was changed in it."""
    clerk = sent(site, oktmo)
    correct(site, oktmo, state="deleted")
    check = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {"contact_post": "главный специалист"})
    assert "Сохранить сведения" not in check.text
    assert clerk.send(check).path.endswith("/receipts/2")


def test_the_check_compares_with_what_counts(site: Site, oktmo: str) -> None:
    """A form that was open since before the ministry's correction shows at the check what it would undo."""
    clerk = sent(site, oktmo)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    correct(site, oktmo, registered_teachers=18)
    check = clerk.send(form, {"informed": "1 300"})
    changes = check.text.partition("Что изменится")[2].partition("</section>")[0]
    assert changes.startswith(" по сравнению с тем, что стоит в таблице министерства")
    assert changes.count("<tr>") == 3, "the header, the teachers, the informed"
    assert "Исправлено министерством. Вы прислали: 20" in changes
    back = clerk.send(check, button="Вернуться и исправить")
    assert "Где в форме стоит другое, учитываться будет оно" in back.ids["main"]
    assert "Прежнее значение: 18." in back.ids["registered_teachers-before"]


def test_a_figure_in_the_field_is_not_repeated_beside_it(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert re.search(r'<span data-before="1234" data-field="informed" hidden>', form.text)
    asked = clerk.send(form, {"informed": "30"})
    assert re.search(r'<span data-before="1234" data-field="informed">Прежнее значение', asked.text)


def test_what_is_no_answer_in_a_cell_leaves_the_clerks_own_in_the_form(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    correct(site, oktmo, NOT_A_NUMBER, state="excluded", registered_teachers="много", events=None, informed=1300)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert clerk.field(form, "registered_teachers") == "20"
    assert clerk.field(form, "events") == "4", "an answer that must be given is not blank"
    assert clerk.field(form, "informed") == "1300"
    assert "министерство исправило на «много»; в форме ваш ответ" in form.ids["main"]
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "В форме стоят они" not in home
    assert "Что в таблице ответом быть не может, того в форме нет" in home


@pytest.mark.parametrize(
    ("state", "published", "why"),
    [
        ("deleted", DELETED, "Министерство удалило строку"),
        ("excluded", NOT_A_NUMBER, "Это не число."),
        ("excluded", replace(NOT_A_NUMBER, asks=False), "Это не число."),  # typed by the ministry: nothing is asked
    ],
)
def test_a_report_that_is_left_out_is_never_greeted_with_green(
    site: Site, oktmo: str, state: str, published: PublishedRemark, why: str
) -> None:
    clerk = sent(site, oktmo)
    publish(site, oktmo, state, published)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    receipt = clerk.get(f"{REPORTS}/{oktmo}/receipts/1")
    for page in (form, receipt):
        assert "notice done" not in page.text
        assert "но в итоги не входит" in page.ids["main"]
    assert why in form.ids["main"]
    assert '<div class="receipt omitted"' in receipt.text
    assert receipt.text.index("Что делать" if state == "deleted" else "Почему и что делать") < receipt.text.index("<dl")
    link = clerk.get(site.links[oktmo]).ids["main"]
    assert "принят" not in link
    assert {"deleted": "строка удалена министерством", "excluded": "не учтён: есть ошибка"}[state] in link


def test_an_open_remark_is_no_green_either(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    asked = remark("asked_later", "Что-то.", "Дополните.")
    publish(site, oktmo, "on_time", asked)
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert "notice done" not in form.text
    assert "К нему есть замечания." in form.ids["main"]
    assert "К отчёту есть замечания." in clerk.get(f"{REPORTS}/{oktmo}/receipts/1").ids["main"]
    assert "есть замечания" in clerk.get(site.links[oktmo]).ids["main"]
    publish(site, oktmo, "on_time", replace(asked, reason="Уже дополнили"))
    assert "notice done" in clerk.get(f"{REPORTS}/{oktmo}/form").text


def test_the_links_page_tells_the_state(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    link = site.links[oktmo]
    assert "Состояние: не сдан Срок" in clerk.get(link).ids["main"]
    blank = {name: "" for name in report() if name.startswith(("registered", "contact"))}
    clerk.send(clerk.enter(link), report(**blank), button="Сохранить черновик")
    assert "Состояние: не сдан, заполнено 5 из 15 Срок" in clerk.get(link).ids["main"]
    clerk.send(clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), report()))
    first = clerk.get(link).ids["main"]
    assert "Состояние: принят Срок" in first
    assert re.search(r"Квитанция ФО-\d{5} от 27", first)
    form = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {"informed": "1 300"}, button="Сохранить черновик")
    assert "Есть исправления, которые ещё не отправлены." in clerk.get(link).ids["main"]
    clerk.send(clerk.send(form))
    assert "Состояние: принят, версия 2 Срок" in clerk.get(link).ids["main"]
    assert "Состояние: сдан, версия 2" in clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]


@pytest.fixture
def refusing(make: Callable[..., Site], tmp_path: Path) -> Site:
    """A site that takes nothing after the deadline."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    config = tmp_path / "refusing.yaml"
    config.write_text(text.replace("late: accept", "late: refuse"), encoding="utf-8")
    site = make(config=str(config))
    site.start()
    site.read_links()
    return site


def test_ones_own_draft_is_read_and_deleted_after_the_end(refusing: Site) -> None:
    oktmo = "17605000"
    clerk = Clerk(refusing.address)
    typed = report(informed="около ста", registered_teachers="", comment="Первая строка\r\nвторая")
    clerk.send(clerk.enter(refusing.links[oktmo]), typed, button="Сохранить черновик")
    refusing.move("2023-06-01T12:00:00+03:00")
    assert f'href="{REPORTS}/{oktmo}/draft"' in clerk.get(f"{REPORTS}/{oktmo}/form").text
    home = clerk.get(f"{REPORTS}/{oktmo}/")
    assert f'href="{REPORTS}/{oktmo}/draft"' in home.text
    assert "Отчёт от вас не поступил. Чтобы его сдать, попросите продлить срок" in home.ids["main"]
    draft = clerk.get(f"{REPORTS}/{oktmo}/draft")
    words = draft.ids["main"]
    assert "Это черновик: он не отправлен." in words
    assert "Продолжить черновик" not in words
    assert "около ста" in words, "what is no answer is shown as typed"
    assert "Ответственный исполнитель" in words
    assert "Родители" in words
    assert "https://example.org/news/2" in words
    question = clerk.get(f"{REPORTS}/{oktmo}/draft/delete")
    gone = clerk.send(question)
    assert "Черновик удалён." in gone.ids["main"]
    assert clerk.get(f"{REPORTS}/{oktmo}/draft").path == f"{REPORTS}/{oktmo}/"


def test_a_draft_is_read_only_by_who_holds_the_link(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    clerk.send(clerk.enter(site.links[oktmo]), report(), button="Сохранить черновик")
    stranger = Clerk(site.address).get(f"{REPORTS}/{oktmo}/draft")
    assert stranger.status == 403
    assert "Ответственный" not in stranger.text


def test_the_author_of_the_other_draft_is_named(site: Site, oktmo: str) -> None:
    first, second = Clerk(site.address), Clerk(site.address)
    mine, theirs = first.enter(site.links[oktmo]), second.enter(site.links[oktmo])
    first.send(mine, report(contact_name="Начальник отдела"), button="Сохранить черновик")
    refused = second.send(theirs, report(comment="Своё"), button="Сохранить черновик")
    assert refused.status == 409
    assert re.search(r"сохранили в другом окне \(Начальник отдела, \d\d:\d\d\)", refused.ids["main"])
    assert f'href="{REPORTS}/{oktmo}/draft" target="_blank"' in refused.text


def test_what_the_ministry_corrects_while_the_check_is_open_is_shown_first(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    check = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), {"contact_post": "начальник отдела"})
    correct(site, oktmo, registered_teachers=18)
    again = clerk.send(check)
    assert again.status == 409
    assert "Пока эта страница была открыта, министерство исправило ответы" in again.ids["main"]
    assert "Исправлено министерством. Вы прислали: 20" in again.ids["main"]
    with site.outbox() as store:
        assert len(store.submissions.versions(CAMPAIGN, oktmo)) == 1
    receipt = clerk.send(again)
    assert receipt.path.endswith("/receipts/2")
    correct(site, oktmo, registered_teachers=19)
    assert clerk.send(again).path.endswith("/receipts/2"), "a repeated press keeps its receipt"


@pytest.mark.browser
def test_every_button_shows_that_its_page_is_on_the_way(site: Site, oktmo: str, tab: Callable[..., Page]) -> None:
    page = tab(360)
    pressed = "() => { const b = document.querySelector('form button.main'); b.click(); return b.textContent; }"
    page.goto(site.links[oktmo])
    assert page.evaluate(pressed) == "Открывается…"
    page.wait_for_url("**/form")
    page.goto(f"{site.address}/confirm")
    assert page.evaluate(pressed) == "Проверяется…"
    expect(page.get_by_role("heading", name="Впишите номер и код")).to_be_visible()
    expect(page.get_by_role("button", name="Проверить")).to_be_visible()


@pytest.mark.browser
def test_the_previous_figure_appears_when_another_is_typed(site: Site, oktmo: str, tab: Callable[..., Page]) -> None:
    sent(site, oktmo)
    page = tab(1280)
    page.goto(site.links[oktmo])
    page.get_by_role("button", name="Открыть форму").click()
    before = page.locator("#informed-before span")
    expect(before).to_be_hidden()
    page.fill("#informed", "1 235")
    expect(before).to_have_text("Прежнее значение: 1\N{NO-BREAK SPACE}234.")
    page.fill("#informed", "1 234")
    expect(before).to_be_hidden()
