"""Checks: all problems of a row at once, and of a row the same as of a form."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import Campaign, Cell, Problem, Question, Typed, Value, examine, load_campaign
from campaign.expressions import Number
from sync.check import CheckedRow, Row, check_row
from sync.check.cross_municipality import Reported, modified_z_scores, outliers
from tests.sync.factories import (
    ALEXANDROV,
    CONFIG,
    Made,
    answer_cells,
    answers,
    at,
    changed,
    the_campaign,
    with_municipalities,
)

CAMPAIGN = the_campaign()
SHEET = {q.id for q in CAMPAIGN.sheet_questions}


def check(
    cells: Mapping[str, object],
    previous: Mapping[str, Value | None] | None = None,
    asked: frozenset[str] | None = None,
    campaign: Campaign = CAMPAIGN,
) -> CheckedRow:
    """Check one row: question id → cell, blank where none is given."""
    row = tuple(cast("Cell", cells.get(question.id, "")) for question in campaign.sheet_questions)
    return check_row(campaign, Row(row, tuple((previous or {}).items()), asked=asked))


def test_all_problems_of_a_row_come_at_once() -> None:
    cells: dict[str, object] = {
        "registered_college_students": 12.5,
        "registered_university_students": "12 чел.",
        "registered_school_heads": -3,
        "registered_teachers": True,
        "registered_local_heads": "",
        "registered_local_staff": 10**12,
        "informed": "1 234",
        "audiences": "Марсиане",
        "events": 0,
        "site_publications": 1,
        "media_publications": 0,
        "social_publications": 0,
        "links": "сайт школы",
        "comment": "x" * 3000,
    }
    checked = check(cells)
    assert [(p.question, p.code) for p in checked.problems] == [
        ("registered_college_students", "not_whole"),
        ("registered_university_students", "words_beside_number"),
        ("registered_school_heads", "negative"),
        ("registered_teachers", "not_a_number"),
        ("registered_local_heads", "blank"),
        ("registered_local_staff", "above_maximum"),
        ("audiences", "unknown_option"),
        ("links", "not_a_link"),
        ("comment", "too_long"),
    ]
    assert checked.values["informed"] == 1234
    assert checked.excluded


@pytest.mark.parametrize(("cell", "value"), [(12, 12), (12.0, 12), ("12", 12), ("1\u00a0234", 1234), ("007", 7)])
def test_a_cell_is_read_strictly(cell: object, value: int) -> None:
    checked = check({"informed": cell})
    assert checked.values["informed"] == value


@given(st.one_of(st.integers(-(10**16), 10**16), st.integers(-3, 2_000_000)))
def test_a_whole_number_reads_as_its_text_does(number: int) -> None:
    as_text, as_number = (check({"informed": cell}) for cell in (str(number), number))
    assert as_text == as_number


def test_one_and_true_are_different_cells() -> None:
    read = [check({"informed": cell}).values.get("informed") for cell in (1, True, 1.0, "1")]
    assert read == [1, None, 1, 1]


def test_a_question_that_came_later_does_not_exclude_reports_sent_before() -> None:
    asked = frozenset(SHEET - {"informed"})
    cells = dict.fromkeys([q.id for q in CAMPAIGN.main_questions], 1) | {"events": 1, "audiences": "Родители"}
    cells |= {"site_publications": 0, "media_publications": 0, "social_publications": 0}
    checked = check(cells, asked=asked)
    assert [p.code for p in checked.problems] == ["asked_later"]
    assert not checked.excluded
    assert check(cells).excluded, "a manual row is asked everything"


def test_personal_data_is_remarked_without_repeating_it_and_not_after_a_confirmation() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(comment="Звоните: 8 (4922) 00-00-00"))
    (remark,) = made.summary().problems
    assert (remark.code, remark.level) == ("personal_data", "warning")
    assert "4922" not in remark.message + remark.shown + remark.advice
    confirmed = Made()
    confirmed.submit(ALEXANDROV, answers(comment="8 (4922) 00-00-00"), reasons={"personal_data:comment": "да"})
    assert confirmed.summary().problems == ()


def test_the_clerks_reason_stands_beside_the_warning() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(20, informed=5), reasons={"registered_above_informed": "Узнали от соседей."})
    (remark,) = made.summary().problems
    assert (remark.code, remark.reason) == ("registered_above_informed", "Узнали от соседей.")


def test_previous_is_the_figure_that_the_form_compared_with() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(50), at("2023-05-01 12:00"))
    made.submit(ALEXANDROV, answers(40), previous=answers(45))
    remarks = [r for r in made.summary().problems if r.code == "decreased"]
    assert [r.question for r in remarks] == ["registered_college_students", "informed"]
    assert "Было 45, стало 40" in remarks[0].message


class Crashing:
    """A rule with a fault of the program in it."""

    condition = Number(1)

    def fires(self, operands: object) -> object:
        raise ZeroDivisionError


def test_a_rule_that_crashes_is_no_bad_data() -> None:
    campaign = changed(CAMPAIGN)
    campaign.__dict__["rules"] = (Crashing(),)
    with pytest.raises(ZeroDivisionError):
        check(answer_cells(CAMPAIGN, answers()), campaign=campaign)


# The same rule for form and row ---------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(0, 12), st.integers(-5, 10**13), st.sampled_from(["", "x", "1 234", "1,5", "12 чел.", " 7 "])
)


def typed_answer(question: Question) -> st.SearchStrategy[Typed]:
    if question.numeric:
        return NUMBERS.map(str)
    if question.options:
        return st.lists(st.sampled_from([o.title for o in question.options] + ["Марсиане"]), max_size=3)
    if question.type == "links":
        return st.sampled_from(["", "https://example.org/1", "https://example.org/1\nhttps://example.org/2", "нет"])
    return st.sampled_from(["", "Провели собрание.", "=IMPORTXML(1)"])


def before(question: Question) -> st.SearchStrategy[Value | None]:
    return st.one_of(st.none(), st.integers(0, 12)) if question.numeric else st.none()


ANSWERS = st.fixed_dictionaries({q.id: typed_answer(q) for q in CAMPAIGN.sheet_questions})
BEFORE = st.fixed_dictionaries({q.id: before(q) for q in CAMPAIGN.sheet_questions})


def cell_of(question: Question, typed: Typed) -> object:
    """Return the cell for an answer: typed as the worker writes it, or a mistaken one as somebody typed it."""
    text = typed if isinstance(typed, str) else "; ".join(typed)
    return int(text) if question.numeric and text.lstrip("-").isdecimal() else text


def described(problems: tuple[Problem, ...]) -> list[tuple[str, str | None, str, str, str | None]]:
    return [(p.code, p.question, p.message, p.advice, p.rule) for p in problems if p.question in SHEET]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANSWERS, BEFORE)
def test_form_and_row_agree_on_any_answers(typed: dict[str, Typed], previous: dict[str, Value | None]) -> None:
    found = check({q.id: cell_of(q, typed[q.id]) for q in CAMPAIGN.sheet_questions}, previous)
    reading = examine(CAMPAIGN, typed, previous)
    assert described(found.problems) == described(reading.problems)
    form = {key: value for key, value in reading.values.items() if key in SHEET and value is not None}
    assert dict(found.values) == form


RULES = dedent("""
    - {id: products, if: a * b * 3 > previous(a) * 1000000000000, at: a, short: s, message: 'm {a * b}', advice: a, ask: confirm}
    - {id: shares, if: c * 2 > a or not (b >= 1.5), at: c, short: s, message: 'm {c}', advice: a, ask: reason}
    - {id: chosen, if: 'includes(d, one) and count(e) != 2 and 1 - a < 0', at: d, short: s, message: m, advice: a, level: error}
    - {id: always, if: 1 < 2, at: a, short: s, message: m, advice: a, ask: confirm}
