"""How the region's figure of a question is made, beside a recomputation with fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import Value
from campaign.model import Question
from sync.totals.aggregates import aggregate

ANSWERS: list[dict[str, Value | None]] = [
    {"meals": 10, "pupils": 100, "share": Decimal("10.0"), "price": Decimal("95.50")},
    {"meals": 90, "pupils": 100, "share": Decimal("90.0"), "price": None},
    {"meals": 500, "pupils": 1000, "share": Decimal("50.0"), "price": Decimal("120.00")},
    {"meals": None, "pupils": 50, "share": None, "price": Decimal("80.25")},
]


def question(name: str, aggregate: object, **rest: Any) -> Question:
    return Question.model_validate(
        {"id": name, "type": "decimal", "title": "Число", "places": 1, "aggregate": aggregate, **rest}
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question("meals", "sum"), 600),
        (question("share", "mean"), Decimal("50.00")),
        (question("share", {"weighted_by": "pupils"}), Decimal("50.00")),
        (question("price", "min", places=2), Decimal("80.25")),
        (question("price", "max", places=2), Decimal("120.00")),
        (question("price", "mean", places=2), Decimal("98.583")),
        (question("share", {"ratio_of": ["meals", "pupils"]}, unit="%"), Decimal("50.00")),
        (question("share", {"ratio_of": ["meals", "pupils"]}, places=2), Decimal("0.500")),
        (question("price", "last", places=2), Decimal("80.25")),
        (question("meals", "last"), 500),
        (question("share", "none"), None),
    ],
)
def test_the_regions_figure(asked: Question, expected: object) -> None:
    found = aggregate([asked], ANSWERS)
    assert (found, str(found)) == (expected, str(expected))


def test_a_figure_without_answers_is_blank_and_a_division_by_zero_is_none() -> None:
    asked = question("share", {"ratio_of": ["meals", "pupils"]})
    assert aggregate([asked], [{"meals": 3, "pupils": 0, "share": None}]) is None
    assert aggregate([question("share", "mean")], [{"share": None}]) is None
    assert aggregate([question("share", "mean")], []) is None
    assert aggregate([question("share", "sum")], [{"share": None}]) == 0


@given(st.lists(st.tuples(st.decimals(0, 100, places=1), st.integers(1, 100_000)), min_size=1, max_size=50))
def test_a_weighted_mean_is_exact_to_its_last_place(rows: list[tuple[Decimal, int]]) -> None:
    found = aggregate(
        [question("share", {"weighted_by": "pupils"})], [{"share": share, "pupils": heads} for share, heads in rows]
    )
    weighted = sum((Fraction(share) * heads for share, heads in rows), Fraction(0))
    exact = weighted / sum(heads for _, heads in rows)
    assert found is not None
    assert abs(Fraction(found) - exact) <= Fraction(1, 200)
