"""Expressions of ODK and Kobo: each becomes a rule, a limit or a condition, or is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.workbook.xlsform.expressions import Answers, NotCarriedError, holds, limit, parts, violated


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (". <= 100", ("maximum", 100)),
        (". < 100", ("maximum", 99)),
        ("100 > .", ("maximum", 99)),
        (".>=-5", ("minimum", -5)),
        (". < 0.5", None),
        (". != 3", None),
        (". <= ${a}", None),
    ],
)
def test_limits_of_whole_numbers(text: str, found: tuple[str, int] | None) -> None:
    assert limit(parts(text)[0], whole=True) == found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (". > ${a}", "q <= a"),
        ("${a} + .5 * . = 2", "a + 0.5 * q != 2"),
        ("not(. > ${a})", "q > a"),
        ("(. > 1) or (. < ${a})", "not ((q > 1) or (q < a))"),
        ("selected(${way}, 'x')", "not (includes(way, o_x))"),
        ("${way} != 'x'", "not ((not includes(way, o_x)))"),
        ("${hot} = 'yes'", "not (hot)"),
        ("${way} != ''", "not (count(way) > 0)"),
    ],
)
def test_conditions_are_turned_into_what_violates_them(text: str, written: str) -> None:
    answers = Answers({"a": "a", "way": "way", "hot": "hot"}, {"way": {"x": "o_x"}, "hot": {"yes": True, "no": False}})
    assert violated(parts(text)[0], "q", answers) == written


@pytest.mark.parametrize("text", ["pulldata('a', 'b')", ". mod 2 = 0", "../a > 1", "$a", "'" * 3, "a" * 3000])
def test_other_expressions_are_refused(text: str) -> None:
    with pytest.raises(NotCarriedError):
        violated(parts(text)[0], "q", Answers({}))


WORDS = "${a} ${way} ${nobody} . 1 .5 - + * div mod ( ) , 'x' '' = != < <= > $ { é '2026-09-01' "
WORDS += "and or not selected count-selected date today"
sentences = st.lists(st.sampled_from(WORDS.split()), max_size=12).map(" ".join)


@settings(deadline=None)
@given(sentences)
def test_any_expression_is_carried_or_refused(text: str) -> None:
    answers = Answers({"a": "a", "way": "way"}, {"way": {"x": "o_x"}})
    with suppress(NotCarriedError):
        for part in parts(text):
            assert violated(part, "q", answers)
            limit(part, whole=False)
    with suppress(NotCarriedError):
        assert isinstance(holds(text, answers), str)