""")  # noqa: E501


@pytest.fixture(scope="module")
def rich_campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """Rules with products of any size, decimals, choices and constants."""
    text = CONFIG.read_text(encoding="utf-8")
    head, rest = text.split("sections:\n", 1)
    municipalities = rest[rest.index("municipalities:") :]
    questions = dedent("""
        sections:
          - id: all
            title: Всё
            questions:
              - {id: a, type: integer, title: А, maximum: 1000000000000}
              - {id: b, type: decimal, title: Б}
              - {id: c, type: decimal, title: В, required: true}
              - {id: d, type: one_of, title: Г, options: [{id: one, title: Раз}, {id: two, title: Два}]}
              - {id: e, type: links, title: Д}
        rules:
    """)
    path = tmp_path_factory.mktemp("rich") / "config.yaml"
    head = head.replace("main_figure: registered", "main_figure: a")
    path.write_text(head + questions + RULES.replace("\n", "\n  ") + "\n" + municipalities, encoding="utf-8")
    return load_campaign(path)


RICH = st.fixed_dictionaries(
    {
        "a": st.one_of(st.just(""), st.integers(0, 10**12).map(str), st.integers(0, 3).map(str)),
        "b": st.sampled_from(["", "0", "1,5", "1,49", "999999999,99", "x"]),
        "c": st.sampled_from(["", "0", "0,5", "7"]),
        "d": st.sampled_from(["", "Раз", "Два", "Три"]),
        "e": st.sampled_from(["", "https://example.org/1", "https://example.org/1\nhttps://example.org/2"]),
    }
)


@settings(max_examples=150, deadline=None)
@given(typed=RICH, previous=st.one_of(st.none(), st.integers(0, 10**12)))
def test_form_and_row_agree_on_big_and_decimal_figures(
    rich_campaign: Campaign, typed: dict[str, str], previous: int | None
) -> None:
    # Cells hold doubles; larger figures come as text, as staff would have to type them.
    found = check(typed, {"a": previous}, campaign=rich_campaign)
    reading = examine(rich_campaign, typed, {"a": previous})
    assert [(p.code, p.message) for p in found.problems] == [(p.code, p.message) for p in reading.problems]


# Outliers -------------------------------------------------------------------------------------------


def reported(totals: list[int], **changes: Mapping[str, object]) -> list[Reported]:
    campaign = with_municipalities(CAMPAIGN, **changes)
    return [
        Reported(m, answers(total), total)
        for m, total in zip(campaign.municipalities[: len(totals)], totals, strict=True)
    ]


def test_a_figure_far_from_the_others_is_remarked() -> None:
    found = list(outliers(CAMPAIGN, reported([10, 12, 9, 14, 11, 13, 10, 4000])))
    assert {outlier.oktmo for outlier in found} == {CAMPAIGN.municipalities[7].oktmo}
    assert found[0].problem.code == "outlier"
    assert (found[0].title, found[0].problem.shown) == ("Всего зарегистрировалось", "4\u00a0000")
    assert found[0].problem.message == "Это намного больше, чем у других: обычно около 11,5."


@pytest.mark.parametrize(
    "totals",
    [
        [10, 12, 9, 14, 11, 4000],  # too few to say what is usual
        [10, 12, 9, 14, 11, 13, 10, 25],  # within a factor of three
        [0, 0, 0, 0, 0, 0, 0, 0, 3],  # a few people more than nobody
        [5] * 21,
        [],
    ],
)
def test_what_is_no_outlier(totals: list[int]) -> None:
    assert list(outliers(CAMPAIGN, reported(totals))) == []


def test_where_heads_are_known_figures_are_compared_per_head() -> None:
    heads = [1000, 1200, 900, 1100, 1000, 1300, 1000, 40000]
    changes: dict[str, Mapping[str, object]] = {
        f"m{m.oktmo}": {"headcounts": {"students": n, "educators": n, "local_government": n}}
        for m, n in zip(CAMPAIGN.municipalities, heads, strict=False)
    }
    totals = [10, 12, 9, 14, 11, 13, 10, 450]
    main = "registered_college_students"
    flagged = [o for o in outliers(CAMPAIGN, reported(totals)) if o.problem.question == main]
    assert flagged
    assert [o for o in outliers(CAMPAIGN, reported(totals, **changes)) if o.problem.question == main] == []


def test_a_figure_far_from_the_own_earlier_ones_is_remarked() -> None:
    made = Made()
    made.submit(ALEXANDROV, answers(12), at("2023-05-01 12:00"))
    made.submit(ALEXANDROV, answers(14), at("2023-05-02 12:00"))
    made.submit(ALEXANDROV, answers(140))
    (remark,) = [r for r in made.summary().problems if r.code == "own_outlier"]
    assert (remark.title, remark.shown) == ("Всего зарегистрировалось", "140")
    assert remark.message == "В прежних отчётах муниципалитета обычно было 13."


def test_modified_z_scores_by_hand() -> None:
    scores = modified_z_scores(np.array([1.0, 2, 3, 4, 100]))
    assert scores.tolist() == pytest.approx([-1.349, -0.6745, 0, 0.6745, 65.4265])
    # Most are equal: by the mean absolute deviation, here 2.
    assert modified_z_scores(np.array([5.0, 5, 5, 5, 15])).tolist() == pytest.approx([0, 0, 0, 0, 10 / (1.2533 * 2)])
    assert modified_z_scores(np.array([5.0, 5, 5])).tolist() == [0, 0, 0]
