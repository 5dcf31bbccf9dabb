"""How figures are read: one table of examples, which the live totals of the form keep to as well."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from campaign import AnswerError, Question, read_cell, read_typed
from campaign.values import ShownDate

EXAMPLES = json.loads((Path(__file__).parent / "numbers.json").read_text("utf-8"))
NBSP = "\u00a0"


def question(kind: str, **keys: object) -> Question:
    return Question.model_validate({"id": "q", "type": kind, "title": "Вопрос", **keys})


def refusal(kind: str, typed: str, **keys: object) -> AnswerError:
    with pytest.raises(AnswerError) as refused:
        read_typed(question(kind, **keys), typed)
    return refused.value


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: ascii(e["typed"]))
def test_the_form_and_a_text_cell_read_it_alike(example: dict[str, str | None]) -> None:
    typed = example["typed"]
    assert typed is not None
    for kind, right in (("integer", example["whole"]), ("decimal", example["decimal"])):
        for read in (read_typed, read_cell):
            if right is not None:
                value = read(question(kind), typed)
                assert value == Decimal(right)
                assert isinstance(value, int if kind == "integer" else Decimal)
            else:
                with pytest.raises(AnswerError) as refused:
                    read(question(kind), typed)
                if kind == "integer":
                    assert refused.value.code == example["refused"]
                    assert refused.value.advice


@pytest.mark.parametrize(
    ("kind", "typed", "advice"),
    [
        ("integer", "1.000", f"Если точкой отделены тысячи — впишите 1{NBSP}000. Если это дробная часть — впишите 1."),
        (
            "integer",
            "12,000",
            f"Если запятой отделены тысячи — впишите 12{NBSP}000. Если это дробная часть — впишите 12.",
        ),
        (
            "integer",
            "1,234",
            f"Если запятой отделены тысячи — впишите 1{NBSP}234. "
            "Если это дробная часть — уберите её: нужно целое число.",
        ),
        (
            "decimal",
            "1,500",
            f"Если запятой отделены тысячи — впишите 1{NBSP}500. Если это дробная часть — впишите 1,5.",
        ),
        ("integer", "1,234,567", f"Вместо «1,234,567» впишите «1{NBSP}234{NBSP}567»."),
        ("integer", "12.", "Вместо «12.» впишите «12»."),
        ("integer", "12 чел.", "Оставьте только число: 12."),
        ("integer", "5-6", "Впишите одно число: сколько было на самом деле."),
        ("integer", "~10", "Впишите само число, без «около», «более», «~» и других таких знаков и слов."),
        ("integer", "5 + 3", "Посчитайте и впишите, сколько получилось."),
    ],
)
def test_the_advice_fits_the_mistake(kind: str, typed: str, advice: str) -> None:
    assert refusal(kind, typed).advice == advice


def test_both_ways_that_the_advice_gives_are_taken() -> None:
    places = {"places": 3}
    assert refusal("decimal", "1,234", **places).advice.endswith("впишите 1,2340.")
    assert read_typed(question("decimal", **places), "1,2340") == Decimal("1.234")
    assert read_typed(question("decimal", **places), f"1{NBSP}234") == Decimal(1234)


def test_an_accepted_fraction_is_not_asked_about_when_the_form_shows_it_again() -> None:
    one = question("decimal", places=3)
    for value in (Decimal("1.234"), Decimal("-1.5"), Decimal("1234.567"), Decimal("0.125")):
        if value > 0:
            assert read_typed(one, one.answer_type.typed(one, value)) == value


@pytest.mark.parametrize(
    ("cell", "whole", "decimal"),
    [
        (28.999999999999996, 29, "29"),  # =100*29%
        (3.0000000000000004, 3, "3"),
        (0.30000000000000004, None, "0.3"),
        (57.699999999999996, None, "57.7"),
        (1234.5, None, "1234.5"),
        (12.5, None, "12.5"),
    ],
)
def test_a_float_means_its_15_significant_digits(cell: float, whole: int | None, decimal: str) -> None:
    assert read_cell(question("decimal"), cell) == Decimal(decimal)
    if whole is None:
        with pytest.raises(AnswerError, match="целое"):
            read_cell(question("integer"), cell)
    else:
        assert read_cell(question("integer"), cell) == whole


def test_a_number_cell_with_three_places_is_a_number_and_not_asked_about() -> None:
    assert read_cell(question("decimal", places=3), 1.234) == Decimal("1.234")


@pytest.mark.parametrize("kind", ["integer", "decimal"])
@pytest.mark.parametrize("shown", ["01.05.2026", "2026", "12:30:00"])
def test_a_cell_that_shows_a_date_is_no_figure(kind: str, shown: str) -> None:
    with pytest.raises(AnswerError) as refused:
        read_cell(question(kind), ShownDate(shown))
    assert refused.value.code == "date_in_number"
    assert shown in refused.value.message
    assert "формат «Число»" in refused.value.advice
