"""A question with a condition is asked, checked and counted only where earlier answers make the condition true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from campaign import Campaign, CampaignFileError, examine, load_campaign
from campaign.answers import examine_cells

HEAD = """
campaign:
  id: canteens
  title: Горячее питание
  subject: Сведения о столовых
  ministry: Министерство образования
  region: Владимирская область
  letter: Письмо о питании
  purpose: Чтобы знать, где нет столовых
  opens: 2026-09-01 00:00
  deadline: 2026-09-30 18:00
  receipt_prefix: ПИ
  contact: {who: отдел питания}
municipalities:
  - {oktmo: "17701000", name: город Владимир, genitive: города Владимира}
target_groups:
  - {id: pupils, title: Ученики, lines: [{id: junior, title: Младшие, short: младшие}]}
sections:
"""
SECTIONS = """
  - id: canteen
    title: Столовая
    questions:
      - {id: has_canteen, type: yes_no, title: Есть ли столовая, required: true}
      - {id: seats, type: integer, title: Сколько мест, required: true, relevant: has_canteen, aggregate: sum}
      - {id: why_not, type: text, title: Почему нет, required: true, relevant: not has_canteen}
      - {id: many, type: text, title: Как кормите в смены, relevant: seats > 100}
  - id: meals
    title: Питание
    relevant: has_canteen
    questions:
      - id: fed
        type: table
        title: Накормлены
        total: Итого
        rows: target_groups
        required: true
        relevant: seats >= 10
        figures: [{id: fed_daily, title: Ежедневно, aggregate: sum}]
      - {id: cost, type: decimal, title: Цена обеда, required: true, places: 2, aggregate: none}
rules:
  - {id: dear, if: cost > 300, at: cost, short: цена, message: "Цена {cost}.", advice: Поясните., ask: reason}
"""
Load = Callable[[str], Campaign]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def one(sections: str) -> Campaign:
        path = tmp_path / "config.yaml"
        path.write_text(HEAD + sections, encoding="utf-8")
        return load_campaign(path)

    return one


def test_only_what_is_asked_is_required_and_kept(load: Load) -> None:
    campaign = load(SECTIONS)
    typed = {"has_canteen": "no", "why_not": "Ремонт", "seats": "сорок", "cost": "999", "fed_daily_junior": "-1"}
    reading = examine(campaign, typed)
    assert not reading.problems, "neither the words in «seats» nor the rule about the cost are looked at"
    assert {name for name, value in reading.values.items() if value is not None} == {"has_canteen", "why_not"}
    assert reading.not_asked == {"seats", "many", "section:meals", "fed"}


def test_what_becomes_asked_is_required(load: Load) -> None:
    reading = examine(load(SECTIONS), {"has_canteen": "yes", "seats": "9", "why_not": "Ремонт"})
    assert [problem.question for problem in reading.errors] == ["cost"]
    assert reading.values["why_not"] is None
    assert reading.not_asked == {"why_not", "many", "fed"}
    reading = examine(load(SECTIONS), {"has_canteen": "yes", "seats": "120", "cost": "90"})
    assert [problem.question for problem in reading.errors] == ["fed_daily_junior"]
    assert reading.not_asked == {"why_not"}


@pytest.mark.parametrize("answer", ["", "может быть"])
def test_while_the_answer_is_missing_or_wrong_nothing_depends_on_it(load: Load, answer: str) -> None:
    reading = examine(load(SECTIONS), {"has_canteen": answer})
    assert [problem.question for problem in reading.errors] == ["has_canteen"]


def test_a_cell_that_nobody_asked_for_is_named_and_not_counted(load: Load) -> None:
    campaign = load(SECTIONS)
    ids = [question.id for question in campaign.sheet_questions]
    cells: dict[str, str | int | bool] = {"has_canteen": "нет", "why_not": "Ремонт", "seats": 40}
    reading = examine_cells(campaign, [cells.get(name) for name in ids])
    (problem,) = reading.problems
    assert (problem.code, problem.question, problem.shown) == ("not_asked", "seats", "40")
    assert problem.level == "warning"
    assert reading.values["seats"] is None


@pytest.mark.parametrize(
    ("condition", "place", "said"),
    [
        ("relevant: has_canteen,", "relevant: later,", "стоит ниже"),
        ("relevant: has_canteen,", "relevant: seats > 1,", "стоит ниже"),
        ("relevant: not has_canteen}", "relevant: has_cantene}", "условие"),
        ("relevant: seats > 100}", "relevant: seats}", "условие"),
        ("relevant: seats >= 10", "relevant: fed_daily > 1", "стоит ниже"),
        ("    relevant: has_canteen\n", "    relevant: cost > 1\n", "стоит ниже"),
    ],
)
def test_a_condition_looks_at_earlier_questions(load: Load, condition: str, place: str, said: str) -> None:
    last = "      - {id: later, type: yes_no, title: Позже}\nrules:\n"
    sections = SECTIONS.replace(condition, place, 1)
    with pytest.raises(CampaignFileError) as caught:
        load(sections.replace("rules:\n", last))
    assert said in str(caught.value)
    assert "relevant" in str(caught.value)


def test_a_condition_over_an_answer_kept_at_home_is_refused(load: Load) -> None:
    with pytest.raises(CampaignFileError, match="в таблицу не попадает"):
        load(SECTIONS.replace("title: Есть ли столовая,", "title: Есть ли столовая, kept_at_home: true,"))
