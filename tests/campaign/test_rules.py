"""The real campaign's rules on one answer: which fire, which stay silent, and their words."""

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from campaign import Campaign, Typed, examine, load_campaign, read_json, texts, to_json
from campaign.values import Value
from tests.conftest import ROOT

MEALS_LINES = ("primary_town", "primary_village", "senior_town", "senior_village")

ZERO = {
    "registered_college_students": "0",
    "registered_university_students": "0",
    "registered_school_heads": "0",
    "registered_teachers": "0",
    "registered_local_heads": "0",
    "registered_local_staff": "0",
    "informed": "0",
    "events": "0",
    "site_publications": "0",
    "media_publications": "0",
    "social_publications": "0",
}
CONTACT = {
    "contact_name": "Ответственный отдела образования",
    "contact_post": "специалист",
    "contact_phone": "8 (4922) 00-00-00",
    "contact_email": "otdel@example.org",
}
GOOD = {
    **ZERO,
    **CONTACT,
    "registered_teachers": "5",
    "registered_school_heads": "1 002",
    "informed": "3000",
    "events": "4",
    "media_publications": "1",
    "links": "https://example.org/1",
    "audiences": ["teachers"],
}


def codes(campaign: Campaign, typed: dict[str, Typed], before: dict[str, Value | None] | None = None) -> list[str]:
    return [p.code for p in examine(campaign, typed, before).problems]


def test_a_good_report_has_no_problems(real_campaign: Campaign) -> None:
    reading = examine(real_campaign, GOOD)
    assert reading.problems == ()
    assert reading.values["registered_school_heads"] == 1002
    assert read_json(real_campaign, to_json(real_campaign, reading.values)) == {
        k: v for k, v in reading.values.items() if v is not None
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"informed": "10"}, ["registered_above_informed"]),
        ({"events": "0", "media_publications": "0", "links": ""}, ["registered_without_actions"]),
        ({"links": ""}, ["publications_without_link"]),
        ({"links": "", "media_publications": "0"}, []),
        ({"informed": ""}, ["blank"]),
        ({"informed": "много", "links": ""}, ["not_a_number", "publications_without_link"]),
        ({"links": "нет"}, ["not_a_link"]),
        ({"comment": "Звоните +7 900 000-00-00"}, ["personal_data"]),
        ({"comment": "Пишите на otdel@example.org"}, ["personal_data"]),
        ({"comment": "Проведено 8 встреч, 1 234 567 просмотров, 30.05.2023 - 31.05.2023"}, []),
    ],
)
def test_a_rule_fires_and_a_blank_or_mistaken_operand_silences_it(
    real_campaign: Campaign, changes: dict[str, str], expected: list[str]
) -> None:
    assert codes(real_campaign, {**GOOD, **changes}) == expected


def test_all_zeros_ask_for_a_confirmation(real_campaign: Campaign) -> None:
    problems = examine(real_campaign, {**ZERO, **CONTACT}).problems
    assert [(p.code, p.ask) for p in problems] == [("all_zeros", "confirm")]


def test_a_lowered_cumulative_figure_is_named_with_both_figures(real_campaign: Campaign) -> None:
    before: dict[str, Value | None] = {"registered_school_heads": 1500, "events": 4}
    problems = examine(real_campaign, GOOD, before).problems
    assert [p.rule for p in problems] == ["decreased:registered_school_heads"]
    assert problems[0].message == "Было 1\u00a0500, стало 1\u00a0002. Нарастающий итог не может уменьшиться."


def test_everything_wrong_is_reported_at_once(real_campaign: Campaign) -> None:
    found = codes(real_campaign, {})
    assert found.count("blank") == sum(q.required for q in real_campaign.questions)


def test_a_figure_of_any_length_can_be_shown() -> None:
    assert texts.number(10**40).replace(texts.NBSP, "") == "1" + "0" * 40


@given(st.integers(-(10**15), 10**15))
def test_whole_figures_are_written_as_babel_writes_them_but_for_the_minus(figure: int) -> None:
    assert texts.number(figure) == format_decimal(figure, locale="ru").replace("-", "\N{MINUS SIGN}")


@pytest.fixture(scope="module")
def meals() -> Campaign:
    return load_campaign(ROOT / "docs" / "examples" / "school-meals.yaml")


def meals_typed(**changes: str) -> dict[str, Typed]:
    cells = {f"{figure}_{line}": "100" for figure in ("enrolled", "fed") for line in MEALS_LINES}
    cells |= {f"{figure}_{line}": "50" for figure in ("share", "cost") for line in MEALS_LINES}
    return {**cells, "spent": "300", "hot": "yes", "started": "01.09.2026", **changes}


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({}, []),
        ({"spent": "2001"}, ["Получается 5 002,5 руб. на одного школьника."]),
        (
            {"hot": "no", "spent": "5", **{f"fed_{line}": "0" for line in MEALS_LINES}},
            [],  # nothing is divided by 0
        ),
        ({"fed_primary_town": "99"}, ["Отмечено «да», а питание получают 199 из 200."]),
        (
            {"inspected": "25.08.2026"},
            ["Питание организовано с 01.09.2026, а проверка была 25.08.2026: за 7 дн. до того."],
        ),
    ],
)
def test_a_division_by_zero_silences_a_rule(meals: Campaign, changes: dict[str, str], messages: list[str]) -> None:
    """And rules over yes/no, dates and figures of a table say what they found."""
    found = examine(meals, meals_typed(**changes)).problems
    assert [problem.message.replace(texts.NBSP, " ") for problem in found] == messages
