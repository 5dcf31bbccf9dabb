"""What the pages show where a manual row counts for the municipality."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outbox.records import Json, MunicipalityStatus, PublishedRemark
from tests.webform.clerk import Clerk, report
from tests.webform.harness import CAMPAIGN, REPORTS, ROOT, Site
from tests.webform.test_left_out import remark
from tests.webform.test_main_job import sent
from webform import texts

MANUAL_ROW = remark("hand_row", "Строка добавлена вручную.", "Для сотрудника.")
REPLACED = remark("row_replaced", "Строка этого отчёта удалена из таблицы.", "Для сотрудника.")
NOT_A_NUMBER = remark(
    "not_a_number",
    "Это не число.",
    "Впишите только цифры.",
    level="error",
    question="informed",
    title="Сколько человек проинформировано",
    shown="много",
)
COUNT = "Министерство внесло сведения за ваш муниципалитет само, учитываются они."
MISTAKEN = "Министерство внесло сведения за ваш муниципалитет само, но учесть их нельзя"
FIGURES: dict[str, Json] = {"informed": 777, "registered_teachers": 20}


def publish_manual_row(
    site: Site, oktmo: str, *remarks: PublishedRemark, counted: dict[str, Json] | None = None, state: str = "on_time"
) -> None:
    """As the worker would: it has seen the newest version, and a row that the ministry added stands before it."""
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
        status = MunicipalityStatus(
            oktmo=oktmo,
            state=state,
            receipt=None,
            version=None,
            seen=kept.version if kept else 0,
            by_hand=True,
            counted=counted or {},
            corrections=(),
            remarks=remarks,
            as_of=datetime(2023, 5, 27, 9, 30, tzinfo=UTC),
        )
        others = [s for s in store.statuses.all(CAMPAIGN) if s.oktmo != oktmo]
        store.statuses.publish(CAMPAIGN, [*others, status])


@pytest.mark.parametrize("published", [(MANUAL_ROW,), (MANUAL_ROW, REPLACED)])
def test_home_and_receipt_say_that_the_ministrys_row_counts(
    site: Site, oktmo: str, published: tuple[PublishedRemark, ...]
) -> None:
    clerk = sent(site, oktmo)
    publish_manual_row(site, oktmo, *published, counted=FIGURES)
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids
    assert "Состояние: учтены сведения министерства" in home["main"]
    assert COUNT in home["ministry"]
    assert "отправьте отчёт ещё раз: учитывается то, что принято позже" in home["ministry"]
    assert "Если есть вопросы, обратитесь: региональный координатор" in home["ministry"]
    assert "; в итоги не входит" in home["main"]
    assert "Замечания" not in home["main"]
    receipt = clerk.get(f"{REPORTS}/{oktmo}/receipts/1").ids["main"]
    for page in (home["main"], receipt):
        assert "учитываются сведения, которые внесло министерство" in page
        assert "сам передаётся" not in page
        assert "Отчёт уже в таблице" not in page
        assert "будет учитываться" not in page


def test_the_form_compares_with_the_ministrys_figure_and_freezes_it(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    publish_manual_row(site, oktmo, MANUAL_ROW, counted={**FIGURES, "registered_teachers": 35})
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert COUNT in form.ids["ministry"]
    assert "Прежнее значение: 777" in form.ids["informed-before"]
    assert dict(form.form.fields)["informed"] == "777", "what counts"
    assert dict(form.form.fields)["registered_teachers"] == "35"
    assert dict(form.form.fields)["events"] == "4", "what the ministry's row does not hold, as the clerk had sent it"
    same = clerk.send(form, report(registered_teachers="20"))
    decreased = "reason:decreased:registered_teachers"
    assert "Было 35, стало 20." in same.ids[f"{decreased}-question"]
    check = clerk.send(same, {decreased: "Уточнили списки"})
    assert "Тот отчёт в итоги не входит" not in check.ids["main"], "the reason is new"
    assert clerk.send(check).path.endswith("/receipts/2")
    with site.outbox() as store:
        kept = store.submissions.latest(CAMPAIGN, oktmo)
    assert kept is not None
    assert kept.previous == {"informed": 777, "registered_teachers": 35}
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids
    assert "ministry" not in home, "the worker has not seen what is newest"
    assert "Состояние: сдан, версия 2" in home["main"]


def test_the_same_answers_may_be_sent_over_the_ministrys_row(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    publish_manual_row(site, oktmo, MANUAL_ROW, counted={"informed": 777})
    check = clerk.send(clerk.get(f"{REPORTS}/{oktmo}/form"))
    assert "Ответы те же, что внесло министерство. Если отправить их, учитываться будет ваш отчёт." in check.ids["main"]
    assert clerk.send(check).path.endswith("/receipts/2")
    publish_manual_row(site, oktmo, MANUAL_ROW, counted={"informed": 777})
    older = clerk.get(f"{REPORTS}/{oktmo}/receipts/1").ids["main"]
    assert "Позже пришла версия 2" in older
    assert "учитывается она" not in older


def test_without_a_report_home_and_form_name_the_ministrys_row(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    clerk.enter(site.links[oktmo])
    publish_manual_row(site, oktmo, MANUAL_ROW, counted=FIGURES)
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids
    assert "Состояние: учтены сведения министерства" in home["main"]
    assert COUNT in home["ministry"]
    assert "отправьте отчёт: учитывается" in home["ministry"]
    form = clerk.get(f"{REPORTS}/{oktmo}/form")
    assert COUNT in form.ids["ministry"]
    assert "Прежнее значение: 777" in form.ids["informed-before"]
    asked = clerk.send(form, report(registered_teachers="5"))
    assert "Было 20, стало 5." in asked.ids["reason:decreased:registered_teachers-question"]


def test_with_a_draft_both_are_named(site: Site, oktmo: str) -> None:
    clerk = Clerk(site.address)
    clerk.send(clerk.enter(site.links[oktmo]), report())
    publish_manual_row(site, oktmo, MANUAL_ROW, counted=FIGURES)
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "Состояние: учтены сведения министерства" in home
    assert "Есть черновик" in home
    for path in ("", "form"):
        words = clerk.get(f"{REPORTS}/{oktmo}/{path}").ids["ministry"]
        assert "В форме стоят они" not in words
        assert "В черновике могут стоять другие" in words


@pytest.mark.parametrize("reported", [True, False])
@pytest.mark.parametrize(
    "published", [(MANUAL_ROW, NOT_A_NUMBER), (remark("doubled_municipality", "Две строки.", "-"),)]
)
def test_rows_of_the_ministry_that_cannot_count_are_named(
    site: Site, oktmo: str, published: tuple[PublishedRemark, ...], reported: bool
) -> None:
    clerk = sent(site, oktmo) if reported else Clerk(site.address)
    clerk.enter(site.links[oktmo])
    publish_manual_row(site, oktmo, *published, state="excluded")
    page = clerk.get(f"{REPORTS}/{oktmo}/")
    home = page.ids
    assert MISTAKEN in home["ministry"]
    assert ("Отчёт принят, но в итоги не входит." in home["main"]) is reported
    assert ('#ministry">Почему и что делать' in page.text) is reported
    assert f"Состояние: {texts.STATES['excluded' if reported else 'none']}" in home["main"]
    assert ("Они относятся к сведениям, которые внесло министерство." in home["main"]) is (len(published) == 2)
    assert ("Это не число." in home["main"]) is (len(published) == 2)
    assert "Впишите только цифры" not in home["main"]
    assert "Две строки" not in home["main"]


def test_equal_rows_of_the_report_are_not_called_different(site: Site, oktmo: str) -> None:
    clerk = sent(site, oktmo)
    equal = remark("duplicate_id", "Строк несколько, они одинаковые.", "Для сотрудника.")
    publish_manual_row(site, oktmo, MANUAL_ROW, equal, counted=FIGURES)
    home = clerk.get(f"{REPORTS}/{oktmo}/").ids["main"]
    assert "они различаются" not in home
    assert "есть замечания" not in home


def test_after_the_end_nobody_is_asked_to_send(make: Callable[..., Site], tmp_path: Path) -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    config = tmp_path / "refusing.yaml"
    config.write_text(text.replace("late: accept", "late: refuse"), encoding="utf-8")
    site = make(config=str(config))
    site.start()
    site.read_links()
    oktmo = "17605000"
    clerk = Clerk(site.address)
    clerk.enter(site.links[oktmo])
    publish_manual_row(site, oktmo, MANUAL_ROW, counted=FIGURES)
    site.move("2023-06-01T12:00:00+03:00")
    for page in ("", "form"):
        notice = clerk.get(f"{REPORTS}/{oktmo}/{page}").ids["ministry"]
        assert COUNT in notice
        assert "тправьте" not in notice
        assert "Если есть вопросы, обратитесь:" in notice
