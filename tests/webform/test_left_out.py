"""What the pages show of a report that is in the spreadsheet and adds nothing to the totals, and of the remarks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from campaign.codes import RowCode
from outbox.records import Correction, MunicipalityStatus, NewSubmission, PublishedRemark
from tests.webform.clerk import report
from tests.webform.harness import CAMPAIGN, REPORTS, Site
from tests.webform.test_main_job import sent
from webform import texts


def remark(code: str, body: str, advice: str, **changes: str) -> PublishedRemark:
    """A remark as the worker publishes it."""
    return replace(PublishedRemark(code, "warning", None, "", "", body, advice), **changes)  # type: ignore[arg-type]


DELETED = remark(
    "row_deleted",
    "Строка с этим отчётом удалена из таблицы. Показатели муниципалитета в итоги не входят.",
    "Если удалили по ошибке, попросите администратора вернуть строку: svod restore ФО-00003.",
    level="error",
)
NOT_A_NUMBER = remark(
    "not_a_number",
    "Это не число.",
    "Впишите только цифры, без слов и знаков, например: 12.",
    level="error",
    question="registered_teachers",
    title="Зарегистрировались: педагоги",
    shown="много",
)
CORRECTED = remark(
    "corrected",
    "Министерство исправило ответ: в отчёте было 20, в таблице — «много». Учитывается то, что стоит в таблице.",
    "Если исправлено по ошибке, верните прежнее значение.",
    question="registered_teachers",
    title="Зарегистрировались: педагоги",
    shown="много",
)


def publish(
    site: Site, oktmo: str, state: str, *remarks: PublishedRemark, corrections: tuple[Correction, ...] = ()
) -> None:
    """As the worker would, of the newest version."""
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
        assert kept is not None
        as_of = datetime(2023, 5, 27, 9, 30, tzinfo=UTC)
        status = MunicipalityStatus(
            oktmo=oktmo,
            state=state,
            receipt=kept.receipt,
            version=kept.version,
            seen=kept.version,
            by_hand=False,
            counted={},
            corrections=corrections,
            remarks=remarks,
            as_of=as_of,
        )
        others = [s for s in store.statuses.all(CAMPAIGN) if s.oktmo != oktmo]
        store.statuses.publish(CAMPAIGN, [*others, status])


def test_a_deleted_row_is_named_once_and_nothing_else_contradicts_it(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    publish(site, oktmo, "deleted", DELETED)
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "Состояние: строка удалена министерством" in home
    assert "Строки с этим отчётом в таблице министерства больше нет" in home
    assert "Отчёт уже в таблице" not in home
    assert "; учитывается" not in home
    assert "; в итоги не входит" in home
    assert "Узнайте у министерства почему" in home
    assert "python" not in home
    assert "администратор" not in home
    receipt = clerk.get(f"{REPORTS}/{oktmo}/receipts/1").ids["main"]
    assert "Отчёт уже в таблице" not in receipt
    check = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"))
    assert "Отправлять их ещё раз не нужно" not in check.ids["main"], "it is what to do"
    assert clerk.send(check).path.endswith("/receipts/2")


def test_an_error_in_the_ministrys_cell_is_shown_with_what_the_clerk_can_do(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    corrections = (Correction("registered_teachers", 20, "много"),)
    publish(site, oktmo, "excluded", NOT_A_NUMBER, CORRECTED, corrections=corrections)
    page = clerk.get(f"{REPORTS}/{oktmo}/")
    home = page.ids["main"]
    assert "не учтён: есть ошибка" in home
    assert "Отчёт принят, но в итоги не входит." in home
    assert "Отчёт уже в таблице" not in home
    assert "; учитывается" not in home
    assert "В сводке учитываются исправленные значения" not in home
    assert "Что исправило министерство" in home
    assert page.text.count("<li><strong>Зарегистрировались: педагоги: много.</strong>") == 1, "the correction is above"
    assert "Это не число. Так стоит в таблице министерства. Сообщите об этом" in home
    assert "верните прежнее значение" not in home


@pytest.mark.parametrize("code", sorted(texts.REMARKS_OF_STAFF | texts.REMARKS_OF_LEFT_OUT))
def test_what_is_the_ministrys_affair_alone_is_no_remark_to_the_clerk(site: Site, oktmo: str, code: str) -> None:
    clerk = sent(site, oktmo)
    publish(site, oktmo, "on_time", remark(code, "В таблице что-то не так.", "Удалите лишние строки."))
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "Отчёт уже в таблице министерства." in home
    assert "; учитывается" in home
    assert "есть замечания" not in home
    assert "лишние строки" not in home


@pytest.mark.parametrize(
    ("code", "state", "said"),
    [
        ("set_aside", "excluded", "записать его в таблицу не удалось. Сообщите министерству номер квитанции"),
        ("duplicate_id", "excluded", "несколько строк этого отчёта, и они различаются. Ни одна не учтена."),
        ("asked_later", "on_time", "Что-то. Дополните отчёт и отправьте его ещё раз."),
        ("correction_lost", "on_time", "Что-то. Если верно значение министерства, исправьте отчёт."),
        ("outlier", "on_time", "Что-то. Для сотрудника."),
    ],
)
def test_words_for_the_clerk(site: Site, oktmo: str, code: str, state: str, said: str) -> None:
    clerk = sent(site, oktmo)
    level = "error" if state == "excluded" else "warning"
    publish(site, oktmo, state, remark(code, "Что-то.", "Для сотрудника.", level=level))
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert said in home
    assert ("Для сотрудника." in home) is (code == "outlier")


def test_who_has_explained_is_not_asked_again(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    explained = remark("registered_above_informed", "Не сходится.", "Поясните.", reason="Узнали сами")
    ticked = remark("all_zeros", "Везде 0.", "Подтвердите.", reason="Подтверждено")
    publish(site, oktmo, "on_time", explained, ticked)
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "Не сходится. Ваше пояснение: Узнали сами" in home
    assert "Везде 0. Вы подтвердили, что всё верно." in home
    assert "Поясните" not in home
    assert "есть замечания" not in home
    assert "Пояснения приняты, делать ничего не нужно." in home
    publish(site, oktmo, "on_time", ticked)
    assert "Подтверждение принято, делать ничего не нужно." in clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    publish(site, oktmo, "on_time", explained, remark("outlier", "Много.", "Проверьте."))
    both = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "есть замечания" in both
    assert "ничего не нужно." not in both.partition("Замечания")[2]
    assert "Подтвердите" not in home


def test_a_remark_that_asks_for_nothing_is_no_badge(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    far = replace(remark("outlier", "Это мало.", "Если всё верно, ничего делать не нужно."), asks=False)
    publish(site, oktmo, "on_time", far)
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "Это мало." in home
    assert "есть замечания" not in home
    assert "Пояснения приняты" not in home
    assert "Подтверждение принято" not in home
    publish(site, oktmo, "on_time", replace(far, asks=True))
    assert "есть замечания" in clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]


@pytest.mark.parametrize(
    ("state", "words"), [("on_time", "сдан в срок, исправлен после срока"), ("late", "сдан с опозданием")]
)
def test_a_late_correction_of_a_report_in_time_is_named_as_such(site: Site, oktmo: str, state: str, words: str) -> None:
    clerk = sent(site, oktmo)
    with site.outbox() as store:
        first = store.submissions.latest(CAMPAIGN, oktmo)
        assert first is not None
        publish(site, oktmo, state)
        correction = NewSubmission(
            campaign=CAMPAIGN,
            oktmo=oktmo,
            key="later",
            base_version=first.version,
            answers=first.answers,
            contacts=first.contacts,
            reasons=first.reasons,
            previous=None,
            accepted_at=first.accepted_at,
            late=True,
            receipt_prefix="ФО",
        )
        store.submissions.submit(correction)
    for published in (False, True):
        if published:
            publish(site, oktmo, state)
        assert f"Состояние: {words}" in clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]


def test_a_remark_names_its_question_once(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    far = remark("outlier", "Это мало.", "Проверьте.", question="informed", title="Проинформировано", shown="1")
    publish(site, oktmo, "on_time", far)
    home = clerk.get(f"{REPORTS}/{oktmo}/").text
    assert "<li><strong>Проинформировано: 1.</strong> Это мало. Проверьте.</li>" in home


def test_remarks_published_by_an_older_worker_wait_for_the_next_refresh(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    publish(site, oktmo, "on_time", remark("outlier", "Это мало.", "Проверьте.", title="Проинформировано", shown="1"))
    with sqlite3.connect(site.folder / "outbox.db") as store:
        (body,) = store.execute("SELECT body FROM standings WHERE oktmo = ?", (oktmo,)).fetchone()
        older = json.loads(body)
        for one in older["problems"]:
            one["message"] = f"Проинформировано: 1. {one.pop('body')}"
        store.execute("UPDATE standings SET body = ? WHERE oktmo = ?", (json.dumps(older), oktmo))
    home = clerk.get(f"{REPORTS}/{oktmo}/")
    assert home.status == 200
    assert "Отчёт уже в таблице министерства." in home.ids["main"]
    assert "Замечания" not in home.ids["main"]


def test_every_remark_of_the_worker_has_been_thought_of() -> None:
    """Each code of a row is the ministry's, has words for the clerk, or does with the worker's."""
    codes = {str(code) for code in RowCode}
    assert codes - texts.REMARKS_OF_STAFF - set(texts.REMARKS) == {"outlier", "own_outlier", "group_outlier"}


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_way_from_the_receipt_to_what_to_do(site: Site, oktmo: str, tab: Callable[..., Page], width: int) -> None:
    sent(site, oktmo)
    publish(site, oktmo, "deleted", DELETED)
    page = tab(width)
    page.goto(site.links[oktmo])
    page.get_by_role("button", name="Открыть форму").click()
    page.goto(f"{site.address}{REPORTS}/{oktmo}/receipts/1")
    page.get_by_role("link", name="Что делать").click()
    assert page.locator("#remarks").is_visible()


def test_a_correction_that_waits_is_not_shown_as_counting(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    publish(site, oktmo, "on_time")
    clerk.send(clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"), report(informed="1 300")))
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "будет учитываться, когда попадёт в таблицу" in home
    assert "; учитывается" not in home
