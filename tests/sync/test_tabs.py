"""The tabs: what they say."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import takewhile
from typing import get_args

import pytest

from outbox.records import JournalEntry
from sync.records.states import State
from sync.review.summary import Summary
from sync.tabs import (
    OWNED,
    pages,
)
from sync.tabs.page import Style
from sync.tabs.silent import left
from sync.tabs.styles import STYLES
from sync.tabs.widths import header_width
from sync.texts import tabs as texts
from tests.sync.factories import (
    ALEXANDROV,
    CAMPAIGN,
    IDS,
    KOVROV,
    NOW,
    VLADIMIR,
    VYAZNIKI,
    Made,
    answers,
    at,
    busy,
    changed,
    serial,
    with_municipalities,
)


def shown(summary: Summary, key: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in pages(CAMPAIGN, summary, IDS)[key].rows]


def line(summary: Summary, key: str, first: str) -> list[object]:
    """The row that begins with these words, up to its last filled cell."""
    row = next(row for row in shown(summary, key) if row[0] == first)
    while row and row[-1] is None:
        row.pop()
    return row


def text(summary: Summary, key: str) -> str:
    return "\n".join(str(value) for row in shown(summary, key) for value in row if value is not None)


# «Свод» -----------------------------------------------------------------------------------------------------------


def test_the_summary_tells_who_reported_and_the_totals() -> None:
    summary = busy().summary()
    assert line(summary, "summary", texts.REPORTED) == ["Отчитались", 2, Decimal("0.095")]
    states = {state: line(summary, "summary", texts.STATES[state])[1] for state in State}
    assert states == summary.totals.states
    assert line(summary, "summary", texts.ALL_MUNICIPALITIES) == [texts.ALL_MUNICIPALITIES, 21]
    assert line(summary, "summary", "Всего зарегистрировалось") == ["Всего зарегистрировалось", 30]
    assert line(summary, "summary", texts.BY_SUM) == [texts.BY_SUM, 30, ""]
    assert line(summary, "summary", texts.WAITING)[1] == 1
    said = text(summary, "summary")
    for group in CAMPAIGN.target_groups:
        assert group.title in said
        assert all(one.title in said for one in group.lines)
    words = [cell.words for row in pages(CAMPAIGN, summary, IDS)["summary"].rows for cell in row if cell.words]
    assert words == ["Данные на 28 мая 2023 г., 13:00 (по московскому времени)"]
    assert "старше 30\u00a0минут), таблица не обновляется" in said
    assert "РЕПЕТИЦИЯ" not in said


def test_every_figure_of_the_summary_is_seen_on_a_phone() -> None:
    """390 pixels hold the numbers of the rows, the names and the first column of figures."""
    page = pages(CAMPAIGN, busy().summary(), IDS)["summary"]
    assert 46 + sum(page.widths[:2]) <= 390


def test_a_rehearsal_says_so() -> None:
    summary = busy().summary(rehearsal=True)
    assert "РЕПЕТИЦИЯ" in text(summary, "summary")
    for key in OWNED[:-1]:
        assert "РЕПЕТИЦИЯ" in text(summary, key), key


def test_no_report_is_a_dash_and_zero_is_zero() -> None:
    nothing = Made().summary()
    assert line(nothing, "summary", "Всего зарегистрировалось") == ["Всего зарегистрировалось", "—"]
    assert line(nothing, "summary", texts.BY_SUM) == [texts.BY_SUM, "—", texts.NO_REPORTS]
    made = Made()
    made.submit(ALEXANDROV, answers(0))
    assert line(made.summary(), "summary", "Всего зарегистрировалось") == ["Всего зарегистрировалось", 0]
    rows = {row[1]: row for row in shown(made.summary(), "municipalities")}
    assert (rows[ALEXANDROV][7], rows[VYAZNIKI][7]) == (0, "—")


def test_what_was_left_out_is_named_with_a_link() -> None:
    page = pages(CAMPAIGN, busy().summary(), IDS)["summary"]
    top = next(i for i, row in enumerate(page.rows) if row[0].value == texts.LEFT_OUT_SECTION)
    listed = takewhile(lambda row: row[0].value, page.rows[top + 1 :])
    named = {str(row[0].value): row[-1] for row in listed}
    assert set(named) == {"Муром", "город Ковров ФО-00003", "город Владимир ФО-00004"}
    assert named["город Ковров ФО-00003"].link == f"#gid={IDS['answers']}&range=A4"
    assert named["город Владимир ФО-00004"].link is None


def test_plans_and_rates_appear_where_there_are_any() -> None:
    campaign = with_municipalities(CAMPAIGN, **{f"m{ALEXANDROV}": {"plan": 40, "headcounts": {"students": 1000}}})
    made = busy()
    made.campaign = campaign
    page = pages(campaign, made.summary(), IDS)["summary"]
    said = [[cell.value for cell in row] for row in page.rows]
    assert ["Студенты", 30, Decimal("10.0")] in [row[:3] for row in said]
    assert ["Всего зарегистрировалось", 40, 10, Decimal("0.250")] in [row[:4] for row in said]
    assert texts.PLAN_SECTION not in text(busy().summary(), "summary")


# The other tabs ---------------------------------------------------------------------------------------------------


def test_every_municipality_has_its_row_in_the_order_of_the_file() -> None:
    rows = shown(busy().summary(), "municipalities")
    assert [row[:2] for row in rows[4:]] == [[n, m.oktmo] for n, m in enumerate(CAMPAIGN.municipalities, start=1)]
    assert rows[2][1:4] == ["Итого", "Владимирская область", "отчитались 2 из 21"]
    assert rows[2][7 + 11] == 30
    assert rows[4][3:7] == ["сдан в срок", "ФО-00001", 1, at("2023-05-02 10:00")]


def test_marks_beside_a_municipality() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(10))
    made.submit(ALEXANDROV, answers(11), delivered=False)
    made.manual_row(answers(3), oktmo=KOVROV, accepted=serial(NOW))
    made.edit(made.submit(VYAZNIKI, answers(5)), "informed", 700)
    made.extensions[VYAZNIKI] = at("2023-06-05 18:00")
    rows = {row[1]: row[-2] for row in shown(made.summary(), "municipalities")}
    assert rows[ALEXANDROV] == "новая версия ещё не в таблице"
    assert rows[KOVROV] == "внесено вручную; замечаний: 1"
    assert rows[VYAZNIKI] == "исправлено министерством: 1; замечаний: 1; срок продлён до 05.06.2023 18:00"


def test_no_header_of_any_tab_is_broken_inside_a_word() -> None:
    made = pages(CAMPAIGN, busy().summary(), IDS)
    for page in made.values():
        words = [
            (str(cell.value or ""), n) for row in page.rows for n, cell in enumerate(row) if cell.style == "header"
        ]
        assert words
        assert [word for word, column in words if header_width(word) > page.widths[column]] == []


@pytest.mark.parametrize(
    ("words", "drawn"),
    # As Chromium draws the word in DejaVu Sans Bold; Arial is narrower.
    [("Сколько человек проинформировано", 153.1), ("Всего зарегистрировалось", 157.5), ("ОКТМО муниципалитета", 128.1)],
)
def test_a_header_takes_its_longest_word_and_little_more(words: str, drawn: float) -> None:
    assert drawn + 6 <= header_width(words) <= drawn + 13


def test_a_header_may_break_after_a_hyphen_and_may_be_blank() -> None:
    assert header_width("Число информационно-разъяснительных") == header_width("разъяснительных") < 155
    assert header_width("") == 0


def test_who_has_not_reported_gets_a_text_that_fits() -> None:
    made = busy()
    rows = {row[1]: row for row in shown(made.summary(), "silent")}
    assert set(rows) - {None, texts.OKTMO} == {m.oktmo for m in made.summary().municipalities if not m.state.reported}
    silent = str(rows["17615000"][6])
    assert "отчёт Гороховецкого муниципального района" in silent
    assert "до 30 мая 2023 г., 23:59" in silent
    assert "coordinator@example.org" in silent
    assert "начат, но не отправлен" in str(rows["17735000"][6])
    assert "Сколько человек проинформировано: " in str(rows[KOVROV][6])
    assert "ФО-00004" in str(rows[VLADIMIR][6])
    assert rows["17720000"][6] == texts.REMIND_WAITING
    overdue = {row[1]: row for row in shown(made.summary(at("2023-06-02 10:00")), "silent")}
    assert overdue["17615000"][4] == "просрочено на 3\u00a0дня"
    assert "истёк" in str(overdue["17615000"][6])


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2023-05-28 12:00", "осталось 2\u00a0дня"),
        ("2023-05-29 23:59", "осталось 1\u00a0день"),
        ("2023-05-30 12:00", "срок сегодня"),
        ("2023-05-31 00:00", "просрочено на 1\u00a0день"),
        ("2023-06-04 12:00", "просрочено на 5\u00a0дней"),
    ],
)
def test_days_left(now: str, words: str) -> None:
    assert left(at("2023-05-30 23:59"), at(now)) == words


def test_when_all_have_reported_nobody_is_listed() -> None:
    made = Made()
    for municipality in CAMPAIGN.municipalities:
        made.submit(municipality.oktmo)
    assert texts.SILENT_NOBODY in text(made.summary(), "silent")


def test_a_remark_leads_to_its_row() -> None:
    page = pages(CAMPAIGN, busy().summary(), IDS)["problems"]
    row = next(row for row in page.rows if row[-1].value == "registered_above_informed")
    assert [cell.value for cell in row[1:6]] == [
        "предупреждение",
        "Вязниковский муниципальный район",
        "ФО-00002",
        "Сколько человек проинформировано",
        "5",
    ]
    assert str(row[0].value).startswith("З-")
    assert row[8].value == "Узнали сами."
    assert row[9].link == f"#gid={IDS['answers']}&range=A3"
    assert [r[1].value for r in page.rows[4:7]] == ["ошибка"] * 3


def test_the_ministrys_corrections_and_those_that_were_lost_are_listed() -> None:
    made = Made()
    older = made.submit(ALEXANDROV, answers(10), NOW - timedelta(days=1))
    made.edit(older, "informed", 300)
    made.edit(older, "events", 4)
    newer = made.submit(ALEXANDROV, answers(12, events=4))
    made.edit(newer, "comment", "Уточнено по телефону.")
    summary = made.summary()
    found = {(r.code, r.question): r.message for r in summary.problems}
    assert "«300»" in found["correction_lost", "informed"]
    assert "«112»" in found["correction_lost", "informed"]
    assert ("correction_lost", "events") not in found  # the new version keeps the ministry's figure
    assert "Уточнено по телефону." in found["corrected", "comment"]
    assert [c.question for c in summary.by_oktmo[ALEXANDROV].corrections] == ["comment"]


def test_the_journal_has_the_last_two_hundred() -> None:
    made = Made()
    made.journal = [JournalEntry(NOW, "refresh", n, 2, 5, "готово", "") for n in range(300)]
    rows = shown(made.summary(), "journal")
    assert len(rows) == 3 + 200
    assert rows[3][:3] == [NOW, "пересчёт", 0]


def test_every_state_and_style_is_known() -> None:
    assert set(texts.STATES) == set(State) == set(texts.STATE_NOTES)
    assert {style for style in STYLES if "." not in style} == set(get_args(Style))


# The sections of «Свод» on municipalities ---------------------------------------------------------------------------


def test_the_summary_shows_what_the_ministry_changed_itself() -> None:
    untouched = Made()
    untouched.submit(ALEXANDROV, answers(10))
    assert texts.MINISTRY_NOTHING in text(untouched.summary(), "summary")
    made = Made()
    corrected = made.submit(ALEXANDROV, answers(10))
    made.edit(corrected, "registered_college_students", 14)
    made.edit(corrected, "informed", 90)
    made.submit(VYAZNIKI, answers(20))
    broken = made.submit(KOVROV, answers(3))
    made.edit(broken, "informed", "много")
    made.manual_row(answers(7), oktmo=VLADIMIR, accepted=serial(NOW))
    summary = made.summary()
    assert line(summary, "summary", texts.MINISTRY_CORRECTED) == [texts.MINISTRY_CORRECTED, 1, 2, 4]
    assert line(summary, "summary", texts.MINISTRY_ADDED) == [texts.MINISTRY_ADDED, 1, texts.DASH, 7]
    rows = [row[:4] for row in shown(summary, "summary")]
    assert [CAMPAIGN.by_id["informed"].header, None, 1, -20] in rows
    assert summary.totals.main == 14 + 20 + 7


def test_the_summary_names_who_has_not_reported_by_state() -> None:
    summary = busy().summary()
    lines = [str(row[0]) for row in shown(summary, "summary")]
    assert "Исключён (ошибка) — 1: город Ковров." in lines
    assert "Удалён — 1: город Владимир." in lines
    for one in summary.municipalities:
        if one.state is State.SILENT:
            assert sum(f" {one.municipality.name}{end}" in row for row in lines for end in ";.") == 1
    assert max(map(len, lines)) < 400


def test_ranks_begin_with_the_most_and_tell_silent_from_zero() -> None:
    made = Made()
    for oktmo, people in ((ALEXANDROV, 5), (VYAZNIKI, 30), (KOVROV, 0)):
        made.submit(oktmo, answers(people))
    page = pages(CAMPAIGN, made.summary(), IDS)["summary"]
    (chart,) = page.charts
    area = chart.domain.area
    names = [str(page.rows[row][0].value) for row in range(area.top + 1, area.bottom)]
    figures = [page.rows[row][1].value for row in range(area.top + 1, area.bottom)]
    assert (chart.domain.tab, chart.series[0].tab) == ("summary", "summary")
    assert figures == [30, 5, 0, *["—"] * 18]
    assert names[2] == "город Ковров"
    assert all(name.endswith(" — не сдан") for name in names[3:])
    assert page.rows[area.top + 1][2].value == Decimal("0.857")


def test_thousands_of_municipalities_are_neither_all_named_nor_all_ranked() -> None:
    campaign = CAMPAIGN
    many = tuple(
        one.model_copy(update={"oktmo": f"{number:08}", "name": f"{one.name} {number}"})
        for number, one in enumerate(campaign.municipalities * 100)
    )
    made = Made(changed(campaign, municipalities=many))
    page = pages(made.campaign, made.summary(), IDS)["summary"]
    assert len(page.rows) < 250
    assert sum(str(row[0].value).endswith(" — не сдан") for row in page.rows) == 60


def test_there_is_a_place_to_sign_at_the_end() -> None:
    rows = [row[0] for row in shown(busy().summary(), "summary")]
    assert rows[-5:] == [texts.SIGNATURE_SECTION, *texts.SIGNATURE_LINES]
