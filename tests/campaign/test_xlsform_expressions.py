"""Expressions of ODK and Kobo: each becomes a rule, a limit or a condition, or is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.workbook.xlsform.expressions import Answers, NotCarriedError, calculation, holds, limit, parts, violated


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
        ("${way} = 2", "not (includes(way, o_2))"),
        ("selected(${way}, 2)", "not (includes(way, o_2))"),
        ("${a} = '0' or .<'060'", "not (a == 0 or q < 60)"),
        ("string-length(${a}) > 0", "not (count(a) > 0)"),
        (". > number(${a})", "q <= a"),
    ],
)
def test_conditions_are_turned_into_what_violates_them(text: str, written: str) -> None:
    answers = Answers(
        {"a": "a", "way": "way", "hot": "hot"}, {"way": {"x": "o_x", "2": "o_2"}, "hot": {"yes": True, "no": False}}
    )
    assert violated(parts(text)[0], "q", answers) == written


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("${a} + ${b}", ("a + b", None, True, ("a", "b"))),
        ("round(${a} div ${b} * 100, 1)", ("a / b * 100", 1, False, ("a", "b"))),
        ("round((${a} + ${b}) div 2)", ("(a + b) / 2", 0, False, ("a", "b"))),
        ("round(${a}) + 1", None),
        ("round(${a}, ${b})", None),
        ("if(${a} > 1, ${a}, 0)", None),
        ("coalesce(${a}, 0) + 1", None),
        ("int(${a} div 2)", None),
        ("concat(${a}, 'x')", None),
        ("", None),
        (". + 1", None),
    ],
)
def test_calculations(text: str, made: tuple[object, ...] | None) -> None:
    if made is not None:
        assert calculation(text, Answers({"a": "a", "b": "b"})) == made
        return
    with pytest.raises(NotCarriedError):
        calculation(text, Answers({"a": "a", "b": "b"}))


@pytest.mark.parametrize("text", ["pulldata('a', 'b')", ". mod 2 = 0", "../a > 1", "$a", "'" * 3, "a" * 3000])
def test_other_expressions_are_refused(text: str) -> None:
    with pytest.raises(NotCarriedError):
        violated(parts(text)[0], "q", Answers({}))


WORDS = "${a} ${way} ${nobody} . 1 .5 - + * div mod ( ) , 'x' '' = != < <= > $ { é '2026-09-01' "
WORDS += "and or not selected count-selected date today round number string-length 0 '7'"
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
    with suppress(NotCarriedError):
        assert calculation(text, answers).written
