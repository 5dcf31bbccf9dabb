"""A refresh checks only rows that are new or changed; what it remembers is what a check would find."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign import Campaign, Cell, Question, Value
from campaign.expressions import Operands
from campaign.rules import Rule
from sync.check import CheckMemory, Row, check_row, check_superseded
from sync.review.summary import Summary, summarise
from tests.sync.factories import ALEXANDROV, NOW, VYAZNIKI, Made, answers, at, changed, the_campaign

CAMPAIGN = the_campaign()
SHEET = sorted(q.id for q in CAMPAIGN.sheet_questions)
CELLS: dict[str, st.SearchStrategy[Cell]] = {
    "integer": st.sampled_from(["", None, True, False, 1.0, 1, 0, 2.5, "1", "1 234"]),
    "several": st.sampled_from(["", "Родители", "Родители;родители ", "Марсиане", 1, True]),
    "links": st.sampled_from(["", "https://example.org/1", "нет", 1, True]),
    "long_text": st.sampled_from(["", "т. 8 (4922) 00-00-00", "пишите: a@b.org", 1, True, 1.0]),
}


def before(question: Question) -> st.SearchStrategy[Value | None]:
    return st.sampled_from([None, 0, 1, 5]) if question.numeric else st.none()


ROWS = st.lists(
    st.builds(
        Row,
        st.tuples(*(CELLS[q.type] for q in CAMPAIGN.sheet_questions)),
        st.tuples(*(st.tuples(st.just(q.id), before(q)) for q in CAMPAIGN.sheet_questions)),
        st.sampled_from([frozenset(), frozenset({"personal_data:comment"})]),
        st.one_of(st.none(), st.frozensets(st.sampled_from(SHEET))),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS)
def test_a_remembered_result_is_what_a_check_finds(rows: list[Row]) -> None:
    memory = CheckMemory()
    for _ in range(2):
        memory.start(CAMPAIGN)
        for row in rows:
            found, fresh = memory.check(CAMPAIGN, row), check_row(CAMPAIGN, row)
            assert found == fresh
            assert [type(value) for value in found.values.values()] == [type(v) for v in fresh.values.values()]
            assert memory.check_superseded(CAMPAIGN, row) == check_superseded(CAMPAIGN, row)
            assert check_superseded(CAMPAIGN, row)[0] is not fresh.excluded


class Counted(Rule):
    """A rule that counts how often it is evaluated."""

    evaluated = 0

    def fires(self, operands: Operands) -> bool:
        Counted.evaluated += 1
        return super().fires(operands)


def counting_campaign() -> Campaign:
    """The campaign with one rule, an error, so that superseded versions are checked by it too."""
    campaign = changed(CAMPAIGN)
    first = campaign.rules[0]
    rule = Counted(
        first.key, first.code, first.at, first.short, first.condition, first.message, first.advice, "error", None
    )
    campaign.__dict__["rules"] = (rule,)
    Counted.evaluated = 0
    return campaign


def look(made: Made, memory: CheckMemory) -> tuple[Summary, int]:
    """The summary of one refresh, and how many rows were checked for it."""
    already = Counted.evaluated
    as_of = NOW + timedelta(hours=1)
    summary = summarise(made.campaign, made.table(), made.record(), as_of=as_of, rehearsal=False, memory=memory)
    return summary, Counted.evaluated - already


def test_a_refresh_checks_only_what_is_new_or_changed() -> None:
    made, memory = Made(campaign=counting_campaign()), CheckMemory()
    for day in (1, 2, 3):
        made.submit(ALEXANDROV, answers(10 + day), at(f"2023-05-0{day} 12:00"))
    made.submit(VYAZNIKI)
    assert look(made, memory)[1] == 4
    made.rows.reverse()
    summary, checked = look(made, memory)
    assert (checked, summary.totals.main) == (0, 23)
    made.row_of(made.submissions[2])["informed"] = 7  # fewer than have registered
    summary, checked = look(made, memory)
    assert (checked, summary.totals.main) == (1, 10)
    made.submit(ALEXANDROV, answers(50))
    summary, checked = look(made, memory)
    assert checked == 2, "the new version, and for its days the one that it supersedes"
    assert summary.totals.main == 60
    assert look(made, memory) == (summary, 0)


def test_rows_that_are_gone_are_forgotten() -> None:
    made, memory = Made(campaign=counting_campaign()), CheckMemory()
    sent = made.submit(ALEXANDROV, answers(10))
    row = made.row_of(sent)
    assert look(made, memory)[1] == 1
    made.rows.clear()
    look(made, memory)
    made.rows.append(row)
    assert look(made, memory)[1] == 1


def test_another_campaign_makes_every_check_anew() -> None:
    made, memory = Made(campaign=counting_campaign()), CheckMemory()
    made.submit(ALEXANDROV, answers(10))
    look(made, memory)
    made.campaign = counting_campaign()
    assert look(made, memory)[1] == 1
